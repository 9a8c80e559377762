// What an index like `at(0, ':', [1, 4], mask, null, '...')` means for a given shape, by NumPy's rules, before any element
// is touched: a box of strided ranges, axes to reverse, axes to drop and insert, and axes indexed by tensors.
import { ArgumentError, DTypeError, IndexError, ShapeError } from '../errors.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import { wrapIndex } from './indexing.ts';
import { describe } from './operands.ts';
import { positionsOfNonzero } from './scatter.ts';

/** One end of a range; null is open. */
export type RangeEnd = number | null;

/**
 * One entry of an index: an integer, everything `':'`, a range `[start, stop]` or `[start, stop, step]` with null for open
 * ends, all axes in between `'...'`, a new axis `null`, an int32 tensor of positions, or a bool tensor (a mask).
 */
export type IndexEntry =
  | number
  | ':'
  | '...'
  | null
  | Tensor
  | readonly [start: RangeEnd, stop: RangeEnd]
  | readonly [start: RangeEnd, stop: RangeEnd, step: RangeEnd];

/** An axis of `kept` that a tensor of positions indexes. */
export interface IndexedAxis {
  readonly axis: number;
  readonly index: Tensor;
  /** The axis of x, for messages. */
  readonly named: number;
}

export interface IndexPlan {
  /** The box, one range with a positive step for each axis of x, and the axes of x to reverse in it. */
  readonly starts: readonly number[];
  readonly stops: readonly number[];
  readonly steps: readonly number[];
  readonly flips: readonly number[];
  /** Sizes of the box. */
  readonly box: readonly number[];
  /** Sizes with the axes of integers dropped and new axes inserted. */
  readonly kept: readonly number[];
  readonly indexed: readonly IndexedAxis[];
  /** Where in the result the axes of the broadcast index tensors stand. */
  readonly place: number;
}

type Step =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'range'; readonly range: readonly RangeEnd[] }
  | { readonly kind: 'tensor'; readonly index: Tensor }
  | { readonly kind: 'new axis' }
  | { readonly kind: 'ellipsis' };

const whole: Step = { kind: 'range', range: [null, null] };

/** The steps an entry stands for; a mask of rank k is k vectors of positions. */
function stepsOf(op: string, entry: IndexEntry, shape: readonly number[], axis: number): Step[] {
  if (entry === ':') return [whole];
  if (entry === '...') return [{ kind: 'ellipsis' }];
  if (entry === null) return [{ kind: 'new axis' }];
  if (typeof entry === 'number') return [{ kind: 'number', value: entry }];
  if (Array.isArray(entry)) return [{ kind: 'range', range: entry }];
  if (entry instanceof Tensor) {
    if (entry.dtype === 'int32') return [{ kind: 'tensor', index: entry }];
    if (entry.dtype === 'bool' && entry.ndim > 0) {
      const covered = shape.slice(axis, axis + entry.ndim);
      if (!sameShape(entry.shape, covered)) {
        throw new ShapeError(
          `${op}: a mask of shape ${showShape(entry.shape)} does not fit axis ${axis} of shape ${showShape(shape)}.`,
        );
      }
      return positionsOfNonzero(`${op} with a boolean mask`, entry).map((index) => ({ kind: 'tensor', index }));
    }
    throw new DTypeError(
      `${op}: an index tensor of shape ${showShape(entry.shape)} has dtype ${entry.dtype}, expected int32, or bool with rank >= 1.`,
      "convert positions: index.to('int32')",
    );
  }
  throw new ArgumentError(
    `${op}: ${typeof entry === 'string' ? `'${entry as string}'` : describe(entry)} is not an index.`,
    "entries are integers, ':', [start, stop], [start, stop, step], '...', null, int32 tensors and bool tensors",
  );
}

/** How many axes of x an entry uses up. */
function axesUsed(entry: IndexEntry): number {
  if (entry === null || entry === '...') return 0;
  return entry instanceof Tensor && entry.dtype === 'bool' ? Math.max(1, entry.ndim) : 1;
}

/** Python's slice: the range in bounds, as an ascending one that may have to be reversed. */
function resolveRange(op: string, range: readonly RangeEnd[], n: number) {
  const [from = null, to = null, by = null] = range;
  const valid = (range.length === 2 || range.length === 3) && range.every((v) => v === null || Number.isInteger(v));
  const step = by ?? 1;
  if (!valid || step === 0) {
    throw new ArgumentError(
      `${op}: [${range.map(String).join(', ')}] is not a range: [start, stop] or [start, stop, step] of integers or null, step not 0.`,
      "for a list of positions give a tensor: tensor([...], { dtype: 'int32' })",
    );
  }
  const [least, most] = step > 0 ? [0, n] : [-1, n - 1];
  const bound = (end: RangeEnd, open: number) =>
    end === null ? open : Math.min(Math.max(end < 0 ? end + n : end, least), most);
  const start = bound(from, step > 0 ? least : most);
  const stop = bound(to, step > 0 ? most : least);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count === 0) return { start: 0, stop: 0, step: 1, reversed: false };
  const last = start + (count - 1) * step;
  return step > 0
    ? { start, stop: last + 1, step, reversed: false }
    : { start: last, stop: start + 1, step: -step, reversed: true };
}

/** Reads an index for a tensor of `shape`; `op` is named in errors. */
export function planIndex(op: string, entries: readonly IndexEntry[], shape: readonly number[]): IndexPlan {
  const used = entries.reduce<number>((n, entry) => n + axesUsed(entry), 0);
  if (used > shape.length) {
    throw new IndexError(`${op}: too many indices: ${used} for shape ${showShape(shape)} of rank ${shape.length}.`);
  }
  if (entries.filter((entry) => entry === '...').length > 1) {
    throw new ArgumentError(`${op}: '...' can stand only once in an index.`);
  }
  const unnamed = shape.length - used;
  const starts: number[] = [];
  const stops: number[] = [];
  const steps: number[] = [];
  const flips: number[] = [];
  const box: number[] = [];
  const kept: number[] = [];
  const indexed: IndexedAxis[] = [];
  const cut = (start: number, stop: number, step: number) => {
    starts.push(start);
    stops.push(stop);
    steps.push(step);
    box.push(Math.ceil((stop - start) / step));
  };
  const keepWhole = (n: number) => {
    cut(0, n, 1);
    kept.push(n);
  };
  // NumPy's placement: integers and tensors that stand side by side are replaced where they stand; if anything
  // separates them, the axes of the tensors come first.
  let first = -1;
  let ended = false;
  let separated = false;
  for (const entry of entries.includes('...') ? entries : [...entries, '...' as const]) {
    for (const step of stepsOf(op, entry, shape, starts.length)) {
      const axis = starts.length;
      const advanced = step.kind === 'number' || step.kind === 'tensor';
      if (advanced) {
        if (first < 0) first = kept.length;
        if (ended) separated = true;
      } else if (first >= 0) ended = true;
      switch (step.kind) {
        case 'number': {
          if (!Number.isInteger(step.value)) {
            throw new ArgumentError(`${op}: index ${step.value} is not an integer.`);
          }
          const at = wrapIndex(step.value, shape[axis]!, { op, axis });
          cut(at, at + 1, 1);
          break;
        }
        case 'range': {
          const range = resolveRange(op, step.range, shape[axis]!);
          cut(range.start, range.stop, range.step);
          if (range.reversed) flips.push(axis);
          kept.push(box[axis]!);
          break;
        }
        case 'tensor':
          indexed.push({ axis: kept.length, index: step.index, named: axis });
          keepWhole(shape[axis]!);
          break;
        case 'new axis':
          kept.push(1);
          break;
        case 'ellipsis':
          for (const n of shape.slice(axis, axis + unnamed)) keepWhole(n);
      }
    }
  }
  return { starts, stops, steps, flips, box, kept, indexed, place: separated ? 0 : Math.max(first, 0) };
}
