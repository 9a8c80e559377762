/**
 * exp of a double-double and log in double-double: an absolute error d of an exponent is a relative error d of the power, so
 * large exponents (y log x, -x^2, Stirling's series) need more than 53 bits.
 * log of a ratio n/d in [1/2, 2] is 2 artanh((n - d)/(n + d)): no cancellation next to 1.
 */
import type { DoubleDouble } from './double-double.ts';
import { add, divide, multiply, quickTwoSum, scale, subtract } from './double-double.ts';
import { polynomial } from './polynomial.ts';

const LN2: DoubleDouble = [Math.LN2, 2.3190468138462996e-17];
const THIRD: DoubleDouble = [0.3333333333333333, 1.850371707708594e-17];
const INVERSE_FACTORIALS = inverseFactorials(16);
const INVERSE_ODDS = Array.from({ length: 20 }, (_, k) => 1 / (2 * k + 5));

function inverseFactorials(count: number): number[] {
  let factorial = 1;
  return Array.from({ length: count }, (_, k) => {
    factorial *= k + 2;
    return 1 / factorial;
  });
}

/**
 * factor * exp(hi + lo), within 0.6 ulp for factor 1. It overflows, and underflows gradually, only where the product does,
 * for |log factor| up to 700.
 */
export function expDoubleDouble([hi, lo]: DoubleDouble, factor = 1): number {
  if (Number.isNaN(hi)) return NaN;
  if (hi > 1400) return Infinity * factor;
  if (hi < -1450) return 0 * factor;
  const k = Math.round(hi / LN2[0]);
  const [r, rLow] = subtract([hi, lo], multiply(LN2, [k, 0]));
  const [one, oneLow] = quickTwoSum(1, r);
  const mantissa = one + (oneLow + (rLow + (r * rLow + r * r * polynomial(r, INVERSE_FACTORIALS))));
  if (Math.abs(k) < 1000) return mantissa * factor * 2 ** k;
  const half = Math.trunc(k / 2);
  return mantissa * factor * 2 ** half * 2 ** (k - half);
}

function twoArtanh(s: DoubleDouble): DoubleDouble {
  const square = multiply(s, s);
  const tail = square[0] * square[0] * polynomial(square[0], INVERSE_ODDS);
  const series = add([1, 0], add(multiply(square, THIRD), [tail, 0]));
  return scale(multiply(s, series), 2);
}

/** log(n/d) for positive n and d, good to about 1e-19 relative, also where n/d is next to 1. */
export function logRatio(n: DoubleDouble, d: DoubleDouble): DoubleDouble {
  const ratio = n[0] / d[0];
  if (ratio > 0.5 && ratio < 2) return twoArtanh(divide(subtract(n, d), add(n, d)));
  return subtract(logDoubleDouble(n), logDoubleDouble(d));
}

/** log(x) for a positive finite x. */
export function logDoubleDouble(x: DoubleDouble): DoubleDouble {
  if (x[0] < 2 ** -1000) return subtract(logDoubleDouble(scale(x, 2 ** 200)), multiply(LN2, [200, 0]));
  const k = Math.round(Math.log2(x[0]));
  const half = Math.trunc(k / 2);
  const mantissa = scale(scale(x, 2 ** -half), 2 ** (half - k));
  const log = twoArtanh(divide(add(mantissa, [-1, 0]), add(mantissa, [1, 0])));
  return k === 0 ? log : add(multiply(LN2, [k, 0]), log);
}
