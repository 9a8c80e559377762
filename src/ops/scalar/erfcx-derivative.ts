/**
 * The n-th derivative of erfcx(x) = exp(x^2) erfc(x) is (-2)^n n! f_n with f_n = exp(x^2) i^n erfc(x) (DLMF 7.18.4), and
 * 2k f_k = f_(k-2) - 2x f_(k-1), f_(-1) = 2/sqrt(pi). For x > 0 all f are positive and f_n is the solution that falls
 * fastest, so the recurrence runs downwards from far above n (Miller) and is scaled by f_(-1); for x < 1 upwards. Far out
 * erfcx is 1/(sqrt(pi) x) to the last digit.
 */
import { erfcx } from './erf.ts';

const TWO_OVER_SQRT_PI = 1.1283791670955126;

export function erfcxDerivative(n: number, x: number): number {
  if (n === 0 || Number.isNaN(x)) return erfcx(x);
  let factor = 1;
  if (x > 1e8) {
    for (let k = 1; k <= n; k++) factor *= -k / x;
    return factor * erfcx(x);
  }
  for (let k = 1; k <= n; k++) factor *= -2 * k;
  return factor * (x < 1 ? upwards(n, x) : downwards(n, x));
}

function upwards(n: number, x: number): number {
  let before = TWO_OVER_SQRT_PI;
  let f = erfcx(x);
  for (let k = 1; k <= n; k++) [before, f] = [f, (before - 2 * x * f) / (2 * k)];
  return f;
}

/** The start's share of the other solution has decayed by exp(-2x (sqrt(2N) - sqrt(2n))) < 1e-17. */
function downwards(n: number, x: number): number {
  const start = Math.ceil((Math.sqrt(2 * n) + 21 / x) ** 2 / 2) + n + 10;
  let above = 0;
  let f = 1e-300;
  let wanted = 0;
  for (let k = start; k >= 1; k--) {
    // Here `f` is f_(k-1) and `above` is f_k, up to the common scale.
    if (k - 1 === n) wanted = f;
    [above, f] = [f, 2 * k * above + 2 * x * f];
    if (f > 1e250) {
      above *= 1e-250;
      f *= 1e-250;
      wanted *= 1e-250;
    }
  }
  return (wanted / f) * TWO_OVER_SQRT_PI;
}
