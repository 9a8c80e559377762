// All three are log(1 + u) of a u that does not cancel. Where squares would overflow, asinh x and acosh x are log x + ln 2.
import { formatOf, withSignOf } from './bits.ts';
import { ATANH } from './coefficients.ts';
import type { Lanes } from './lanes.ts';
import { log1pCore } from './logarithm.ts';
import { multiplyPairs, quickTwoSum, rootOfPair, twoSum } from './pair.ts';
import { oddPolynomial } from './polynomial.ts';

/** From here on x + 1 is x, and x² does not overflow yet. */
function largeFrom<F, I, M>(v: Lanes<F, I, M>): F {
  return v.float(2 ** (formatOf(v).mantissa + 3));
}

/** log(1 + big + small), or log whole + ln 2 where `whole` is large; Infinity at Infinity. */
function logOfSum<F, I, M>(v: Lanes<F, I, M>, whole: F, big: F, small: F): F {
  const large = v.less(largeFrom(v), whole);
  const [sum, lost] = quickTwoSum(v, big, small);
  const zero = v.float(0);
  const y = log1pCore(v, v.select(large, whole, sum), v.select(large, zero, lost));
  const shifted = v.add(y, v.select(large, v.float(Math.LN2), zero));
  return v.select(v.less(whole, v.float(Infinity)), shifted, whole);
}

/** asinh a = log(1 + a + a²/(1 + sqrt(1 + a²))). */
export function asinh<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const bounded = v.min(a, largeFrom(v));
  const square = v.mul(bounded, bounded);
  const one = v.float(1);
  const rest = v.div(square, v.add(one, v.sqrt(v.add(one, square))));
  return withSignOf(v, x, logOfSum(v, a, bounded, rest));
}

/** acosh x = log(1 + sqrt(t (t + 2)) + t) with t = x - 1. */
export function acosh<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const one = v.float(1);
  const t = v.sub(v.min(x, largeFrom(v)), one);
  const [root, lost] = rootOfPair(v, multiplyPairs(v, [t, v.float(0)], twoSum(v, v.float(2), t)));
  return v.select(v.less(x, one), v.float(NaN), logOfSum(v, x, root, v.add(t, lost)));
}

/** atanh a = log(1 + 2a/(1 - a))/2, and a polynomial below 1/2. */
export function atanh<F, I, M>(v: Lanes<F, I, M>, x: F): F {
  const a = v.abs(x);
  const one = v.float(1);
  const near = oddPolynomial(v, a, v.mul(a, a), ATANH);
  const far = v.mul(log1pCore(v, v.div(v.add(a, a), v.sub(one, a))), v.float(0.5));
  const ends = v.select(v.equal(a, one), v.float(Infinity), v.float(NaN));
  const y = v.select(v.less(a, v.float(0.5)), near, v.select(v.less(a, one), far, ends));
  return withSignOf(v, x, y);
}
