// Running sums, products and log-sums along an axis, left to right.
//   cumsum           linear; its transpose sums from the other end
//   cumprod          yᵢ = xᵢ yᵢ₋₁                    ⇒  dyᵢ = xᵢ dyᵢ₋₁ + yᵢ₋₁ dxᵢ
//   logcumsumexp     yᵢ = log(exp yᵢ₋₁ + exp xᵢ)     ⇒  dyᵢ = pᵢ dyᵢ₋₁ + qᵢ dxᵢ,  (p, q)ᵢ = softmax(yᵢ₋₁, xᵢ)
// No rule divides, so derivatives are exact at zeros and at −∞, at every order.

import { checkInteger } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate, isFloat } from '../tensor/dtype.ts';
import { call, number } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { chainOp } from './addition.ts';
import { sub } from './arithmetic.ts';
import { composite } from './composite.ts';
import { sliceAxis, stack } from './joining.ts';
import { linear, none } from './linear.ts';
import { floating, onlyTensor } from './operands.ts';
import { recurrence, shiftAlong } from './recurrence.ts';
import { type AxisParam, batchOverAxis, countable, fromRows, rowsOf } from './rows.ts';
import { softmax } from './softmax.ts';
import { reshapeTo } from './spread.ts';

interface CumsumParam extends AxisParam {
  /** Sums from the last element to the first. */
  readonly reverse: boolean;
}

/** Replaces every row along the axis by what `step` makes of the value so far and the next element, in float64. */
function scanRows(
  x: DenseTensor,
  axis: number,
  start: number,
  step: (sofar: number, next: number) => number,
  reverse = false,
): DenseTensor {
  const { values, count, length } = rowsOf(x, [axis]);
  const out = allocate(x.dtype, x.size);
  for (let row = 0; row < count; row++) {
    let sofar = start;
    for (let k = 0; k < length; k++) {
      const at = row * length + (reverse ? length - 1 - k : k);
      sofar = step(sofar, values[at]!);
      out[at] = sofar;
    }
  }
  return fromRows(out, x.dtype, x.shape, [axis]);
}

const cumsumOp: OpRecord<CumsumParam> = linear<CumsumParam>({
  name: 'cumsum',
  type: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  evaluate: ([x], { axis, reverse }) => [scanRows(x!, axis, 0, (a, b) => a + b, reverse)],
  transpose: ([gy], _x, { axis, reverse }) => [gy && apply(cumsumOp, [gy], { axis, reverse: !reverse })],
  batch: batchOverAxis(() => cumsumOp),
  formula: ([x], { axis }) => call('cumsum', x!, number(axis)),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { axis: 1, reverse: false } },
    { inputs: [{ shape: [3, 4] }], params: { axis: 0, reverse: true } },
    { inputs: [{ shape: [1] }], params: { axis: 0, reverse: false } },
    { inputs: [{ shape: [2, 0] }], params: { axis: 1, reverse: false } },
  ],
});

export const cumprodOp: OpRecord<AxisParam> = register<AxisParam>({
  name: 'cumprod',
  type: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  evaluate: ([x], { axis }) => [scanRows(x!, axis, 1, isFloat(x!.dtype) ? (a, b) => a * b : Math.imul)],
  jvp: ([x], [dx], { axis }, y) => [dx ? cumprodTangent(x!, dx, y()[0]!, axis) : null],
  batch: batchOverAxis(() => cumprodOp),
  formula: ([x], { axis }) => call('cumprod', x!, number(axis)),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { axis: 1 } },
    { inputs: [{ shape: [5, 2] }], params: { axis: 0 } },
    { inputs: [{ shape: [5], values: [2, 0, -1.5, 0, 3] }], params: { axis: 0 } },
    { inputs: [{ shape: [1] }], params: { axis: 0 } },
    { inputs: [{ shape: [2, 0] }], params: { axis: 1 } },
  ],
});

/** log(eᵃ + eᵇ), −∞ for two of −∞ and +∞ for two of +∞. */
function logAddExp(a: number, b: number): number {
  const largest = Math.max(a, b);
  if (a === b && !Number.isFinite(a)) return a;
  return largest + Math.log1p(Math.exp(-Math.abs(a - b)));
}

const logcumsumexpOp: OpRecord<AxisParam> = register<AxisParam>({
  name: 'logcumsumexp',
  type: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  evaluate: ([x], { axis }) => [scanRows(x!, axis, -Infinity, logAddExp)],
  jvp: ([x], [dx], { axis }, y) => {
    if (!dx) return [null];
    const weights = softmax(stack([shiftAlong(y()[0]!, axis, -Infinity), x!], 0), 0);
    const [p, q] = [0, 1].map((i) => reshapeTo(sliceAxis(weights, 0, i, i + 1), x!.shape)) as [Tensor, Tensor];
    return [recurrence(p, apply(chainOp, [q, dx], none), axis)];
  },
  batch: batchOverAxis(() => logcumsumexpOp),
  formula: ([x], { axis }) => call('logcumsumexp', x!, number(axis)),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { axis: 1 } },
    { inputs: [{ shape: [5, 2] }], params: { axis: 0 } },
    { inputs: [{ shape: [4], values: [-900, 800, 801, -1] }], params: { axis: 0 } },
    { inputs: [{ shape: [1] }], params: { axis: 0 } },
    { inputs: [{ shape: [2, 0] }], params: { axis: 1 } },
  ],
});

/** The operand and axis of a running reduction; without an axis the tensor is flattened, as NumPy does. */
function along(op: string, x: Tensor, axis: number | undefined): [Tensor, AxisParam] {
  if (axis === undefined) return [reshapeTo(x, [x.size]), { axis: 0 }];
  return [x, { axis: normalizeAxis(op, axis, x.shape) }];
}

/** Running sums along an axis; without one, of all elements in order. Same shape as `x`. */
export function cumsum(x: Tensor, axis?: number): Tensor {
  const [v, p] = along('cumsum', countable('cumsum', x), axis);
  return apply(cumsumOp, [v], { ...p, reverse: false });
}

/** Running products along an axis; without one, of all elements in order. Same shape as `x`. */
export function cumprod(x: Tensor, axis?: number): Tensor {
  const [v, p] = along('cumprod', countable('cumprod', x), axis);
  return apply(cumprodOp, [v], p);
}

/** Running log Σ exp along an axis, without overflow; without one, of all elements in order. Same shape as `x`. */
export function logcumsumexp(x: Tensor, axis?: number): Tensor {
  const [v, p] = along('logcumsumexp', floating('logcumsumexp', onlyTensor('logcumsumexp', x)), axis);
  return apply(logcumsumexpOp, [v], p);
}

/** The tangents of running products: dyᵢ = xᵢ dyᵢ₋₁ + yᵢ₋₁ dxᵢ. */
export function cumprodTangent(x: Tensor, dx: Tensor, y: Tensor, axis: number): Tensor {
  return recurrence(x, apply(chainOp, [shiftAlong(y, axis, 1), dx], none), axis);
}

/**
 * Differences of neighbours along an axis (default the last), taken `n` times: the axis shrinks by n, at most to 0. What
 * cumsum undoes. bool counts as 0 and 1.
 */
export function diff(x: Tensor, n = 1, axis = -1): Tensor {
  checkInteger('diff', 'n', n, 0);
  let y = countable('diff', x);
  const at = normalizeAxis('diff', axis, y.shape);
  for (let k = 0; k < n && y.shape[at]! > 0; k++) {
    const size = y.shape[at]!;
    y = sub(sliceAxis(y, at, 1, size), sliceAxis(y, at, 0, size - 1));
  }
  return y;
}

composite('diff', diff, [
  { inputs: [{ shape: [5] }] },
  { inputs: [{ shape: [4, 2] }], params: [2, 0] },
  { inputs: [{ shape: [2] }], params: [3] },
]);

for (const [name, f] of Object.entries({ cumsum, cumprod, logcumsumexp })) {
  composite(name, f, [
    { inputs: [{ shape: [2, 3] }] },
    { inputs: [{ shape: [2, 3] }], params: [-1] },
    { inputs: [{ shape: [] }] },
    { inputs: [{ shape: [4], dtype: 'int32' }], params: [0] },
  ]);
}
