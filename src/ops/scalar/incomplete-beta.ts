/**
 * The regularised incomplete beta function I_x(a, b). The factor x^a (1-x)^b / B(a, b) is formed as in the incomplete gamma
 * function: a log(x (a+b)/a) + b log((1-x)(a+b)/b) in double-double, times scaled gamma functions. It multiplies a power
 * series (DLMF 8.17.7) or a continued fraction on the side of the mean where that converges;
 * I_x(a, b) = 1 - I_{1-x}(b, a) covers the other side.
 */
import type { DoubleDouble } from './double-double.ts';
import { add, multiply, subtract, twoSum } from './double-double.ts';
import { erfcx } from './erf.ts';
import { expDoubleDouble, logRatio } from './exp-log.ts';
import { gammaStar, lgamma1p, STIRLING } from './gamma.ts';

const SQRT_2PI = 2.5066282746310007;

/** a log(x/mean) + b log(y/(1 - mean)), mean = a/(a+b). */
function betaExponent(a: number, b: number, x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const total = twoSum(a, b);
  const left = multiply([a, 0], logRatio(multiply(x, total), [a, 0]));
  return add(left, multiply([b, 0], logRatio(multiply(y, total), [b, 0])));
}

/** a y - b x = (a + b) (mean - x), without cancellation. */
function deviation(a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  return subtract(multiply(y, [a, 0]), multiply(x, [b, 0]))[0];
}

/** factor * x^a y^b / B(a, b), where x + y = 1 exactly. */
export function betaPrefix(a: number, b: number, x: DoubleDouble, y: DoubleDouble, factor: number): number {
  const stars = gammaStar(a + b) / gammaStar(a) / gammaStar(b);
  const scale = (Math.sqrt(Math.min(a, b)) / SQRT_2PI) * Math.sqrt(Math.max(a, b) / (a + b)) * stars;
  return expDoubleDouble(betaExponent(a, b, x, y), scale * factor);
}

/** sum of (1-b)(2-b)...(n-b) x^n / (n! (a+n)), n >= 1. */
function seriesTail(a: number, b: number, x: number): number {
  let power = 1;
  let sum = 0;
  for (let n = 1; n < 2000; n++) {
    power *= ((n - b) / n) * x;
    const term = power / (a + n);
    sum += term;
    if (Math.abs(term) <= 2 ** -60 * Math.abs(sum)) break;
  }
  return sum;
}

/**
 * I_x(a, b)/prefix as 1/(beta_0 + alpha_1/(beta_1 + ...)) (Didonato and Morris, TOMS 18, 1992, eq. 9): the small difference
 * lambda = a (1-x) - b x enters exactly. Runs to convergence by Lentz's method, in about sqrt(max(a, b)) steps next to the mean,
 * then evaluates from the far end, where rounding errors are damped.
 */
function fraction(a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  const lambda = deviation(a, b, x, y);
  const numerator = (m: number): number => {
    const r = x[0] / (a + 2 * m - 1);
    return (a + m - 1) * (a + b + m - 1) * m * (b - m) * r * r;
  };
  const denominator = (m: number): number =>
    m + (m * (b - m) * x[0]) / (a + 2 * m - 1) + ((a + m) * (lambda + 1 + m * (1 + y[0]))) / (a + 2 * m + 1);
  let c = (a * (lambda + 1)) / (a + 1);
  let d = 0;
  let last = 1;
  for (; last < 1e6; last++) {
    d = 1 / (denominator(last) + numerator(last) * d);
    c = denominator(last) + numerator(last) / c;
    if (Math.abs(c * d - 1) < 2 ** -52) break;
  }
  let value = denominator(last);
  for (let m = last; m > 1; m--) value = denominator(m - 1) + numerator(m) / value;
  return 1 / ((a * (lambda + 1)) / (a + 1) + numerator(1) / value);
}

/**
 * log Gamma(a + b) - log Gamma(a) for small b, relative to itself: shifted to z >= 16, then Stirling's series differenced
 * term by term, p^n - q^n = (p - q) (p^(n-1) + ... + q^(n-1)) with p = 1/(z+b), q = 1/z.
 */
function lgammaDifference(a: number, b: number): number {
  let sum = 0;
  let z = a;
  for (; z < 16; z++) sum -= Math.log1p(b / z);
  const p = 1 / (z + b);
  const q = 1 / z;
  let mixed = 1;
  let power = 1;
  let series = 0;
  for (const coefficient of STIRLING) {
    series += coefficient * mixed;
    for (let i = 0; i < 2; i++) {
      power *= q;
      mixed = mixed * p + power;
    }
  }
  return sum + (z + b - 0.5) * Math.log1p(b / z) - b + b * Math.log(z) - b * p * q * series;
}

/** 1 - I_x(a, b) for small a, where I is next to 1: x^a/(a B(a, b)) = e^u, u = a log x - log(a B). */
function complementOfSmallA(a: number, b: number, x: number): number {
  const u = a * Math.log(x) - lgamma1p(a) + lgammaDifference(b, a);
  return -Math.expm1(u) - Math.exp(u) * a * seriesTail(a, b, x);
}

/**
 * The leading term of the uniform expansion for large a and b (DLMF 8.18.9), x at most the mean: with I_x = e^E (...) and
 * zeta = sqrt(-2E), the correction is of order 1/sqrt(min(a, b)) and the next one about a hundredth of its cube.
 */
function uniform(a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  const exponent = betaExponent(a, b, x, y);
  const halfSquare = Math.max(0, -exponent[0]);
  const zeta = Math.sqrt(2 * halfSquare);
  const sigma = Math.sqrt(Math.min(a, b)) * Math.sqrt(Math.max(a, b) / (a + b));
  const correction = zeta < 1e-3 ? (b / (a + b) - a / (a + b)) / (3 * sigma) : sigma / deviation(a, b, x, y) - 1 / zeta;
  return expDoubleDouble(exponent, 0.5 * erfcx(Math.sqrt(halfSquare)) + correction / SQRT_2PI);
}

/** I_x(a, b) on the side x <= (a+1)/(a+b+2). */
function direct(a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  if (b * x[0] <= 1 && x[0] <= 0.9) {
    return betaPrefix(a, b, x, [1, 0], (1 + a * seriesTail(a, b, x[0])) / a);
  }
  return betaPrefix(a, b, x, y, fraction(a, b, x, y));
}

export function betainc(a: number, b: number, x: number): number {
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1)) return NaN;
  if ((a === 0 && b === 0) || (a === Infinity && b === Infinity)) return NaN;
  if (x === 0 || b === 0 || a === Infinity) return x === 1 || a === 0 ? 1 : 0;
  if (x === 1 || a === 0 || b === Infinity) return 1;
  const y = twoSum(1, -x);
  const smaller = Math.min(a, b);
  if (smaller > 2e9) {
    const below = deviation(a, b, [x, 0], y);
    // Beyond 1e36 the distribution is narrower than the spacing of doubles.
    if (smaller > 1e36) return below > 0 ? 0 : below < 0 ? 1 : 0.5;
    return below >= 0 ? uniform(a, b, [x, 0], y) : 1 - uniform(b, a, y, [x, 0]);
  }
  if (x <= (a + 1) / (a + b + 2)) return Math.min(1, direct(a, b, [x, 0], y));
  if (b < 0.25 && y[0] <= 0.9) return complementOfSmallA(b, a, y[0]);
  return 1 - direct(b, a, y, [x, 0]);
}
