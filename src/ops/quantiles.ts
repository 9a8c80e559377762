// Order statistics: a sorted row read at the place q (n − 1), linearly between two elements. Tangents go to the one or two
// elements that make the value.

import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { type Axes, normalizeAxes, reducedShape } from '../tensor/shape.ts';
import { DenseTensor, filled, type Tensor } from '../tensor/tensor.ts';
import { chainOp } from './addition.ts';
import { add, mul, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { isnan } from './comparison.ts';
import { composite } from './composite.ts';
import { take } from './indexing.ts';
import { concat, sliceAxis } from './joining.ts';
import { none } from './linear.ts';
import { moveaxis } from './movement.ts';
import { floating, onlyTensor } from './operands.ts';
import { checkNotEmpty, joinAxes, type KeepDims, withKeepdims } from './rows.ts';
import { where } from './select.ts';
import { sort } from './sorting.ts';
import { broadcastInto, reshapeTo } from './spread.ts';

/** The rows over `axes`, sorted, as the last axis; not empty. */
function sortedRows(op: string, x: Tensor, axes: readonly number[]): Tensor {
  checkNotEmpty(op, x.shape, axes);
  return sort(joinAxes(x, axes));
}

/** The element at `place` of every row, the last axis dropped. */
function at(rows: Tensor, place: number): Tensor {
  const axis = rows.ndim - 1;
  return reshapeTo(sliceAxis(rows, axis, place, place + 1), (rows.shape as readonly number[]).slice(0, axis));
}

/** A row with a NaN has it at the end when sorted, and has no order statistic but NaN. `value` is [rows…, more…]. */
function orNaN(rows: Tensor, value: Tensor): Tensor {
  const last = at(rows, rows.shape[rows.ndim - 1]! - 1);
  const beside = reshapeTo(last, [...last.shape, ...new Array<number>(value.ndim - last.ndim).fill(1)]);
  return where(isnan(beside), beside, value);
}

/** low + (high − low) t, where t = 0 takes nothing of an infinite difference. */
function between(low: Tensor, high: Tensor, t: Tensor): Tensor {
  return add(low, apply(chainOp, [sub(high, low), broadcastInto(t, low.shape)], none));
}

/**
 * The median over the axes, all by default: the middle element, or the mean of the two in the middle, each of which then
 * has half of the gradient (NumPy). NaN where there is one; ShapeError over nothing.
 */
export function median(x: Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkOptions('median', options, 'keepdims');
  const v = floating('median', onlyTensor('median', x));
  const axes = normalizeAxes('median', axis, v.shape);
  const rows = sortedRows('median', v, axes);
  const n = rows.shape[rows.ndim - 1]!;
  const upper = at(rows, Math.floor(n / 2));
  const middle = n % 2 === 1 ? upper : mul(add(at(rows, n / 2 - 1), upper), 0.5);
  return withKeepdims(orNaN(rows, middle), v.shape, axes, options);
}

function checkProbabilities(values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const q = values[i]!;
    if (!(q >= 0 && q <= 1)) throw new ArgumentError(`quantile: q must lie between 0 and 1, got ${q}.`);
  }
}

/**
 * The q-quantiles over the axes (all by default), between elements by linear interpolation. `q` is a number, which gives
 * the reduced shape, or a tensor, whose axes come first: [...q, ...reduced]. Differentiable in `x` and in `q`. NaN where
 * there is one; ShapeError over nothing, ArgumentError for a q that is known and not a probability.
 */
export function quantile(x: Tensor, q: number | Tensor, axis?: Axes, options?: KeepDims): Tensor {
  checkOptions('quantile', options, 'keepdims');
  const v = floating('quantile', onlyTensor('quantile', x));
  if (typeof q === 'number') checkProbabilities([q]);
  else if (q instanceof DenseTensor) checkProbabilities(q.values());
  else onlyTensor('quantile', q);
  const axes = normalizeAxes('quantile', axis, v.shape);
  const rows = sortedRows('quantile', v, axes);
  const last = rows.ndim - 1;
  const n = rows.shape[last]!;

  const places = mul(typeof q === 'number' ? filled([], q, 'float64') : cast(q, 'float64'), n - 1);
  const below = cast(places, 'int32');
  const t = cast(sub(places, cast(below, 'float64')), v.dtype);
  const extended = concat([rows, sliceAxis(rows, last, n - 1, n)], last); // so that q = 1 has an element above
  const value = between(take(extended, below, last), take(extended, add(below, 1), last), t);

  const axesOfQ = Array.from({ length: t.ndim }, (_, i) => i);
  const front = moveaxis(
    orNaN(rows, value),
    axesOfQ.map((i) => last + i),
    axesOfQ,
  );
  if (!options?.keepdims) return front;
  return reshapeTo(front, [...t.shape, ...reducedShape(v.shape, axes, true)]);
}

composite('median', median, [
  { inputs: [{ shape: [5], kind: 'distinct' }] },
  { inputs: [{ shape: [2, 3, 2], kind: 'distinct' }], params: [[0, -1], { keepdims: true }] },
  { inputs: [{ shape: [1] }] },
  { inputs: [{ shape: [] }] },
]);
composite('quantile', quantile, [
  { inputs: [{ shape: [5], kind: 'distinct' }], params: [0.3] },
  { inputs: [{ shape: [2, 3, 2], kind: 'distinct' }], params: [0.9, [0, -1], { keepdims: true }] },
  {
    inputs: [
      { shape: [4, 2], kind: 'distinct' },
      { shape: [3], values: [0.1, 0.5, 0.85] },
    ],
    params: [0],
  },
  { inputs: [{ shape: [1] }], params: [1] },
]);
