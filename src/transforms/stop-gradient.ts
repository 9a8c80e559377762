// stopGradient on trees.

import { stopGradient as stop } from '../ops/stop-gradient.ts';
import { Tensor } from '../tensor/tensor.ts';
import { map } from '../tensor/tree.ts';

/** The same values, treated as constants by every derivative. Takes a tensor or a tree; leaves that are no tensors stay. */
export function stopGradient<T>(x: T): T {
  return map((leaf: unknown) => (leaf instanceof Tensor ? stop(leaf) : leaf), x) as T;
}
