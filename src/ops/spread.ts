// reshape, broadcast and sum: the three linear maps that change which elements there are.
//   sum and broadcast are each other's transpose:  ⟨1⊗g, x⟩ = ⟨g, Σx⟩
import { ShapeError } from '../errors.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call, name } from '../tensor/formula.ts';
import { forEachOffset, reshapedStrides, sizeOf } from '../tensor/layout.ts';
import type { Batched, OpRecord } from '../tensor/op.ts';
import { reducedShape, sameShape } from '../tensor/shape.ts';
import { reshapeMessage, showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { linear, shiftAxes } from './linear.ts';

export interface ShapeParam {
  readonly shape: readonly number[];
}
export interface AxesParam {
  /** Ascending and non-negative. */
  readonly axes: readonly number[];
}

const sizes = (shape: readonly number[]) => name(showShape(shape));

const reshapeOp: OpRecord<ShapeParam> = linear<ShapeParam>({
  name: 'reshape',
  type: ([x], { shape }) => {
    if (sizeOf(x!.shape) !== sizeOf(shape)) throw new ShapeError(reshapeMessage(x!.shape, shape));
    return [{ shape, dtype: x!.dtype }];
  },
  evaluate: ([x], { shape }) => {
    const strides = reshapedStrides(x!.shape, x!.strides, shape);
    return [strides ? x!.view(shape, strides) : dense(x!.dtype, shape, x!.values())];
  },
  transpose: ([gy], _x, _p, [x]) => [gy && reshapeTo(gy, x!.shape)],
  batch: shiftAxes(
    () => reshapeOp,
    ({ shape }, size) => ({ shape: [size, ...shape] }),
  ),
  formula: ([x], { shape }) => call('reshape', x!, sizes(shape)),
  samples: [
    { inputs: [{ shape: [2, 6] }], params: { shape: [3, 4] } },
    { inputs: [{ shape: [1] }], params: { shape: [] } },
    { inputs: [{ shape: [0, 3] }], params: { shape: [3, 0, 2] } },
  ],
});

/** `x` with the same elements under another shape; free where strides allow. */
export function reshapeTo(x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape });
}

const broadcastOp: OpRecord<ShapeParam> = linear<ShapeParam>({
  name: 'broadcast',
  type: ([x], { shape }) => {
    const from = x!.shape;
    const lead = shape.length - from.length;
    if (lead < 0 || from.some((n, i) => n !== shape[lead + i] && n !== 1)) {
      throw new ShapeError(`broadcastTo: shape ${showShape(from)} does not broadcast to ${showShape(shape)}.`);
    }
    return [{ shape, dtype: x!.dtype }];
  },
  evaluate: ([x], { shape }) => {
    const lead = shape.length - x!.ndim;
    const strides = shape.map((n, i) =>
      i < lead || (x!.shape[i - lead] === 1 && n !== 1) ? 0 : x!.strides[i - lead]!,
    );
    return [x!.view(shape, strides)];
  },
  transpose: ([gy], _x, { shape }, [x]) => {
    if (!gy) return [null];
    const from = x!.shape;
    const lead = shape.length - from.length;
    const axes = shape.flatMap((n, i) => (i < lead || (from[i - lead] === 1 && n !== 1) ? [i] : []));
    return [reshapeTo(sumOver(gy, axes), from)];
  },
  batch: ([x], _batched, size, { shape }) => {
    // [B, …x] becomes [B, 1, …, 1, …x], so that the new axes come behind the batch.
    const ones = new Array<number>(shape.length - (x!.ndim - 1)).fill(1);
    const lifted = reshapeTo(x!, [size, ...ones, ...x!.shape.slice(1)]);
    return { outs: bind(broadcastOp, [lifted], { shape: [size, ...shape] }), batched: [true] };
  },
  formula: ([x], { shape }) => call('broadcast', x!, sizes(shape)),
  samples: [
    { inputs: [{ shape: [3] }], params: { shape: [2, 3] } },
    { inputs: [{ shape: [2, 1, 3] }], params: { shape: [2, 4, 3] } },
    { inputs: [{ shape: [] }], params: { shape: [2] } },
    { inputs: [{ shape: [1, 3] }], params: { shape: [0, 3] } },
  ],
});

/** `x` repeated to `shape`; nothing is copied. */
export function broadcastInto(x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : apply(broadcastOp, [x], { shape });
}

const sumOp: OpRecord<AxesParam> = linear<AxesParam>({
  name: 'sum',
  type: ([x], { axes }) => [{ shape: reducedShape(x!.shape, axes, false), dtype: x!.dtype }],
  evaluate: ([x], { axes }, [type]) => [sumDense(x!, axes, type!.shape)],
  transpose: ([gy], _x, { axes }, [x]) => [
    gy && broadcastInto(reshapeTo(gy, reducedShape(x!.shape, axes, true)), x!.shape),
  ],
  batch: shiftAxes(
    () => sumOp,
    ({ axes }) => ({ axes: axes.map((axis) => axis + 1) }),
  ),
  formula: ([x], { axes }) => call('sum', x!, name(showShape(axes))),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { axes: [0] } },
    { inputs: [{ shape: [2, 3, 4] }], params: { axes: [0, 2] } },
    { inputs: [{ shape: [5] }], params: { axes: [0] } },
    { inputs: [{ shape: [0, 3] }], params: { axes: [0] } },
    { inputs: [{ shape: [3] }], params: { axes: [] } },
  ],
});

/** The sum over the given axes (ascending), which disappear. */
export function sumOver(x: Tensor, axes: readonly number[]): Tensor {
  return axes.length === 0 ? x : apply(sumOp, [x], { axes });
}

/** Accumulates in float64, so that a float32 sum of millions of terms keeps its digits. */
function sumDense(x: DenseTensor, axes: readonly number[], shape: readonly number[]): DenseTensor {
  const kept = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const order = [...kept, ...axes];
  const total = sizeOf(shape);
  const count = total === 0 ? 0 : x.size / total;
  const out = allocate(x.dtype, total);
  const from = x.storage;
  let sum = 0;
  let left = count;
  let next = 0;
  if (count > 0) {
    const sizesInOrder = order.map((i) => x.shape[i]!);
    const stridesInOrder = order.map((i) => x.strides[i]!);
    forEachOffset(sizesInOrder, stridesInOrder, x.offset, (_, offset) => {
      sum += from[offset]!;
      if (--left === 0) {
        out[next++] = sum;
        sum = 0;
        left = count;
      }
    });
  }
  return dense(x.dtype, shape, out);
}

/** `x` with a new leading axis of `size` equal entries. */
export function repeatOverBatch(x: Tensor, size: number): Tensor {
  return apply(broadcastOp, [x], { shape: [size, ...x.shape] });
}

/** The inputs of a batching rule, all carrying the batch. */
export function allBatched(x: readonly Tensor[], batched: readonly boolean[], size: number): Tensor[] {
  return x.map((v, i) => (batched[i] ? v : repeatOverBatch(v, size)));
}

/** Batching of operations that treat all leading axes as a batch already. */
export function leadingAxes<P>(record: () => OpRecord<P>): OpRecord<P>['batch'] {
  return (x, batched, size, p): Batched => {
    const outs = bind(record(), allBatched(x, batched, size), p);
    return { outs, batched: outs.map(() => true) };
  };
}
