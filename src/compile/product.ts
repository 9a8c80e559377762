// A contraction as a batch of matrix products on strides: labels of both operands and the output are the batch, labels of one
// operand are its rows or columns, the rest is summed. Labels of one group become one axis where they lie in arithmetic
// progression; an operand for which they do not is copied in order first.
import type { Labels } from '../ops/contract.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';

/** What a contraction needs to know of an operand. */
export interface Strided {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** One operand, seen as matrices; strides in elements. */
export interface MatrixView {
  readonly row: number;
  readonly column: number;
  /** Strides of the batch axes. */
  readonly batch: readonly number[];
  /** Set when the operand must be copied with its axes in this order, to which the strides then belong. */
  readonly copy: readonly number[] | undefined;
}

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: readonly number[];
  readonly a: MatrixView;
  readonly b: MatrixView;
  /** Sizes of the result as it is computed, [batch…, rows…, columns…], row-major. */
  readonly shape: readonly number[];
  /** Strides of the axes that the contraction asks for, in that result. */
  readonly strides: readonly number[];
}

type Group = readonly number[];

/**
 * Whether the operands should change places, (AB)ᵀ = BᵀAᵀ, so that the axis that runs fastest in the result is a column.
 */
export function wantsTranspose(p: Labels): boolean {
  const last = p.out[p.out.length - 1];
  return last !== undefined && p.a.includes(last) && !p.b.includes(last);
}

export function planProduct(p: Labels, a: Strided, b: Strided): Product {
  const inA = new Set(p.a);
  const inB = new Set(p.b);
  const inOut = new Set(p.out);
  const size = new Map<number, number>();
  const strideA = new Map<number, number>();
  const strideB = new Map<number, number>();
  p.a.forEach((l, i) => {
    size.set(l, a.shape[i]!);
    strideA.set(l, a.strides[i]!);
  });
  p.b.forEach((l, i) => {
    size.set(l, b.shape[i]!);
    strideB.set(l, b.strides[i]!);
  });
  const outermostFirst = (labels: Group, strides: Map<number, number>): Group =>
    [...labels].sort((x, y) => Math.abs(strides.get(y)!) - Math.abs(strides.get(x)!));
  const batch = p.out.filter((l) => inA.has(l) && inB.has(l));
  const rows = outermostFirst(
    p.a.filter((l) => !inB.has(l)),
    strideA,
  );
  const columns = outermostFirst(
    p.b.filter((l) => !inA.has(l)),
    strideB,
  );
  const summed = p.a.filter((l) => inB.has(l) && !inOut.has(l));
  const inner = [outermostFirst(summed, strideA), outermostFirst(summed, strideB)].sort(
    (x, y) => copies(x) - copies(y),
  )[0]!;
  function copies(order: Group): number {
    return (joined(order, size, strideA) === undefined ? 1 : 0) + (joined(order, size, strideB) === undefined ? 1 : 0);
  }
  const count = (labels: Group): number => sizeOf(labels.map((l) => size.get(l)!));
  const order = [...batch, ...rows, ...columns];
  const shape = order.map((l) => size.get(l)!);
  const strides = rowMajorStrides(shape);
  return {
    m: count(rows),
    n: count(columns),
    k: count(inner),
    batch: batch.map((l) => size.get(l)!),
    a: matrixView(batch, rows, inner, size, strideA, p.a),
    b: matrixView(batch, inner, columns, size, strideB, p.b),
    shape,
    strides: p.out.map((l) => strides[order.indexOf(l)]!),
  };
}

/** The stride of several axes as one, the last running fastest; undefined where they are no single progression. */
function joined(labels: Group, size: Map<number, number>, strides: Map<number, number>): number | undefined {
  let step: number | undefined;
  let span = 0;
  for (let i = labels.length - 1; i >= 0; i--) {
    const n = size.get(labels[i]!)!;
    if (n === 1) continue;
    const stride = strides.get(labels[i]!)!;
    if (step === undefined) step = stride;
    else if (stride !== span) return undefined;
    span = n * stride;
  }
  return step ?? 0;
}

function matrixView(
  batch: Group,
  rows: Group,
  columns: Group,
  size: Map<number, number>,
  strides: Map<number, number>,
  labels: Group,
): MatrixView {
  const row = joined(rows, size, strides);
  const column = joined(columns, size, strides);
  if (row !== undefined && column !== undefined) {
    return { row, column, batch: batch.map((l) => strides.get(l)!), copy: undefined };
  }
  const order = [...batch, ...rows, ...columns];
  const fresh = rowMajorStrides(order.map((l) => size.get(l)!));
  const width = sizeOf(columns.map((l) => size.get(l)!));
  return { row: width, column: 1, batch: fresh.slice(0, batch.length), copy: order.map((l) => labels.indexOf(l)) };
}
