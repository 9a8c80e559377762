// diag(w): one weight an element.  y = w ∘ x,  A⁻¹ b = b / w,  log|det A| = Σ log|w|.
import { LinalgError, ShapeError } from '../errors.ts';
import { add, div, mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { diag } from '../ops/diagonals.ts';
import { log } from '../ops/exponential.ts';
import { onlyTensor, type TensorLike } from '../ops/operands.ts';
import { abs } from '../ops/rounding.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import type { DType, TypedArray } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { type Facts, isPlainTensor, StructuredMatrix } from './matrix.ts';

export class Diagonal extends StructuredMatrix {
  readonly kind = 'Diagonal';
  /** The diagonal, [...In]. */
  readonly weights: Tensor;

  constructor(weights: Tensor, outShape: readonly number[] = onlyTensor('Diagonal', weights).shape) {
    super(outShape, weights.shape, weights.dtype);
    if (sizeOf(outShape) !== weights.size) {
      throw new ShapeError(`Diagonal: weights of shape ${showShape(weights.shape)} for the map ${this.arrow()}.`);
    }
    this.weights = weights;
  }

  private get column(): Tensor {
    return reshapeTo(this.weights, [this.weights.size, 1]);
  }

  times(columns: Tensor): Tensor {
    return mul(this.column, columns);
  }

  transposeTimes(columns: Tensor): Tensor {
    return mul(this.column, columns);
  }

  override solveColumns(columns: Tensor): Tensor {
    const { weights } = this;
    if (weights instanceof DenseTensor) {
      const zero = weights.values().indexOf(0);
      if (zero >= 0) throw new LinalgError(`solve: ${String(this)} is singular (entry ${zero} is zero).`);
    }
    return div(columns, this.column);
  }

  override diag(): Tensor {
    return this.weights;
  }

  override logdet(): Tensor {
    return sumOver(log(abs(reshapeTo(this.weights, [this.weights.size]))), [0]);
  }

  transpose(): Diagonal {
    return new Diagonal(reshapeTo(this.weights, this.outShape), this.inShape);
  }

  protected scaled(c: TensorLike): Diagonal {
    return new Diagonal(mul(this.weights, c), this.outShape);
  }

  protected converted(dtype: DType): Diagonal {
    return new Diagonal(cast(this.weights, dtype), this.outShape);
  }

  toDense(): Tensor {
    return reshapeTo(diag(reshapeTo(this.weights, [this.weights.size])), [...this.outShape, ...this.inShape]);
  }

  override isPlain(): boolean {
    return isPlainTensor(this.weights);
  }

  override addInto(storage: TypedArray): void {
    const from = this.weights.concrete('addInto').values();
    const step = from.length + 1;
    for (let i = 0; i < from.length; i++) storage[i * step]! += from[i]!;
  }

  override merge(other: StructuredMatrix): Diagonal | undefined {
    return other instanceof Diagonal ? new Diagonal(add(this.weights, other.weights), this.outShape) : undefined;
  }

  protected override ownFacts(): Partial<Facts> {
    return { symmetric: sameShape(this.outShape, this.inShape) };
  }

  toString(): string {
    return `Diagonal([${this.weights.size}])`;
  }
}
