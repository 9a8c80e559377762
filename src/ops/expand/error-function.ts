// erf by a polynomial next to 0. Further out the tail is e^(rate a²) G(a) / (parts (1 + slope a)) with G next to 1, so that its
// polynomial, in (a - 4)/(a + 4), adds little to the rounding of the quotient (the form of Schonfelder 1978, Math. Comp. 32); a² and
// the quotient are pairs where the tail is the result. The normal distribution has a fit of its own: x/sqrt(2) is never rounded.
import { withSignOf } from './bits.ts';
import { ERF, ERFC_TAIL, GELU_CUBIC_PARTS, GELU_LINEAR_PARTS, NDTR, NDTR_TAIL } from './coefficients.ts';
import { joinExp, splitExp } from './exponential.ts';
import type { ByWidth, Lanes } from './lanes.ts';
import { gated } from './logistic.ts';
import { dividePairs, multiplyPairs, type Pair, quickTwoSum, twoProduct, twoSum } from './pair.ts';
import { polynomial } from './polynomial.ts';

interface Tail {
  /** The exponent is this times a². */
  readonly rate: number;
  readonly slope: number;
  readonly parts: number;
  /** G - 1. */
  readonly fit: ByWidth;
  /** From here the tail is 0. */
  readonly end: { readonly 32: number; readonly 64: number };
}

const ERFC: Tail = { rate: -1, slope: 2, parts: 1, fit: ERFC_TAIL, end: { 32: 10.3, 64: 27.5 } };
const NORMAL: Tail = { rate: -0.5, slope: 1, parts: 2, fit: NDTR_TAIL, end: { 32: 14.6, 64: 39 } };

function fitOf<F, I, M>(v: Lanes<F, I, M>, a: F, { fit }: Tail): F {
  const four = v.float(4);
  return polynomial(v, v.div(v.sub(a, four), v.add(a, four)), fit);
}

/** The tail at a >= 1/2 with the rounding errors of a handful of operations: enough for 1 less it. */
function roughTail<F, I, M>(v: Lanes<F, I, M>, a: F, tail: Tail): F {
  const bounded = v.atMost(a, v.float(tail.end[v.bits]));
  const below = v.madd(bounded, v.float(tail.slope * tail.parts), v.float(tail.parts));
  const quotient = v.div(v.add(fitOf(v, bounded, tail), v.float(1)), below);
  return joinExp(v, splitExp(v, v.mul(v.mul(bounded, bounded), v.float(tail.rate))), quotient);
}

/** The tail at a >= 1/4; `weighted`, times a. */
function tailOf<F, I, M>(v: Lanes<F, I, M>, a: F, tail: Tail, weighted = false): F {
  const bounded = v.atMost(a, v.float(tail.end[v.bits]));
  const above = quickTwoSum(v, v.float(1), fitOf(v, bounded, tail));
  const below = twoSum(v, v.float(tail.parts), v.mul(bounded, v.float(tail.slope * tail.parts)));
  const quotient = dividePairs(v, above, below);
  const [hi, lo] = twoProduct(v, bounded, bounded);
  const split = splitExp(v, v.mul(hi, v.float(tail.rate)), v.mul(lo, v.float(tail.rate)));
  return joinExp(v, split, ...(weighted ? multiplyPairs(v, [bounded, v.float(0)], quotient) : quotient));
}

export function erf<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const near = v.madd(x, polynomial(v, v.mul(x, x), ERF), x);
  const far = withSignOf(v, x, v.sub(v.float(1), roughTail(v, a, ERFC)));
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
