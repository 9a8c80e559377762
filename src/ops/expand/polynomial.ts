// Horner's rule: c₀ + x (c₁ + x (c₂ + …)). Iterations of a loop overlap, so that its latency is not what counts.
import type { ByWidth, Lanes } from './lanes.ts';

export function polynomial<F, I, M>(v: Lanes<F, I, M>, x: F, coefficients: ByWidth): F {
  const c = coefficients[v.bits];
  let sum = v.float(c[c.length - 1]!);
  for (let i = c.length - 2; i >= 0; i--) sum = v.madd(sum, x, v.float(c[i]!));
  return sum;
}

/** x + x³ p(x²), given z = x²: the odd functions with slope 1 at 0. The rounding of x³ p is far below that of the sum. */
export function oddPolynomial<F, I, M>(v: Lanes<F, I, M>, x: F, z: F, coefficients: ByWidth): F {
  return v.madd(v.mul(x, z), polynomial(v, z, coefficients), x);
}
