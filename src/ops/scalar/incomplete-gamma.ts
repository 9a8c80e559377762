/**
 * The regularised incomplete gamma functions P(a, x) and Q = 1 - P. All methods share the factor exp(-a phi(x/a - 1)),
 * phi(m) = m - log(1 + m), whose exponent is formed in double-double. Small x: the power series of P (DLMF 8.7.1), or of Q
 * when a is small; large a and x near a: Temme's uniform expansion (DLMF 8.12); otherwise recurrence in a
 * from the continued fraction of Q (DLMF 8.9.2).
 */
import type { DoubleDouble } from './double-double.ts';
import { add, multiply, twoSum } from './double-double.ts';
import { erfcx } from './erf.ts';
import { expDoubleDouble, logRatio } from './exp-log.ts';
import { gammaStar, lgamma, lgamma1p } from './gamma.ts';
import { polynomial } from './polynomial.ts';
import { TEMME } from './temme-coefficients.ts';

const SQRT_2PI = 2.5066282746310007;
/** Above, P rises from 0 to 1 between two neighbouring doubles. */
const STEP_LIKE = 1e36;

/** -a phi(x/a - 1) = a log(x/a) + a - x. */
function gammaExponent(a: number, x: number): DoubleDouble {
  return add(multiply([a, 0], logRatio([x, 0], [a, 0])), twoSum(a, -x));
}

/** factor * x^a e^-x / Gamma(a + 1). */
export function gammaPrefix(a: number, x: number, factor: number): number {
  return expDoubleDouble(gammaExponent(a, x), factor / (SQRT_2PI * Math.sqrt(a) * gammaStar(a)));
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 0;
  for (let k = 1; term > 2 ** -60 * (1 + sum); k++) {
    term *= x / (a + k);
    sum += term;
  }
  return gammaPrefix(a, x, 1 + sum);
}

/** Q for small a and x, where 1 - P would cancel: P = e^u (1 + a sum), u = a log x - log Gamma(1 + a). */
function upperSeries(a: number, x: number): number {
  let power = 1;
  let sum = 0;
  for (let n = 1; n < 40 && Math.abs(power) > 2 ** -60; n++) {
    power *= -x / n;
    sum += power / (a + n);
  }
  const u = a * Math.log(x) - (a <= 0.5 ? lgamma1p(a) : lgamma(1 + a));
  return -Math.expm1(u) - Math.exp(u) * a * sum;
}

/**
 * Q = x^a e^-x/Gamma(a) G(a) with G(a) = (1 + (a - 1) G(a - 1))/x, all terms positive, from G of the fractional part of a. Far
 * above 1 a rough G 150 steps below does: each step shrinks its error by a/x < 0.72.
 */
function upperRecurrence(a: number, x: number): number {
  const steps = Math.min(Math.ceil(a) - 1, 150);
  const start = a - steps;
  let g = start <= 1 ? stieltjesFraction(start, x) : 1 / (x - start + 1);
  for (let j = steps - 1; j >= 0; j--) g = (1 + (a - j - 1) * g) / x;
  return gammaPrefix(a, x, a * g);
}

/** G(a) = 1/(x + (1-a)/(1 + 1/(x + (2-a)/(1 + 2/(x + ...))))) for a <= 1: positive, hence stable from its far end. */
function stieltjesFraction(a: number, x: number): number {
  let t = x;
  for (let k = Math.ceil(100 / x) + 5; k >= 1; k--) t = x + (k - a) / (1 + k / t);
  return 1 / t;
}

/** The smaller of P and Q for large a and x near a: P below a, Q above. */
function temme(a: number, x: number): number {
  const exponent = gammaExponent(a, x);
  const halfSquare = Math.max(0, -exponent[0]);
  const side = x < a ? -1 : 1;
  const eta = side * Math.sqrt((2 * halfSquare) / a);
  const series = polynomial(
    1 / a,
    TEMME.map((row) => polynomial(eta, row)),
  );
  const scale = SQRT_2PI * Math.sqrt(a);
  return expDoubleDouble(exponent, 0.5 * erfcx(Math.sqrt(halfSquare)) + (side * series) / scale);
}

function nearTransition(a: number, x: number): boolean {
  return a > 50 && Math.abs(x - a) < 0.4 * a;
}

function lower(a: number, x: number): number {
  return nearTransition(a, x) ? temme(a, x) : lowerSeries(a, x);
}

function upper(a: number, x: number): number {
  return nearTransition(a, x) ? temme(a, x) : upperRecurrence(a, x);
}

/** The limits shared by P and Q, as the value of P; undefined inside the domain. */
function lowerLimit(a: number, x: number): number | undefined {
  if (!(a >= 0 && x >= 0) || (a === 0 && x === 0) || (a === Infinity && x === Infinity)) return NaN;
  if (x === 0 || a === Infinity) return 0;
  if (a > STEP_LIKE) return x < a ? 0 : x > a ? 1 : 0.5;
  return a === 0 || x === Infinity ? 1 : undefined;
}

/** P(a, x) = 1/Gamma(a) * integral from 0 to x of t^(a-1) e^-t dt. */
export function gammainc(a: number, x: number): number {
  const limit = lowerLimit(a, x);
  if (limit !== undefined) return limit;
  return x <= 1.1 || x < a ? Math.min(1, lower(a, x)) : 1 - upper(a, x);
}

/** Q(a, x) = 1 - P(a, x). */
export function gammaincc(a: number, x: number): number {
  const limit = lowerLimit(a, x);
  if (limit !== undefined) return 1 - limit;
  if (x > 1.1) return x < a ? 1 - lower(a, x) : upper(a, x);
  const mostlyUpper = x <= 0.5 ? -0.4 / Math.log(x) < a : 1.1 * x < a;
  return mostlyUpper ? 1 - lowerSeries(a, x) : upperSeries(a, x);
}
