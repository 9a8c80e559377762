// Diagonals and triangles of matrices: reading a diagonal is a strided view, y[…, i] = x[…, i, i + offset]; its transpose
// writes one into zeros. Triangles keep one side of it.

import { ArgumentError, ShapeError } from '../errors.ts';
import { checkInteger } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call, name } from '../tensor/formula.ts';
import { forEachOffset, rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, filled, type Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { concat } from './joining.ts';
import { linear } from './linear.ts';
import { moveaxis, padWith } from './movement.ts';
import { describe, onlyTensor, promoted } from './operands.ts';
import { where } from './select.ts';
import { broadcastInto, leadingAxes, reshapeTo, sumOver } from './spread.ts';

interface OffsetParam {
  /** Positive above the main diagonal, negative below. */
  readonly offset: number;
}
interface EmbedParam extends OffsetParam {
  readonly rows: number;
  readonly columns: number;
}

const diagonalLength = (rows: number, columns: number, offset: number): number =>
  Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));

/** Where the diagonal starts in a matrix with these strides. */
const diagonalStart = (offset: number, rowStride: number, columnStride: number): number =>
  offset >= 0 ? offset * columnStride : -offset * rowStride;

export const diagonalOp: OpRecord<OffsetParam> = linear<OffsetParam>({
  name: 'diagonal',
  type: ([x], { offset }) => {
    const { shape, dtype } = x!;
    const [rows, columns] = shape.slice(-2) as [number, number];
    return [{ shape: [...shape.slice(0, -2), diagonalLength(rows, columns, offset)], dtype }];
  },
  evaluate: ([x], { offset }, [y]) => {
    const [row, column] = x!.strides.slice(-2) as [number, number];
    const start = sizeOf(y!.shape) === 0 ? 0 : diagonalStart(offset, row, column);
    return [x!.view(y!.shape, [...x!.strides.slice(0, -2), row + column], x!.offset + start)];
  },
  transpose: ([gy], _x, { offset }, [x]) => {
    const [rows, columns] = x!.shape.slice(-2) as [number, number];
    return [gy && apply(diagEmbedOp, [gy], { offset, rows, columns })];
  },
  batch: leadingAxes(() => diagonalOp),
  formula: ([x], { offset }) => (offset === 0 ? call('diag', x!) : call('diag', x!, name(String(offset)))),
  samples: [
    { inputs: [{ shape: [3, 3] }], params: { offset: 0 } },
    { inputs: [{ shape: [2, 3, 4] }], params: { offset: 2 } },
    { inputs: [{ shape: [4, 2] }], params: { offset: -1 } },
    { inputs: [{ shape: [2, 2] }], params: { offset: 3 } },
  ],
});

const diagEmbedOp: OpRecord<EmbedParam> = linear<EmbedParam>({
  name: 'diagEmbed',
  type: ([v], { rows, columns }) => [{ shape: [...v!.shape.slice(0, -1), rows, columns], dtype: v!.dtype }],
  evaluate: ([v], { offset }, [y]) => {
    const out = allocate(y!.dtype, sizeOf(y!.shape));
    const strides = rowMajorStrides(y!.shape);
    const [row, column] = strides.slice(-2) as [number, number];
    const from = v!.values();
    const target = [...strides.slice(0, -2), row + column];
    forEachOffset(v!.shape, target, diagonalStart(offset, row, column), (position, place) => {
      out[place] = from[position]!;
    });
    return [dense(y!.dtype, y!.shape, out)];
  },
  transpose: ([gy], _x, { offset }) => [gy && apply(diagonalOp, [gy], { offset })],
  batch: leadingAxes(() => diagEmbedOp),
  formula: ([v]) => call('diag', v!),
  samples: [
    { inputs: [{ shape: [3] }], params: { offset: 0, rows: 3, columns: 3 } },
    { inputs: [{ shape: [2, 2] }], params: { offset: -1, rows: 4, columns: 2 } },
  ],
});

/** The two named axes of a matrix, last. */
function matrixAxes(op: string, x: Tensor, axis1: number, axis2: number): Tensor {
  const { shape } = onlyTensor(op, x);
  if (shape.length < 2) throw new ShapeError(`${op}: shape ${showShape(shape)} has no two axes.`);
  const [a, b] = [normalizeAxis(op, axis1, shape), normalizeAxis(op, axis2, shape)];
  if (a === b) throw new ShapeError(`${op}: axes ${axis1} and ${axis2} of shape ${showShape(shape)} are the same.`);
  return moveaxis(x, [a, b], [-2, -1]);
}

function checkOffset(op: string, offset: number): void {
  checkInteger(op, 'the offset', offset);
}

/**
 * The elements x[…, i, i + offset] over two axes (the first two by default), which disappear; the diagonal is the last axis
 * of the result, and a view. A positive offset lies above the main diagonal.
 */
export function diagonal(x: Tensor, offset = 0, axis1 = 0, axis2 = 1): Tensor {
  checkOffset('diagonal', offset);
  return apply(diagonalOp, [matrixAxes('diagonal', x, axis1, axis2)], { offset });
}

/**
 * Square matrices with the last axis of `x` on a diagonal and zeros elsewhere; `axis1` and `axis2` say where the two matrix
 * axes stand in the result (last by default).
 */
export function diagEmbed(x: Tensor, offset = 0, axis1 = -2, axis2 = -1): Tensor {
  checkOffset('diagEmbed', offset);
  const { shape } = onlyTensor('diagEmbed', x);
  if (shape.length === 0) throw new ShapeError('diagEmbed: a scalar has no axis to put on a diagonal.');
  const n = shape[shape.length - 1]! + Math.abs(offset);
  const matrices = apply(diagEmbedOp, [x], { offset, rows: n, columns: n });
  const a = normalizeAxis('diagEmbed', axis1, matrices.shape);
  const b = normalizeAxis('diagEmbed', axis2, matrices.shape);
  if (a === b) throw new ShapeError(`diagEmbed: axes ${axis1} and ${axis2} are the same.`);
  return moveaxis(matrices, [-2, -1], [a, b]);
}

/** A vector becomes the square matrix with it on diagonal `k`; a matrix gives its diagonal `k` (NumPy). */
export function diag(x: Tensor, k = 0): Tensor {
  const { shape } = onlyTensor('diag', x);
  checkOffset('diag', k);
  if (shape.length === 1) return diagEmbed(x, k);
  if (shape.length === 2) return diagonal(x, k);
  throw new ShapeError(
    `diag: expected a vector or a matrix, got shape ${showShape(shape)}.`,
    'use diagonal or diagEmbed',
  );
}

/** The sum of a diagonal, of the first two axes by default: Σᵢ x[i, i + offset]. */
export function matrixTrace(x: Tensor, offset = 0, axis1 = 0, axis2 = 1): Tensor {
  checkOffset('trace', offset);
  const d = apply(diagonalOp, [matrixAxes('trace', x, axis1, axis2)], { offset });
  return sumOver(d, [d.ndim - 1]);
}

/** Zero where `keep(column - row)` is false. */
function triangle(op: string, x: Tensor, k: number, keep: (distance: number) => boolean): Tensor {
  checkOffset(op, k);
  const shape: readonly number[] = onlyTensor(op, x).shape;
  if (shape.length < 2) throw new ShapeError(`${op}: expected a matrix, got shape ${showShape(shape)}.`);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const mask = allocate('bool', rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mask[i * columns + j] = keep(j - i) ? 1 : 0;
  return where(broadcastInto(dense('bool', [rows, columns], mask), shape), x, filled([], 0, x.dtype));
}

/** The lower triangle of the last two axes, up to diagonal `k`; zeros above it. */
export function tril(x: Tensor, k = 0): Tensor {
  return triangle('tril', x, k, (distance) => distance <= k);
}

/** The upper triangle of the last two axes, from diagonal `k` on; zeros below it. */
export function triu(x: Tensor, k = 0): Tensor {
  return triangle('triu', x, k, (distance) => distance >= k);
}

/** The matrix with the given matrices along its diagonal and zeros elsewhere; vectors are rows, scalars are [1,1]. */
export function blockDiag(list: readonly Tensor[]): Tensor {
  if (!Array.isArray(list) || list.length === 0) {
    throw new ArgumentError(`blockDiag: expected a non-empty list of matrices, got ${describe(list)}.`);
  }
  const blocks = promoted('blockDiag', list).map((x) => {
    if (x.ndim > 2) throw new ShapeError(`blockDiag: expected matrices, got shape ${showShape(x.shape)}.`);
    return x.ndim === 2 ? x : reshapeTo(x, [1, x.size]);
  });
  const columns = blocks.reduce((n, x) => n + x.shape[1]!, 0);
  let start = 0;
  const rows = blocks.map((x) => {
    const before = start;
    start += x.shape[1]!;
    return padWith(x, 0, [0, before], [0, columns - start]);
  });
  return concat(rows, 0);
}

composite('diagonal', diagonal, [{ inputs: [{ shape: [3, 2, 4] }], params: [1, 2, 0] }]);
composite('diagEmbed', diagEmbed, [{ inputs: [{ shape: [2, 3] }], params: [1, 0, -1] }]);
composite('diag', diag, [
  { inputs: [{ shape: [3] }], params: [1] },
  { inputs: [{ shape: [3, 4] }], params: [-1] },
]);
composite('trace', matrixTrace, [
  { inputs: [{ shape: [3, 3] }] },
  { inputs: [{ shape: [2, 3, 4] }], params: [1, 1, 2] },
]);
composite('tril', tril, [{ inputs: [{ shape: [3, 4] }], params: [1] }]);
composite('triu', triu, [{ inputs: [{ shape: [2, 3, 3] }], params: [-1] }]);
composite('blockDiag', (a: Tensor, b: Tensor): Tensor => blockDiag([a, b]), [
  { inputs: [{ shape: [2, 3] }, { shape: [1, 2] }] },
]);
