// Cutting a tensor along an axis: split into sections or sizes, chunk, unbind. All pieces are views.

import { ShapeError } from '../errors.ts';
import { checkInteger } from '../tensor/arguments.ts';
import { checkShape, normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { sliceAxis } from './joining.ts';
import { onlyTensor } from './operands.ts';
import { reshapeTo } from './spread.ts';

function cutInto(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
  let start = 0;
  return sizes.map((n) => {
    start += n;
    return sliceAxis(x, axis, start - n, start);
  });
}

/**
 * The pieces of `x` along `axis`: that many equal sections for a number, or one piece for each size of a list, whose sum is
 * the size of the axis. Throws ShapeError where they do not add up.
 */
export function split(x: Tensor, sizesOrSections: number | readonly number[], axis = 0): Tensor[] {
  const { shape } = onlyTensor('split', x);
  const at = normalizeAxis('split', axis, shape);
  const n = shape[at]!;
  if (typeof sizesOrSections !== 'number') {
    checkShape('split', sizesOrSections);
    const sum = sizesOrSections.reduce((total, size) => total + size, 0);
    if (sum !== n) {
      throw new ShapeError(
        `split: sizes ${showShape(sizesOrSections)} sum to ${sum}, but axis ${at} of shape ${showShape(shape)} has size ${n}.`,
      );
    }
    return cutInto(x, sizesOrSections, at);
  }
  checkCount('split', 'sections', sizesOrSections);
  if (n % sizesOrSections !== 0) {
    throw new ShapeError(
      `split: axis ${at} of shape ${showShape(shape)} does not divide into ${sizesOrSections} equal sections.`,
      'use chunk, or give the sizes',
    );
  }
  return cutInto(x, new Array<number>(sizesOrSections).fill(n / sizesOrSections), at);
}

/** At most `count` pieces of equal size along `axis`, the last one smaller where they do not divide it (PyTorch). */
export function chunk(x: Tensor, count: number, axis = 0): Tensor[] {
  const { shape } = onlyTensor('chunk', x);
  const at = normalizeAxis('chunk', axis, shape);
  checkCount('chunk', 'chunks', count);
  const n = shape[at]!;
  const size = Math.ceil(n / count);
  if (size === 0) return [x];
  return cutInto(
    x,
    Array.from({ length: Math.ceil(n / size) }, (_, i) => Math.min(size, n - i * size)),
    at,
  );
}

function checkCount(op: string, what: string, count: number): void {
  checkInteger(op, `the number of ${what}`, count, 1);
}

/** The slices of `x` along `axis`, without that axis. */
export function unbind(x: Tensor, axis = 0): Tensor[] {
  const shape: readonly number[] = onlyTensor('unbind', x).shape;
  const at = normalizeAxis('unbind', axis, shape);
  const rest = shape.filter((_, i) => i !== at);
  return Array.from({ length: shape[at]! }, (_, i) => reshapeTo(sliceAxis(x, at, i, i + 1), rest));
}

composite('split', split, [
  { inputs: [{ shape: [6, 2] }], params: [3] },
  { inputs: [{ shape: [2, 5] }], params: [[1, 4], 1] },
]);
composite('chunk', chunk, [{ inputs: [{ shape: [5] }], params: [2] }]);
composite('unbind', unbind, [{ inputs: [{ shape: [2, 3] }], params: [1] }]);
