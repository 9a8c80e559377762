// Sliding windows: y[…, o, …, k] = x[…, o·stride + k·dilation, …], the window elements as a new last axis. A strided view,
// so nothing is copied; convolution and pooling are a product or a reduction over that last axis. The transpose adds
// overlapping windows back where they came from (fold, overlap-add), and its transpose cuts windows again.

import { ShapeError } from '../errors.ts';
import { checkInteger, checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call, number } from '../tensor/formula.ts';
import { forEachOffset, rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { linear, shiftAxes } from './linear.ts';
import { checkAccepted } from './map.ts';
import { onlyTensor } from './operands.ts';

export interface WindowsParam {
  readonly axis: number;
  /** Elements in a window. */
  readonly size: number;
  /** Distance between the starts of neighbouring windows. */
  readonly stride: number;
  /** Distance between neighbouring elements of a window. */
  readonly dilation: number;
}

export interface OverlapAddParam extends WindowsParam {
  /** Size of the folded axis of the result. */
  readonly length: number;
}

/** How many windows fit into `length` elements. */
export function windowCount(length: number, { size, stride, dilation }: Omit<WindowsParam, 'axis'>): number {
  const reach = (size - 1) * dilation + 1;
  return reach > length ? 0 : Math.floor((length - reach) / stride) + 1;
}

const shifted = <P extends WindowsParam>(p: P): P => ({ ...p, axis: p.axis + 1 });

export const windowsOp: OpRecord<WindowsParam> = linear<WindowsParam>({
  name: 'windows',
  type: ([x], p) => {
    const { shape, dtype } = x!;
    const count = windowCount(shape[p.axis]!, p);
    return [{ shape: [...shape.map((n, i) => (i === p.axis ? count : n)), p.size], dtype }];
  },
  evaluate: ([x], { axis, stride, dilation }, [y]) => {
    const step = x!.strides[axis]!;
    return [x!.view(y!.shape, [...x!.strides.map((s, i) => (i === axis ? s * stride : s)), step * dilation])];
  },
  transpose: ([gy], _x, p, [x]) => [gy && apply(overlapAddOp, [gy], { ...p, length: x!.shape[p.axis]! })],
  batch: shiftAxes(() => windowsOp, shifted),
  formula: ([x], { size, stride }) => call('windows', x!, number(size), number(stride)),
  samples: [
    { inputs: [{ shape: [7] }], params: { axis: 0, size: 3, stride: 1, dilation: 1 } },
    { inputs: [{ shape: [2, 8, 3] }], params: { axis: 1, size: 3, stride: 2, dilation: 2 } },
    { inputs: [{ shape: [7] }], params: { axis: 0, size: 2, stride: 3, dilation: 1 } },
    { inputs: [{ shape: [2] }], params: { axis: 0, size: 3, stride: 1, dilation: 1 } },
  ],
});

export const overlapAddOp: OpRecord<OverlapAddParam> = linear<OverlapAddParam>({
  name: 'overlapAdd',
  type: ([g], p) => {
    const { shape, dtype } = g!;
    checkAccepted('overlapAdd', dtype, 'number');
    const count = windowCount(p.length, p);
    if (shape[p.axis] !== count || shape[shape.length - 1] !== p.size) {
      throw new ShapeError(
        `overlapAdd: shape ${showShape(shape)} is not ${count} windows of ${p.size} elements along axis ${p.axis}.`,
      );
    }
    return [{ shape: shape.slice(0, -1).map((n, i) => (i === p.axis ? p.length : n)), dtype }];
  },
  evaluate: ([g], { axis, stride, dilation }, [y]) => {
    const strides = rowMajorStrides(y!.shape);
    const step = strides[axis]!;
    const sums = new Float64Array(sizeOf(y!.shape)); // accumulates in float64 whatever the dtype
    const from = g!.values();
    const target = [...strides.map((s, i) => (i === axis ? s * stride : s)), step * dilation];
    forEachOffset(g!.shape, target, 0, (position, offset) => {
      sums[offset]! += from[position]!;
    });
    if (y!.dtype === 'float64') return [dense(y!.dtype, y!.shape, sums)];
    const out = allocate(y!.dtype, sums.length);
    out.set(sums);
    return [dense(y!.dtype, y!.shape, out)];
  },
  transpose: ([gy], _x, { axis, size, stride, dilation }) => [
    gy && apply(windowsOp, [gy], { axis, size, stride, dilation }),
  ],
  batch: shiftAxes(() => overlapAddOp, shifted),
  formula: ([g], { size, stride }) => call('overlapAdd', g!, number(size), number(stride)),
  samples: [
    { inputs: [{ shape: [5, 3] }], params: { axis: 0, size: 3, stride: 1, dilation: 1, length: 7 } },
    { inputs: [{ shape: [2, 2, 3, 3] }], params: { axis: 1, size: 3, stride: 2, dilation: 2, length: 8 } },
    { inputs: [{ shape: [2, 2] }], params: { axis: 0, size: 2, stride: 3, dilation: 1, length: 7 } },
  ],
});

/**
 * All windows of `size` elements along `axis`, whose starts are `step` apart: the axis becomes the number of windows, and
 * the elements of a window are a new last axis (torch.Tensor.unfold). `dilation` is the distance between the elements of
 * a window. Throws ShapeError when not one window fits.
 */
export function unfold(
  x: Tensor,
  axis: number,
  size: number,
  step = 1,
  options: { readonly dilation?: number } = {},
): Tensor {
  checkOptions('unfold', options, 'dilation');
  const { shape } = onlyTensor('unfold', x);
  const at = normalizeAxis('unfold', axis, shape);
  const p = { axis: at, size, stride: step, dilation: options.dilation ?? 1 };
  checkInteger('unfold', 'size', p.size, 1);
  checkInteger('unfold', 'step', p.stride, 1);
  checkInteger('unfold', 'dilation', p.dilation, 1);
  const length = shape[at]!;
  if (windowCount(length, p) === 0) {
    const spaced = p.dilation === 1 ? '' : ` with dilation ${p.dilation}`;
    throw new ShapeError(
      `unfold: a window of ${size}${spaced} does not fit into axis ${at} of shape ${showShape(shape)}.`,
    );
  }
  return apply(windowsOp, [x], p);
}

composite('unfold', unfold, [
  { inputs: [{ shape: [2, 7] }], params: [1, 3, 2] },
  { inputs: [{ shape: [7, 2] }], params: [0, 3, 1, { dilation: 2 }] },
]);
