// A tree of parameters as one vector, which is what second-order methods think in. The vector is float64 whatever the
// dtype of the leaves, so that inner products and small steps keep their digits.
import { mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { max } from '../ops/extremes.ts';
import { concat } from '../ops/joining.ts';
import { slice } from '../ops/movement.ts';
import { sum } from '../ops/reduction.ts';
import { abs } from '../ops/rounding.ts';
import { reshapeTo } from '../ops/spread.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { type Flat, restore } from '../transforms/call.ts';

/** All elements of the leaves, [n], float64. */
export function ravel(leaves: readonly Tensor[]): Tensor {
  const parts = leaves.map((x) => cast(reshapeTo(x, [x.size]), 'float64'));
  return parts.length === 0 ? filled([0], 0, 'float64') : concat(parts);
}

/** The tensors in shape and dtype of `like` that `ravel` made the vector of. */
export function unravel(vector: Tensor, like: readonly Tensor[]): Tensor[] {
  let start = 0;
  return like.map((x) => {
    const part = slice(vector, [start], [start + x.size]);
    start += x.size;
    return cast(reshapeTo(part, x.shape), x.dtype);
  });
}

export function unravelTree(vector: Tensor, like: Flat): unknown {
  return restore(like, unravel(vector, like.leaves));
}

/** ⟨a, b⟩ as a number. */
export function inner(a: Tensor, b: Tensor): number {
  return sum(mul(a, b)).item() as number;
}

/** The largest magnitude among the elements, 0 if there are none. */
export function largest(x: Tensor): number {
  return x.size === 0 ? 0 : (max(abs(x)).item() as number);
}
