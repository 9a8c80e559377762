/**
 * The n-th derivative of Hurwitz zeta in s, the sum of (-log w)^n w^-s over w = q + k, by Euler-Maclaurin (DLMF 2.10.1) from
 * the first w >= s + n + 10 on. With f = log^n w w^-s: f^(m) = w^(-s-m) P_m(log w), P_(m+1) = P_m' - (s + m) P_m.
 */
import { BERNOULLI } from './gamma.ts';
import { polynomial } from './polynomial.ts';
import { zeta } from './zeta.ts';

export function zetaDerivative(n: number, s: number, q: number): number {
  if (n === 0) return zeta(s, q);
  if (!(s > 1 && q > 0)) return NaN;
  if (q === Infinity || s === Infinity) return q > 1 ? 0 : NaN;
  let w = q;
  let sum = 0;
  for (; w < s + n + 10; w++) sum += Math.log(w) ** n * w ** -s;
  const log = Math.log(w);
  const power = w ** -s;
  const total = sum + w * power * tailIntegral(n, s, log) + power * (log ** n / 2 - bernoulliTail(n, s, w, log));
  return n % 2 === 0 ? total : -total;
}

/** w^(s-1) times the integral of log^n t t^-s from w on: the sum of n!/(n-k)! log^(n-k) w / (s-1)^(k+1). */
function tailIntegral(n: number, s: number, log: number): number {
  let factor = 1 / (s - 1);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += factor * log ** (n - k);
    factor *= (n - k) / (s - 1);
  }
  return sum;
}

/** w^s times the sum of B_2j/(2j)! f^(2j-1)(w). */
function bernoulliTail(n: number, s: number, w: number, log: number): number {
  let p: number[] = Array.from({ length: n + 1 }, (_, i) => (i === n ? 1 : 0));
  let factorial = 1;
  let sum = 0;
  for (let m = 0; m < 2 * BERNOULLI.length - 1; m++) {
    p = p.map((c, i) => ((i + 1) * (p[i + 1] ?? 0) - (s + m) * c) / w);
    factorial *= m + 1;
    // p is now that of derivative m + 1 = 2j - 1 for even m; (2j)! = (m + 1)! (m + 2).
    if (m % 2 === 0) sum += (BERNOULLI[m / 2]! / (factorial * (m + 2))) * polynomial(log, p);
  }
  return sum;
}
