/** sin(pi x) and cos(pi x): x is reduced exactly before it meets pi, so the zeros at the integers are exact. */

export function sinPi(x: number): number {
  const r = x % 2;
  const a = Math.abs(r);
  if (a <= 0.25) return Math.sin(Math.PI * r);
  if (a === 1) return 0 * r;
  const sign = r < 0 ? -1 : 1;
  if (a < 0.75) return sign * Math.cos(Math.PI * (0.5 - a));
  if (a <= 1.25) return sign * Math.sin(Math.PI * (1 - a));
  if (a < 1.75) return -sign * Math.cos(Math.PI * (1.5 - a));
  return -sign * Math.sin(Math.PI * (2 - a));
}

export function cosPi(x: number): number {
  const a = Math.abs(x % 2);
  if (a <= 0.25) return Math.cos(Math.PI * a);
  if (a < 0.75) return Math.sin(Math.PI * (0.5 - a));
  if (a <= 1.25) return -Math.cos(Math.PI * (1 - a));
  if (a < 1.75) return Math.sin(Math.PI * (a - 1.5));
  return Math.cos(Math.PI * (2 - a));
}
