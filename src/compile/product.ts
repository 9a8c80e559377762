// A contraction as a batch of matrix products on strides: labels of both operands and the output are the batch, labels of one
// operand are its rows or columns, the rest is summed. Rows, columns and depth of an operand may be any number of axes, since
// packing finds elements by tables of offsets; only C must have its columns side by side and its rows in steps. Labels of
// the output that do not fit into that become axes of the batch, along which one operand repeats.
import type { Labels } from '../ops/contract.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';

/** What a contraction needs to know of an operand. */
export interface Strided {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Strides in elements, as all below. */
export interface Axis {
  readonly size: number;
  readonly stride: number;
}

export interface BatchAxis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: readonly BatchAxis[];
  /** A's rows, B's columns, and the depth of both, each with the last axis running fastest. */
  readonly rows: readonly Axis[];
  readonly columns: readonly Axis[];
  readonly depthA: readonly Axis[];
  readonly depthB: readonly Axis[];
  /** Distance of C's rows. */
  readonly rowStride: number;
  /** Elements of all results. */
  readonly size: number;
  /** Strides of the axes that the contraction asks for, in the result. */
  readonly strides: readonly number[];
  /** Whether C is known to equal its transpose: then only tiles on and below the diagonal are computed. */
  readonly symmetric: boolean;
}

type Group = readonly number[];

/** Rows and columns that are not made fewer to have the result in the order that is asked for. */
const ENOUGH_ROWS = 16;
const ENOUGH_COLUMNS = 64;

/**
 * Whether the operands should change places, (AB)ᵀ = BᵀAᵀ, so that the axis that runs fastest in the result is a column.
 */
export function wantsTranspose(p: Labels): boolean {
  const last = p.out[p.out.length - 1];
  return last !== undefined && p.a.includes(last) && !p.b.includes(last);
}

/** What is known of every label. */
interface LabelStrides {
  readonly size: ReadonlyMap<number, number>;
  readonly a: ReadonlyMap<number, number>;
  readonly b: ReadonlyMap<number, number>;
}

function labelStrides(p: Labels, a: Strided, b: Strided): LabelStrides {
  const size = new Map<number, number>();
  const of = (labels: Group, { shape, strides }: Strided): Map<number, number> => {
    labels.forEach((l, i) => {
      size.set(l, shape[i]!);
    });
    return new Map(labels.map((l, i) => [l, strides[i]!]));
  };
  return { a: of(p.a, a), b: of(p.b, b), size };
}

export function planProduct(p: Labels, a: Strided, b: Strided): Product {
  const known = labelStrides(p, a, b);
  const { size } = known;
  const rows = p.out.filter((l) => !known.b.has(l));
  const columns = p.out.filter((l) => !known.a.has(l));
  const shared = p.out.filter((l) => known.a.has(l) && known.b.has(l));
  const { c, outer, innerRows, innerColumns } = placeResult(p.out, rows, columns, shared, size);
  const depth = depthOrder(p, innerRows, innerColumns, known);
  const count = (labels: Group): number => sizeOf(labels.map((l) => size.get(l)!));
  const axes = (labels: Group, strides: ReadonlyMap<number, number>): readonly Axis[] =>
    joined(labels.map((l) => ({ size: size.get(l)!, stride: strides.get(l)! })));
  return {
    m: count(innerRows),
    n: count(innerColumns),
    k: count(depth),
    batch: outer.map((l) => ({ size: size.get(l)!, a: known.a.get(l) ?? 0, b: known.b.get(l) ?? 0, c: c.get(l)! })),
    rows: axes(innerRows, known.a),
    columns: axes(innerColumns, known.b),
    depthA: axes(depth, known.a),
    depthB: axes(depth, known.b),
    rowStride: axes(innerRows, c).at(-1)?.stride ?? 0,
    size: count(p.out),
    strides: p.out.map((l) => c.get(l)!),
    symmetric: false,
  };
}

/** Where the result's labels go: its strides, the labels of the batch, and those inside of one product. */
interface Placement {
  readonly c: ReadonlyMap<number, number>;
  readonly outer: Group;
  readonly innerRows: Group;
  readonly innerColumns: Group;
}

function placeResult(
  out: Group,
  rows: Group,
  columns: Group,
  shared: Group,
  size: ReadonlyMap<number, number>,
): Placement {
  const count = (labels: Group): number => sizeOf(labels.map((l) => size.get(l)!));
  const stridesFor = (order: Group): ReadonlyMap<number, number> => {
    const strides = rowMajorStrides(order.map((l) => size.get(l)!));
    return new Map(order.map((l, i) => [l, strides[i]!]));
  };
  // In the order of the output: columns from its end on, rows as long as they are one progression.
  const c = stridesFor(out);
  const inside = (labels: Group, stride: number | undefined): Group => {
    let from = labels.length;
    while (from > 0) {
      const joint = joined(labels.slice(from - 1).map((l) => ({ size: size.get(l)!, stride: c.get(l)! })));
      if (joint.length > 1 || (stride !== undefined && joint.length === 1 && joint[0]!.stride !== stride)) break;
      from--;
    }
    return labels.slice(from);
  };
  const innerColumns = inside(columns, 1);
  const innerRows = inside(rows, undefined);
  if (
    count(innerColumns) >= Math.min(ENOUGH_COLUMNS, count(columns)) &&
    count(innerRows) >= Math.min(ENOUGH_ROWS, count(rows))
  ) {
    const outer = out.filter((l) => !innerRows.includes(l) && !innerColumns.includes(l));
    return { c, outer, innerRows, innerColumns };
  }
  return { c: stridesFor([...shared, ...rows, ...columns]), outer: shared, innerRows: rows, innerColumns: columns };
}

/**
 * An order of the summed labels in which the last one is a neighbour in memory for the operand that has no other axis
 * to be packed along, the larger one where they differ.
 */
function depthOrder(p: Labels, rows: Group, columns: Group, { a, b, size }: LabelStrides): Group {
  const summed = p.a.filter((l) => b.has(l) && !p.out.includes(l));
  const orders = [a, b].map((strides) =>
    [...summed].sort((x, y) => Math.abs(strides.get(y)!) - Math.abs(strides.get(x)!)),
  );
  const runs = (labels: Group, strides: ReadonlyMap<number, number>): boolean =>
    strides.get(labels.findLast((l) => size.get(l) !== 1) ?? -1) === 1;
  const cost = (order: Group): number =>
    [
      { outer: rows, strides: a },
      { outer: columns, strides: b },
    ].reduce(
      (sum, { outer, strides }) =>
        runs(outer, strides) || runs(order, strides) ? sum : sum + sizeOf(outer.map((l) => size.get(l)!)),
      0,
    );
  return orders.sort((x, y) => cost(x) - cost(y))[0]!;
}

/** Axes of more than one element, neighbours that step evenly as one; the last runs fastest. */
function joined(axes: readonly Axis[]): readonly Axis[] {
  const result: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const last = result.at(-1);
    if (last && last.stride === axis.size * axis.stride) {
      result[result.length - 1] = { size: last.size * axis.size, stride: axis.stride };
    } else result.push(axis);
  }
  return result;
}
