/**
 * Horner evaluation of `c[0] + c[1] x + c[2] x^2 + ...`. The fits in this folder keep the dominant term in c[0], so the
 * rounding of the inner steps is damped and the value is good to about one ulp.
 */
export function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}
