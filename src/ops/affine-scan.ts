// First-order linear recurrences yᵢ = aᵢ yᵢ₋₁ + bᵢ, which is what the derivative of every running product or running
// log-sum is. Solved by doubling: after step k, (A, B)ᵢ is the composition of the 2ᵏ affine maps that end at i
// (Hillis and Steele, "Data parallel algorithms", 1986). Made of products and shifts only, so it is linear in b and its
// own derivatives are exact, also where some aᵢ is zero.
import { apply } from '../tensor/dispatch.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { chainOp } from './addition.ts';
import { add, mul } from './arithmetic.ts';
import { sliceAxis } from './joining.ts';
import { none } from './linear.ts';
import { padWith } from './movement.ts';

/** Every element moved `by` places along the axis; `fill` comes in at the start. */
export function shiftAlong(x: Tensor, axis: number, by: number, fill: number): Tensor {
  const kept = Math.max(0, x.shape[axis]! - by);
  const low = x.shape.map((n, i) => (i === axis ? n - kept : 0));
  return padWith(
    sliceAxis(x, axis, 0, kept),
    fill,
    low,
    low.map(() => 0),
  );
}

/** The y with yᵢ = aᵢ yᵢ₋₁ + bᵢ along the axis, y₋₁ = 0. */
export function affineScan(a: Tensor, b: Tensor, axis: number): Tensor {
  const n = a.shape[axis]!;
  let scale = a;
  let y = b;
  for (let step = 1; step < n; step *= 2) {
    y = add(y, apply(chainOp, [scale, shiftAlong(y, axis, step, 0)], none));
    if (2 * step < n) scale = mul(scale, shiftAlong(scale, axis, step, 0));
  }
  return y;
}
