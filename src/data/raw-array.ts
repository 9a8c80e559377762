// What a file format stores: a shape, a dtype and the elements in row-major order. Readers and writers speak in
// these, so that a format knows nothing of tensors.
import type { DType } from '../tensor/dtype.ts';
import { FormatError } from './format-error.ts';

export interface RawArray {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** As in NumPy. Also bounds what a hostile header can make a reader allocate for a shape. */
const MAX_RANK = 64;

const VALUES_OF = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array };

/** Number of elements of a shape read from a file, which may hold anything. */
export function countElements(format: string, shape: readonly number[]): number {
  if (shape.length > MAX_RANK) {
    throw new FormatError(`${format}: too many dimensions: ${shape.length} of at most ${MAX_RANK}.`);
  }
  const valid = shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  const size = shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, 1);
  if (!valid || !Number.isSafeInteger(size)) {
    throw new FormatError(`${format}: the shape is not one an array can have: [${shape.join(', ')}].`);
  }
  return size;
}

/** Throws unless dtype, shape and values of an array to be written agree. */
export function checkRawArray(format: string, array: RawArray): void {
  const size = countElements(format, array.shape);
  if (!(array.values instanceof VALUES_OF[array.dtype])) {
    const types = `${array.dtype} takes ${VALUES_OF[array.dtype].name}, not ${array.values.constructor.name}`;
    throw new FormatError(`${format}: values do not fit the dtype: ${types}.`);
  }
  if (array.values.length !== size) {
    const counts = `[${array.shape.join(', ')}] needs ${size}, not ${array.values.length}`;
    throw new FormatError(`${format}: values do not fit the shape: ${counts}.`);
  }
}
