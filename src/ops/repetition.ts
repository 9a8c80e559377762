// The same elements again or further along: tile, repeat, roll, and pad with its modes.

import { ArgumentError, ShapeError } from '../errors.ts';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { checkShape, normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { takeOp } from './indexing.ts';
import { concat, sliceAxis } from './joining.ts';
import { expandDims, flatten, padWith } from './movement.ts';
import { onlyTensor } from './operands.ts';
import { broadcastInto, reshapeTo } from './spread.ts';

/** `x` read at fixed positions of one axis. */
function takeFixed(op: string, x: Tensor, positions: readonly number[], axis: number): Tensor {
  const index = allocate('int32', positions.length);
  index.set(positions);
  return apply(takeOp, [x, dense('int32', [index.length], index)], { axis, batch: 0, origin: { op, axis } });
}

/** Copies of `x` side by side: reps[i] of them along axis i; shorter lists and ranks are filled up with 1 in front (NumPy). */
export function tile(x: Tensor, reps: number | readonly number[]): Tensor {
  const own: readonly number[] = onlyTensor('tile', x).shape;
  const list = typeof reps === 'number' ? [reps] : reps;
  checkShape('tile', list);
  const rank = Math.max(own.length, list.length);
  const fill = (v: readonly number[]) => [...new Array<number>(rank - v.length).fill(1), ...v];
  const [shape, times] = [fill(own), fill(list)];
  checkShape(
    'tile',
    shape.map((n, i) => n * times[i]!),
  );
  const lifted = reshapeTo(
    x,
    shape.flatMap((n) => [1, n]),
  );
  const spread = broadcastInto(
    lifted,
    shape.flatMap((n, i) => [times[i]!, n]),
  );
  return reshapeTo(
    spread,
    shape.map((n, i) => n * times[i]!),
  );
}

/**
 * Every element `n` times in a row along `axis`, or of the flattened tensor without one; a list says how often for each
 * element (NumPy's repeat, PyTorch's repeat_interleave).
 */
export function repeat(x: Tensor, n: number | readonly number[], axis?: number): Tensor {
  const flat = axis === undefined ? flatten(onlyTensor('repeat', x)) : x;
  const shape: readonly number[] = onlyTensor('repeat', flat).shape;
  const at = normalizeAxis('repeat', axis ?? 0, shape);
  checkShape('repeat', typeof n === 'number' ? [n] : n);
  if (typeof n !== 'number') {
    if (n.length !== shape[at]) {
      throw new ShapeError(`repeat: ${n.length} counts for axis ${at} of shape ${showShape(shape)}.`);
    }
    return takeFixed(
      'repeat',
      flat,
      n.flatMap((count, i) => new Array<number>(count).fill(i)),
      at,
    );
  }
  const repeated = [...shape.slice(0, at + 1), n, ...shape.slice(at + 1)];
  checkShape('repeat', repeated);
  const spread = broadcastInto(expandDims(flat, at + 1), repeated);
  return reshapeTo(
    spread,
    shape.map((size, i) => (i === at ? size * n : size)),
  );
}

/** `x` shifted along `axis` with what leaves one end coming in at the other; the flattened tensor without an axis. */
export function roll(x: Tensor, shift: number | readonly number[], axis?: number | readonly number[]): Tensor {
  const { shape } = onlyTensor('roll', x);
  if (axis === undefined) {
    if (typeof shift !== 'number') throw new ArgumentError('roll: several shifts need as many axes.');
    return reshapeTo(rollAxis(reshapeTo(x, [x.size]), shift, 0), shape);
  }
  const list: readonly number[] = Array.isArray(axis) ? Array.from(axis) : [axis as number];
  const axes = list.map((a) => normalizeAxis('roll', a, shape));
  const shifts = Array.isArray(shift) ? (shift as readonly number[]) : axes.map(() => shift as number);
  if (shifts.length !== axes.length) {
    throw new ArgumentError(`roll: ${shifts.length} shifts for ${axes.length} axes.`);
  }
  return axes.reduce((y, a, i) => rollAxis(y, shifts[i]!, a), x);
}

function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  checkInteger('roll', 'a shift', shift);
  const n = x.shape[axis]!;
  if (n === 0 || shift % n === 0) return x;
  const cut = (((-shift % n) + n) % n) as number;
  return concat([sliceAxis(x, axis, cut, n), sliceAxis(x, axis, 0, cut)], axis);
}

export type PadMode = 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap';
/** The same on all sides, `[before, after]` for every axis, or one such pair for each axis. */
export type PadWidths = number | readonly [number, number] | readonly (readonly [number, number])[];

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** Which element of an axis of size n stands at position i outside of it. */
const sourceOf: Record<Exclude<PadMode, 'constant'>, (i: number, n: number) => number> = {
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: modulo,
  reflect: (i, n) => {
    if (n === 1) return 0;
    const j = modulo(i, 2 * n - 2);
    return j < n ? j : 2 * n - 2 - j;
  },
  symmetric: (i, n) => {
    const j = modulo(i, 2 * n);
    return j < n ? j : 2 * n - 1 - j;
  },
};

function padPairs(widths: PadWidths, shape: readonly number[]): (readonly [number, number])[] {
  const valid = (v: unknown) => typeof v === 'number' && Number.isInteger(v) && v >= 0;
  const isPair = (v: unknown): v is readonly [number, number] => Array.isArray(v) && v.length === 2 && v.every(valid);
  if (typeof widths === 'number' && valid(widths)) return shape.map(() => [widths, widths] as const);
  if (isPair(widths)) return shape.map(() => widths);
  if (Array.isArray(widths) && widths.every(isPair)) {
    if (widths.length === shape.length) return [...widths];
    throw new ShapeError(
      `pad: ${widths.length} pairs of widths for shape ${showShape(shape)} of rank ${shape.length}.`,
    );
  }
  throw new ArgumentError(
    'pad: widths must be an integer >= 0, a pair [before, after] or one such pair for each axis.',
    'crop with slice or at',
  );
}

/**
 * `x` enlarged at both ends of its axes. Modes as in NumPy: `'constant'` fills with `value` (default 0), `'edge'` repeats
 * the border, `'reflect'` mirrors without it, `'symmetric'` with it, `'wrap'` continues periodically.
 */
export function pad(
  x: Tensor,
  widths: PadWidths,
  options: { readonly mode?: PadMode; readonly value?: number } = {},
): Tensor {
  checkOptions('pad', options, 'mode', 'value');
  const shape: readonly number[] = onlyTensor('pad', x).shape;
  const pairs = padPairs(widths, shape);
  const { mode = 'constant', value = 0 } = options;
  checkNumber('pad', 'value', value);
  if (mode === 'constant') {
    return padWith(
      x,
      value,
      pairs.map(([low]) => low),
      pairs.map(([, high]) => high),
    );
  }
  const source = sourceOf[mode];
  if (source === undefined) {
    throw new ArgumentError(
      `pad: unknown mode ${String(mode)}.`,
      "modes are 'constant', 'edge', 'reflect', 'symmetric' and 'wrap'",
    );
  }
  return pairs.reduce((y: Tensor, [low, high], axis) => {
    const n = shape[axis]!;
    if (low + high === 0) return y;
    if (n === 0)
      throw new ShapeError(`pad: axis ${axis} of shape ${showShape(shape)} is empty; mode '${mode}' needs elements.`);
    return takeFixed(
      'pad',
      y,
      Array.from({ length: low + n + high }, (_, i) => source(i - low, n)),
      axis,
    );
  }, x);
}

composite('tile', tile, [{ inputs: [{ shape: [2, 3] }], params: [[2, 1, 2]] }]);
composite('repeat', repeat, [
  { inputs: [{ shape: [2, 3] }], params: [2, 0] },
  { inputs: [{ shape: [2, 3] }], params: [[2, 0, 1], 1] },
  { inputs: [{ shape: [2, 3] }], params: [2] },
]);
composite('roll', roll, [
  { inputs: [{ shape: [3, 4] }], params: [1, 1] },
  { inputs: [{ shape: [3, 4] }], params: [-3] },
  {
    inputs: [{ shape: [3, 4] }],
    params: [
      [1, 2],
      [0, 1],
    ],
  },
]);
composite('pad', pad, [
  {
    inputs: [{ shape: [3, 4] }],
    params: [
      [
        [1, 2],
        [0, 3],
      ],
    ],
  },
  { inputs: [{ shape: [3] }], params: [[2, 1], { value: 1.5 }] },
  { inputs: [{ shape: [3, 4] }], params: [2, { mode: 'reflect' }] },
  { inputs: [{ shape: [3] }], params: [[4, 5], { mode: 'wrap' }] },
  { inputs: [{ shape: [2, 3] }], params: [1, { mode: 'edge' }] },
  { inputs: [{ shape: [3] }], params: [[4, 2], { mode: 'symmetric' }] },
]);
