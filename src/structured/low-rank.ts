// A = U diag(w) Vᵀ with few columns, and such a matrix on top of one that is easily inverted (Woodbury):
//   (B + U W Vᵀ)⁻¹ = B⁻¹ − B⁻¹ U (W⁻¹ + Vᵀ B⁻¹ U)⁻¹ Vᵀ B⁻¹,    det = det B · det(I + W Vᵀ B⁻¹ U)
// written with I + W Vᵀ B⁻¹ U, which exists when a weight is zero.
import { LinalgError } from '../errors.ts';
import { slogdet } from '../linalg/determinant.ts';
import { solve } from '../linalg/solve.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { concat } from '../ops/joining.ts';
import { transpose } from '../ops/movement.ts';
import type { TensorLike } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { eye, ones } from '../tensor/create.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Dense } from './dense.ts';
import { type Facts, isPlainTensor, StructuredMatrix } from './matrix.ts';

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
    weights: Tensor = ones([left.shape[1]!], { dtype: left.dtype }),
    outShape: readonly number[] = [left.shape[0]!],
    inShape: readonly number[] = [right.shape[0]!],
  ) {
    super(outShape, inShape, left.dtype);
    this.left = left;
    this.right = right;
    this.weights = weights;
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

  override diag(): Tensor {
    this.requireSquare('diag');
    return reshapeTo(sumOver(mul(mul(this.left, this.right), this.weights), [1]), this.inShape);
  }

  transpose(): LowRank {
    return new LowRank(this.right, this.left, this.weights, this.inShape, this.outShape);
  }

  scale(c: TensorLike): LowRank {
    return new LowRank(this.left, this.right, mul(this.weights, c), this.outShape, this.inShape);
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
      return new LowRank(
        beside(this.left, other.left),
        beside(this.right, other.right),
        beside(this.weights, other.weights),
        this.outShape,
        this.inShape,
      );
    }
    const inverted = other.kind === 'Diagonal' || other.kind === 'BlockDiagonal' || other.kind === 'Kronecker';
    return inverted && other.shape[0] === other.shape[1] ? new LowRankUpdate(other, this) : undefined;
  }

  protected override ownFacts(): Partial<Facts> {
    return { rankAtMost: this.rank, symmetric: this.left === this.right && sameShape(this.outShape, this.inShape) };
  }

  toString(): string {
    return `LowRank(rank ${this.rank})`;
  }
}

/** B + U diag(w) Vᵀ for a Diagonal, BlockDiagonal or Kronecker B. */
export class LowRankUpdate extends StructuredMatrix {
  readonly kind = 'LowRankUpdate';
  readonly base: StructuredMatrix;
  readonly update: LowRank;

  constructor(base: StructuredMatrix, update: LowRank) {
    super(base.outShape, base.inShape, base.dtype);
    this.base = base;
    this.update = update;
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
      return this.solveByUpdate(columns);
    } catch (error) {
      // The sum may be invertible where its base is not.
      if (error instanceof LinalgError) return super.solveColumns(columns);
      throw error;
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

  scale(c: TensorLike): LowRankUpdate {
    return new LowRankUpdate(this.base.scale(c), this.update.scale(c));
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
    if (other instanceof LowRankUpdate) return this.merge(other.base)?.add(other.update);
    if (other instanceof LowRank) return new LowRankUpdate(this.base, this.update.merge(other) as LowRank);
    if (other instanceof Dense) return other.merge(this);
    const base = this.base.merge(other);
    return base && (base.merge(this.update) ?? this.update.merge(base));
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
