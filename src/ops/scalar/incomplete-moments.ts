/**
 * Derivatives of any order of the incomplete gamma and beta functions and of their densities in the parameters. Each density
 * is exp(K), so its derivatives are the density times complete Bell polynomials of the derivatives of K (for gamma
 * K = a log t - t - log Gamma(a)); those of the functions are integrals of these. For an order above 0 the whole integral
 * vanishes, so it is taken on the side of x that holds less, with t = x e^-v relative to the density at x.
 */
import type { DoubleDouble } from './double-double.ts';
import { twoSum } from './double-double.ts';
import { digamma, gamma } from './gamma.ts';
import { betainc, betaPrefix } from './incomplete-beta.ts';
import { gammainc, gammaPrefix } from './incomplete-gamma.ts';
import { integrateHalfLine } from './quadrature.ts';
import { polygamma } from './zeta.ts';

/** The derivatives of K, by how often in the first and in the second parameter. */
type Cumulants = (i: number, j: number) => number;

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

/** exp(-K) times the derivative of exp(K) of order m in the first and n in the second parameter. */
function bell(m: number, n: number, k: Cumulants): number {
  if (m === 0 && n === 0) return 1;
  if (m === 0) return bell(n, 0, (i, j) => k(j, i));
  let sum = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= n; j++) sum += binomial(m - 1, i) * binomial(n, j) * k(i + 1, j) * bell(m - 1 - i, n - j, k);
  }
  return sum;
}

/** polygamma(0), ... as a function that computes each order once. */
function polygammas(x: number): (order: number) => number {
  const known: number[] = [];
  return (order) => {
    known[order] ??= polygamma(order, x);
    return known[order]!;
  };
}

// ------------------------------------------------------------------------------------------------------------ gamma

function gammaCumulants(a: number): (logT: number) => Cumulants {
  const psi = polygammas(a);
  return (logT) => (i) => (i === 1 ? logT - psi(0) : -psi(i - 1));
}

/** The n-th derivative in a of the density x^(a-1) e^-x / Gamma(a); a <= 0 continues it analytically, for n = 0. */
export function gammaDensity(n: number, a: number, x: number): number {
  if (a <= 0) return n > 0 || Math.floor(a) === a ? 0 : (x ** (a - 1) * Math.exp(-x)) / gamma(a);
  if (!(x >= 0)) return NaN;
  const density = x === 0 ? (a > 1 ? 0 : a === 1 ? 1 : Infinity) : gammaPrefix(a, x, a / x);
  return density === 0 || n === 0 ? density : density * bell(n, 0, gammaCumulants(a)(Math.log(x)));
}

/** The n-th derivative in a of P(a, x). */
export function gammaincDerivative(n: number, a: number, x: number): number {
  if (n === 0) return gammainc(a, x);
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0 || x === Infinity || a === Infinity) return 0;
  const at = gammaCumulants(a);
  const logX = Math.log(x);
  if (logX < digamma(a)) {
    const lower = integrateHalfLine(
      (v) => bell(n, 0, at(logX - v)) * Math.exp(-a * v - x * Math.expm1(-v)),
      1 / (Math.max(a - x, 0) + Math.sqrt(a)),
    );
    return gammaPrefix(a, x, a * lower);
  }
  const upper = integrateHalfLine(
    (u) => (bell(n, 0, at(logX + Math.log1p(u))) / (1 + u)) * Math.exp(a * Math.log1p(u) - x * u),
    1 / (Math.max(x - a, 0) + Math.sqrt(x)),
  );
  return gammaPrefix(a, x, -a * upper);
}

// ------------------------------------------------------------------------------------------------------------- beta

function betaCumulants(a: number, b: number): (logT: number, logRest: number) => Cumulants {
  const [first, second, total] = [polygammas(a), polygammas(b), polygammas(a + b)];
  return (logT, logRest) => (i, j) => {
    let value = total(i + j - 1);
    if (j === 0) value -= first(i - 1);
    if (i === 0) value -= second(j - 1);
    if (i === 1 && j === 0) return value + logT;
    return i === 0 && j === 1 ? value + logRest : value;
  };
}

/** The derivative of order m in a and n in b of the density x^(a-1) (1-x)^(b-1) / B(a, b). */
export function betaDensity(m: number, n: number, a: number, b: number, x: number): number {
  if (!(x >= 0 && x <= 1)) return NaN;
  let density: number;
  if (x === 0) density = a > 1 || a === 0 ? 0 : a === 1 ? b : Infinity;
  else if (x === 1) density = b > 1 || b === 0 ? 0 : b === 1 ? a : Infinity;
  else if (!(a > 0 && b > 0)) density = a === 0 || b === 0 ? 0 : NaN;
  else density = betaPrefix(a, b, [x, 0], twoSum(1, -x), 1 / (x * (1 - x)));
  if (density === 0 || (m === 0 && n === 0)) return density;
  return density * bell(m, n, betaCumulants(a, b)(Math.log(x), Math.log1p(-x)));
}

/** The integral of that derivative from 0 to x, where x + y = 1. */
function lowerBeta(m: number, n: number, a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  const at = betaCumulants(a, b);
  const odds = x[0] / y[0];
  const logX = x[0] < 0.5 ? Math.log(x[0]) : Math.log1p(-y[0]);
  const logY = y[0] < 0.5 ? Math.log(y[0]) : Math.log1p(-x[0]);
  const integral = integrateHalfLine(
    (v) => {
      const growth = Math.log1p(-odds * Math.expm1(-v));
      return bell(m, n, at(logX - v, logY + growth)) * Math.exp(-a * v + (b - 1) * growth);
    },
    1 / (Math.max(a - (b - 1) * odds, 0) + Math.sqrt(a / y[0])),
  );
  return betaPrefix(a, b, x, y, integral / y[0]);
}

/** The derivative of order m in a and n in b of I_x(a, b). */
export function betaincDerivative(m: number, n: number, a: number, b: number, x: number): number {
  if (m === 0 && n === 0) return betainc(a, b, x);
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return NaN;
  if (x === 0 || x === 1) return 0;
  const y = twoSum(1, -x);
  if (Math.log(x) < digamma(a) - digamma(a + b)) return lowerBeta(m, n, a, b, [x, 0], y);
  return -lowerBeta(n, m, b, a, y, [x, 0]);
}
