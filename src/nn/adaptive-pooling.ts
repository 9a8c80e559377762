// Adaptive average pooling: the output size is given and the windows follow from it,
//   y[i] = mean of x[⌊i·L/M⌋ … ⌈(i+1)·L/M⌉ − 1],   i = 0 … M − 1
// one axis at a time, because a mean over a box is a mean of means over its sides.

import { ShapeError } from '../errors.ts';
import { div } from '../ops/arithmetic.ts';
import { take } from '../ops/indexing.ts';
import { floating, onlyTensor } from '../ops/operands.ts';
import { mean } from '../ops/reduction.ts';
import { where } from '../ops/select.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { tensor } from '../tensor/create.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { record } from './record.ts';
import { asBatch, type PerAxis, perAxis } from './spatial.ts';

function averageInto(x: Tensor, axis: number, count: number): Tensor {
  const shape: readonly number[] = x.shape;
  const length = shape[axis]!;
  if (length === count) return x;
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
  if (length % count === 0) return mean(reshapeTo(x, [...before, count, length / count, ...after]), axis + 1);
  const starts = Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
  const sizes = starts.map((start, i) => Math.ceil(((i + 1) * length) / count) - start);
  const widest = Math.max(...sizes);
  const places = starts.map((start) => Array.from({ length: widest }, (_, k) => Math.min(start + k, length - 1)));
  const inside = sizes.map((size) => Array.from({ length: widest }, (_, k) => k < size));
  const behind = after.map(() => 1);
  const windows = where(
    reshapeTo(tensor(inside, { dtype: 'bool' }), [count, widest, ...behind]),
    take(x, tensor(places, { dtype: 'int32' }), axis),
    0,
  );
  return div(sumOver(windows, [axis + 1]), reshapeTo(tensor(sizes, { dtype: x.dtype }), [count, ...behind]));
}

function adaptiveAvgPool(op: string, rank: number, x: Tensor, size: PerAxis): Tensor {
  const counts = perAxis(op, 'the output size', size, rank, 1);
  const { batch, restore } = asBatch(op, floating(op, onlyTensor(op, x)), rank);
  if (batch.shape.slice(2).includes(0)) {
    throw new ShapeError(`${op}: input of shape ${showShape(x.shape)} has no elements to average.`);
  }
  return restore(counts.reduce((y, count, i) => averageInto(y, 2 + i, count), batch));
}

/**
 * The means of `size` windows that cover the axis evenly: x [N, C, L] or [C, L] gives [N, C, size].
 *
 * @example
 * nn.adaptiveAvgPool1d(tensor([[1, 3, 5, 7]]), 2)   // [[2, 6]]
 */
export function adaptiveAvgPool1d(x: Tensor, size: PerAxis): Tensor {
  return adaptiveAvgPool('adaptiveAvgPool1d', 1, x, size);
}

/** The same over two axes: x [N, C, H, W] or [C, H, W] gives [N, C, …size]; size 1 is the global average. */
export function adaptiveAvgPool2d(x: Tensor, size: PerAxis): Tensor {
  return adaptiveAvgPool('adaptiveAvgPool2d', 2, x, size);
}

record('adaptiveAvgPool1d', adaptiveAvgPool1d, [
  { inputs: [{ shape: [2, 3, 6] }], params: [3] },
  { inputs: [{ shape: [2, 7] }], params: [3] },
]);
record('adaptiveAvgPool2d', adaptiveAvgPool2d, [
  { inputs: [{ shape: [1, 2, 5, 4] }], params: [[3, 2]] },
  { inputs: [{ shape: [0, 2, 3, 4] }], params: [1] },
]);
