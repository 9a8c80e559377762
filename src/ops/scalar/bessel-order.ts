/**
 * Bessel functions of integer order n >= 0 from those of order 0 and 1 by three-term recurrence (DLMF 10.6.1, 10.29.1):
 * upwards where the wanted solution does not decay (Y always, J for |x| > n, I for |x| > 4n^2), else downwards from far above
 * n (Miller), scaled by the order 0 or 1.
 */
import { i0, i0e, i1, i1e, j0, j1, y0, y1 } from './bessel.ts';
import { expDoubleDouble } from './exp-log.ts';

/** The value of order n and those of order 0 and 1, up to one common factor. */
function downwards(n: number, x: number, start: number, sign: 1 | -1): readonly [number, number, number] {
  let above = 0;
  let f = 1e-300;
  let wanted = 0;
  for (let k = start; k >= 1; k--) {
    if (k === n) wanted = f;
    [above, f] = [f, ((2 * k) / x) * f + sign * above];
    if (Math.abs(f) > 1e200) {
      above *= 1e-200;
      f *= 1e-200;
      wanted *= 1e-200;
    }
  }
  return [wanted, f, above];
}

function upwards(n: number, x: number, zeroth: number, first: number, sign: 1 | -1): number {
  let before = zeroth;
  let f = first;
  for (let k = 1; k < n; k++) [before, f] = [f, sign * (before - ((2 * k) / x) * f)];
  return f;
}

const parity = (n: number, x: number): 1 | -1 => (x < 0 && n % 2 === 1 ? -1 : 1);

/** The leading term (x/2)^n / n!. */
function leading(n: number, x: number): number {
  let term = 1;
  for (let k = 1; k <= n; k++) term *= x / (2 * k);
  return term;
}

export function besselJ(n: number, x: number): number {
  if (n < 2) return n === 0 ? j0(x) : j1(x);
  const a = Math.abs(x);
  if (a === Infinity || Number.isNaN(x)) return a === Infinity ? 0 : x;
  if (a < 1e-4) return parity(n, x) * leading(n, a) * (1 - (a * a) / (4 * (n + 1)));
  if (a > n) return parity(n, x) * upwards(n, a, j0(a), j1(a), -1);
  const [f, zeroth, first] = downwards(n, a, 2 * n + 40, -1);
  const [p, q] = [j0(a), j1(a)];
  return parity(n, x) * f * (Math.abs(p) > Math.abs(q) ? p / zeroth : q / first);
}

export function besselY(n: number, x: number): number {
  if (n < 2) return n === 0 ? y0(x) : y1(x);
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  return upwards(n, x, y0(x), y1(x), -1);
}

/** exp(-|x|) I_n(x). */
export function besselIe(n: number, x: number): number {
  if (n < 2) return n === 0 ? i0e(x) : i1e(x);
  const a = Math.abs(x);
  if (a === Infinity || Number.isNaN(x)) return a === Infinity ? 0 : x;
  if (a < 1e-4) return parity(n, x) * leading(n, a) * (1 + (a * a) / (4 * (n + 1))) * Math.exp(-a);
  if (a > 4 * n * n) return parity(n, x) * upwards(n, a, i0e(a), i1e(a), 1);
  const [f, zeroth] = downwards(n, a, 2 * n + 40 + Math.ceil(Math.sqrt(80 * a)), 1);
  return parity(n, x) * (f / zeroth) * i0e(a);
}

export function besselI(n: number, x: number): number {
  if (n < 2) return n === 0 ? i0(x) : i1(x);
  return expDoubleDouble([Math.abs(x), 0], besselIe(n, x));
}
