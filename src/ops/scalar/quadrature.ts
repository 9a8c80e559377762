/**
 * The exp-sinh rule (Takahasi and Mori 1974): the integral over [0, infinity) of a function that is smooth and of one sign, by the
 * trapezoidal rule in tau with u = width * exp(pi/2 sinh tau). Algebraic ends and scales far from `width` are resolved.
 */
const STEP = 1 / 64;

export function integrateHalfLine(f: (u: number) => number, width: number): number {
  let sum = 0;
  for (let i = -5 / STEP; i <= 5 / STEP; i++) {
    const tau = i * STEP;
    const u = width * Math.exp((Math.PI / 2) * Math.sinh(tau));
    const value = f(u) * u * Math.cosh(tau);
    if (Number.isFinite(value)) sum += value;
  }
  return sum * STEP * (Math.PI / 2);
}
