// Adding windows where they overlap, as loop nests that each add many windows' elements which never meet: one element of all
// windows, or all elements of windows far enough apart.
import { addOp } from '../ops/addition.ts';
import type { OverlapAddParam } from '../ops/windows.ts';
import { rowMajorStrides } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { type Buffer, load, type View, wholeView } from './expression.ts';
import type { Nest } from './nest.ts';

/** More nests than this are not worth their code. */
const MOST_NESTS = 16;

/** The nests that fill `out` with the sum of the windows in `x`; undefined where they would be too many. */
export function overlapAddNests(
  x: View,
  out: Buffer,
  shape: readonly number[],
  { axis, size, stride, dilation }: OverlapAddParam,
): Nest[] | undefined {
  const count = x.shape[axis]!;
  const apart = Math.ceil(((size - 1) * dilation + 1) / stride);
  const byElement = size <= apart || size <= 4;
  const parts = Math.min(byElement ? size : apart, byElement ? size : count);
  if (parts > MOST_NESTS) return undefined;
  const last = x.shape.length - 1;
  const strides = rowMajorStrides(shape);
  const step = strides[axis]!;
  const all: View = {
    buffer: out,
    shape: x.shape,
    strides: [...strides.map((s, i) => (i === axis ? s * stride : s)), step * dilation],
    offset: 0,
  };
  /** Every `by`-th position of an axis from `first` on. */
  const every = (view: View, along: number, first: number, by: number): View => ({
    buffer: view.buffer,
    shape: view.shape.map((n, i) => (i === along ? Math.ceil((n - first) / by) : n)),
    strides: view.strides.map((s, i) => (i === along ? s * by : s)),
    offset: view.offset + first * view.strides[along]!,
  });
  const [along, by] = byElement ? [last, size] : [axis, apart];
  const sums = Array.from({ length: parts }, (_, first): Nest => {
    const target = every(all, along, first, by);
    const value = load(every(x, along, first, by));
    return nest(target, { kind: 'apply', dtype: value.dtype, op: addOp as OpRecord, p: {}, x: [load(target), value] });
  });
  return [nest(wholeView(out, shape), { kind: 'constant', dtype: out.dtype, value: 0 }), ...sums];
}

function nest(target: View, value: Nest['stores'][number]['value']): Nest {
  return { shape: target.shape, reduced: [], stores: [{ value, target }], reductions: [] };
}
