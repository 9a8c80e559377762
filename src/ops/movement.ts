// Linear maps that only move elements: permute, slice, flip, pad, and the public functions made of them and of reshape.
import { ArgumentError, ShapeError } from '../errors.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call, name, postfix } from '../tensor/formula.ts';
import { forEachOffset, rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { checkShape, distinctAxes, normalizeAxes, normalizeAxis } from '../tensor/shape.ts';
import { permuteMessage, reshapeMessage, showShape, squeezeMessage } from '../tensor/shape-messages.ts';
import { dense, filled, type Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { linear, shiftAxes } from './linear.ts';
import { describe, onlyTensor } from './operands.ts';
import { where } from './select.ts';
import { type AxesParam, broadcastInto, reshapeTo } from './spread.ts';

// -------------------------------------------------------------------------------------------------------- permute

/** axes[i] is the input axis that becomes output axis i. */
const permuteOp: OpRecord<AxesParam> = linear<AxesParam>({
  name: 'permute',
  type: ([x], { axes }) => [{ shape: axes.map((axis) => x!.shape[axis]!), dtype: x!.dtype }],
  evaluate: ([x], { axes }) => [
    x!.view(
      axes.map((axis) => x!.shape[axis]!),
      axes.map((axis) => x!.strides[axis]!),
    ),
  ],
  transpose: ([gy], _x, { axes }) => [gy && apply(permuteOp, [gy], { axes: axes.map((_, i) => axes.indexOf(i)) })],
  batch: shiftAxes(
    () => permuteOp,
    ({ axes }) => ({ axes: [0, ...axes.map((axis) => axis + 1)] }),
  ),
  formula: ([x], { axes }) => (axes.join() === '1,0' ? postfix("'", x!) : call('permute', x!, name(showShape(axes)))),
  samples: [
    { inputs: [{ shape: [2, 3] }], params: { axes: [1, 0] } },
    { inputs: [{ shape: [2, 3, 4] }], params: { axes: [2, 0, 1] } },
  ],
});

/** The axes in another order: output axis i is input axis `axes[i]`. Reverses all axes without an argument. */
export function permute(x: Tensor, axes?: readonly number[]): Tensor {
  const rank = onlyTensor('permute', x).ndim;
  if (axes === undefined) return apply(permuteOp, [x], { axes: Array.from({ length: rank }, (_, i) => rank - 1 - i) });
  if (!Array.isArray(axes)) {
    throw new ArgumentError(
      `permute: the axes are a list of integers, got ${describe(axes)}.`,
      'write permute(x, [1, 0])',
    );
  }
  if (axes.length !== rank) throw new ShapeError(permuteMessage(axes, x.shape));
  const list = distinctAxes('permute', axes, x.shape);
  return list.every((axis, i) => axis === i) ? x : apply(permuteOp, [x], { axes: list });
}

/** Swaps two axes; without arguments reverses all of them, as `.T` does. */
export function transpose(x: Tensor, axis1?: number, axis2?: number): Tensor {
  const { shape } = onlyTensor('transpose', x);
  if (axis1 === undefined || axis2 === undefined) return permute(x);
  return swapaxes(x, normalizeAxis('transpose', axis1, shape), normalizeAxis('transpose', axis2, shape));
}

/** Exchanges two axes. */
export function swapaxes(x: Tensor, axis1: number, axis2: number): Tensor {
  const shape = onlyTensor('swapaxes', x).shape;
  const a = normalizeAxis('swapaxes', axis1, shape);
  const b = normalizeAxis('swapaxes', axis2, shape);
  return permute(
    x,
    shape.map((_, i) => (i === a ? b : i === b ? a : i)),
  );
}

/** Moves axes to other places; the others keep their order. */
export function moveaxis(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const shape = onlyTensor('moveaxis', x).shape;
  const from = distinctAxes('moveaxis', source, shape);
  const to = distinctAxes('moveaxis', destination, shape);
  if (from.length !== to.length) {
    throw new ShapeError(
      `moveaxis: sources ${showShape(from)} and destinations ${showShape(to)} must be equally many axes.`,
    );
  }
  const rest = shape.map((_, i) => i).filter((i) => !from.includes(i));
  const order = shape.map((_, i) => (to.includes(i) ? from[to.indexOf(i)]! : rest.shift()!));
  return permute(x, order);
}

// ---------------------------------------------------------------------------------------------------- slice, flip

export interface SliceParam {
  readonly starts: readonly number[];
  readonly stops: readonly number[];
  /** Positive. */
  readonly steps: readonly number[];
}

const sliceLength = (start: number, stop: number, step: number): number =>
  Math.max(0, Math.ceil((stop - start) / step));

/** One range an axis, in bounds. */
const sliceOp: OpRecord<SliceParam> = linear<SliceParam>({
  name: 'slice',
  type: ([x], { starts, stops, steps }) => [
    { shape: starts.map((start, i) => sliceLength(start, stops[i]!, steps[i]!)), dtype: x!.dtype },
  ],
  evaluate: ([x], { starts, steps }, [y]) => {
    const offset = starts.reduce((at, start, i) => at + start * x!.strides[i]!, x!.offset);
    return [
      x!.view(
        y!.shape,
        x!.strides.map((s, i) => s * steps[i]!),
        sizeOf(y!.shape) === 0 ? x!.offset : offset,
      ),
    ];
  },
  transpose: ([gy], _x, { starts, steps }, [x]) => {
    if (!gy) return [null];
    const high = x!.shape.map((n, i) => {
      const length = gy.shape[i]!;
      return n - starts[i]! - (length === 0 ? 0 : (length - 1) * steps[i]! + 1);
    });
    return [
      padWith(
        gy,
        0,
        starts,
        high,
        steps.map((s) => s - 1),
      ),
    ];
  },
  batch: ([x], _batched, size, { starts, stops, steps }) => ({
    outs: bind(sliceOp, [x!], { starts: [0, ...starts], stops: [size, ...stops], steps: [1, ...steps] }),
    batched: [true],
  }),
  formula: ([x], { starts, stops }) => call('slice', x!, name(showShape(starts)), name(showShape(stops))),
  samples: [
    { inputs: [{ shape: [5, 4] }], params: { starts: [1, 0], stops: [4, 3], steps: [1, 1] } },
    { inputs: [{ shape: [7] }], params: { starts: [1], stops: [6], steps: [2] } },
    { inputs: [{ shape: [3] }], params: { starts: [2], stops: [2], steps: [1] } },
  ],
});

/** The box from `starts` to `stops` (exclusive) with `steps` >= 1; trailing axes that are not named stay whole. */
export function slice(
  x: Tensor,
  starts: readonly number[],
  stops?: readonly number[],
  steps?: readonly number[],
): Tensor {
  const shape = onlyTensor('slice', x).shape;
  if (starts.length > shape.length)
    throw new ShapeError(`slice: ${starts.length} starts for shape ${showShape(shape)}.`);
  const clamp = (value: number | undefined, whole: number, n: number): number => {
    if (value === undefined) return whole;
    return Math.min(Math.max(value < 0 ? value + n : value, 0), n);
  };
  const p = {
    starts: shape.map((n, i) => clamp(starts[i], 0, n)),
    stops: shape.map((n, i) => clamp(stops?.[i], n, n)),
    steps: shape.map((_, i) => steps?.[i] ?? 1),
  };
  if (p.steps.some((s) => !Number.isInteger(s) || s < 1)) {
    throw new ArgumentError(
      `slice: steps ${showShape(p.steps)} must be integers >= 1.`,
      'use flip for a negative step',
    );
  }
  const whole = shape.every((n, i) => p.starts[i] === 0 && p.stops[i] === n && p.steps[i] === 1);
  return whole ? x : apply(sliceOp, [x], p);
}

const flipOp: OpRecord<AxesParam> = linear<AxesParam>({
  name: 'flip',
  type: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  evaluate: ([x], { axes }) => {
    const { shape, strides } = x!;
    const offset = axes.reduce((at, axis) => at + Math.max(0, shape[axis]! - 1) * strides[axis]!, x!.offset);
    return [
      x!.view(
        shape,
        strides.map((s, i) => (axes.includes(i) ? -s : s)),
        offset,
      ),
    ];
  },
  transpose: ([gy], _x, p) => [gy && apply(flipOp, [gy], p)],
  batch: shiftAxes(
    () => flipOp,
    ({ axes }) => ({ axes: axes.map((axis) => axis + 1) }),
  ),
  formula: ([x], { axes }) => call('flip', x!, name(showShape(axes))),
  samples: [
    { inputs: [{ shape: [3, 4] }], params: { axes: [0] } },
    { inputs: [{ shape: [3, 4] }], params: { axes: [0, 1] } },
  ],
});

/** Reverses the order of elements along the axes (all by default). */
export function flip(x: Tensor, axis?: number | readonly number[]): Tensor {
  const axes = normalizeAxes('flip', axis, onlyTensor('flip', x).shape);
  return axes.length === 0 ? x : apply(flipOp, [x], { axes });
}

// ------------------------------------------------------------------------------------------------------------ pad

export interface PadParam {
  readonly value: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** How many fill elements go between neighbours: the transpose of a strided slice. */
  readonly interior: readonly number[];
}

/** Linear for the fill value 0; another constant adds a constant. */
const padOp: OpRecord<PadParam> = linear<PadParam>({
  name: 'pad',
  type: ([x], { low, high, interior }) => [
    { shape: x!.shape.map((n, i) => low[i]! + high[i]! + n + Math.max(0, n - 1) * interior[i]!), dtype: x!.dtype },
  ],
  evaluate: ([x], { value, low, interior }, [y]) => {
    const out = allocate(y!.dtype, sizeOf(y!.shape));
    if (value !== 0) out.fill(value);
    const strides = rowMajorStrides(y!.shape);
    const target = strides.map((s, i) => s * (interior[i]! + 1));
    const start = low.reduce((at, n, i) => at + n * strides[i]!, 0);
    const from = x!.values();
    forEachOffset(x!.shape, target, start, (position, offset) => {
      out[offset] = from[position]!;
    });
    return [dense(y!.dtype, y!.shape, out)];
  },
  transpose: ([gy], _x, { low, high, interior }) => {
    if (!gy) return [null];
    const stops = high.map((n, i) => gy.shape[i]! - n);
    return [apply(sliceOp, [gy], { starts: low, stops, steps: interior.map((n) => n + 1) })];
  },
  batch: shiftAxes(
    () => padOp,
    ({ value, low, high, interior }) => ({ value, low: [0, ...low], high: [0, ...high], interior: [0, ...interior] }),
  ),
  formula: ([x], { low, high }) => call('pad', x!, name(showShape(low)), name(showShape(high))),
  samples: [
    { inputs: [{ shape: [2, 3] }], params: { value: 0, low: [1, 0], high: [0, 2], interior: [0, 0] } },
    { inputs: [{ shape: [3] }], params: { value: 0, low: [0], high: [1], interior: [1] } },
  ],
});

/** `x` surrounded by `value`, with `interior` fill elements between neighbours. */
export function padWith(
  x: Tensor,
  value: number,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[] = low.map(() => 0),
): Tensor {
  if ([...low, ...high, ...interior].every((n) => n === 0)) return x;
  if (value === 0) return apply(padOp, [x], { value, low, high, interior });
  // The record is linear, so a constant border is the zero-padded value plus a padded constant.
  const zero = { value: 0, low, high, interior };
  const inside = apply(padOp, [x], zero);
  return where(apply(padOp, [filled(x.shape, 1, 'bool')], zero), inside, filled(inside.shape, value, x.dtype));
}

// ------------------------------------------------------------------------------------------- functions of reshape

/** The same elements, row-major, under another shape; one size may be -1 and is computed. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  onlyTensor('reshape', x);
  const unknown = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  if (unknown < 0) {
    checkShape('reshape', shape);
    return reshapeTo(x, shape);
  }
  const rest = shape.filter((_, i) => i !== unknown);
  if (rest.includes(-1)) throw new ShapeError(reshapeMessage(x.shape, shape));
  checkShape('reshape', rest);
  const known = sizeOf(rest);
  if (known === 0 || x.size % known !== 0) throw new ShapeError(reshapeMessage(x.shape, shape));
  return reshapeTo(
    x,
    shape.map((n, i) => (i === unknown ? x.size / known : n)),
  );
}

/** Joins the axes from `start` to `end` (inclusive) into one. */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  const shape = onlyTensor('flatten', x).shape as readonly number[];
  if (shape.length === 0) return reshapeTo(x, [1]);
  const a = normalizeAxis('flatten', start, shape);
  const b = normalizeAxis('flatten', end, shape);
  if (a > b) throw new ShapeError(`flatten: axis ${start} comes after axis ${end} in shape ${showShape(shape)}.`);
  return reshapeTo(x, [...shape.slice(0, a), sizeOf(shape.slice(a, b + 1)), ...shape.slice(b + 1)]);
}

/** Removes axes of size 1: the given ones, or all. */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  const shape = onlyTensor('squeeze', x).shape as readonly number[];
  const axes =
    axis === undefined ? shape.flatMap((n, i) => (n === 1 ? [i] : [])) : normalizeAxes('squeeze', axis, shape);
  const bad = axes.find((i) => shape[i] !== 1);
  if (bad !== undefined) throw new ShapeError(squeezeMessage(bad, shape));
  return reshapeTo(
    x,
    shape.filter((_, i) => !axes.includes(i)),
  );
}

/** Inserts axes of size 1; `axis` counts in the result. */
export function expandDims(x: Tensor, axis: number | readonly number[]): Tensor {
  const shape = onlyTensor('expandDims', x).shape as readonly number[];
  const rank = shape.length + (Array.isArray(axis) ? axis.length : 1);
  const axes = distinctAxes('expandDims', axis, shape, rank);
  const rest = [...shape];
  return reshapeTo(
    x,
    Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!)),
  );
}

/** `x` repeated along new leading axes and axes of size 1, without a copy. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  checkShape('broadcastTo', shape);
  return broadcastInto(onlyTensor('broadcastTo', x), shape);
}

// ------------------------------------------------------------------------------------------------- for the tests

const three = { shape: [2, 3, 4] } as const;
composite('transpose', transpose, [{ inputs: [three] }, { inputs: [three], params: [0, -1] }]);
composite('swapaxes', swapaxes, [{ inputs: [three], params: [-1, 1] }]);
composite('moveaxis', moveaxis, [
  { inputs: [three], params: [0, -1] },
  {
    inputs: [three],
    params: [
      [0, 2],
      [1, 0],
    ],
  },
]);
composite('flatten', flatten, [{ inputs: [three] }, { inputs: [three], params: [1] }, { inputs: [{ shape: [] }] }]);
composite('squeeze', squeeze, [{ inputs: [{ shape: [1, 3, 1] }] }, { inputs: [{ shape: [1, 3, 1] }], params: [-1] }]);
composite('expandDims', expandDims, [
  { inputs: [three], params: [1] },
  { inputs: [three], params: [[0, -1]] },
]);
composite('broadcastTo', broadcastTo, [{ inputs: [{ shape: [3, 1] }], params: [[2, 3, 4]] }]);
