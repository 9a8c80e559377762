/**
 * Elementary functions that Math lacks. The others (exp, log, sin, ...) are Math's own: V8's are within 2 ulp, which
 * test/scalar/elementary.test.ts checks; pow is the exception and has its own file.
 */
import { sinPi } from './trig-pi.ts';

export function exp2(x: number): number {
  return 2 ** x;
}

export function reciprocal(x: number): number {
  return 1 / x;
}

export function rsqrt(x: number): number {
  return 1 / Math.sqrt(x);
}

export function hypot(x: number, y: number): number {
  return Math.hypot(x, y);
}

/** sin(pi x)/(pi x), as in NumPy. */
export function sinc(x: number): number {
  if (x === 0) return 1;
  return Math.abs(x) === Infinity ? 0 : sinPi(x) / Math.PI / x;
}

/** The magnitude of x with the sign of y, -0 included. */
export function copysign(x: number, y: number): number {
  const negative = y < 0 || Object.is(y, -0);
  return negative ? -Math.abs(x) : Math.abs(x);
}

/** The nearest integer, ties to even: adding 2^52 leaves no room for a fraction. */
export function roundHalfEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 2 ** 52)) return x;
  return copysign(magnitude + 2 ** 52 - 2 ** 52, x);
}

/** The remainder with the sign of x, as in C. */
export function fmod(x: number, y: number): number {
  return x % y;
}

/** The remainder with the sign of y, as in Python. */
export function remainder(x: number, y: number): number {
  const r = x % y;
  if (r === 0) return copysign(0, y);
  return r < 0 === y < 0 ? r : r + y;
}

/** log(e^x + e^y). */
export function logaddexp(x: number, y: number): number {
  if (x === y) return x + Math.LN2;
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
}

/** log2(2^x + 2^y). */
export function logaddexp2(x: number, y: number): number {
  if (x === y) return x + 1;
  return Math.max(x, y) + Math.LOG2E * Math.log1p(2 ** -Math.abs(x - y));
}

/** x log y, and 0 at x = 0 for every y but NaN. */
export function xlogy(x: number, y: number): number {
  return x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y);
}

/** x log(1 + y), and 0 at x = 0 for every y but NaN. */
export function xlog1py(x: number, y: number): number {
  return x === 0 && !Number.isNaN(y) ? 0 : x * Math.log1p(y);
}

/** The entropy term -x log x, 0 at 0 and -Infinity below. */
export function entr(x: number): number {
  if (x < 0) return -Infinity;
  return x === 0 ? 0 : -x * Math.log(x);
}
