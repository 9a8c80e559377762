// A = U diag(w) Vᵀ with few columns, and such a matrix on top of one that is easily inverted (Woodbury):
//   (B + U W Vᵀ)⁻¹ = B⁻¹ − B⁻¹ U (W⁻¹ + Vᵀ B⁻¹ U)⁻¹ Vᵀ B⁻¹,    det = det B · det(I + W Vᵀ B⁻¹ U)
// written with I + W Vᵀ B⁻¹ U, which exists when a weight is zero.
import { LinalgError, ShapeError } from '../errors.ts';
import { slogdet } from '../linalg/determinant.ts';
import { solve } from '../linalg/solve.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { concat } from '../ops/joining.ts';
import { transpose } from '../ops/movement.ts';
import { onlyTensor, type TensorLike } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { eye, ones } from '../tensor/create.ts';
import { type DType, promote, type TypedArray } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, filled, type Tensor } from '../tensor/tensor.ts';
import { Dense } from './dense.ts';
import { type Facts, isPlainTensor, StructuredMatrix, sumOf } from './matrix.ts';

export class LowRank extends StructuredMatrix {
  readonly kind = 'LowRank';
  /** U, [m, r]. */
  readonly left: Tensor;
  /** V, [n, r]. */
  readonly right: Tensor;
  /** w, [r]. */
  readonly weights: Tensor;

  constructor(
    left: Tensor,
    right: Tensor = left,
    weights?: Tensor,
    outShape: readonly number[] = [left.shape[0]!],
    inShape: readonly number[] = [right.shape[0]!],
  ) {
    const parts = weights ? [left, right, weights] : [left, right];
    const dtype = parts.map((x) => onlyTensor('LowRank', x).dtype).reduce(promote);
    super(outShape, inShape, dtype);
    const rank = left.shape[1]!;
    const sides: readonly (readonly [Tensor, readonly number[]])[] = [
      [left, outShape],
      [right, inShape],
    ];
    for (const [x, shape] of sides) {
      if (x.ndim === 2 && x.shape[0] === sizeOf(shape) && x.shape[1] === rank) continue;
      throw new ShapeError(
        `LowRank: factors of shape ${showShape(left.shape)} and ${showShape(right.shape)} for the map ${this.arrow()}.`,
        'they have one row an element and the same number of columns',
      );
    }
    if (weights && !sameShape(weights.shape, [rank])) {
      throw new ShapeError(`LowRank: weights of shape ${showShape(weights.shape)} for rank ${rank}.`);
    }
    this.left = cast(left, dtype);
    this.right = right === left ? this.left : cast(right, dtype);
    this.weights = weights ? cast(weights, dtype) : ones([rank], { dtype });
  }

  override get isZero(): boolean {
    return this.rank === 0;
  }

  get rank(): number {
    return this.weights.size;
  }

  private get column(): Tensor {
    return reshapeTo(this.weights, [this.rank, 1]);
  }

  times(columns: Tensor): Tensor {
    return matmul(this.left, mul(this.column, matmul(transpose(this.right), columns)));
  }

  transposeTimes(columns: Tensor): Tensor {
    return matmul(this.right, mul(this.column, matmul(transpose(this.left), columns)));
  }

  override solveColumns(columns: Tensor): Tensor {
    if (this.rank < this.shape[0]) throw new LinalgError(`solve: ${String(this)} is singular (its rank is too low).`);
    return super.solveColumns(columns);
  }

  override logdet(): Tensor {
    this.requireSquare('logdet');
    return this.rank < this.shape[0] ? filled([], Number.NEGATIVE_INFINITY, this.dtype) : super.logdet();
  }

  override diag(): Tensor {
    this.requireSquare('diag');
    return reshapeTo(sumOver(mul(mul(this.left, this.right), this.weights), [1]), this.inShape);
  }

  transpose(): LowRank {
    return new LowRank(this.right, this.left, this.weights, this.inShape, this.outShape);
  }

  protected scaled(c: TensorLike): LowRank {
    return new LowRank(this.left, this.right, mul(this.weights, c), this.outShape, this.inShape);
  }

  protected converted(dtype: DType): LowRank {
    const left = cast(this.left, dtype);
    const right = this.right === this.left ? left : cast(this.right, dtype);
    return new LowRank(left, right, cast(this.weights, dtype), this.outShape, this.inShape);
  }

  toDense(): Tensor {
    const entries = matmul(mul(this.left, this.weights), transpose(this.right));
    return reshapeTo(entries, [...this.outShape, ...this.inShape]);
  }

  override isPlain(): boolean {
    return [this.left, this.right, this.weights].every(isPlainTensor);
  }

  override merge(other: StructuredMatrix): StructuredMatrix | undefined {
    if (other instanceof LowRank) {
      const beside = (a: Tensor, b: Tensor): Tensor => concat([a, b], a.ndim - 1);
      const left = beside(this.left, other.left);
      const isSquare = this.right === this.left && other.right === other.left;
      const right = isSquare ? left : beside(this.right, other.right);
      return new LowRank(left, right, beside(this.weights, other.weights), this.outShape, this.inShape);
    }
    const [m, n] = this.shape;
    return m === n && isInverted(other) ? new LowRankUpdate(other, this) : undefined;
  }

  protected override ownFacts(): Partial<Facts> {
    return { rankAtMost: this.rank, symmetric: this.left === this.right && sameShape(this.outShape, this.inShape) };
  }

  toString(): string {
    return `LowRank(rank ${this.rank})`;
  }
}

/** Whether a matrix is of a class that solves faster than with all its entries. */
const isInverted = ({ kind }: StructuredMatrix): boolean =>
  kind === 'Diagonal' || kind === 'BlockDiagonal' || kind === 'Kronecker' || kind === 'Sparse';

const largest = (x: Tensor): number => {
  let most = 0;
  for (const v of (x as DenseTensor).values()) most = Math.max(most, Math.abs(v));
  return most;
};

/** A residual of so many roundings is as good as none. */
const MANY = 100;
const MOST_REFINEMENTS = 2;

/** B + U diag(w) Vᵀ for a Diagonal, BlockDiagonal, Kronecker or Sparse B. */
export class LowRankUpdate extends StructuredMatrix {
  readonly kind = 'LowRankUpdate';
  readonly base: StructuredMatrix;
  readonly update: LowRank;

  constructor(base: StructuredMatrix, update: LowRank) {
    super(base.outShape, base.inShape, promote(base.dtype, update.dtype));
    base.requireSameMap('LowRankUpdate', update);
    this.base = base.to(this.dtype);
    this.update = update.to(this.dtype) as LowRank;
  }

  times(columns: Tensor): Tensor {
    return add(this.base.times(columns), this.update.times(columns));
  }

  transposeTimes(columns: Tensor): Tensor {
    return add(this.base.transposeTimes(columns), this.update.transposeTimes(columns));
  }

  /** B⁻¹U and I + W Vᵀ B⁻¹U. */
  private woodbury(): { readonly solved: Tensor; readonly small: Tensor } {
    const { left, right, weights, rank } = this.update;
    const solved = this.base.solveColumns(left);
    const coupled = mul(reshapeTo(weights, [rank, 1]), matmul(transpose(right), solved));
    return { solved, small: add(eye(rank, rank, { dtype: this.dtype }), coupled) };
  }

  override solveColumns(columns: Tensor): Tensor {
    try {
      const x = this.solveByUpdate(columns);
      if (!this.isPlain() || !isPlainTensor(columns)) return x;
      const refined = this.refined(x, columns);
      if (refined) return refined;
    } catch (error) {
      if (!(error instanceof LinalgError)) throw error;
    }
    // The sum may be well behaved where its base is not.
    return super.solveColumns(columns);
  }

  /** x improved until A x = b as far as the dtype allows; undefined where the base is too nearly singular for that. */
  private refined(first: Tensor, columns: Tensor): Tensor | undefined {
    const epsilon = this.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
    const scale = largest(columns);
    let x = first;
    for (let step = 0; ; step++) {
      const rest = sub(columns, this.times(x));
      const error = largest(rest) / scale;
      if (error <= MANY * epsilon || scale === 0) return x;
      if (step === MOST_REFINEMENTS) return error <= Math.sqrt(epsilon) ? x : undefined;
      x = add(x, this.solveByUpdate(rest));
    }
  }

  private solveByUpdate(columns: Tensor): Tensor {
    const { right, weights, rank } = this.update;
    const { solved, small } = this.woodbury();
    const first = this.base.solveColumns(columns);
    const projected = mul(reshapeTo(weights, [rank, 1]), matmul(transpose(right), first));
    return sub(first, matmul(solved, solve(small, projected)));
  }

  override diag(): Tensor {
    return add(this.base.diag(), this.update.diag());
  }

  override logdet(): Tensor {
    try {
      return add(this.base.logdet(), slogdet(this.woodbury().small)[1]);
    } catch (error) {
      if (error instanceof LinalgError) return super.logdet();
      throw error;
    }
  }

  transpose(): LowRankUpdate {
    return new LowRankUpdate(this.base.transpose(), this.update.transpose());
  }

  protected scaled(c: TensorLike): LowRankUpdate {
    return new LowRankUpdate(this.base.scale(c), this.update.scale(c) as LowRank);
  }

  protected converted(dtype: DType): LowRankUpdate {
    return new LowRankUpdate(this.base.to(dtype), this.update.to(dtype) as LowRank);
  }

  toDense(): Tensor {
    return add(this.update.toDense(), this.base.toDense());
  }

  override isPlain(): boolean {
    return this.base.isPlain() && this.update.isPlain();
  }

  override addInto(storage: TypedArray): void {
    this.base.addInto(storage);
    this.update.addInto(storage);
  }

  override merge(other: StructuredMatrix): StructuredMatrix | undefined {
    if (other instanceof LowRankUpdate) return sumOf(sumOf(this, other.base), other.update);
    if (other instanceof LowRank) return new LowRankUpdate(this.base, this.update.merge(other) as LowRank);
    if (other instanceof Dense) return other.merge(this);
    const base = this.base.merge(other) ?? other.merge(this.base);
    return base && sumOf(base, this.update);
  }

  protected override ownFacts(): Partial<Facts> {
    const [base, update] = [this.base.facts(), this.update.facts()];
    return {
      symmetric: base.symmetric && update.symmetric,
      positiveSemidefinite: base.positiveSemidefinite && update.positiveSemidefinite,
      rankAtMost: base.rankAtMost + update.rankAtMost,
    };
  }

  toString(): string {
    return `${String(this.update)} + ${String(this.base)}`;
  }
}
