// A reduction sees its input as rows: the reduced axes together, in order, are the row, the kept axes number the rows.
//   x[kept…, reduced…] = values[row · length + k]

import { ShapeError } from '../errors.ts';
import { checkOptions } from '../tensor/arguments.ts';
import type { DType, TypedArray } from '../tensor/dtype.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { type Axes, normalizeAxes, reducedShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { cast } from './cast.ts';
import { shiftAxes } from './linear.ts';
import { permute } from './movement.ts';
import { onlyTensor } from './operands.ts';
import { type AxesParam, reshapeTo } from './spread.ts';

export interface Rows {
  readonly values: TypedArray;
  readonly count: number;
  readonly length: number;
}

const keptFirst = (rank: number, axes: readonly number[]): number[] => {
  const all = Array.from({ length: rank }, (_, i) => i);
  return [...all.filter((i) => !axes.includes(i)), ...axes];
};

/** The elements of `x`, row after row; a copy only where the reduced axes are not the trailing ones already. */
export function rowsOf(x: DenseTensor, axes: readonly number[]): Rows {
  const order = keptFirst(x.ndim, axes);
  const view = x.view(
    order.map((i) => x.shape[i]!),
    order.map((i) => x.strides[i]!),
  );
  return {
    values: view.values(),
    count: sizeOf(reducedShape(x.shape, axes, false)),
    length: sizeOf(axes.map((i) => x.shape[i]!)),
  };
}

/** The tensor of `shape` whose rows along `axes` are in `storage`: what undoes rowsOf. */
export function fromRows(
  storage: TypedArray,
  dtype: DType,
  shape: readonly number[],
  axes: readonly number[],
): DenseTensor {
  const order = keptFirst(shape.length, axes);
  const ordered = order.map((i) => shape[i]!);
  const strides = rowMajorStrides(ordered);
  return dense(dtype, ordered, storage).view(
    shape,
    shape.map((_, i) => strides[order.indexOf(i)]!),
  );
}

/** `x` with the given axes moved to the end and joined into one: [kept…, n]. */
export function joinAxes(x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.shape as readonly number[];
  const moved = permute(x, keptFirst(shape.length, axes));
  return reshapeTo(moved, [...reducedShape(shape, axes, false), sizeOf(axes.map((i) => shape[i]!))]);
}

/** `x` with bool counted as 0 and 1: the operand of sums and products. */
export function countable(op: string, x: Tensor): Tensor {
  return onlyTensor(op, x).dtype === 'bool' ? cast(x, 'int32') : x;
}

export interface KeepDims {
  /** Leaves the reduced axes in place with size 1. */
  readonly keepdims?: boolean;
}

/** Checks the arguments of a reduction that is made of others, so that its errors have its own name. */
export function checkReduction(
  op: string,
  x: Tensor,
  axis: Axes,
  options: KeepDims | undefined,
  ...otherNames: readonly string[]
): void {
  normalizeAxes(op, axis, onlyTensor(op, x).shape);
  checkOptions(op, options, 'keepdims', ...otherNames);
}

/** A result of reducing `axes` of a tensor of shape `from`, with those axes put back as ones where `keepdims` asks. */
export function withKeepdims(
  y: Tensor,
  from: readonly number[],
  axes: readonly number[],
  options: KeepDims | undefined,
): Tensor {
  return options?.keepdims ? reshapeTo(y, reducedShape(from, axes, true)) : y;
}

/** Throws where the result would have elements that are a reduction over nothing. */
export function checkNotEmpty(op: string, shape: readonly number[], axes: readonly number[]): void {
  if (axes.some((i) => shape[i] === 0) && sizeOf(reducedShape(shape, axes, false)) > 0) {
    const which = axes.length === 1 ? `axis ${axes[0]}` : `axes ${showShape(axes)}`;
    throw new ShapeError(`${op}: a reduction over 0 elements has no value: shape ${showShape(shape)}, ${which}.`);
  }
}

/** Batching of operations whose parameters are the reduced axes. */
export function batchOverAxes<P extends AxesParam>(record: () => OpRecord<P>): OpRecord<P>['batch'] {
  return shiftAxes(record, (p) => ({ ...p, axes: p.axes.map((axis) => axis + 1) }));
}

export interface AxisParam {
  readonly axis: number;
}

/** Batching of operations along one axis. */
export function batchOverAxis<P extends AxisParam>(record: () => OpRecord<P>): OpRecord<P>['batch'] {
  return shiftAxes(record, (p) => ({ ...p, axis: p.axis + 1 }));
}
