// Reading and writing at integer positions. Two linear maps carry everything, and each is the other's transpose:
//   take     y[…, i…, …] = x[…, index[i…], …]
//   putAdd   y[…, k, …]  = Σ over i… with index[i…] = k of g[…, i…, …]
// so duplicates are read twice and their cotangents add. Leading `batch` axes are shared by x and index, which makes
// gather and takeAlongAxis the same operation as take.
import { ArgumentError, DTypeError, IndexError, ShapeError } from '../errors.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { forEachOffset, isRowMajor, sizeOf } from '../tensor/layout.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { broadcastShapes, normalizeAxis, sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, dense, filled, Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { linear } from './linear.ts';
import { checkAccepted } from './map.ts';
import { moveaxis, slice } from './movement.ts';
import { describe, onlyTensor } from './operands.ts';
import { allBatched, broadcastInto, reshapeTo } from './spread.ts';

// ------------------------------------------------------------------------------------------------------- records

/** The public function that was called and the axis it indexes there, for the text of an IndexError. */
export interface Origin {
  readonly op: string;
  readonly axis: number;
}

export interface TakeParam {
  /** The indexed axis of x, at or behind the batch axes. */
  readonly axis: number;
  /** How many leading axes x and index have in common. */
  readonly batch: number;
  readonly origin: Origin;
}

export interface PutAddParam extends TakeParam {
  /** The size of the indexed axis of the result. */
  readonly size: number;
}

/** `index` counted from the front of an axis of `size`; throws IndexError outside of it. */
export function wrapIndex(index: number, size: number, { op, axis }: Origin): number {
  if (index >= size || index < -size) {
    throw new IndexError(`${op}: index ${index} is out of range for axis ${axis} with size ${size}.`);
  }
  return index < 0 ? index + size : index;
}

function checkIndexType(op: string, index: TensorType): void {
  if (index.dtype !== 'int32') {
    throw new DTypeError(
      `${op}: the index has dtype ${index.dtype}, expected int32.`,
      "create it with { dtype: 'int32' } or convert it: index.to('int32')",
    );
  }
}

function checkBatch(op: string, x: TensorType, index: TensorType, batch: number): void {
  const [own, other] = [x.shape.slice(0, batch), index.shape.slice(0, batch)];
  if (!sameShape(own, other)) {
    throw new ShapeError(`${op}: batch shapes ${showShape(own)} and ${showShape(other)} differ.`);
  }
}

export const takeOp: OpRecord<TakeParam> = linear<TakeParam>({
  name: 'take',
  type: ([x, index], { axis, batch, origin }) => {
    checkIndexType(origin.op, index!);
    checkBatch(origin.op, x!, index!, batch);
    const { shape, dtype } = x!;
    return [{ shape: [...shape.slice(0, axis), ...index!.shape.slice(batch), ...shape.slice(axis + 1)], dtype }];
  },
  evaluate: ([x, index], p, [y]) => [takeDense(x!, index!, p, y!)],
  transpose: ([gy], [, index], p, [x]) => [
    gy && apply(putAddOp, [gy, index!], { ...p, size: x!.shape[p.axis]! }),
    undefined,
  ],
  batch: ([x, index], [inX, inIndex], size, p) => {
    if (p.batch === 0 && !inIndex) {
      return { outs: [apply(takeOp, [x!, index!], { ...p, axis: p.axis + 1 })], batched: [true] };
    }
    if (p.batch === 0 && !inX) {
      return { outs: [moveaxis(apply(takeOp, [x!, index!], p), p.axis, 0)], batched: [true] };
    }
    const both = allBatched([x!, index!], [inX!, inIndex!], size);
    return { outs: [apply(takeOp, both, { ...p, axis: p.axis + 1, batch: p.batch + 1 })], batched: [true] };
  },
  formula: ([x, index]) => call('take', x!, index!),
  samples: [
    {
      inputs: [{ shape: [4, 3] }, { shape: [5], dtype: 'int32', values: [0, 3, -1, 0, 2] }],
      params: { axis: 0, batch: 0, origin: { op: 'take', axis: 0 } },
    },
    {
      inputs: [{ shape: [2, 3, 2] }, { shape: [2, 2], dtype: 'int32', values: [2, 0, -3, 1] }],
      params: { axis: 1, batch: 0, origin: { op: 'take', axis: 1 } },
    },
    {
      inputs: [{ shape: [2, 3] }, { shape: [2, 4], dtype: 'int32', values: [2, 0, 0, 1, -1, -1, 1, 2] }],
      params: { axis: 1, batch: 1, origin: { op: 'take', axis: 1 } },
    },
    {
      inputs: [{ shape: [3, 2] }, { shape: [], dtype: 'int32', values: [1] }],
      params: { axis: 0, batch: 0, origin: { op: 'take', axis: 0 } },
    },
  ],
});

export const putAddOp: OpRecord<PutAddParam> = linear<PutAddParam>({
  name: 'putAdd',
  type: ([g, index], { axis, batch, size, origin }) => {
    checkIndexType(origin.op, index!);
    checkBatch(origin.op, g!, index!, batch);
    checkAccepted(origin.op, g!.dtype, 'number');
    const { shape, dtype } = g!;
    const behind = axis + index!.shape.length - batch;
    if (!sameShape(shape.slice(axis, behind), index!.shape.slice(batch))) {
      throw new ShapeError(
        `${origin.op}: values of shape ${showShape(shape)} do not match an index of shape ${showShape(index!.shape)} at axis ${axis}.`,
      );
    }
    return [{ shape: [...shape.slice(0, axis), size, ...shape.slice(behind)], dtype }];
  },
  evaluate: ([g, index], p, [y]) => [putAddDense(g!, index!, p, y!)],
  transpose: ([gy], [, index], { axis, batch, origin }) => [
    gy && apply(takeOp, [gy, index!], { axis, batch, origin }),
    undefined,
  ],
  batch: ([g, index], [inG, inIndex], size, p) => {
    const shifted = { ...p, axis: p.axis + 1 };
    if (p.batch === 0 && !inIndex) return { outs: [apply(putAddOp, [g!, index!], shifted)], batched: [true] };
    const both = allBatched([g!, index!], [inG!, inIndex!], size);
    return { outs: [apply(putAddOp, both, { ...shifted, batch: p.batch + 1 })], batched: [true] };
  },
  formula: ([g, index]) => call('putAdd', g!, index!),
  samples: [
    {
      inputs: [{ shape: [5, 3] }, { shape: [5], dtype: 'int32', values: [0, 3, -1, 0, 2] }],
      params: { axis: 0, batch: 0, size: 4, origin: { op: 'putAdd', axis: 0 } },
    },
    {
      inputs: [{ shape: [2, 2, 2, 3] }, { shape: [2, 2], dtype: 'int32', values: [2, 0, -3, 1] }],
      params: { axis: 1, batch: 0, size: 3, origin: { op: 'putAdd', axis: 1 } },
    },
    {
      inputs: [{ shape: [2, 4] }, { shape: [2, 4], dtype: 'int32', values: [2, 0, 0, 1, -1, -1, 1, 2] }],
      params: { axis: 1, batch: 1, size: 3, origin: { op: 'putAdd', axis: 1 } },
    },
  ],
});

/** Storage offsets of the elements of a view, in row-major order. */
function offsetsOf(shape: readonly number[], strides: readonly number[], start: number): Int32Array {
  const out = new Int32Array(sizeOf(shape));
  forEachOffset(shape, strides, start, (position, offset) => {
    out[position] = offset;
  });
  return out;
}

/** From this length on copying a row as a block is faster than element by element. */
const LONG_ROW = 32;

/** Reads through the strides of x, so that a view is never copied for the few slices taken from it. */
function takeDense(x: DenseTensor, index: DenseTensor, p: TakeParam, y: TensorType): DenseTensor {
  const { shape, strides } = x;
  const examples = offsetsOf(shape.slice(0, p.batch), strides.slice(0, p.batch), x.offset);
  const lead = offsetsOf(shape.slice(p.batch, p.axis), strides.slice(p.batch, p.axis), 0);
  const trail = offsetsOf(shape.slice(p.axis + 1), strides.slice(p.axis + 1), 0);
  const rows = new Int32Array(sizeOf(index.shape.slice(p.batch)));
  const positions = index.values();
  const size = shape[p.axis]!;
  const stride = strides[p.axis]!;
  const contiguous = trail.length >= LONG_ROW && isRowMajor(shape.slice(p.axis + 1), strides.slice(p.axis + 1));
  const out = allocate(y.dtype, sizeOf(y.shape));
  const from = x.storage;
  let next = 0;
  for (let b = 0, at = 0; b < examples.length; b++) {
    for (let j = 0; j < rows.length; j++) rows[j] = wrapIndex(positions[at++]!, size, p.origin) * stride;
    for (let l = 0; l < lead.length; l++) {
      const start = examples[b]! + lead[l]!;
      for (let j = 0; j < rows.length; j++) {
        const row = start + rows[j]!;
        if (contiguous) {
          out.set(from.subarray(row, row + trail.length), next);
          next += trail.length;
        } else for (let t = 0; t < trail.length; t++) out[next++] = from[row + trail[t]!]!;
      }
    }
  }
  return dense(y.dtype, y.shape, out);
}

/** Adds in float64, so that a float32 sum over many duplicates keeps its digits. */
function putAddDense(g: DenseTensor, index: DenseTensor, p: PutAddParam, y: TensorType): DenseTensor {
  const examples = sizeOf(y.shape.slice(0, p.batch));
  const lead = sizeOf(y.shape.slice(p.batch, p.axis));
  const trail = sizeOf(y.shape.slice(p.axis + 1));
  const rows = new Int32Array(sizeOf(index.shape.slice(p.batch)));
  const positions = index.values();
  const sums = new Float64Array(sizeOf(y.shape));
  const from = g.values();
  let next = 0;
  for (let b = 0, at = 0; b < examples; b++) {
    for (let j = 0; j < rows.length; j++) rows[j] = wrapIndex(positions[at++]!, p.size, p.origin) * trail;
    for (let l = 0; l < lead; l++) {
      const start = (b * lead + l) * p.size * trail;
      for (let j = 0; j < rows.length; j++) {
        const row = start + rows[j]!;
        for (let t = 0; t < trail; t++) sums[row + t]! += from[next++]!;
      }
    }
  }
  if (y.dtype === 'float64') return dense(y.dtype, y.shape, sums);
  const out = allocate(y.dtype, sums.length);
  out.set(sums);
  return dense(y.dtype, y.shape, out);
}

// ------------------------------------------------------------------------------------------------------ operands

/** Integer positions: an int32 tensor or an integer. */
export type IndexLike = Tensor | number;

/** `index` as an int32 tensor. */
export function indexTensor(op: string, index: IndexLike): Tensor {
  if (index instanceof Tensor) {
    checkIndexType(op, index);
    return index;
  }
  if (typeof index === 'number') {
    if (!Number.isInteger(index)) throw new ArgumentError(`${op}: an index must be an integer, got ${index}.`);
    return filled([], index, 'int32');
  }
  throw new ArgumentError(
    `${op}: expected an int32 tensor or an integer as index, got ${describe(index)}.`,
    Array.isArray(index) ? "wrap it: tensor([...], { dtype: 'int32' })" : undefined,
  );
}

/** A plain list of positions as a tensor. */
function integers(op: string, list: readonly unknown[]): Tensor {
  const wrong = list.find((value) => !Number.isInteger(value));
  if (wrong !== undefined) throw new ArgumentError(`${op}: an index must be an integer, got ${describe(wrong)}.`);
  return dense('int32', [list.length], Int32Array.from(list as number[]));
}

/** The two operands of a function that pairs x and index axis by axis, and the axis counted from the front. */
export function paired(op: string, x: Tensor, index: Tensor, axis: number): [Tensor, Tensor, number] {
  onlyTensor(op, x);
  const i = indexTensor(op, onlyTensor(op, index));
  if (x.ndim !== i.ndim || x.ndim === 0) {
    throw new ShapeError(
      `${op}: the index needs as many axes as x, and at least one: shapes ${showShape(x.shape)} and ${showShape(i.shape)}.`,
    );
  }
  return [x, i, normalizeAxis(op, axis, x.shape)];
}

/** Throws where `index` is larger than `x` along another axis than `axis`; `axis` -1 compares all of them. */
export function checkInside(op: string, index: Tensor, x: Tensor, axis: number): void {
  const shape: readonly number[] = x.shape;
  if (index.shape.every((n, i) => i === axis || n <= shape[i]!)) return;
  const where = axis < 0 ? '' : ` outside axis ${axis}`;
  throw new ShapeError(
    `${op}: the index of shape ${showShape(index.shape)} does not fit into shape ${showShape(shape)}${where}.`,
  );
}

/** The first elements of `x` along every axis but `axis`, as many as `index` has. */
export function cropTo(x: Tensor, index: Tensor, axis: number): Tensor {
  const shape: readonly number[] = x.shape;
  return slice(
    x,
    shape.map(() => 0),
    shape.map((n, i) => (i === axis ? n : index.shape[i]!)),
  );
}

/** y[…, j, …] = x[…, index[…, j, …], …] for x and index that agree outside `axis`. */
function takePaired(op: string, x: Tensor, index: Tensor, axis: number): Tensor {
  const last = x.ndim - 1;
  const taken = apply(takeOp, [moveaxis(x, axis, last), moveaxis(index, axis, last)], {
    axis: last,
    batch: last,
    origin: { op, axis },
  });
  return moveaxis(taken, last, axis);
}

// ------------------------------------------------------------------------------------------------------- reading

/**
 * The slices of `x` at the positions `index` of `axis`, an int32 tensor, an integer or a list of integers: shape
 * `x.shape[:axis] ++ index.shape ++ x.shape[axis+1:]`. Without an axis x is read as one flat list. Negative positions
 * count from the end; others outside throw IndexError.
 */
export function take(x: Tensor, index: IndexLike | readonly number[], axis?: number): Tensor {
  onlyTensor('take', x);
  const i = indexTensor('take', Array.isArray(index) ? integers('take', index) : (index as IndexLike));
  if (axis === undefined) {
    return apply(takeOp, [reshapeTo(x, [x.size]), i], { axis: 0, batch: 0, origin: { op: 'take', axis: 0 } });
  }
  const at = normalizeAxis('take', axis, x.shape);
  return apply(takeOp, [x, i], { axis: at, batch: 0, origin: { op: 'take', axis: at } });
}

/** The slices of `x` along `axis` (default 0) at the positions of a vector, as torch.index_select. */
export function indexSelect(x: Tensor, index: Tensor, axis = 0): Tensor {
  const at = normalizeAxis('indexSelect', axis, onlyTensor('indexSelect', x).shape);
  const i = indexTensor('indexSelect', onlyTensor('indexSelect', index));
  if (i.ndim !== 1) {
    throw new ShapeError(`indexSelect: the index must be a vector, got shape ${showShape(i.shape)}.`);
  }
  return apply(takeOp, [x, i], { axis: at, batch: 0, origin: { op: 'indexSelect', axis: at } });
}

/**
 * y[…, j, …] = x[…, index[…, j, …], …] with j along `axis` (default -1); the other axes of x and index broadcast. It undoes
 * what argsort and argmax computed: `takeAlongAxis(x, argsort(x))` is sorted.
 */
export function takeAlongAxis(x: Tensor, index: Tensor, axis = -1): Tensor {
  const [a, i, at] = paired('takeAlongAxis', x, index, axis);
  const without = (shape: readonly number[]) => shape.map((n, k) => (k === at ? 1 : n));
  const common = broadcastShapes('takeAlongAxis', without(a.shape), without(i.shape));
  const spread = (v: Tensor) =>
    broadcastInto(
      v,
      common.map((n, k) => (k === at ? v.shape[k]! : n)),
    );
  return takePaired('takeAlongAxis', spread(a), spread(i), at);
}

/**
 * y[i, j, …] = x[index[i, j, …], j, …] for axis 0, and alike for the others; the result has the shape of `index`, which
 * must not be larger than x along the other axes (torch.gather).
 */
export function gather(x: Tensor, index: Tensor, axis: number): Tensor {
  const [a, i, at] = paired('gather', x, index, axis);
  checkInside('gather', i, a, at);
  return takePaired('gather', cropTo(a, i, at), i, at);
}

composite('take', take, [
  { inputs: [{ shape: [3, 4] }, { shape: [2, 2], dtype: 'int32', values: [11, 0, -1, 0] }] },
  { inputs: [{ shape: [3, 4] }, { shape: [2], dtype: 'int32', values: [-1, 2] }], params: [1] },
]);
composite('indexSelect', indexSelect, [
  { inputs: [{ shape: [3, 4] }, { shape: [5], dtype: 'int32', values: [3, 0, 0, -1, 2] }], params: [1] },
]);
composite('takeAlongAxis', takeAlongAxis, [
  { inputs: [{ shape: [3, 4] }, { shape: [3, 2], dtype: 'int32', values: [3, 0, 0, -1, 2, 2] }], params: [1] },
  { inputs: [{ shape: [3, 4] }, { shape: [2, 1], dtype: 'int32', values: [2, 1] }], params: [0] },
]);
composite('gather', gather, [
  { inputs: [{ shape: [3, 4] }, { shape: [2, 2], dtype: 'int32', values: [2, 0, 0, 0] }], params: [0] },
  { inputs: [{ shape: [3, 4] }, { shape: [3, 5], dtype: 'int32', domain: [0, 4] }], params: [1] },
]);
