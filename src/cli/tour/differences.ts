// Derivatives from values alone: (f(x + h eᵢ) − f(x − h eᵢ)) / 2h differs from ∂f/∂xᵢ by h² f‴/6 and by rounding. They know
// nothing of the rules of differentiation, which makes them a check.
import { eye, stack, type Tensor } from '../../index.ts';

/** In float64 both errors are about 1e-10 for functions whose values and derivatives are about 1. */
const STEP = 1e-5;

/** The Jacobian of f at the vector x by central differences, [...Out, n]. */
export function differences(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const columns = eye(x.size)
    .unbind(0)
    .map((e) => {
      const h = e.mul(STEP);
      return f(x.add(h))
        .sub(f(x.sub(h)))
        .div(2 * STEP);
    });
  return stack(columns, -1);
}

/** The largest absolute difference between entries of a and b. */
export function largestDifference(a: Tensor, b: Tensor): number {
  return Number(a.sub(b).abs().max().item());
}
