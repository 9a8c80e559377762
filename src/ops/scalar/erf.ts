/**
 * The error function and its relatives. The pivot is erfcx(x) = exp(x^2) erfc(x), which is smooth and free of underflow:
 * erfc = exp(-x^2) erfcx with x^2 in double-double, and the inverses are one Halley step from a rough fit,
 * f/f' = -(sqrt(pi)/2) (erfcx(y) - q exp(y^2)) for f(y) = erfc(y) - q.
 */
import { twoProduct } from './double-double.ts';
import {
  ERF_CORE,
  ERFCINV_START,
  ERFCX_AT_CENTRE,
  ERFCX_CENTRE,
  ERFCX_MIDDLE,
  ERFCX_TAIL,
  ERFINV_START,
} from './erf-coefficients.ts';
import { expDoubleDouble } from './exp-log.ts';
import { polynomial } from './polynomial.ts';
import { rational } from './rational.ts';

const INVERSE_SQRT_PI = 0.5641895835477563;
const HALF_SQRT_PI = 0.886226925452758;

/** factor * exp(c x^2) for a power of two c (with either sign), without the error of a rounded square. */
export function expSquare(x: number, c: number, factor = 1): number {
  if (Math.abs(x) > 1e100) return c > 0 ? Infinity * factor : 0 * factor;
  const [hi, lo] = twoProduct(x, x);
  return expDoubleDouble([c * hi, c * lo], factor);
}

export function erf(x: number): number {
  if (Math.abs(x) < 1) return x + x * polynomial(x * x, ERF_CORE);
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
}

export function erfc(x: number): number {
  if (x < 0.5) return x < -1 ? 2 - erfc(-x) : 1 - erf(x);
  return expSquare(x, -1, erfcx(x));
}

/** The scaled complement exp(x^2) erfc(x). */
export function erfcx(x: number): number {
  if (x >= 2) {
    const z = 1 / (x * x);
    return (INVERSE_SQRT_PI + z * rational(z, ERFCX_TAIL)) / x;
  }
  if (x >= 0.5) {
    const t = x - ERFCX_CENTRE;
    return ERFCX_AT_CENTRE + t * rational(t, ERFCX_MIDDLE);
  }
  if (x > -0.5) return expSquare(x, 1, erfc(x));
  return Number.isNaN(x) ? x : expSquare(x, 1, 2) - erfcx(-x);
}

export function erfinv(x: number): number {
  if (Math.abs(x) > 1) return NaN;
  if (Math.abs(x) >= 0.5) return Math.sign(x) * erfcinvTail(1 - Math.abs(x));
  const y = x * rational(x * x, ERFINV_START);
  const step = HALF_SQRT_PI * (erf(y) - x) * Math.exp(y * y);
  return y - step / (1 + y * step);
}

export function erfcinv(q: number): number {
  if (!(q >= 0 && q <= 2)) return NaN;
  if (q < 0.5) return erfcinvTail(q);
  return q > 1.5 ? -erfcinvTail(2 - q) : erfinv(1 - q);
}

function erfcinvTail(q: number): number {
  if (q === 0) return Infinity;
  const y = rational(Math.sqrt(-Math.log(q)), ERFCINV_START);
  const half = Math.exp((y * y) / 2);
  const step = HALF_SQRT_PI * (q * half * half - erfcx(y));
  return y - step / (1 + y * step);
}
