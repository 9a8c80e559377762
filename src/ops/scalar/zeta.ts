/**
 * Hurwitz zeta(s, q) = sum_k (q + k)^-s, and polygamma(n, x) = (-1)^(n+1) n! zeta(n + 1, x), by Euler-Maclaurin
 * (DLMF 25.11.5). Terms are taken relative to the first, (q/(q + k))^s, through double-double logarithms, so neither large s
 * nor n! costs digits or range. For q < 0 and integer s the sum is regrouped about its term of smallest modulus.
 */
import type { DoubleDouble } from './double-double.ts';
import { multiply, subtract, twoSum } from './double-double.ts';
import { expDoubleDouble, logDoubleDouble, logRatio } from './exp-log.ts';
import { BERNOULLI, digamma, gamma, lgammaDoubleDouble } from './gamma.ts';

/** q^s zeta(s, q) for q > 0, s > 1. */
function scaledZeta(s: number, q: number): number {
  if (q > 1e17 * s) return q / (s - 1);
  let sum = 0;
  for (let k = 0; ; k++) {
    const w = q + k;
    const term = k === 0 ? 1 : expDoubleDouble(multiply([-s, 0], logRatio(twoSum(q, k), [q, 0])));
    if (w >= s + 10) return sum + term * (w / (s - 1) + 0.5 + bernoulliTail(s, w));
    sum += term;
    if (term * (1 + w / (s - 1)) < 2 ** -58 * sum) return sum;
  }
}

/** sum_j B_2j/(2j)! s (s+1) ... (s+2j-2) w^(1-2j). */
function bernoulliTail(s: number, w: number): number {
  let factor = s / (2 * w);
  let sum = 0;
  for (let j = 1; j <= BERNOULLI.length; j++) {
    const term = BERNOULLI[j - 1]! * factor;
    sum += term;
    if (Math.abs(term) < 2 ** -58 * sum) break;
    factor *= (((s + 2 * j - 1) / w) * ((s + 2 * j) / w)) / ((2 * j + 1) * (2 * j + 2));
  }
  return sum;
}

/** exp(logScale) zeta(s, q): the scale joins before anything can overflow. */
function scaledHurwitz(s: number, q: number, logScale: DoubleDouble): number {
  if (q > 0) {
    const exponent = subtract(logScale, multiply([s, 0], logDoubleDouble([q, 0])));
    return expDoubleDouble(exponent, scaledZeta(s, q));
  }
  if (Math.floor(q) === q) return Infinity;
  if (Math.floor(s) !== s) return NaN;
  const m = Math.round(-q);
  const t = q + m;
  const parity = s % 2 === 0 ? 1 : -1;
  const distance = Math.abs(t);
  const others = distance ** s * (hurwitz(s, 1 + t) + parity * finiteSum(s, 1 - t, m));
  const exponent = subtract(logScale, multiply([s, 0], logDoubleDouble([distance, 0])));
  return expDoubleDouble(exponent, (t < 0 ? parity : 1) + others);
}

/** sum_{j < m} (q + j)^-s for q > 0. */
function finiteSum(s: number, q: number, m: number): number {
  if (m > 40) return hurwitz(s, q) - hurwitz(s, q + m);
  let sum = 0;
  for (let j = m - 1; j >= 0; j--) sum += (q + j) ** -s;
  return sum;
}

function hurwitz(s: number, q: number): number {
  return scaledHurwitz(s, q, [0, 0]);
}

/** Hurwitz zeta for s > 1; for q < 0 only integer s has a real value. */
export function zeta(s: number, q: number): number {
  if (Number.isNaN(q) || !(s >= 1)) return NaN;
  if (s === 1) return Infinity;
  if (s === Infinity) return q > 1 ? 0 : q === 1 ? 1 : q > 0 ? Infinity : NaN;
  if (q === Infinity) return 0;
  return q === -Infinity ? NaN : hurwitz(s, q);
}

/** The n-th derivative of digamma. */
export function polygamma(n: number, x: number): number {
  if (!(n >= 0) || Math.floor(n) !== n || Number.isNaN(x)) return NaN;
  if (n === 0) return digamma(x);
  if (x === Infinity) return n % 2 === 0 ? -0 : 0;
  if (x === -Infinity) return NaN;
  const logFactorial = n < 8 ? logDoubleDouble([gamma(n + 1), 0]) : lgammaDoubleDouble(n + 1);
  return (n % 2 === 0 ? -1 : 1) * scaledHurwitz(n + 1, x, logFactorial);
}

export function trigamma(x: number): number {
  return polygamma(1, x);
}
