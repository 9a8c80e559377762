// Tensors arranged in the plane: coordinate grids, rows and columns put together, quarter turns.

import { ArgumentError, ShapeError } from '../errors.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { describeValue } from '../tensor/describe.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { concat } from './joining.ts';
import { flip, swapaxes } from './movement.ts';
import { describe, onlyTensor, promoted } from './operands.ts';
import { broadcastInto, reshapeTo } from './spread.ts';

/**
 * Coordinate arrays from coordinate vectors: the k-th result has vector k along axis k and repeats it along the others.
 * `indexing` `'xy'` (NumPy's default) exchanges the first two axes, `'ij'` does not. No element is copied.
 */
export function meshgrid(list: readonly Tensor[], options: { readonly indexing?: 'xy' | 'ij' } = {}): Tensor[] {
  checkOptions('meshgrid', options, 'indexing');
  if (!Array.isArray(list) || list.length === 0) {
    throw new ArgumentError(
      `meshgrid: expected a non-empty list of vectors, got ${describe(list)}.`,
      'write meshgrid([x, y])',
    );
  }
  const { indexing = 'xy' } = options;
  if (indexing !== 'xy' && indexing !== 'ij') {
    throw new ArgumentError(`meshgrid: unknown indexing ${describeValue(indexing)}.`, "use 'xy' or 'ij'");
  }
  const vectors = Array.from(list, (v) => {
    if (onlyTensor('meshgrid', v).ndim > 1) {
      throw new ShapeError(`meshgrid: expected vectors, got shape ${showShape(v.shape)}.`);
    }
    return v;
  });
  const shape = vectors.map((v) => v.size);
  return vectors.map((v, k) => {
    const alone = reshapeTo(
      v,
      shape.map((n, i) => (i === k ? n : 1)),
    );
    const grid = broadcastInto(alone, shape);
    return indexing === 'xy' && shape.length > 1 ? swapaxes(grid, 0, 1) : grid;
  });
}

/** Tensors below each other: along axis 0, vectors as rows. */
export function vstack(list: readonly Tensor[]): Tensor {
  return concat(atLeast('vstack', list, 2), 0);
}

/** Tensors beside each other: along axis 1, vectors along axis 0. */
export function hstack(list: readonly Tensor[]): Tensor {
  const x = atLeast('hstack', list, 1);
  return concat(x, x[0]!.ndim === 1 ? 0 : 1);
}

function atLeast(op: string, list: readonly Tensor[], rank: number): Tensor[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw new ArgumentError(`${op}: expected a non-empty list of tensors.`);
  }
  return promoted(op, Array.from(list)).map((x) =>
    reshapeTo(x, [...new Array<number>(Math.max(0, rank - x.ndim)).fill(1), ...x.shape]),
  );
}

/** `x` turned by 90 degrees `k` times in the plane of two axes, from the first towards the second; a view. */
export function rot90(x: Tensor, k = 1, axes: readonly [number, number] = [0, 1]): Tensor {
  const { shape } = onlyTensor('rot90', x);
  if (!Number.isInteger(k)) throw new ArgumentError(`rot90: the number of turns must be an integer, got ${String(k)}.`);
  const [a, b] = axes.map((axis) => normalizeAxis('rot90', axis, shape)) as [number, number];
  if (a === b) throw new ShapeError(`rot90: axes ${axes[0]} and ${axes[1]} of shape ${showShape(shape)} are the same.`);
  switch (((k % 4) + 4) % 4) {
    case 0:
      return x;
    case 1:
      return swapaxes(flip(x, b), a, b);
    case 2:
      return flip(x, [a, b]);
    default:
      return flip(swapaxes(x, a, b), b);
  }
}

composite('rot90', rot90, [{ inputs: [{ shape: [2, 3] }] }, { inputs: [{ shape: [2, 3, 2] }], params: [-1, [1, 2]] }]);
composite('meshgrid', (a: Tensor, b: Tensor): Tensor[] => meshgrid([a, b]), [
  { inputs: [{ shape: [2] }, { shape: [3] }] },
]);
composite('vstack', (a: Tensor, b: Tensor): Tensor => vstack([a, b]), [
  { inputs: [{ shape: [3] }, { shape: [2, 3] }] },
]);
composite('hstack', (a: Tensor, b: Tensor): Tensor => hstack([a, b]), [
  { inputs: [{ shape: [2, 3] }, { shape: [2, 1] }] },
]);
