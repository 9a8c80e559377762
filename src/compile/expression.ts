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
export interface Apply {
  readonly kind: 'apply';
  readonly dtype: DType;
  readonly op: OpRecord;
  readonly p: Params;
  readonly x: readonly Expression[];
}
export type Expression = Load | Constant | Apply;

export function wholeView(buffer: Buffer, shape: readonly number[]): View {
  return { buffer, shape, strides: rowMajorStrides(shape), offset: 0 };
}

export function load(view: View): Load {
  return { kind: 'load', dtype: view.buffer.dtype, view };
}

/** The leaves that read memory. Parts that an expression shares are walked once. */
export function loadsOf(e: Expression): Load[] {
  const loads: Load[] = [];
  const seen = new Set<Expression>();
  const visit = (part: Expression): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.kind === 'load') loads.push(part);
    else if (part.kind === 'apply') part.x.forEach(visit);
  };
  visit(e);
  return loads;
}

/** How many operations the expressions have together; shared ones count once. */
export function countOperations(expressions: readonly Expression[]): number {
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (e.kind !== 'apply' || seen.has(e)) return;
    seen.add(e);
    e.x.forEach(visit);
  };
  expressions.forEach(visit);
  return seen.size;
}

/** Whether float64 takes part in an expression. */
export function touchesFloat64(e: Expression, seen: Set<Expression> = new Set()): boolean {
  if (e.dtype === 'float64') return true;
  if (e.kind !== 'apply' || seen.has(e)) return false;
  seen.add(e);
  return e.x.some((part) => touchesFloat64(part, seen));
}

/** The same expression with every view replaced; undefined where one cannot be. */
export function mapViews(e: Expression, f: (view: View) => View | undefined): Expression | undefined {
  if (e.kind === 'constant') return e;
  if (e.kind === 'load') {
    const view = f(e.view);
    return view && load(view);
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
