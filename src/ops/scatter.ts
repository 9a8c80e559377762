// Writing at integer positions, functionally: the result is a new tensor.
//   scatterAdd   y = x, then y[index[k]] += src[k] for every k: duplicates add
//   scatter      y = x, then y[index[k]]  = src[k] in the order of k: the last of several duplicates stays, and only it
//                gets a cotangent, so the derivative is that of the value (PyTorch sends it to every duplicate)

import { DTypeError, ShapeError } from '../errors.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { allocate, checkDType, type DType, getDefaultDtype } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { broadcastShapes, checkShape, sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, filled, type Tensor } from '../tensor/tensor.ts';
import { accumulate } from './addition.ts';
import { cast } from './cast.ts';
import { composite } from './composite.ts';
import {
  checkInside,
  cropTo,
  type IndexLike,
  indexTensor,
  type Origin,
  paired,
  putAddOp,
  takeOp,
  wrapIndex,
} from './indexing.ts';
import { moveaxis, padWith, slice } from './movement.ts';
import { onlyTensor, promoted, type TensorLike } from './operands.ts';
import { where } from './select.ts';
import { broadcastInto } from './spread.ts';

interface LastWriterParam {
  /** How many leading axes of index are a batch; each example has its own `size` places. */
  readonly batch: number;
  readonly size: number;
  readonly origin: Origin;
}

/** For each of `size` places: the row-major position of the last entry of index that names it (else 0), and whether one does. */
const lastWriterOp: OpRecord<LastWriterParam> = register<LastWriterParam>({
  name: 'lastWriter',
  type: ([index], { batch, size }) => {
    const shape = [...index!.shape.slice(0, batch), size];
    return [
      { shape, dtype: 'int32' },
      { shape, dtype: 'bool' },
    ];
  },
  evaluate: ([index], { batch, size, origin }, [y]) => {
    const writer = allocate('int32', sizeOf(y!.shape));
    const written = allocate('bool', writer.length);
    const positions = index!.values();
    const each = sizeOf(index!.shape.slice(batch));
    for (let i = 0; i < positions.length; i++) {
      const example = Math.floor(i / each);
      const place = example * size + wrapIndex(positions[i]!, size, origin);
      writer[place] = i - example * each;
      written[place] = 1;
    }
    return [dense('int32', y!.shape, writer), dense('bool', y!.shape, written)];
  },
  jvp: () => [null, null],
  batch: ([index], _batched, _size, p) => ({
    outs: bind(lastWriterOp, [index!], { ...p, batch: p.batch + 1 }),
    batched: [true, true],
  }),
  formula: ([index]) => call('lastWriter', index!),
  samples: [
    {
      inputs: [{ shape: [4], dtype: 'int32', values: [2, 0, -1, 0] }],
      params: { batch: 0, size: 3, origin: { op: 'scatter', axis: 0 } },
    },
    {
      inputs: [{ shape: [2, 2], dtype: 'int32', values: [1, 1, 0, -1] }],
      params: { batch: 1, size: 2, origin: { op: 'scatter', axis: 0 } },
    },
  ],
});

/**
 * `x` (shape [..., size]) with src[..., k] written at [..., index[..., k]]; the last of several duplicates stays. The
 * leading axes are shared by all three.
 */
export function overwrite(x: Tensor, index: Tensor, src: Tensor, origin: Origin): Tensor {
  const last = x.ndim - 1;
  if (index.size === 0) return x;
  const [writer, written] = bind(lastWriterOp, [index], { batch: last, size: x.shape[last]!, origin });
  const values = apply(takeOp, [src, writer!], { axis: last, batch: last, origin });
  return where(written!, values, x);
}

/** The transpose of takePaired: `src` added into zeros with `size` places along `axis`. */
function putAddPaired(op: string, src: Tensor, index: Tensor, axis: number, size: number): Tensor {
  const last = src.ndim - 1;
  const put = apply(putAddOp, [moveaxis(src, axis, last), moveaxis(index, axis, last)], {
    axis: last,
    batch: last,
    size,
    origin: { op, axis },
  });
  return moveaxis(put, last, axis);
}

/** The operands of scatter and scatterAdd: `src` cropped to the index, in the dtype of both. */
function scatterOperands(
  op: string,
  x: Tensor,
  index: Tensor,
  src: TensorLike,
  axis: number,
): { readonly x: Tensor; readonly index: Tensor; readonly src: Tensor; readonly axis: number } {
  const [own, i, at] = paired(op, x, index, axis);
  const [a, values] = promoted(op, [own, src]) as [Tensor, Tensor];
  checkInside(op, i, a, at);
  if (values.ndim === 0) return { x: a, index: i, src: broadcastInto(values, i.shape), axis: at };
  if (values.ndim !== i.ndim) {
    throw new ShapeError(
      `${op}: the index needs as many axes as src: shapes ${showShape(i.shape)} and ${showShape(values.shape)}.`,
    );
  }
  checkInside(op, i, values, -1);
  return { x: a, index: i, src: cropTo(values, i, -1), axis: at };
}

/** `y` placed at the origin of zeros of `shape`. */
function padTo(y: Tensor, shape: readonly number[]): Tensor {
  return padWith(
    y,
    0,
    shape.map(() => 0),
    shape.map((n, i) => n - y.shape[i]!),
  );
}

/**
 * `x` with src[i, j, …] added at [index[i, j, …], j, …] for axis 0, and alike for the others; duplicates add up
 * (torch.scatter_add). `src` is a number or at least as large as `index`.
 */
export function scatterAdd(x: Tensor, index: Tensor, src: TensorLike, axis: number): Tensor {
  const s = scatterOperands('scatterAdd', x, index, src, axis);
  const put = putAddPaired('scatterAdd', s.src, s.index, s.axis, s.x.shape[s.axis]!);
  return accumulate(s.x, padTo(put, s.x.shape))!;
}

/**
 * `x` with src[i, j, …] stored at [index[i, j, …], j, …] for axis 0, and alike for the others. Of several duplicates the
 * last one in row-major order stays and gets the cotangent. `src` is a number or at least as large as `index`.
 */
export function scatter(x: Tensor, index: Tensor, src: TensorLike, axis: number): Tensor {
  const s = scatterOperands('scatter', x, index, src, axis);
  const last = s.x.ndim - 1;
  const [own, i, values] = [s.x, s.index, s.src].map((v) => moveaxis(v, s.axis, last)) as [Tensor, Tensor, Tensor];
  const inside = slice(
    own,
    own.shape.map(() => 0),
    [...i.shape.slice(0, last), own.shape[last]!],
  );
  const written = overwrite(inside, i, values, { op: 'scatter', axis: s.axis });
  if (sameShape(inside.shape, own.shape)) return moveaxis(written, last, s.axis);
  const mask = padTo(filled(inside.shape, 1, 'bool'), own.shape);
  return moveaxis(where(mask, padTo(written, own.shape), own), last, s.axis);
}

/**
 * y[k] = the sum of the slices x[i] along axis 0 with segmentIds[i] = k, for k below `numSegments`; ids need no order, and
 * segments that nobody names are zero. Negative ids count from the end; others outside throw IndexError.
 */
export function segmentSum(x: Tensor, segmentIds: Tensor, numSegments: number): Tensor {
  const a = onlyTensor('segmentSum', x);
  const ids = indexTensor('segmentSum', onlyTensor('segmentSum', segmentIds));
  checkShape('segmentSum', [numSegments, ...a.shape.slice(1)]);
  if (ids.ndim !== 1 || a.ndim === 0 || ids.shape[0] !== a.shape[0]) {
    throw new ShapeError(
      `segmentSum: ids of shape ${showShape(ids.shape)} do not name the slices of ${showShape(a.shape)} along axis 0.`,
    );
  }
  const origin = { op: 'segmentSum', axis: 0 };
  return apply(putAddOp, [a, ids], { axis: 0, batch: 0, size: numSegments, origin });
}

/**
 * Rows of zeros with a single one: shape `index.shape ++ [depth]`, 1 at [i…, index[i…]]. Negative positions count from the
 * end; others outside throw IndexError. `dtype` is the default float dtype unless given.
 */
export function oneHot(index: IndexLike, depth: number, options: { readonly dtype?: DType } = {}): Tensor {
  checkOptions('oneHot', options, 'dtype');
  const i = indexTensor('oneHot', index);
  checkShape('oneHot', [...i.shape, depth]);
  const dtype = options.dtype ?? getDefaultDtype();
  checkDType('oneHot', dtype);
  const ones = filled(i.shape, 1, dtype === 'bool' ? 'int32' : dtype);
  const origin = { op: 'oneHot', axis: i.ndim };
  return cast(apply(putAddOp, [ones, i], { axis: i.ndim, batch: i.ndim, size: depth, origin }), dtype);
}

/** `x` with `value` where `mask` is true; the mask and the value broadcast to the shape of x. */
export function maskedFill(x: Tensor, mask: Tensor, value: TensorLike): Tensor {
  const [a, v] = promoted('maskedFill', [onlyTensor('maskedFill', x), value]) as [Tensor, Tensor];
  if (onlyTensor('maskedFill', mask).dtype !== 'bool') {
    throw new DTypeError(`maskedFill: the mask has dtype ${mask.dtype}, expected bool.`);
  }
  if (!sameShape(broadcastShapes('maskedFill', a.shape, mask.shape), a.shape)) {
    throw new ShapeError(
      `maskedFill: the mask of shape ${showShape(mask.shape)} is larger than x of shape ${showShape(a.shape)}.`,
    );
  }
  return where(mask, broadcastInto(v, a.shape), a);
}

/**
 * The positions of the elements that are not zero, in row-major order: one int32 vector for each axis (NumPy). Their number
 * depends on the values, so it needs a concrete tensor.
 */
export function nonzero(x: Tensor): Tensor[] {
  return positionsOfNonzero('nonzero', onlyTensor('nonzero', x));
}

/** nonzero on behalf of the function `caller`, which is named in the error for a traced value. */
export function positionsOfNonzero(caller: string, x: Tensor): Tensor[] {
  const { shape } = x;
  const flat = x.concrete(caller).values();
  const found: number[] = [];
  flat.forEach((value: number, i: number) => {
    if (value !== 0) found.push(i);
  });
  const strides = rowMajorStrides(shape);
  return shape.map((n, axis) => {
    const out = allocate('int32', found.length);
    for (let i = 0; i < out.length; i++) out[i] = Math.floor(found[i]! / strides[axis]!) % n;
    return dense('int32', [out.length], out);
  });
}

composite('scatter', scatter, [
  {
    inputs: [{ shape: [3, 2] }, { shape: [3, 2], dtype: 'int32', values: [0, 2, 0, 2, 2, -1] }, { shape: [3, 2] }],
    params: [0],
  },
  {
    inputs: [{ shape: [3, 4] }, { shape: [2, 2], dtype: 'int32', values: [3, 0, 1, 1] }, { shape: [2, 3] }],
    params: [1],
  },
]);
composite('scatterAdd', scatterAdd, [
  {
    inputs: [{ shape: [3, 2] }, { shape: [3, 2], dtype: 'int32', values: [0, 2, 0, 2, 2, -1] }, { shape: [3, 2] }],
    params: [0],
  },
  {
    inputs: [{ shape: [3, 4] }, { shape: [2, 2], dtype: 'int32', values: [3, 0, 1, 1] }, { shape: [2, 3] }],
    params: [1],
  },
]);
composite('segmentSum', segmentSum, [
  { inputs: [{ shape: [4, 2] }, { shape: [4], dtype: 'int32', values: [2, 0, 2, 2] }], params: [3] },
]);
composite('oneHot', oneHot, [{ inputs: [{ shape: [2, 2], dtype: 'int32' }], params: [5, { dtype: 'float64' }] }]);
composite('maskedFill', maskedFill, [
  { inputs: [{ shape: [2, 3] }, { shape: [3], dtype: 'bool' }, { shape: [] }] },
  { inputs: [{ shape: [2, 3] }, { shape: [2, 3], dtype: 'bool' }], params: [-1] },
]);
composite('nonzero', nonzero, [
  { inputs: [{ shape: [2, 3], values: [0, 1, -2, 0, 0, 3] }], exempt: { vmap: 'its size depends on the values' } },
]);
