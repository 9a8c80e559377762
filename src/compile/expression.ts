// What compiled values are made of. A buffer is memory; a view is a strided window of one, so moving elements costs nothing;
// an expression is elementwise arithmetic whose leaves are views of one common shape.
import type { DType } from '../tensor/dtype.ts';
import { reshapedStrides, rowMajorStrides } from '../tensor/layout.ts';
import type { OpRecord, Params } from '../tensor/op.ts';

export interface Buffer {
  readonly id: number;
  readonly dtype: DType;
  /** Elements. */
  readonly size: number;
  /** Where in the schedule its elements are complete; -1 for what is there at the start. */
  readonly position: number;
}

export interface View {
  readonly buffer: Buffer;
  readonly shape: readonly number[];
  /** In elements, as the offset. */
  readonly strides: readonly number[];
  readonly offset: number;
}

export interface Load {
  readonly kind: 'load';
  readonly dtype: DType;
  readonly view: View;
}
export interface Constant {
  readonly kind: 'constant';
  readonly dtype: DType;
  readonly value: number;
}
/** Elements at computed places: of `base`, each moved on by `stride` elements times the index, which is known to fit. */
export interface Gather {
  readonly kind: 'gather';
  readonly dtype: DType;
  readonly base: Load;
  readonly index: Expression;
  readonly stride: number;
}
/** The number of each place, offset + Σ stride · coordinate, kept as a view of no buffer. */
export interface Position {
  readonly kind: 'position';
  readonly dtype: 'int32';
  readonly view: View;
}
export interface Apply {
  readonly kind: 'apply';
  readonly dtype: DType;
  readonly op: OpRecord;
  readonly p: Params;
  readonly x: readonly Expression[];
}
export type Expression = Load | Constant | Gather | Position | Apply;

/** The buffer of positions: it begins at 0 and its elements are one apart, so that an address is a position. */
export const POSITIONS: Buffer = { id: -1, dtype: 'bool', size: 0, position: -1 };

export function wholeView(buffer: Buffer, shape: readonly number[]): View {
  return { buffer, shape, strides: rowMajorStrides(shape), offset: 0 };
}

export function load(view: View): Load {
  return { kind: 'load', dtype: view.buffer.dtype, view };
}

/** What an expression is made of; none for leaves. */
export function partsOf(e: Expression): readonly Expression[] {
  if (e.kind === 'apply') return e.x;
  return e.kind === 'gather' ? [e.base, e.index] : [];
}

/** The expressions and all their parts; what they share comes once. */
export function partsIn(...expressions: readonly Expression[]): Set<Expression> {
  const seen = new Set<Expression>();
  const visit = (part: Expression): void => {
    if (seen.has(part)) return;
    seen.add(part);
    for (const inner of partsOf(part)) visit(inner);
  };
  for (const e of expressions) visit(e);
  return seen;
}

/** The leaves that read memory. */
export function loadsOf(...expressions: readonly Expression[]): Load[] {
  const loads: Load[] = [];
  for (const part of partsIn(...expressions)) if (part.kind === 'load') loads.push(part);
  return loads;
}

/** How the leaves step through memory or through positions. */
export function viewsIn(...expressions: readonly Expression[]): View[] {
  const views: View[] = [];
  for (const part of partsIn(...expressions)) {
    if (part.kind === 'load' || part.kind === 'position') views.push(part.view);
  }
  return views;
}

/** How many operations the expressions have together; shared ones count once. */
export function countOperations(expressions: readonly Expression[]): number {
  let count = 0;
  for (const part of partsIn(...expressions)) if (partsOf(part).length > 0) count++;
  return count;
}

/** Whether float64 takes part in the expressions. */
export function touchesFloat64(...expressions: readonly Expression[]): boolean {
  for (const part of partsIn(...expressions)) if (part.dtype === 'float64') return true;
  return false;
}

/** The same expression with every view replaced; undefined where one cannot be. */
export function mapViews(e: Expression, f: (view: View) => View | undefined): Expression | undefined {
  if (e.kind === 'constant') return e;
  if (e.kind === 'load') {
    const view = f(e.view);
    return view && load(view);
  }
  if (e.kind === 'position') {
    const view = f(e.view);
    return view && { ...e, view };
  }
  if (e.kind === 'gather') {
    const view = f(e.base.view);
    const index = mapViews(e.index, f);
    return view && index && { ...e, base: load(view), index };
  }
  const x = e.x.map((v) => mapViews(v, f));
  return x.every((v) => v !== undefined) ? { ...e, x: x as Expression[] } : undefined;
}

export function reshapeView(v: View, shape: readonly number[]): View | undefined {
  const strides = reshapedStrides(v.shape, v.strides, shape);
  return strides && { ...v, shape, strides };
}

/** The view without its axes of size 1. */
export function squeezeView(v: View): View {
  const kept = v.shape.flatMap((n, i) => (n === 1 ? [] : [i]));
  return { ...v, shape: kept.map((i) => v.shape[i]!), strides: kept.map((i) => v.strides[i]!) };
}

export const squeezed = (shape: readonly number[]): number[] => shape.filter((n) => n !== 1);
