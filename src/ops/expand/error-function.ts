// erf by a polynomial next to 0; further out erfc a = e^(-a²) q p(q), q = 1/(a + shift), with a² as a pair because its rounding is
// magnified by a². The normal distribution has fits of its own, so that x/sqrt(2) is never rounded.
import { withSignOf } from './bits.ts';
import { ERF, ERFC_TAIL, GELU_CUBIC_PARTS, GELU_LINEAR_PARTS, NDTR, NDTR_TAIL } from './coefficients.ts';
import { joinExp, splitExp } from './exponential.ts';
import type { ByWidth, Lanes } from './lanes.ts';
import { gated } from './logistic.ts';
import { multiplyPairs, type Pair, twoProduct, twoSum } from './pair.ts';
import { polynomial } from './polynomial.ts';

interface Tail {
  readonly shift: number;
  readonly fit: ByWidth;
  /** The exponent is this times a². */
  readonly rate: number;
  /** From here the tail is 0. */
  readonly end: { readonly 32: number; readonly 64: number };
}

const ERFC: Tail = { shift: 2, fit: ERFC_TAIL, rate: -1, end: { 32: 10.3, 64: 27.5 } };
const NORMAL: Tail = { shift: 3, fit: NDTR_TAIL, rate: -0.5, end: { 32: 14.6, 64: 39 } };

/** The tail at a >= 1/2; `weighted`, times a. */
function tailOf<F, I, M>(v: Lanes<F, I, M>, a: F, { shift, fit, rate, end }: Tail, weighted = false): F {
  const bounded = v.atMost(a, v.float(end[v.bits]));
  const q = v.div(v.float(1), v.add(bounded, v.float(shift)));
  const scaled = v.mul(q, polynomial(v, q, fit));
  const [hi, lo] = twoProduct(v, bounded, bounded);
  const split = splitExp(v, v.mul(hi, v.float(rate)), v.mul(lo, v.float(rate)));
  return joinExp(v, split, weighted ? v.mul(bounded, scaled) : scaled);
}

export function erf<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const near = v.madd(x, polynomial(v, v.mul(x, x), ERF), x);
  const far = withSignOf(v, x, v.sub(v.float(1), tailOf(v, a, ERFC)));
  return v.select(v.less(a, v.float(1)), near, far);
}

export function erfc<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const one = v.float(1);
  const near = v.sub(one, v.madd(x, polynomial(v, v.mul(x, x), ERF), x));
  const tail = tailOf(v, a, ERFC);
  const far = v.select(v.less(x, v.float(0)), v.sub(v.float(2), tail), tail);
  return v.select(v.less(a, v.float(0.5)), near, far);
}

export function ndtr<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const near = v.madd(x, polynomial(v, v.mul(x, x), NDTR), v.float(0.5));
  const tail = tailOf(v, a, NORMAL);
  const far = v.select(v.less(v.float(0), x), v.sub(v.float(1), tail), tail);
  return v.select(v.less(a, v.float(0.5)), near, far);
}

/** x Φ(x) = max(x, 0) - |x| Φ(-|x|). */
export function gelu<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const near = v.mul(x, v.madd(x, polynomial(v, v.mul(x, x), NDTR), v.float(0.5)));
  const tail = tailOf(v, a, NORMAL, true);
  const far = v.select(v.less(x, v.float(0)), v.neg(tail), v.sub(x, tail));
  return v.select(v.less(a, v.float(0.5)), near, far);
}

function pairOf<F, I, M>(v: Lanes<F, I, M>, parts: ByWidth): Pair<F> {
  return [v.float(parts[v.bits][0]!), v.float(parts[v.bits][1]!)];
}

/** x/2 (1 + tanh u) = x σ(2u), u = sqrt(2/π) (x + 0.044715 x³), the exponent in pairs. */
export function geluTanh<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const bound = v.float(100);
  const bounded = v.atLeast(v.atMost(x, bound), v.neg(bound));
  const [hi, lo] = multiplyPairs(v, twoProduct(v, bounded, bounded), pairOf(v, GELU_CUBIC_PARTS));
  const linear = pairOf(v, GELU_LINEAR_PARTS);
  const [sum, lost] = twoSum(v, hi, linear[0]);
  const slope: Pair<F> = [sum, v.add(lost, v.add(lo, linear[1]))];
  const [u, rest] = multiplyPairs(v, [bounded, v.float(0)], slope);
  return gated(v, x, u, rest);
}
