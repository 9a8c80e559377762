// No structure: all entries, [...Out, ...In].
import { ArgumentError } from '../errors.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { permute, transpose } from '../ops/movement.ts';
import { onlyTensor, type TensorLike } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { reshapeTo } from '../ops/spread.ts';
import type { DType } from '../tensor/dtype.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { isPlainTensor, StructuredMatrix } from './matrix.ts';

export class Dense extends StructuredMatrix {
  readonly kind = 'Dense';
  readonly entries: Tensor;

  /** `entries` of shape [...Out, ...In]; the first `outDims` axes are Out. */
  constructor(entries: Tensor, outDims: number) {
    const shape: readonly number[] = onlyTensor('Dense', entries).shape;
    if (!Number.isInteger(outDims) || outDims < 0 || outDims > shape.length) {
      throw new ArgumentError(`Dense: outDims must be an integer from 0 to ${shape.length}, got ${String(outDims)}.`);
    }
    super(shape.slice(0, outDims), shape.slice(outDims), entries.dtype);
    this.entries = entries;
  }

  times(columns: Tensor): Tensor {
    return matmul(this.matrix(), columns);
  }

  transposeTimes(columns: Tensor): Tensor {
    return matmul(transpose(this.matrix()), columns);
  }

  transpose(): Dense {
    const axes = this.entries.shape.map((_, i) => i);
    const outDims = this.outShape.length;
    return new Dense(permute(this.entries, [...axes.slice(outDims), ...axes.slice(0, outDims)]), this.inShape.length);
  }

  protected scaled(c: TensorLike): Dense {
    return new Dense(mul(this.entries, c), this.outShape.length);
  }

  protected converted(dtype: DType): Dense {
    return new Dense(cast(this.entries, dtype), this.outShape.length);
  }

  toDense(): Tensor {
    return this.entries;
  }

  override isPlain(): boolean {
    return isPlainTensor(this.entries);
  }

  /** Anything added to all entries is all entries. */
  override merge(other: StructuredMatrix): Dense {
    const { entries } = this;
    const outDims = this.outShape.length;
    if (isPlainTensor(entries) && other.isPlain()) {
      const storage = entries.toTypedArray();
      other.addInto(storage);
      return new Dense(dense(entries.dtype, entries.shape, storage), outDims);
    }
    return new Dense(add(entries, reshapeTo(other.toDense(), entries.shape)), outDims);
  }

  toString(): string {
    const [m, n] = this.shape;
    return `Dense([${m},${n}])`;
  }
}
