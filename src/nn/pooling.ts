// Pooling: a reduction over sliding windows. The largest element of a window, or its mean.
//   maxPool   y = x[first position of the window's maximum], which alone gets the cotangent
//   avgPool   y = Σ window / number of elements that count

import { ArgumentError } from '../errors.ts';
import { div } from '../ops/arithmetic.ts';
import { argmax } from '../ops/extremes.ts';
import { takeAlongAxis } from '../ops/indexing.ts';
import { floating, onlyTensor } from '../ops/operands.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { windowCount } from '../ops/windows.ts';
import { allocate } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';
import { asBatch, type PerAxis, padForWindows, perAxis, reach, slideWindows, type WindowAxis } from './spatial.ts';

export interface PoolingOptions {
  /** Default: the kernel's size, so that windows touch and do not overlap. */
  readonly stride?: PerAxis;
  /** Elements added on both sides, at most half a window; default 0. maxPool adds −∞, avgPool 0. */
  readonly padding?: PerAxis;
  /** Also uses windows that reach over the end, as long as they begin inside; default false. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolingOptions extends PoolingOptions {
  /** Distance between the elements of a window, default 1. */
  readonly dilation?: PerAxis;
}

export interface AveragePoolingOptions extends PoolingOptions {
  /** Whether added zeros count as elements of the mean; default true. */
  readonly countIncludePad?: boolean;
}

/** The windows along each spatial axis; ceilMode pads the end so far that its last window fits. */
function poolingAxes(
  op: string,
  lengths: readonly number[],
  kernel: PerAxis,
  options: MaxPoolingOptions,
): (WindowAxis & { readonly padding: number })[] {
  const rank = lengths.length;
  const sizes = perAxis(op, 'kernel', kernel, rank, 1);
  const strides = perAxis(op, 'stride', options.stride ?? sizes, rank, 1);
  const dilations = perAxis(op, 'dilation', options.dilation ?? 1, rank, 1);
  const paddings = perAxis(op, 'padding', options.padding ?? 0, rank, 0);
  return sizes.map((size, i) => {
    const [stride, dilation, padding, length] = [strides[i]!, dilations[i]!, paddings[i]!, lengths[i]!];
    const span = reach({ size, dilation });
    if (padding > span / 2) {
      throw new ArgumentError(`${op}: padding ${padding} is more than half of a window of ${span}.`);
    }
    const axis = { size, stride, dilation, padding, low: padding, high: padding };
    const padded = length + 2 * padding;
    if (!options.ceilMode || windowCount(padded, axis) === 0) return axis;
    let count = Math.ceil((padded - span) / stride) + 1;
    if ((count - 1) * stride >= length + padding) count--;
    return { ...axis, high: Math.max(padding, (count - 1) * stride + span - length - padding) };
  });
}

function maxPool(op: string, rank: number, x: Tensor, kernel: PerAxis, options: MaxPoolingOptions): Tensor {
  checkOptions(op, options, ['stride', 'padding', 'dilation', 'ceilMode']);
  const { batch, restore } = asBatch(op, floating(op, onlyTensor(op, x)), rank);
  const axes = poolingAxes(op, batch.shape.slice(2), kernel, options);
  const windows = slideWindows(padForWindows(op, batch, axes, -Infinity), axes);
  const kept = windows.shape.slice(0, rank + 2);
  const rows = reshapeTo(windows, [...kept, sizeOf(axes.map(({ size }) => size))]);
  const first = argmax(rows, -1, { keepdims: true });
  return restore(reshapeTo(takeAlongAxis(rows, first, -1), kept));
}

/** How many elements of each window along one axis count. */
function elementCounts(
  length: number,
  axis: WindowAxis & { readonly padding: number },
  withPadding: boolean,
): number[] {
  const { size, stride, low, high, padding } = axis;
  const [first, last] = withPadding ? [-padding, length + padding] : [0, length];
  return Array.from({ length: windowCount(low + length + high, axis) }, (_, i) => {
    const start = i * stride - low;
    return Math.min(start + size, last) - Math.max(start, first);
  });
}

function avgPool(op: string, rank: number, x: Tensor, kernel: PerAxis, options: AveragePoolingOptions): Tensor {
  checkOptions(op, options, ['stride', 'padding', 'ceilMode', 'countIncludePad']);
  const { batch, restore } = asBatch(op, floating(op, onlyTensor(op, x)), rank);
  const lengths = batch.shape.slice(2);
  const axes = poolingAxes(op, lengths, kernel, options);
  const windows = slideWindows(padForWindows(op, batch, axes, 0), axes);
  const sums = sumOver(
    windows,
    axes.map((_, i) => 2 + rank + i),
  );
  const perWindow = axes.map((axis, i) => elementCounts(lengths[i]!, axis, options.countIncludePad ?? true));
  return restore(div(sums, outerProduct(perWindow, batch)));
}

/** counts[i, j, …] = a[i] b[j] …, a single number where all are equal. */
function outerProduct(factors: readonly (readonly number[])[], like: Tensor): Tensor | number {
  const products = factors.reduce<number[]>((all, list) => all.flatMap((a) => list.map((b) => a * b)), [1]);
  if (products.every((n) => n === products[0])) return products[0] ?? 1;
  const storage = allocate(like.dtype, products.length);
  storage.set(products);
  return dense(
    like.dtype,
    factors.map((list) => list.length),
    storage,
  );
}

/**
 * The largest element of each window: x [N, C, L] or [C, L] gives [N, C, L'], where
 * L' = ⌊(L + 2 padding − dilation (kernel − 1) − 1) / stride⌋ + 1 (⌈…⌉ with ceilMode). The first of equal elements gets
 * the whole gradient, padding never any.
 *
 * @example
 * nn.maxPool1d(tensor([[1, 3, 2, 0]]), 2)   // [[3, 2]]
 */
export function maxPool1d(x: Tensor, kernel: PerAxis, options: MaxPoolingOptions = {}): Tensor {
  return maxPool('maxPool1d', 1, x, kernel, options);
}

/** The largest element of each window: x [N, C, H, W] or [C, H, W] gives [N, C, H', W']; see maxPool1d. */
export function maxPool2d(x: Tensor, kernel: PerAxis, options: MaxPoolingOptions = {}): Tensor {
  return maxPool('maxPool2d', 2, x, kernel, options);
}

/** The largest element of each window: x [N, C, D, H, W] gives [N, C, D', H', W']; see maxPool1d. */
export function maxPool3d(x: Tensor, kernel: PerAxis, options: MaxPoolingOptions = {}): Tensor {
  return maxPool('maxPool3d', 3, x, kernel, options);
}

/**
 * The mean of each window: x [N, C, L] or [C, L] gives [N, C, L'], sizes as in maxPool1d. Zeros of the padding count
 * unless countIncludePad is false; what ceilMode adds beyond them never does.
 *
 * @example
 * nn.avgPool1d(tensor([[1, 3, 2, 0]]), 2)   // [[2, 1]]
 */
export function avgPool1d(x: Tensor, kernel: PerAxis, options: AveragePoolingOptions = {}): Tensor {
  return avgPool('avgPool1d', 1, x, kernel, options);
}

/** The mean of each window: x [N, C, H, W] or [C, H, W] gives [N, C, H', W']; see avgPool1d. */
export function avgPool2d(x: Tensor, kernel: PerAxis, options: AveragePoolingOptions = {}): Tensor {
  return avgPool('avgPool2d', 2, x, kernel, options);
}

/** The mean of each window: x [N, C, D, H, W] gives [N, C, D', H', W']; see avgPool1d. */
export function avgPool3d(x: Tensor, kernel: PerAxis, options: AveragePoolingOptions = {}): Tensor {
  return avgPool('avgPool3d', 3, x, kernel, options);
}

const distinct = (...shape: number[]) => [{ shape, kind: 'distinct' as const }];

record('maxPool1d', maxPool1d, [
  { inputs: distinct(2, 3, 7), params: [2] },
  { inputs: distinct(3, 7), params: [3, { stride: 2, padding: 1, ceilMode: true }] },
  { inputs: distinct(0, 2, 4), params: [2] },
]);
record('maxPool2d', maxPool2d, [
  { inputs: distinct(1, 2, 4, 5), params: [2] },
  { inputs: distinct(2, 5, 6), params: [[3, 2], { stride: 1, padding: [1, 0], dilation: [1, 2] }] },
]);
record('maxPool3d', maxPool3d, [{ inputs: distinct(1, 1, 3, 2, 4), params: [2, { stride: 1 }] }]);
record('avgPool1d', avgPool1d, [
  { inputs: [{ shape: [2, 3, 7] }], params: [2] },
  {
    inputs: [{ shape: [3, 8] }],
    params: [3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }],
  },
]);
record('avgPool2d', avgPool2d, [
  { inputs: [{ shape: [1, 2, 4, 5] }], params: [2] },
  { inputs: [{ shape: [0, 2, 4, 5] }], params: [[3, 2], { stride: 2, padding: 1 }] },
]);
record('avgPool3d', avgPool3d, [{ inputs: [{ shape: [1, 1, 3, 2, 4] }], params: [2, { stride: 1 }] }]);
