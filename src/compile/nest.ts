// A loop nest: one walk over an iteration space that computes expressions, stores some of them, and reduces others over some
// of its axes. Kept axes are the outer loops, reduced ones the inner loops; the last axis of the space, kept or reduced, is
// the one that vectors run along.
import type { Expression, View } from './expression.ts';
import { viewsIn } from './expression.ts';

export type ReductionKind = 'sum' | 'prod' | 'max' | 'min';

export interface Store {
  readonly value: Expression;
  /** Has the shape of the space. */
  readonly target: View;
  /** The value is added to the element that lies `stride` times an index behind that of the target, in the order of the loops. */
  readonly at?: { readonly index: Expression; readonly stride: number };
}

export interface Reduction {
  readonly kind: ReductionKind;
  readonly value: Expression;
  /** Has the shape of the space; the strides of reduced axes are 0. */
  readonly target: View;
}

export interface Nest {
  readonly shape: readonly number[];
  readonly reduced: readonly number[];
  readonly stores: readonly Store[];
  readonly reductions: readonly Reduction[];
}

/** One loop; `axes` of the space run in it as one. */
export interface Loop {
  readonly size: number;
  readonly reduced: boolean;
  readonly axes: readonly number[];
}

export interface LoopOrder {
  /** Outermost first. */
  readonly loops: readonly Loop[];
  /** Which of them runs in vectors; undefined for a space of one element. */
  readonly vector: number | undefined;
}

export function viewsOf(nest: Nest): View[] {
  const writes = [...nest.stores, ...nest.reductions];
  const read = [...writes.map((w) => w.value), ...nest.stores.flatMap((s) => (s.at ? [s.at.index] : []))];
  return [...viewsIn(...read), ...writes.map((w) => w.target)];
}

/** Neighbouring axes become one loop where every view steps through them evenly. */
export function orderLoops(nest: Nest): LoopOrder {
  const views = [...new Set(viewsOf(nest))];
  const isReduced = (axis: number): boolean => nest.reduced.includes(axis);
  const loops: { size: number; reduced: boolean; axes: number[] }[] = [];
  const add = (reduced: boolean): void => {
    let current: (typeof loops)[number] | undefined;
    nest.shape.forEach((size, axis) => {
      if (isReduced(axis) !== reduced || size === 1) return;
      const last = current?.axes[current.axes.length - 1];
      if (current && last !== undefined && views.every((v) => v.strides[last] === size * v.strides[axis]!)) {
        current.size *= size;
        current.axes.push(axis);
        return;
      }
      current = { size, reduced, axes: [axis] };
      loops.push(current);
    });
  };
  add(false);
  add(true);
  const lastAxis = nest.shape.reduce((last, n, axis) => (n === 1 ? last : axis), -1);
  const vector = loops.findIndex((l) => l.axes.includes(lastAxis));
  return { loops, vector: vector < 0 ? undefined : vector };
}

/** The stride of a view along a loop. */
export function strideAlong(v: View, loop: Loop): number {
  return v.strides[loop.axes[loop.axes.length - 1]!]!;
}
