/**
 * The standard normal distribution: ndtr(x) = erfc(-x/sqrt 2)/2, its logarithm and its inverse. The lower tail is written
 * exp(-x^2/2) erfcx(-x/sqrt 2)/2: rounding x/sqrt 2 before squaring would cost x^2 ulp.
 */
import { erf, erfcinv, erfcx, erfinv, expSquare } from './erf.ts';

const SQRT_HALF = Math.SQRT1_2;

/** factor * P(Z <= x) for x <= 0, without premature underflow of the probability. */
export function lowerTail(x: number, factor = 1): number {
  return expSquare(x, -0.5, 0.5 * factor * erfcx(-x * SQRT_HALF));
}

export function ndtr(x: number): number {
  if (x < -0.7) return lowerTail(x);
  if (x > 0.7) return 1 - lowerTail(-x);
  return 0.5 + 0.5 * erf(x * SQRT_HALF);
}

export function logNdtr(x: number): number {
  if (x < -1) return (-x / 2) * x + Math.log(0.5 * erfcx(-x * SQRT_HALF));
  return x > 0 ? Math.log1p(-ndtr(-x)) : Math.log(ndtr(x));
}

export function ndtri(p: number): number {
  if (p >= 0.25 && p <= 0.75) return Math.SQRT2 * erfinv(2 * p - 1);
  return Math.SQRT2 * (p > 0.5 ? erfcinv(2 * (1 - p)) : -erfcinv(2 * p));
}
