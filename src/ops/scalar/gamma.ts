/**
 * Gamma, log|Gamma| and digamma. From 8 up: Stirling's series with its large terms in double-double. Below: Gamma(1 + t)
 * fitted on [0, 1] times a double-double product; log Gamma and digamma fitted as (x - zero) * quotient, so that they stay
 * accurate relative to themselves at 1, 2 and 1.4616.... Negative x by reflection, Gamma(x) Gamma(-x) = -pi/(x sin pi x).
 */
import type { DoubleDouble } from './double-double.ts';
import { add, divide, multiply, negate, twoSum } from './double-double.ts';
import { expDoubleDouble, logDoubleDouble } from './exp-log.ts';
import { DIGAMMA_QUOTIENT, DIGAMMA_ROOT, GAMMA_SLOPE, LGAMMA_AT_ONE, LGAMMA_AT_TWO } from './gamma-coefficients.ts';
import { polynomial } from './polynomial.ts';
import { rational } from './rational.ts';
import { cosPi, sinPi } from './trig-pi.ts';

const HALF_LOG_2PI: DoubleDouble = [0.9189385332046728, -3.8782941580672414e-17];
const SQRT_2PI = 2.5066282746310007;
/** B_2k, k = 1 ... 12. */
export const BERNOULLI: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
  854513 / 138,
  -236364091 / 2730,
];
/** Coefficients of x^(1-2k) in Stirling's series for log Gamma, k = 1 ... 12. */
export const STIRLING: readonly number[] = BERNOULLI.map((b, i) => b / ((2 * i + 2) * (2 * i + 1)));
const DIGAMMA_TAIL = BERNOULLI.map((b, i) => b / (2 * i + 2));

/** log Gamma(x) - (x - 1/2) log x + x - log(2 pi)/2 for x >= 8. */
function stirlingSeries(x: number): number {
  return polynomial(1 / (x * x), STIRLING) / x;
}

/** log Gamma(x) for 8 <= x < 1e30, in double-double. */
export function lgammaDoubleDouble(x: number): DoubleDouble {
  const main = multiply(twoSum(x, -0.5), logDoubleDouble([x, 0]));
  return add(add(main, [-x, 0]), add(HALF_LOG_2PI, [stirlingSeries(x), 0]));
}

export function gamma(x: number): number {
  if (x === 0) return 1 / x;
  if (x < 0 && Math.floor(x) === x) return NaN;
  if (x > 172) return Infinity;
  if (x >= 8) return expDoubleDouble(lgammaDoubleDouble(x));
  if (x > -8) return gammaByProduct(x);
  return expDoubleDouble(negate(lgammaDoubleDouble(-x)), -Math.PI / (x * sinPi(x)));
}

function gammaByProduct(x: number): number {
  if (Math.abs(x) < 1e-290) return 1 / x;
  const n = Math.floor(x);
  const t = x - n;
  let product: DoubleDouble = [1, 0];
  for (let k = 1; k < n; k++) product = multiply(product, twoSum(x, -k));
  for (let k = 0; k <= -n; k++) product = multiply(product, twoSum(x, k));
  const base = twoSum(1, t * rational(t, GAMMA_SLOPE));
  return n > 0 ? multiply(base, product)[0] : divide(base, product)[0];
}

/** The sign of Gamma(x), 1 or -1; at a pole that of the limit from above. */
export function gammaSign(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return x > 0 || Math.abs(Math.floor(x) % 2) === 0 ? 1 : -1;
}

/** log Gamma(1 + x) for -0.35 <= x <= 0.65, relative to itself. */
export function lgamma1p(x: number): number {
  return x * rational(x, LGAMMA_AT_ONE);
}

/** log |Gamma(x)|. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x <= 0 && Math.floor(x) === x) return Infinity;
  if (x >= 1e30) return x * (Math.log(x) - 1);
  if (x >= 8) return lgammaDoubleDouble(x)[0];
  if (x > 3) return Math.log(gamma(x));
  if (x >= 1.65) return (x - 2) * rational(x - 2, LGAMMA_AT_TWO);
  if (x === 1) return 0;
  if (x >= 0.65) return lgamma1p(x - 1);
  if (x >= -0.35) return lgamma1p(x) - Math.log(Math.abs(x));
  if (x > -8) return Math.log(Math.abs(gamma(x)));
  const sine = logDoubleDouble([Math.abs(x * sinPi(x)) / Math.PI, 0]);
  return -add(sine, lgammaDoubleDouble(-x))[0];
}

/** Gamma(a) / (sqrt(2 pi) a^(a - 1/2) e^-a), which tends to 1: the scaled gamma function of a > 0. */
export function gammaStar(a: number): number {
  if (a >= 8) return Math.exp(stirlingSeries(a));
  if (a < 1e-20) return 1 / (SQRT_2PI * Math.sqrt(a));
  const exponent = add([a, 0], multiply(twoSum(0.5, -a), logDoubleDouble([a, 0])));
  return expDoubleDouble(exponent, gamma(a) / SQRT_2PI);
}

export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (x < 0) {
    if (Math.floor(x) === x) return NaN;
    return digamma(1 - x) - (Math.PI * cosPi(x)) / sinPi(x);
  }
  if (x >= 8) return Math.log(x) - 0.5 / x - polynomial(1 / (x * x), DIGAMMA_TAIL) / (x * x);
  if (x < 1) return (x - (DIGAMMA_ROOT[0] - 1) - DIGAMMA_ROOT[1]) * rational(x, DIGAMMA_QUOTIENT) - 1 / x;
  let z = x;
  let sum = 0;
  while (z > 2) {
    z -= 1;
    sum += 1 / z;
  }
  return sum + (z - DIGAMMA_ROOT[0] - DIGAMMA_ROOT[1]) * rational(z - 1, DIGAMMA_QUOTIENT);
}
