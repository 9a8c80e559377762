// concat and what is made of it. ⟨g, [a; b]⟩ = ⟨g₁, a⟩ + ⟨g₂, b⟩: the transpose cuts the cotangent at the seams.
import { ArgumentError, DTypeError, ShapeError } from '../errors.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { forEachOffset, rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import { concatMessage, stackMessage } from '../tensor/shape-messages.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { linear } from './linear.ts';
import { expandDims, slice } from './movement.ts';
import { promoted } from './operands.ts';
import { allBatched } from './spread.ts';

interface AxisParam {
  readonly axis: number;
}

const concatOp: OpRecord<AxisParam> = linear<AxisParam>({
  name: 'concat',
  type: (x, { axis }) => {
    const first = x[0]!;
    for (const other of x) {
      const fits =
        other.shape.length === first.shape.length && other.shape.every((n, i) => i === axis || n === first.shape[i]);
      if (!fits) throw new ShapeError(concatMessage(first.shape, other.shape, axis));
      if (other.dtype !== first.dtype) throw new DTypeError(`concat: dtypes ${first.dtype} and ${other.dtype} differ.`);
    }
    const length = x.reduce((n, v) => n + v.shape[axis]!, 0);
    return [{ shape: first.shape.map((n, i) => (i === axis ? length : n)), dtype: first.dtype }];
  },
  evaluate: (x, { axis }, [y]) => {
    const out = allocate(y!.dtype, sizeOf(y!.shape));
    const strides = rowMajorStrides(y!.shape);
    let start = 0;
    for (const v of x) {
      const from = v.values();
      forEachOffset(v.shape, strides, start, (position, offset) => {
        out[offset] = from[position]!;
      });
      start += v.shape[axis]! * strides[axis]!;
    }
    return [dense(y!.dtype, y!.shape, out)];
  },
  transpose: ([gy], x, { axis }, types) => {
    let start = 0;
    return x.map((v, i) => {
      const stop = start + types[i]!.shape[axis]!;
      const cut = v || !gy ? undefined : sliceAxis(gy, axis, start, stop);
      start = stop;
      return cut;
    });
  },
  batch: (x, batched, size, { axis }) => ({
    outs: [apply(concatOp, allBatched(x, batched, size), { axis: axis + 1 })],
    batched: [true],
  }),
  formula: (x) => call('concat', ...x),
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [1, 3] }, { shape: [2, 3] }], params: { axis: 0 } },
    { inputs: [{ shape: [2, 3] }, { shape: [2, 0] }], params: { axis: 1 } },
  ],
});

/** The range `start` to `stop` of one axis, the other axes whole. */
export function sliceAxis(x: Tensor, axis: number, start: number, stop: number, step = 1): Tensor {
  const shape = x.shape as readonly number[];
  return slice(
    x,
    shape.map((_, i) => (i === axis ? start : 0)),
    shape.map((n, i) => (i === axis ? stop : n)),
    shape.map((_, i) => (i === axis ? step : 1)),
  );
}

/** The tensors one after the other along an axis they share; all other sizes are equal. */
export function concat(list: readonly Tensor[], axis = 0): Tensor {
  if (!Array.isArray(list) || list.length === 0)
    throw new ArgumentError('concat: expected a non-empty list of tensors.');
  const x = promoted('concat', Array.from(list));
  if (x[0]!.ndim === 0) throw new ShapeError('concat: scalars have no axis to join along; use stack.');
  const at = normalizeAxis('concat', axis, x[0]!.shape);
  return x.length === 1 ? x[0]! : apply(concatOp, x, { axis: at });
}

/** Tensors of one shape side by side along a new axis. */
export function stack(list: readonly Tensor[], axis = 0): Tensor {
  if (!Array.isArray(list) || list.length === 0)
    throw new ArgumentError('stack: expected a non-empty list of tensors.');
  const x = promoted('stack', Array.from(list));
  const shape = x[0]!.shape as readonly number[];
  const odd = x.find((v) => v.ndim !== shape.length || v.shape.some((n, i) => n !== shape[i]));
  if (odd) throw new ShapeError(stackMessage(shape, odd.shape));
  const at = normalizeAxis('stack', axis, shape, shape.length + 1);
  return concat(
    x.map((v) => expandDims(v, at)),
    at,
  );
}

composite('stack', (a: Tensor, b: Tensor, axis?: number): Tensor => stack([a, b], axis), [
  { inputs: [{ shape: [2, 3] }, { shape: [2, 3] }] },
  { inputs: [{ shape: [2, 3] }, { shape: [2, 3] }], params: [-1] },
]);
