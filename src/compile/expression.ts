// What compiled values are made of. A buffer is memory; a view is a strided window of one, so moving elements costs nothing;
// an expression is elementwise arithmetic whose leaves are views of one common shape.
import type { DType } from '../tensor/dtype.ts';
import { reshapedStrides, rowMajorStrides, sizeOf } from '../tensor/layout.ts';
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

/** The leaves that read memory, each as often as it occurs. */
export function loadsOf(e: Expression): Load[] {
  if (e.kind === 'load') return [e];
  return e.kind === 'apply' ? e.x.flatMap(loadsOf) : [];
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

export function isWhole(v: View): boolean {
  if (v.offset !== 0 || v.buffer.size !== sizeOf(v.shape)) return false;
  const strides = rowMajorStrides(v.shape);
  return v.shape.every((n, i) => n === 1 || v.strides[i] === strides[i]);
}
