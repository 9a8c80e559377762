// softmax, its logarithm, and logsumexp: one family, each the other's derivative.
//   L = log Σ exp xᵢ,  pᵢ = exp(xᵢ − L):   dL = Σ pᵢ dxᵢ,   dp = p ∘ (dx − Σ pᵢ dxᵢ),   d log p = dx − Σ pᵢ dxᵢ
// The limits are kept where they exist: an entry of −∞ has p = 0 at every order, a row of only −∞ has L = −∞ and p = 0,
// entries of +∞ share the whole of p equally.
import { checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register, type Sample } from '../tensor/op.ts';
import { type Axes, normalizeAxes, reducedShape } from '../tensor/shape.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { composite } from './composite.ts';
import { floating } from './operands.ts';
import { batchOverAxes, fromRows, type KeepDims, rowsOf, withKeepdims } from './rows.ts';
import { type AxesParam, broadcastInto, reshapeTo, sumOver } from './spread.ts';

/** The largest element of a row (NaN if there is one, −∞ for an empty row) and Σ exp(x − largest). */
function scaledSum(x: ArrayLike<number>, start: number, length: number): [largest: number, sum: number] {
  let largest = -Infinity;
  for (let k = start; k < start + length; k++) {
    const v = x[k]!;
    if (Number.isNaN(v)) return [v, v];
    if (v > largest) largest = v;
  }
  let sum = 0;
  for (let k = start; k < start + length; k++) sum += ratio(x[k]!, largest);
  return [largest, sum];
}

/** exp(x − largest) where the difference of equal infinities counts as 0. */
function ratio(x: number, largest: number): number {
  return x === largest ? 1 : Math.exp(x - largest);
}

const masked: Sample<AxesParam> = {
  inputs: [{ shape: [4], values: [0.5, -Infinity, 1, -1] }],
  params: { axes: [0] },
};
const regular: readonly Sample<AxesParam>[] = [
  { inputs: [{ shape: [3, 4] }], params: { axes: [1] } },
  { inputs: [{ shape: [2, 3, 2] }], params: { axes: [0, 2] } },
  { inputs: [{ shape: [4], values: [800, 799, -900, 800.5] }], params: { axes: [0] } },
  { inputs: [{ shape: [1, 3] }], params: { axes: [0] } },
  { inputs: [{ shape: [0, 3] }], params: { axes: [1] } },
  { inputs: [{ shape: [] }], params: { axes: [] } },
];
const samples: readonly Sample<AxesParam>[] = [...regular, masked];

/** Σ over the axes, spread back over them. */
const sumAcross = (x: Tensor, axes: readonly number[]): Tensor =>
  broadcastInto(reshapeTo(sumOver(x, axes), reducedShape(x.shape, axes, true)), x.shape);

const sameType: OpRecord['type'] = ([x]) => [{ shape: x!.shape, dtype: x!.dtype }];

const softmaxOp: OpRecord<AxesParam> = register<AxesParam>({
  name: 'softmax',
  type: sameType,
  evaluate: ([x], { axes }) => {
    const { values, count, length } = rowsOf(x!, axes);
    const out = allocate(x!.dtype, x!.size);
    for (let row = 0; row < count; row++) {
      const start = row * length;
      const [largest, sum] = scaledSum(values, start, length);
      if (largest === -Infinity) continue;
      for (let k = start; k < start + length; k++) out[k] = ratio(values[k]!, largest) / sum;
    }
    return [fromRows(out, x!.dtype, x!.shape, axes)];
  },
  jvp: (_x, [dx], { axes }, y) => {
    if (!dx) return [null];
    const p = y()[0]!;
    return [mul(p, sub(dx, sumAcross(mul(p, dx), axes)))];
  },
  batch: batchOverAxes(() => softmaxOp),
  formula: ([x]) => call('softmax', x!),
  samples,
});

const logSoftmaxOp: OpRecord<AxesParam> = register<AxesParam>({
  name: 'logSoftmax',
  type: sameType,
  evaluate: ([x], { axes }) => {
    const { values, count, length } = rowsOf(x!, axes);
    const out = allocate(x!.dtype, x!.size);
    for (let row = 0; row < count; row++) {
      const start = row * length;
      const [largest, sum] = scaledSum(values, start, length);
      const log = Math.log(sum);
      for (let k = start; k < start + length; k++) {
        const v = values[k]!;
        out[k] = v === -Infinity ? v : (v === largest ? 0 : v - largest) - log;
      }
    }
    return [fromRows(out, x!.dtype, x!.shape, axes)];
  },
  jvp: ([x], [dx], p) => [dx ? sub(dx, sumAcross(mul(apply(softmaxOp, [x!], p), dx), p.axes)) : null],
  batch: batchOverAxes(() => logSoftmaxOp),
  formula: ([x]) => call('log', call('softmax', x!)),
  samples: [...regular, { ...masked, exempt: { jvp: 'an output of -Infinity stays where it is' } }],
});

const logsumexpOp: OpRecord<AxesParam> = register<AxesParam>({
  name: 'logsumexp',
  type: ([x], { axes }) => [{ shape: reducedShape(x!.shape, axes, false), dtype: x!.dtype }],
  evaluate: ([x], { axes }, [y]) => {
    const { values, count, length } = rowsOf(x!, axes);
    const out = allocate(x!.dtype, count);
    for (let row = 0; row < count; row++) {
      const [largest, sum] = scaledSum(values, row * length, length);
      out[row] = Number.isFinite(largest) ? largest + Math.log(sum) : largest;
    }
    return [dense(x!.dtype, y!.shape, out)];
  },
  jvp: ([x], [dx], p) => [dx ? sumOver(mul(apply(softmaxOp, [x!], p), dx), p.axes) : null],
  batch: batchOverAxes(() => logsumexpOp),
  formula: ([x]) => call('logsumexp', x!),
  samples: [...samples, { inputs: [{ shape: [2, 0] }], params: { axes: [1] } }],
});

/**
 * exp(x) / Σ exp(x) along an axis (or several together), without overflow. Same shape as `x`; entries of −∞ get 0, and a
 * row of nothing but −∞ is all zeros.
 */
export function softmax(x: Tensor, axis: Axes = -1): Tensor {
  const v = floating('softmax', x);
  return apply(softmaxOp, [v], { axes: axesOf('softmax', axis, v) });
}

/** The logarithm of softmax along an axis, x − logsumexp(x), accurate where softmax underflows. Same shape as `x`. */
export function logSoftmax(x: Tensor, axis: Axes = -1): Tensor {
  const v = floating('logSoftmax', x);
  return apply(logSoftmaxOp, [v], { axes: axesOf('logSoftmax', axis, v) });
}

/** A scalar is a row of one element, also for the default axis −1. */
function axesOf(op: string, axis: Axes, x: Tensor): number[] {
  return x.ndim === 0 && axis === -1 ? [] : normalizeAxes(op, axis, x.shape);
}

/**
 * log Σ exp(x) over the axes (all by default), without overflow. The sum over nothing, or over −∞ only, is −∞ and has
 * gradient 0.
 */
export function logsumexp(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkOptions('logsumexp', options, 'keepdims');
  const v = floating('logsumexp', x);
  const axes = normalizeAxes('logsumexp', axis, v.shape);
  return withKeepdims(apply(logsumexpOp, [v], { axes }), v.shape, axes, options);
}

for (const [name, f] of Object.entries({ softmax, logSoftmax })) {
  composite(name, f, [
    { inputs: [{ shape: [2, 3] }] },
    { inputs: [{ shape: [2, 3, 2] }], params: [1] },
    { inputs: [{ shape: [] }] },
  ]);
}
composite('logsumexp', logsumexp, [
  { inputs: [{ shape: [2, 3] }] },
  { inputs: [{ shape: [2, 3, 2] }], params: [[0, -1], { keepdims: true }] },
  { inputs: [{ shape: [] }] },
]);
