// Element types and NumPy's promotion lattice, bool < int32 < float32 < float64. A JavaScript number has no width:
// it takes the dtype of the tensor it meets and only lifts it across kinds (bool -> int -> float).
import { DTypeError, ShapeError } from '../errors.ts';
import { keepHeap } from './heap.ts';

export type DType = 'float32' | 'float64' | 'int32' | 'bool';
export type FloatDType = 'float32' | 'float64';
export type TypedArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

const rank: Record<DType, number> = { bool: 0, int32: 1, float32: 2, float64: 3 };

let defaultDType: FloatDType = 'float32';

/** The float dtype given to numbers and created tensors when none is named. */
export function getDefaultDtype(): FloatDType {
  return defaultDType;
}

/** Sets the default float dtype, `'float32'` at the start. */
export function setDefaultDtype(dtype: FloatDType): void {
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new DTypeError(`setDefaultDtype: ${String(dtype)} is not a float dtype.`, "use 'float32' or 'float64'");
  }
  defaultDType = dtype;
}

export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === 'float32' || dtype === 'float64';
}

/** Throws unless `dtype` is one of the four names. */
export function checkDType(where: string, dtype: unknown): asserts dtype is DType {
  if (typeof dtype !== 'string' || !Object.hasOwn(rank, dtype)) {
    throw new DTypeError(`${where}: unknown dtype ${String(dtype)}.`, "use 'float32', 'float64', 'int32' or 'bool'");
  }
}

/** The smallest dtype that holds both. */
export function promote(a: DType, b: DType): DType {
  return rank[a] >= rank[b] ? a : b;
}

/** The dtype in which a float function of a `dtype` value is computed. */
export function floatOf(dtype: DType): FloatDType {
  return isFloat(dtype) ? dtype : defaultDType;
}

/** The dtype a JavaScript value takes on beside a tensor of dtype `beside`. */
export function dtypeOfScalar(value: number | boolean, beside: DType): DType {
  if (typeof value === 'boolean' || isFloat(beside)) return beside;
  if (!Number.isInteger(value)) return defaultDType;
  return beside === 'bool' ? 'int32' : beside;
}

/** More elements do not fit into one typed array everywhere. */
export const MAX_ELEMENTS: number = 2 ** 31 - 1;

/** Elements of what an allocator takes from the system itself, or may. */
const LARGE = 2 ** 14;

/** A zeroed buffer of `size` elements; bool is stored as bytes 0 and 1. Throws ShapeError where there is no memory for it. */
export function allocate(dtype: DType, size: number): TypedArray {
  if (size > MAX_ELEMENTS) {
    throw new ShapeError(
      `allocate: ${size} elements of ${dtype} are too many; a tensor holds at most ${MAX_ELEMENTS}.`,
      'of a large Jacobian or Hessian, structured: true keeps what is not zero, and jvp, vjp and hvp give products',
    );
  }
  try {
    return zeroed(dtype, size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ShapeError(`allocate: there is no memory for ${size} elements of ${dtype}.`);
  }
}

function zeroed(dtype: DType, size: number): TypedArray {
  if (size > LARGE) keepHeap();
  if (dtype === 'float32') return new Float32Array(size);
  if (dtype === 'float64') return new Float64Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
