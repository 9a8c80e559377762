// take and putAdd as loops. Indices are wrapped and checked once, into memory of their own. Reading at them is a leaf of
// expressions, so that an elementwise value of which little is taken is computed where it is read and nowhere else:
//   take(f(a, b), i) = f(take(a, i), take(b, i))
// Adding to a single place of each row is a choice, and its sum over the rows is known without it:
//   putAdd(g, i)ₖ = [k = i] g,      Σₖ putAdd(g, i)ₖ = Σ g
import type { PutAddParam, TakeParam } from '../ops/indexing.ts';
import { isFloat } from '../tensor/dtype.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import { type OpRecord, primitives } from '../tensor/op.ts';
import { type Expression, load, mapViews, POSITIONS, reshapeView, type View, wholeView } from './expression.ts';
import type { Nest, Store } from './nest.ts';
import { type Lazy, lazyLoad, type Placed, type Schedule, type Value } from './schedule.ts';
import { wrapIndexOp } from './wrap-index.ts';

/** The wrapped index, in memory. */
function wrapped(schedule: Schedule, index: Value, size: number, { origin }: TakeParam): View {
  const make = ([x]: readonly Expression[]): Expression => ({
    kind: 'apply',
    dtype: 'int32',
    op: wrapIndexOp,
    p: { size, origin },
    x: [x!],
  });
  return schedule.materialise(schedule.place(make, [index], index.shape));
}

/** The index over a space [batch…, lead…, index…, trail…]. */
function indexOver(index: View, { axis, batch }: TakeParam, shape: readonly number[]): View {
  const behind = axis + index.shape.length - batch;
  const strides = shape.map((_, i) => {
    if (i < batch) return index.strides[i]!;
    return i < axis || i >= behind ? 0 : index.strides[i - axis + batch]!;
  });
  return { ...index, shape, strides };
}

/** `e` of the shape of x, read at the places of the index; undefined where only memory can be read so. */
function taken(e: Expression, index: View, p: TakeParam, shape: readonly number[]): Expression | undefined {
  const behind = p.axis + index.shape.length - p.batch;
  const spread = (view: View): View => {
    const strides = shape.map((_, i) => {
      if (i < p.axis) return view.strides[i]!;
      return i < behind ? 0 : view.strides[i - behind + p.axis + 1]!;
    });
    return { ...view, shape, strides };
  };
  const known = new Map<Expression, Expression | undefined>();
  const visit = (part: Expression): Expression | undefined => {
    if (known.has(part)) return known.get(part);
    const made = make(part);
    known.set(part, made);
    return made;
  };
  const make = (part: Expression): Expression | undefined => {
    if (part.kind === 'constant') return part;
    if (part.kind === 'load') {
      const base = load(spread(part.view));
      const stride = part.view.strides[p.axis]!;
      if (stride === 0) return base;
      return { kind: 'gather', dtype: part.dtype, base, index: load(indexOver(index, p, shape)), stride };
    }
    if (part.kind === 'position') return part.view.strides[p.axis] === 0 ? mapViews(part, spread) : undefined;
    if (part.kind === 'gather') {
      const at = part.base.view.strides[p.axis] === 0 ? visit(part.index) : undefined;
      return at && { ...part, base: load(spread(part.base.view)), index: at };
    }
    const x = part.x.map(visit);
    return x.every((v) => v !== undefined) ? { ...part, x: x as Expression[] } : undefined;
  };
  return visit(e);
}

/** The expression of a value over its own shape, where that is better than what it has in memory. */
function computable(x: Value): Expression | undefined {
  if (x.kind === 'lazy') return x.expression;
  return x.node.stored ? undefined : mapViews(x.node.expression, (view) => reshapeView(view, x.shape));
}

/** Computed at the places read, if that is less work than computing all of x. */
export function lowerTake(schedule: Schedule, x: Value, index: Value, p: TakeParam, shape: readonly number[]): Placed {
  const at = wrapped(schedule, index, x.shape[p.axis]!, p);
  const little = 2 * sizeOf(shape) <= sizeOf(x.shape);
  const own = x.kind === 'lazy' || little ? computable(x) : undefined;
  const expression = own && taken(own, at, p, shape);
  const read = expression ?? taken(load(schedule.materialise(x)), at, p, shape)!;
  return schedule.copied({ kind: 'lazy', shape, dtype: x.dtype, expression: read, cost: 0 });
}

const record = (name: string): OpRecord => primitives.get(name)!;

/** Where the index has one entry for each row: a choice between g and 0. */
function oneHot(schedule: Schedule, g: Lazy, index: Value, p: PutAddParam, shape: readonly number[]): Lazy {
  const at = wrapped(schedule, index, p.size, p);
  const row = shape.map((n, axis) => (axis === p.axis ? 1 : n));
  const along = (view: View | undefined): View | undefined =>
    view && { ...view, shape, strides: view.strides.map((s, axis) => (axis === p.axis ? 0 : s)) };
  const value = mapViews(g.expression, (view) => along(reshapeView(view, row)))!;
  const single: View = { ...at, shape: row, strides: row.map((_, axis) => (axis < p.batch ? at.strides[axis]! : 0)) };
  const strides = shape.map((_, axis) => (axis === p.axis ? 1 : 0));
  const position: Expression = {
    kind: 'position',
    dtype: 'int32',
    view: { buffer: POSITIONS, shape, strides, offset: 0 },
  };
  const here: Expression = {
    kind: 'apply',
    dtype: 'bool',
    op: record('equal'),
    p: {},
    x: [position, load(along(single)!)],
  };
  const zero: Expression = { kind: 'constant', dtype: g.dtype, value: 0 };
  const expression: Expression = { kind: 'apply', dtype: g.dtype, op: record('where'), p: {}, x: [here, value, zero] };
  return { kind: 'lazy', shape, dtype: g.dtype, expression, cost: g.cost + 2 };
}

/** Zeros, to which the elements are added one after another; float32 in float64, as sums are. */
function scattered(schedule: Schedule, g: Value, index: Value, p: PutAddParam, shape: readonly number[]): Lazy {
  const at = wrapped(schedule, index, p.size, p);
  const from = schedule.materialise(g);
  const dtype = isFloat(g.dtype) ? 'float64' : g.dtype;
  const position = schedule.end;
  const sums = schedule.buffer(dtype, sizeOf(shape), position);
  const behind = p.axis + at.shape.length - p.batch;
  const strides = rowMajorStrides(shape);
  const target: View = {
    buffer: sums,
    shape: g.shape,
    strides: g.shape.map((_, i) => {
      if (i < p.axis) return strides[i]!;
      return i < behind ? 0 : strides[i - behind + p.axis + 1]!;
    }),
    offset: 0,
  };
  const added: Expression =
    g.dtype === dtype ? load(from) : { kind: 'apply', dtype, op: record('cast'), p: { dtype }, x: [load(from)] };
  const nest = (space: readonly number[], store: Store): Nest => ({
    shape: space,
    reduced: [],
    stores: [store],
    reductions: [],
  });
  const nests = [
    nest(shape, { value: { kind: 'constant', dtype, value: 0 }, target: wholeView(sums, shape) }),
    nest(g.shape, {
      value: added,
      target,
      at: { index: load(indexOver(at, p, g.shape)), stride: strides[p.axis]! },
    }),
  ];
  schedule.steps.push({ kind: 'copies', position, nests });
  const total = lazyLoad(wholeView(sums, shape));
  if (g.dtype === dtype) return total;
  const narrow: Expression = {
    kind: 'apply',
    dtype: g.dtype,
    op: record('cast'),
    p: { dtype: g.dtype },
    x: [total.expression],
  };
  return lazyLoad(schedule.materialise(schedule.copied({ ...total, dtype: g.dtype, expression: narrow })));
}

/** What is known of a value that putAdd made: where its sums come from. */
export interface Scattered {
  readonly g: Value;
  readonly p: PutAddParam;
  /** How many axes of g the axis stands for. */
  readonly axes: number;
}

/** The axes of g whose sum is the sum of putAdd(g) over `axes`, which hold that of the index. */
export function axesOfSource({ p, axes: width }: Scattered, axes: readonly number[]): number[] {
  return axes.flatMap((axis) => {
    if (axis < p.axis) return [axis];
    return axis > p.axis ? [axis + width - 1] : Array.from({ length: width }, (_, i) => p.axis + i);
  });
}

export function lowerPutAdd(
  schedule: Schedule,
  g: Value,
  index: Value,
  p: PutAddParam,
  shape: readonly number[],
): Lazy {
  if (sizeOf(index.shape.slice(p.batch)) !== 1) return scattered(schedule, g, index, p, shape);
  const little = g.kind === 'lazy' && g.cost <= 1 ? g : lazyLoad(schedule.materialise(g));
  return oneHot(schedule, little, index, p, shape);
}
