/**
 * Bessel functions of order 0 and 1. J and Y below 8: about each of their zeros; next to the origin J by its power series and
 * Y = (2/pi) log(x/root) J + a regular part. From 8 up: Hankel's form sqrt(2/(pi x)) (P cos w - Q sin w), whose error is
 * relative to that envelope. I: the power series (all terms positive), above 15 its asymptotic form.
 */
import {
  I0_TAIL,
  I1_TAIL,
  J0_PIECES,
  J1_PIECES,
  P0,
  P1,
  Q0,
  Q1,
  Y0_PIECES,
  Y0_REGULAR,
  Y0_ROOT,
  Y0_SERIES_END,
  Y1_PIECES,
  Y1_REGULAR,
  Y1_ROOT,
  Y1_SERIES_END,
} from './bessel-coefficients.ts';
import { expDoubleDouble } from './exp-log.ts';
import { polynomial } from './polynomial.ts';
import type { Rational } from './rational.ts';
import { rational } from './rational.ts';
import type { RootPiece } from './root-piece.ts';
import { evaluatePieces } from './root-piece.ts';

const INVERSE_SQRT_2PI = 0.3989422804014327;
const INVERSE_SQRT_PI = 0.5641895835477563;
const TWO_OVER_PI = 0.6366197723675814;

/** 1/(k! (k + order)!), the power series of I in x^2/4. */
function seriesOf(order: number): number[] {
  let term = 1;
  return Array.from({ length: 40 }, (_, k) => {
    if (k > 0) term /= k * (k + order);
    return term;
  });
}
const SERIES = [seriesOf(0), seriesOf(1)] as const;
const ALTERNATING = SERIES.map((series) => series.slice(0, 16).map((c, k) => (k % 2 === 0 ? c : -c))) as [
  number[],
  number[],
];

/** exp(|x|) scaled, where the product may be finite though exp(|x|) is not. */
function grow(x: number, scaled: number): number {
  return Math.abs(x) < 720 ? expDoubleDouble([Math.abs(x), 0], scaled) : Math.sign(x) * Infinity;
}

export function i0(x: number): number {
  return Math.abs(x) <= 15 ? polynomial((x * x) / 4, SERIES[0]) : grow(Math.abs(x), i0e(x));
}

/** exp(-|x|) I0(x). */
export function i0e(x: number): number {
  const a = Math.abs(x);
  if (a <= 15) return Math.exp(-a) * polynomial((x * x) / 4, SERIES[0]);
  return (INVERSE_SQRT_2PI + rational(1 / a, I0_TAIL) / a) / Math.sqrt(a);
}

export function i1(x: number): number {
  if (Math.abs(x) <= 15) return (x / 2) * polynomial((x * x) / 4, SERIES[1]);
  return grow(x, i1e(x));
}

/** exp(-|x|) I1(x). */
export function i1e(x: number): number {
  const a = Math.abs(x);
  if (a <= 15) return (x / 2) * Math.exp(-a) * polynomial((x * x) / 4, SERIES[1]);
  return (Math.sign(x) * (INVERSE_SQRT_2PI + rational(1 / a, I1_TAIL) / a)) / Math.sqrt(a);
}

/** sqrt(2/(pi x)) ((1 + P) cosine - Q sine), where cosine and sine carry a factor sqrt 2. */
function hankel(x: number, p: Rational, q: Rational, cosine: number, sine: number): number {
  if (x === Infinity) return 0;
  const z = 1 / (x * x);
  const mixed = cosine + z * rational(z, p) * cosine - (rational(z, q) / x) * sine;
  return (INVERSE_SQRT_PI / Math.sqrt(x)) * mixed;
}

/** J on (0, 8]: the power series up to half-way to the first zero, then zero by zero. */
function smallJ(order: 0 | 1, x: number, end: number, pieces: readonly RootPiece[]): number {
  if (x > end) return evaluatePieces(x, pieces);
  const series = polynomial((x * x) / 4, ALTERNATING[order]);
  return order === 0 ? series : (x / 2) * series;
}

/** log(x/root), relative to itself next to the root. */
function logOverRoot(x: number, [hi, lo]: readonly [number, number]): number {
  return Math.abs(x - hi) < 0.3 * hi ? Math.log1p((x - hi - lo) / hi) : Math.log(x / hi);
}

export function j0(x: number): number {
  const a = Math.abs(x);
  if (a <= 8) return smallJ(0, a, 1.2, J0_PIECES);
  const [s, c] = [Math.sin(a), Math.cos(a)];
  return hankel(a, P0, Q0, c + s, s - c);
}

export function j1(x: number): number {
  if (x === 0) return x;
  const a = Math.abs(x);
  const sign = x < 0 ? -1 : 1;
  if (a <= 8) return sign * smallJ(1, a, 2.4, J1_PIECES);
  const [s, c] = [Math.sin(a), Math.cos(a)];
  return sign * hankel(a, P1, Q1, s - c, -s - c);
}

export function y0(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x <= Y0_SERIES_END) {
    const [hi, lo] = Y0_ROOT;
    const regular = (x - hi - lo) * (x + hi) * polynomial(x * x, Y0_REGULAR);
    return TWO_OVER_PI * logOverRoot(x, Y0_ROOT) * j0(x) + regular;
  }
  if (x <= 8) return evaluatePieces(x, Y0_PIECES);
  const [s, c] = [Math.sin(x), Math.cos(x)];
  return hankel(x, P0, Q0, s - c, -c - s);
}

export function y1(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x < 1e-300) return -TWO_OVER_PI / x;
  if (x <= Y1_SERIES_END) {
    const [hi, lo] = Y1_ROOT;
    const regular = ((x - hi - lo) * (x + hi) * polynomial(x * x, Y1_REGULAR)) / x;
    return TWO_OVER_PI * logOverRoot(x, Y1_ROOT) * j1(x) + regular;
  }
  if (x <= 8) return evaluatePieces(x, Y1_PIECES);
  const [s, c] = [Math.sin(x), Math.cos(x)];
  return hankel(x, P1, Q1, -s - c, c - s);
}
