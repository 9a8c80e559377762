// A₁ ⊗ A₂ ⊗ …: the derivative of A X B with respect to X, and the curvature of |A X B − C|². Every factor maps axes of its
// own, so products and solutions go through one factor after the other,
//   (A ⊗ B)⁻¹ = A⁻¹ ⊗ B⁻¹,    log|det(A ⊗ B)| = n_B log|det A| + n_A log|det B|
// Out and In may have the axes in different orders (a commutation).
import { ArgumentError, LinalgError } from '../errors.ts';
import { slogdet } from '../linalg/determinant.ts';
import { solve } from '../linalg/solve.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { contract } from '../ops/contract.ts';
import { permute, transpose } from '../ops/movement.ts';
import type { TensorLike } from '../ops/operands.ts';
import { reshapeTo } from '../ops/spread.ts';
import { type DType, promote } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { type Facts, isPlainTensor, StructuredMatrix } from './matrix.ts';

/** A matrix [rows, columns] over axes named by labels. */
export interface KroneckerFactor {
  readonly matrix: Tensor;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** The sizes of all labels, and their order in Out and In. */
export interface Axes {
  readonly sizes: readonly number[];
  readonly out: readonly number[];
  readonly in: readonly number[];
}

export class KroneckerProduct extends StructuredMatrix {
  readonly kind = 'Kronecker';
  readonly factors: readonly KroneckerFactor[];
  readonly axes: Axes;

  constructor(
    factors: readonly KroneckerFactor[],
    axes: Axes,
    outShape: readonly number[],
    inShape: readonly number[],
  ) {
    const dtype = factors.map(({ matrix }) => matrix.dtype).reduce(promote);
    super(outShape, inShape, dtype);
    const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
    const count = (list: readonly number[]): number => sizeOf(list.map((l) => axes.sizes[l]!));
    const fits =
      sameShape(sorted(factors.flatMap(({ rows }) => rows)), sorted(axes.out)) &&
      sameShape(sorted(factors.flatMap(({ columns }) => columns)), sorted(axes.in)) &&
      factors.every(({ matrix, rows, columns }) => sameShape(matrix.shape, [count(rows), count(columns)])) &&
      sizeOf(outShape) === count(axes.out) &&
      sizeOf(inShape) === count(axes.in);
    if (!fits) throw new ArgumentError('Kronecker: the factors do not have the axes of Out and In.');
    this.factors = factors.map((factor) => ({ ...factor, matrix: cast(factor.matrix, dtype) }));
    this.axes = axes;
  }

  private sizes(list: readonly number[]): number[] {
    return list.map((l) => this.axes.sizes[l]!);
  }

  /** Columns [n, k] taken through one factor after the other; `step` maps [columns, …] to [rows, …]. */
  private through(columns: Tensor, step: (factor: KroneckerFactor, x: Tensor) => Tensor, inverse = false): Tensor {
    const { out, in: into } = this.axes;
    const [from, to] = inverse ? [out, into] : [into, out];
    const k = columns.shape[1]!;
    let labels = [...from];
    let x = reshapeTo(columns, [...this.sizes(from), k]);
    for (const factor of this.factors) {
      const [gone, made] = inverse ? [factor.rows, factor.columns] : [factor.columns, factor.rows];
      const rest = labels.filter((l) => !gone.includes(l));
      const order = [...gone, ...rest];
      const moved = permute(x, [...order.map((l) => labels.indexOf(l)), labels.length]);
      const flat = reshapeTo(moved, [sizeOf(this.sizes(gone)), sizeOf(this.sizes(rest)) * k]);
      labels = [...made, ...rest];
      x = reshapeTo(step(factor, flat), [...this.sizes(labels), k]);
    }
    const ordered = permute(x, [...to.map((l) => labels.indexOf(l)), labels.length]);
    return reshapeTo(ordered, [sizeOf(this.sizes(to)), k]);
  }

  times(columns: Tensor): Tensor {
    return this.through(columns, ({ matrix }, x) => product(matrix, x));
  }

  transposeTimes(columns: Tensor): Tensor {
    return this.through(columns, ({ matrix }, x) => product(transpose(matrix), x), true);
  }

  override solveColumns(columns: Tensor): Tensor {
    if (!this.isSquare()) throw new LinalgError(`solve: ${String(this)} is singular (its factors are not square).`);
    return this.through(columns, ({ matrix }, x) => solve(matrix, x), true);
  }

  private isSquare(): boolean {
    return this.factors.every(({ matrix }) => matrix.shape[0] === matrix.shape[1]);
  }

  override logdet(): Tensor {
    this.requireSquare('logdet');
    if (!this.isSquare()) return filled([], Number.NEGATIVE_INFINITY, this.dtype);
    const n = this.shape[0];
    const parts = this.factors.map(({ matrix }) => mul(slogdet(matrix)[1], n / Math.max(1, matrix.shape[0]!)));
    return parts.reduce((a, b) => add(a, b));
  }

  transpose(): KroneckerProduct {
    const { sizes, out, in: into } = this.axes;
    const turned = this.factors.map(({ matrix, rows, columns }) => ({
      matrix: transpose(matrix),
      rows: columns,
      columns: rows,
    }));
    return new KroneckerProduct(turned, { sizes, out: into, in: out }, this.inShape, this.outShape);
  }

  private withMatrices(map: (matrix: Tensor, k: number) => Tensor): KroneckerProduct {
    const factors = this.factors.map((factor, k) => ({ ...factor, matrix: map(factor.matrix, k) }));
    return new KroneckerProduct(factors, this.axes, this.outShape, this.inShape);
  }

  protected scaled(c: TensorLike): KroneckerProduct {
    return this.withMatrices((matrix, k) => (k === 0 ? mul(matrix, c) : matrix));
  }

  protected converted(dtype: DType): KroneckerProduct {
    return this.withMatrices((matrix) => cast(matrix, dtype));
  }

  toDense(): Tensor {
    const { out, in: into, sizes } = this.axes;
    // A label of Out and one of In have names of their own.
    const parts = this.factors.map(({ matrix, rows, columns }) => ({
      labels: [...rows, ...columns.map((l) => l + sizes.length)],
      x: reshapeTo(matrix, [...this.sizes(rows), ...this.sizes(columns)]),
    }));
    const whole = parts.reduce((a, b) => {
      const labels = [...a.labels, ...b.labels];
      return { labels, x: contract(a.x, b.x, { a: a.labels, b: b.labels, out: labels }) };
    });
    const order = [...out, ...into.map((l) => l + sizes.length)];
    const entries = permute(
      whole.x,
      order.map((l) => whole.labels.indexOf(l)),
    );
    return reshapeTo(entries, [...this.outShape, ...this.inShape]);
  }

  override isPlain(): boolean {
    return this.factors.every(({ matrix }) => isPlainTensor(matrix));
  }

  protected override ownFacts(): Partial<Facts> {
    return { rankAtMost: sizeOf(this.factors.map(({ matrix }) => Math.min(...(matrix.shape as [number, number])))) };
  }

  /** The factors in the order of Out; K where In has them in another order. */
  toString(): string {
    const { out, in: into } = this.axes;
    const order = (list: readonly number[], side: 'rows' | 'columns'): number[] => [
      ...new Set(list.map((l) => this.factors.findIndex((factor) => factor[side].includes(l)))),
    ];
    const rows = order(out, 'rows');
    const names = rows.map((k) => `[${this.factors[k]!.matrix.shape.join(',')}]`);
    return `Kronecker(${names.join(', ')})${sameShape(rows, order(into, 'columns')) ? '' : ' * K'}`;
  }
}

function product(matrix: Tensor, x: Tensor): Tensor {
  return contract(matrix, x, { a: [0, 1], b: [1, 2], out: [0, 2] });
}
