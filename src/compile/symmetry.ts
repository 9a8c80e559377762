// Products that equal their transpose, Σ_p s_p x[i, p] x[j, p] = Xᵀ diag(s) X: Gram matrices, covariances, Hessians of sums of
// scalar functions. Half of such a product is enough. Each operand is taken apart into factors that do not vary along its rows
// and the one that does; the product is symmetric if what is left of both operands is the same. Constants are compared by
// their elements, up to a factor for every p. (Where a factor is not finite, either half would do.)
import type { Labels } from '../ops/contract.ts';
import { forEachOffset, rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { DenseTensor } from '../tensor/tensor.ts';
import type { Buffer, Expression, View } from './expression.ts';
import type { Product } from './product.ts';

/** An operand as elementwise arithmetic over its shape. */
export interface Operand {
  readonly expression: Expression;
  readonly shape: readonly number[];
  readonly labels: readonly number[];
}

/** The tensor in a buffer that never changes. */
export type ConstantIn = (buffer: Buffer) => DenseTensor | undefined;

export function isSymmetric(p: Labels, { m, n }: Product, a: Operand, b: Operand, constantIn: ConstantIn): boolean {
  const rows = p.out.filter((l) => a.labels.includes(l) && !p.b.includes(l));
  const columns = p.out.filter((l) => b.labels.includes(l) && !p.a.includes(l));
  const sizes = [sizesOf(a, rows), sizesOf(b, columns)];
  const whole = [m, n].every((count, i) => count === sizeOf(sizes[i]!));
  if (!whole || sizes[0]!.join() !== sizes[1]!.join()) return false;
  const x = varying(a, rows);
  const y = varying(b, columns);
  if (!x || !y) return false;
  // The axes of y in the order of those of x, rows for columns.
  const order = a.labels.map((l) => b.labels.indexOf(rows.includes(l) ? columns[rows.indexOf(l)]! : l));
  const partner: View = { ...y, shape: order.map((i) => y.shape[i]!), strides: order.map((i) => y.strides[i]!) };
  if (x.buffer === partner.buffer) return x.offset === partner.offset && x.strides.join() === partner.strides.join();
  const constants = [constantIn(x.buffer), constantIn(partner.buffer)] as const;
  const isRow = a.labels.map((l) => rows.includes(l));
  return constants[0] !== undefined && constants[1] !== undefined
    ? proportional(elementsOf(constants[0], x), elementsOf(constants[1], partner), x.shape, isRow)
    : false;
}

function sizesOf({ shape, labels }: Operand, of: readonly number[]): number[] {
  return of.map((l) => shape[labels.indexOf(l)]!);
}

/** The only factor of a product that varies along the rows. */
function varying({ expression, labels }: Operand, rows: readonly number[]): View | undefined {
  const axes = rows.map((l) => labels.indexOf(l));
  const repeats = ({ shape, strides }: View): boolean => axes.every((axis) => shape[axis] === 1 || strides[axis] === 0);
  const known = new Map<Expression, boolean>();
  const fixed = (e: Expression): boolean => {
    let answer = known.get(e);
    if (answer === undefined) {
      answer =
        e.kind === 'constant' || (e.kind === 'load' && repeats(e.view)) || (e.kind === 'apply' && e.x.every(fixed));
      known.set(e, answer);
    }
    return answer;
  };
  const factor = (e: Expression): View | undefined => {
    if (e.kind === 'load') return e.view;
    if (e.kind !== 'apply') return undefined;
    const [u, v] = e.x as [Expression, Expression];
    switch (e.op.name) {
      case 'neg':
        return factor(u);
      case 'div':
        return fixed(v) ? factor(u) : undefined;
      case 'mul':
      case 'chain':
        if (fixed(u)) return factor(v);
        return fixed(v) ? factor(u) : undefined;
      default:
        return undefined;
    }
  };
  return factor(expression);
}

/** The elements of a view in order. */
function elementsOf(tensor: DenseTensor, view: View): Float64Array {
  const values = tensor.values();
  const result = new Float64Array(sizeOf(view.shape));
  forEachOffset(view.shape, view.strides, view.offset, (position, at) => {
    result[position] = values[at]!;
  });
  return result;
}

/** Whether x[i, p] = r[p] y[i, p] for some r, where i are the axes of the rows. */
function proportional(x: Float64Array, y: Float64Array, shape: readonly number[], isRow: readonly boolean[]): boolean {
  const others = rowMajorStrides(shape.map((n, axis) => (isRow[axis] ? 1 : n)));
  const pivots = new Map<number, readonly [x: number, y: number]>();
  let holds = true;
  forEachOffset(
    shape,
    others.map((s, axis) => (isRow[axis] ? 0 : s)),
    0,
    (i, p) => {
      const pivot = pivots.get(p);
      if (pivot) holds &&= x[i]! * pivot[1] === y[i]! * pivot[0];
      else if (x[i] !== 0 || y[i] !== 0) pivots.set(p, [x[i]!, y[i]!]);
    },
  );
  return holds;
}
