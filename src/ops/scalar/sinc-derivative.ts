/**
 * The n-th derivative of sinc(x) = s(pi x), s(z) = sin z/z. With g_n = s^(n): z g_n + n g_(n-1) = sin^(n)(z). Upwards this is
 * stable for |z| > n, downwards for |z| < n, where any start far above n is forgotten.
 */
import { sinc } from './elementary.ts';
import { cosPi, sinPi } from './trig-pi.ts';

export function sincDerivative(n: number, x: number): number {
  if (n === 0) return sinc(x);
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : 0;
  const z = Math.PI * x;
  const [sine, cosine] = [sinPi(x), cosPi(x)];
  const turns = [sine, cosine, -sine, -cosine];
  const scale = Math.PI ** n;
  let g = 0;
  if (Math.abs(z) > n) {
    g = sinc(x);
    for (let k = 1; k <= n; k++) g = (turns[k % 4]! - k * g) / z;
  } else {
    for (let k = 2 * n + 40; k > n; k--) g = (turns[k % 4]! - z * g) / k;
  }
  return scale * g;
}
