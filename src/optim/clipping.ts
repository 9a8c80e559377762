// Gradients kept from being too large: all of a tree together, by its norm, or every element by itself.
import { add, div, square } from '../ops/arithmetic.ts';
import { maximum } from '../ops/binary.ts';
import { cast } from '../ops/cast.ts';
import { clip } from '../ops/clip.ts';
import { sqrt } from '../ops/power.ts';
import { sum } from '../ops/reduction.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { flattenTensors } from '../transforms/call.ts';
import { checkNumber, times } from './rule.ts';

/** The Euclidean norm of all elements of a tree, a float64 scalar. */
export function globalNorm(tree: unknown): Tensor {
  const { leaves } = flattenTensors('optim.globalNorm', tree);
  return sqrt(
    leaves.reduce<Tensor>((total, x) => add(total, sum(square(cast(x, 'float64')))), filled([], 0, 'float64')),
  );
}

/** The tree scaled down to the global norm `maxNorm`, or unchanged where its norm is not larger. */
export function clipByGlobalNorm<G>(gradients: G, maxNorm: number): G {
  checkNumber('optim.clipByGlobalNorm', 'maxNorm', maxNorm, Number.MIN_VALUE);
  const { leaves, shape } = flattenTensors('optim.clipByGlobalNorm', gradients);
  const scale = div(maxNorm, maximum(globalNorm(leaves), maxNorm));
  return unflatten(
    shape,
    leaves.map((x) => times(x, scale)),
  ) as G;
}

/** The tree with every element kept within ±limit. */
export function clipByValue<G>(gradients: G, limit: number): G {
  checkNumber('optim.clipByValue', 'limit', limit);
  const { leaves, shape } = flattenTensors('optim.clipByValue', gradients);
  return unflatten(
    shape,
    leaves.map((x) => clip(x, -limit, limit)),
  ) as G;
}
