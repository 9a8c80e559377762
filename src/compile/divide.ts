// A large loop nest as blocks that do not depend on each other, so that several threads can share it. How it is divided
// depends on the nest alone, never on the number of threads: blocks along a kept axis compute what the whole would, and
// blocks along a reduced axis leave partial results which are combined in order, so the bits are the same for any number.
import type { DType } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { type Buffer, type Expression, load, loadsOf, mapViews, partsOf, type View } from './expression.ts';
import type { Nest, Reduction } from './nest.ts';

export interface Division {
  /** The first block. */
  readonly block: Nest;
  /** How many blocks are like it. */
  readonly count: number;
  /** By how many elements a view of one block lies before that of the next. */
  readonly step: (view: View) => number;
  /** The shorter block behind them. */
  readonly rest: Nest | undefined;
  /** What makes results of the partial ones. */
  readonly combine: Nest | undefined;
}

/** Nanoseconds for one element: measured on a server at 3 GHz, a guide to what is worth dividing and no more. */
const LOAD = 0.15;
const STORE = 0.2;
const QUICK = 0.08;
const SLOW = 1;

/** The time that a block should take. */
const BLOCK_COST = 8_000;
const FEWEST = 4;
const MOST = 64;
/** Blocks along the axis of the vectors are multiples of this, so that every block but the last is made of whole vectors. */
const VECTORS = 64;

/** Nanoseconds the nest takes on one thread, about. */
export function costOf(nest: Nest, isQuick: (op: OpRecord) => boolean): number {
  const seen = new Set<Expression>();
  const visit = (e: Expression): number => {
    if (seen.has(e) || e.kind === 'constant') return 0;
    seen.add(e);
    const wide = e.dtype === 'float64' ? 2 : 1;
    const own = e.kind === 'apply' ? (isQuick(e.op) ? QUICK : SLOW) : e.kind === 'gather' ? 4 * LOAD : LOAD;
    return partsOf(e).reduce((sum, part) => sum + visit(part), wide * own);
  };
  const element = [...nest.stores, ...nest.reductions].reduce((sum, { value }) => sum + visit(value) + STORE, 0);
  return element * sizeOf(nest.shape);
}

interface Cut {
  readonly axis: number;
  /** Elements of a block along the axis. */
  readonly size: number;
}

function cutAlong(nest: Nest, axis: number, blocks: number): Cut | undefined {
  const n = nest.shape[axis]!;
  const last = nest.shape.every((m, i) => i <= axis || m === 1);
  const quantum = last ? VECTORS : 1;
  const units = Math.floor(n / quantum);
  if (units < blocks) return undefined;
  // Without a rest the code is half as long.
  for (let count = blocks; count <= 2 * blocks; count++) {
    if (n % (count * quantum) === 0) return { axis, size: n / count };
  }
  return { axis, size: Math.floor(units / blocks) * quantum };
}

/** Where to cut: along the outermost kept axis that is long enough, else along a reduced one. */
function findCut(nest: Nest, cost: number): Cut | undefined {
  const wanted = Math.min(MOST, Math.max(FEWEST, Math.ceil(cost / BLOCK_COST)));
  const axes = nest.shape.map((_, i) => i);
  const kept = axes.filter((i) => !nest.reduced.includes(i));
  for (let blocks = wanted; blocks >= FEWEST; blocks = Math.floor(blocks / 2)) {
    for (const axis of [...kept, ...nest.reduced]) {
      const cut = cutAlong(nest, axis, blocks);
      if (cut) return cut;
    }
  }
  return undefined;
}

/** The part `from ≤ i < from + size` of an axis. */
function part(nest: Nest, axis: number, from: number, size: number): Nest {
  const shape = nest.shape.map((n, i) => (i === axis ? size : n));
  const cut = (v: View): View => ({ ...v, shape, offset: v.offset + from * v.strides[axis]! });
  // Expressions share parts; a part is replaced by one and the same.
  const known = new Map<Expression, Expression>();
  const value = (e: Expression): Expression => {
    const before = known.get(e);
    if (before) return before;
    const made: Expression = e.kind === 'apply' ? { ...e, x: e.x.map(value) } : mapViews(e, cut)!;
    known.set(e, made);
    return made;
  };
  return {
    shape,
    reduced: nest.reduced,
    stores: nest.stores.map((s) => ({ value: value(s.value), target: cut(s.target) })),
    reductions: nest.reductions.map((r) => ({ ...r, value: value(r.value), target: cut(r.target) })),
  };
}

/** Row-major strides of the kept axes and 0 along the others. */
function keptStrides(nest: Nest): number[] {
  let stride = 1;
  const strides = nest.shape.map(() => 0);
  for (let axis = nest.shape.length - 1; axis >= 0; axis--) {
    if (nest.reduced.includes(axis)) continue;
    strides[axis] = stride;
    stride *= nest.shape[axis]!;
  }
  return strides;
}

/** Whether no two elements of the space, except along axes in which the view does not move, are the same element. */
function isInjective({ shape, strides }: View): boolean {
  const axes = shape.flatMap((size, i) =>
    size === 1 || strides[i] === 0 ? [] : [{ size, step: Math.abs(strides[i]!) }],
  );
  axes.sort((a, b) => a.step - b.step);
  let reach = 0;
  for (const { size, step } of axes) {
    if (step <= reach) return false;
    reach += (size - 1) * step;
  }
  return true;
}

/** Whether blocks can be computed in any order, at the same time, and twice. */
function isIndependent({ stores, reductions }: Nest): boolean {
  const targets = [...stores, ...reductions].map(({ target }) => target);
  const written = new Set(targets.map(({ buffer }) => buffer));
  const reads = loadsOf(...[...stores, ...reductions].map(({ value }) => value));
  return (
    stores.every(({ at }) => !at) && targets.every(isInjective) && reads.every(({ view }) => !written.has(view.buffer))
  );
}

/**
 * The division of a nest of this cost, which says how many blocks there are; undefined where none of its axes can be divided.
 * `makeBuffer` gives memory for partial results.
 */
export function divide(
  nest: Nest,
  cost: number,
  makeBuffer: (dtype: DType, size: number) => Buffer,
): Division | undefined {
  if (nest.shape.includes(0) || !isIndependent(nest)) return undefined;
  const cut = findCut(nest, cost);
  if (!cut) return undefined;
  const { axis, size } = cut;
  const n = nest.shape[axis]!;
  const count = Math.floor(n / size);
  const left = n - count * size;
  const moved = (view: View): number => view.strides[axis]! * size;
  const restOf = (whole: Nest): Nest | undefined => (left > 0 ? part(whole, axis, count * size, left) : undefined);
  if (nest.reductions.length === 0 || !nest.reduced.includes(axis)) {
    return { block: part(nest, axis, 0, size), count, step: moved, rest: restOf(nest), combine: undefined };
  }
  const blocks = count + (left > 0 ? 1 : 0);
  const strides = keptStrides(nest);
  const kept = nest.shape.filter((_, i) => !nest.reduced.includes(i));
  const results = sizeOf(kept);
  const partial = nest.reductions.map((r) => makeBuffer(r.target.buffer.dtype, blocks * results));
  const into = (whole: Nest, block: number): Nest => ({
    ...whole,
    reductions: whole.reductions.map((r, i) => ({
      ...r,
      target: { buffer: partial[i]!, shape: whole.shape, strides, offset: block * results },
    })),
  });
  const rest = restOf(nest);
  return {
    block: into(part(nest, axis, 0, size), 0),
    count,
    step: (view) => (partial.includes(view.buffer) ? results : moved(view)),
    rest: rest && into(rest, count),
    combine: combination(nest, partial, blocks, kept),
  };
}

/** Reduces partial results over the blocks, in their order. */
function combination(nest: Nest, partial: readonly Buffer[], blocks: number, kept: readonly number[]): Nest {
  const shape = [blocks, ...kept];
  const results = sizeOf(kept);
  let stride = results;
  const inner = kept.map((n) => {
    stride /= n;
    return stride;
  });
  const keptAxes = nest.shape.flatMap((_, i) => (nest.reduced.includes(i) ? [] : [i]));
  return {
    shape,
    reduced: [0],
    stores: [],
    reductions: nest.reductions.map(
      ({ kind, target }, i): Reduction => ({
        kind,
        value: load({ buffer: partial[i]!, shape, strides: [results, ...inner], offset: 0 }),
        target: {
          buffer: target.buffer,
          shape,
          strides: [0, ...keptAxes.map((axis) => target.strides[axis]!)],
          offset: target.offset,
        },
      }),
    ),
  };
}
