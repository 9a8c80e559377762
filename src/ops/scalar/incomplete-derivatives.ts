/**
 * Derivatives of P(a, x) and I_x(a, b) in their parameters, which have no closed form:
 * dP/da = 1/Gamma(a) * integral from 0 to x of (log t - digamma(a)) t^(a-1) e^-t dt, and for I likewise with
 * log t - (digamma(a) - digamma(a+b)). The whole integral vanishes, so it is taken on the side of x where the integrand has
 * one sign, with t = x e^-v (or 1 - t = (1-x) e^-v) relative to its value at x.
 */
import type { DoubleDouble } from './double-double.ts';
import { twoSum } from './double-double.ts';
import { digamma } from './gamma.ts';
import { betaPrefix } from './incomplete-beta.ts';
import { gammaPrefix } from './incomplete-gamma.ts';
import { integrateHalfLine } from './quadrature.ts';

/** dP(a, x)/da; that of Q = 1 - P is its negative. */
export function dGammaincDa(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0 || x === Infinity || a === Infinity) return 0;
  const excess = Math.log(x) - digamma(a);
  const integral =
    excess < 0
      ? integrateHalfLine(
          (v) => (excess - v) * Math.exp(-a * v - x * Math.expm1(-v)),
          1 / (Math.max(a - x, 0) + Math.sqrt(a)),
        )
      : -integrateHalfLine(
          (u) => ((excess + Math.log1p(u)) / (1 + u)) * Math.exp(a * Math.log1p(u) - x * u),
          1 / (Math.max(x - a, 0) + Math.sqrt(x)),
        );
  return gammaPrefix(a, x, a * integral);
}

/** dI_x(a, b)/da with x + y = 1. */
function betaInFirst(a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  const mean = digamma(a) - digamma(a + b);
  const logX = x[0] < 0.5 ? Math.log(x[0]) : Math.log1p(-y[0]);
  if (logX < mean) {
    const odds = x[0] / y[0];
    const integral = integrateHalfLine(
      (v) => (logX - mean - v) * Math.exp(-a * v + (b - 1) * Math.log1p(-odds * Math.expm1(-v))),
      1 / (Math.max(a - (b - 1) * odds, 0) + Math.sqrt(a / y[0])),
    );
    return betaPrefix(a, b, x, y, integral / y[0]);
  }
  const odds = y[0] / x[0];
  const integral = integrateHalfLine(
    (v) => {
      const growth = Math.log1p(-odds * Math.expm1(-v));
      return (logX + growth - mean) * Math.exp(-b * v + (a - 1) * growth);
    },
    1 / (Math.max(b - (a - 1) * odds, 0) + Math.sqrt(b / x[0])),
  );
  return betaPrefix(a, b, x, y, -integral / x[0]);
}

export function dBetaincDa(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return NaN;
  if (x === 0 || x === 1) return 0;
  return betaInFirst(a, b, [x, 0], twoSum(1, -x));
}

export function dBetaincDb(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return NaN;
  if (x === 0 || x === 1) return 0;
  return -betaInFirst(b, a, twoSum(1, -x), [x, 0]);
}
