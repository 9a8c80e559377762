// c₀ + x (c₁ + x c₂ + x² (c₃ + x c₄ + x² …)): Horner's rule in x² on pairs, behind its last step, whose rounding is the one that
// counts. Against the plain rule it takes one more product, and half the time from the first operation to the last.
import type { ByWidth, Lanes } from './lanes.ts';

export function polynomial<F, I, M>(v: Lanes<F, I, M>, x: F, coefficients: ByWidth): F {
  const [first, ...rest] = coefficients[v.bits].map((c) => v.float(c));
  const pair = (i: number): F => (i + 1 < rest.length ? v.madd(x, rest[i + 1]!, rest[i]!) : rest[i]!);
  let i = 2 * Math.ceil(rest.length / 2) - 2;
  let sum = pair(i);
  const square = i > 0 ? v.mul(x, x) : x;
  while (i > 0) {
    i -= 2;
    sum = v.madd(square, sum, pair(i));
  }
  return v.madd(x, sum, first!);
}

/** x + x³ p(x²), given z = x²: the odd functions with slope 1 at 0. The rounding of x³ p is far below that of the sum. */
export function oddPolynomial<F, I, M>(v: Lanes<F, I, M>, x: F, z: F, coefficients: ByWidth): F {
  return v.madd(v.mul(x, z), polynomial(v, z, coefficients), x);
}
