// x^y = 2^(y log2 x) with the logarithm as a pair, log m = 2 (s + s³/3 + s⁵ p(s²)) and s = (m - 1)/(m + 1): its relative error must
// stay below an ulp divided by the largest exponent. Zeros, infinities, NaN and subnormal bases are left to the scalar function.
import { formatOf, nearestInteger, twoPowersOfBits } from './bits.ts';
import { EXP2, LOG_PAIR, LOG2E_PARTS, THIRD_PARTS } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { splitLogarithm } from './logarithm.ts';
import { multiplyPairs, type Pair, quickTwoSum, twoProduct } from './pair.ts';
import { polynomial } from './polynomial.ts';

/** (m - 1)/(m + 1), the remainder of the division included. */
function logArgument<F, I, M>(v: Lanes<F, I, M>, m: F): Pair<F> {
  const one = v.float(1);
  const f = v.sub(m, one);
  const [d, dRest] = quickTwoSum(v, v.max(m, one), v.min(m, one));
  const quotient = v.div(f, d);
  const [back, backRest] = twoProduct(v, quotient, d);
  const left = v.sub(v.sub(v.sub(f, back), backRest), v.mul(quotient, dRest));
  return [quotient, v.div(left, d)];
}

/** log2 a for normal a > 0. */
function log2Pair<F, I, M>(v: Lanes<F, I, M>, a: F): Pair<F> {
  const { k, mantissa } = splitLogarithm(v, a);
  const s = logArgument(v, mantissa);
  const z = multiplyPairs(v, s, s);
  const [third, thirdRest] = THIRD_PARTS[v.bits] as [number, number];
  const rest = v.madd(z[0], polynomial(v, z[0], LOG_PAIR), v.float(thirdRest));
  const curved = multiplyPairs(v, s, multiplyPairs(v, z, quickTwoSum(v, v.float(third), rest)));
  const [sum, lost] = quickTwoSum(v, s[0], curved[0]);
  const half: Pair<F> = [sum, v.add(lost, v.add(s[1], curved[1]))];
  const [factor, factorRest] = LOG2E_PARTS[v.bits] as [number, number];
  const [hi, lo] = multiplyPairs(v, half, [v.float(2 * factor), v.float(2 * factorRest)]);
  const [whole, wholeRest] = quickTwoSum(v, k, hi);
  return [whole, v.add(wholeRest, lo)];
}

/** 2^(hi + lo) for any hi and |lo| far below 1 where the result is finite. */
function exp2Pair<F, I, M>(v: Lanes<F, I, M>, [hi, lo]: Pair<F>): F {
  const { bias, mantissa } = formatOf(v);
  const limit = v.float(bias + mantissa + 4);
  const bounded = v.atLeast(v.atMost(hi, limit), v.neg(limit));
  const { n, bits } = nearestInteger(v, bounded, 1, 2 * bias);
  const r = v.add(v.sub(bounded, n), v.select(v.equal(bounded, hi), lo, v.float(0)));
  const [a, b] = twoPowersOfBits(v, bits);
  return v.mul(v.mul(v.madd(r, polynomial(v, r, EXP2), v.float(1)), a), b);
}

/** a^y for normal a > 0 and finite y, which is bounded where every power but that of 1 overflows. */
function positivePower<F, I, M>(v: Lanes<F, I, M>, a: F, y: F): F {
  const huge = v.float(2 ** (formatOf(v).mantissa + 13));
  const exponent = v.atLeast(v.atMost(y, huge), v.neg(huge));
  const [log, logRest] = log2Pair(v, a);
  const [hi, lo] = twoProduct(v, exponent, log);
  return exp2Pair(v, [hi, v.madd(exponent, logRest, lo)]);
}

export function pow<F, I, M>(v: Lanes<F, I, M>, x: F, y: F): F {
  const a = v.abs(x);
  const magnitude = positivePower(v, a, y);
  const half = v.mul(y, v.float(0.5));
  const isInteger = v.equal(v.trunc(y), y);
  const odd = v.and(isInteger, v.not(v.equal(v.trunc(half), half)));
  const ofNegative = v.select(odd, v.neg(magnitude), v.select(isInteger, magnitude, v.float(NaN)));
  const inside = v.select(v.less(x, v.float(0)), ofNegative, magnitude);
  const infinity = v.float(Infinity);
  const ordinaryBase = v.and(v.lessEqual(v.float(formatOf(v).smallestNormal), a), v.less(a, infinity));
  const ordinary = v.and(ordinaryBase, v.less(v.abs(y), infinity));
  return v.outside(v.not(ordinary), 'pow', [x, y], inside);
}

/** x^n for a constant n: products and square roots for the small ones, as in the scalar function. */
export function powConstant<F, I, M>(v: Lanes<F, I, M>, x: F, n: number): F {
  if (n === 1.5) return v.select(v.equal(x, v.float(-Infinity)), v.float(Infinity), v.mul(x, v.sqrt(x)));
  if (n !== 3 && n !== 4) return pow(v, x, v.float(n));
  const square = v.mul(x, x);
  return v.mul(square, n === 3 ? x : square);
}
