// The reference loop of every elementwise operation, and the checks on their inputs.
import { DTypeError, ShapeError } from '../errors.ts';
import { allocate, type DType, isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, dense, filled } from '../tensor/tensor.ts';

export type Scalar = (...args: number[]) => number;

/** Which dtypes an elementwise operation takes. */
export type Accepts = 'float' | 'number' | 'any';

export function elementwiseType(name: string, x: readonly TensorType[], accepts: Accepts): TensorType {
  const { shape, dtype } = x[0]!;
  for (let i = 1; i < x.length; i++) {
    const other = x[i]!;
    if (!sameShape(shape, other.shape)) {
      throw new ShapeError(`${name}: operand shapes ${showShape(shape)} and ${showShape(other.shape)} differ.`);
    }
    if (other.dtype !== dtype) throw new DTypeError(`${name}: operand dtypes ${dtype} and ${other.dtype} differ.`);
  }
  checkAccepted(name, dtype, accepts);
  return { shape, dtype };
}

export function checkAccepted(name: string, dtype: DType, accepts: Accepts): void {
  if (isFloat(dtype) || accepts === 'any' || (accepts === 'number' && dtype === 'int32')) return;
  throw new DTypeError(`${name}: dtype ${dtype} is not accepted.`, "convert it first: x.to('float32')");
}

/** Applies `f` entry by entry. An operand that repeats one element (all strides 0) is not spread out first. */
export function mapElements(f: Scalar, x: readonly DenseTensor[], type: TensorType): DenseTensor {
  const size = sizeOf(type.shape);
  if (size > 1 && allRepeated(x)) {
    return filled(type.shape, f(...x.map((v) => v.storage[v.offset]!)), type.dtype);
  }
  const out = allocate(type.dtype, size);
  if (x.length === 1) {
    const a = x[0]!.values();
    for (let i = 0; i < size; i++) out[i] = f(a[i]!);
  } else if (x.length === 2) {
    const [a, da] = elementsAndStep(x[0]!);
    const [b, db] = elementsAndStep(x[1]!);
    for (let i = 0, ia = 0, ib = 0; i < size; i++, ia += da, ib += db) out[i] = f(a[ia]!, b[ib]!);
  } else {
    const flat = x.map((v) => v.values());
    for (let i = 0; i < size; i++) out[i] = f(...flat.map((v) => v[i]!));
  }
  return dense(type.dtype, type.shape, out);
}

function isRepeated({ strides }: DenseTensor): boolean {
  for (let i = 0; i < strides.length; i++) if (strides[i] !== 0) return false;
  return true;
}

function allRepeated(x: readonly DenseTensor[]): boolean {
  for (let i = 0; i < x.length; i++) if (!isRepeated(x[i]!)) return false;
  return true;
}

function elementsAndStep(x: DenseTensor): [ArrayLike<number>, 0 | 1] {
  if (!isRepeated(x) || x.size === 0) return [x.values(), 1];
  return [x.offset === 0 ? x.storage : x.storage.subarray(x.offset), 0];
}
