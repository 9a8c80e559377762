// Elements as they lie in files: every number type that a format may use, read into the nearest of our dtypes.
// One table for NPY, safetensors and IDX; 16-bit floats widen to float32, integers become int32 or are refused.
import type { DType } from '../tensor/dtype.ts';
import { FormatError } from './format-error.ts';
import type { RawArray } from './raw-array.ts';

/** NumPy's codes (kind and bytes), and `bf2` for bfloat16. */
export type ElementType = 'b1' | 'u1' | 'i1' | 'u2' | 'i2' | 'u4' | 'i4' | 'u8' | 'i8' | 'f2' | 'bf2' | 'f4' | 'f8';

/** Reads the element at a byte offset; undefined when it does not fit the dtype. */
type ReadElement = (view: DataView, offset: number, littleEndian: boolean) => number | undefined;

interface ElementRecord {
  readonly bytes: number;
  readonly dtype: DType;
  readonly read: ReadElement;
}

const RECORDS: Readonly<Record<ElementType, ElementRecord>> = {
  b1: { bytes: 1, dtype: 'bool', read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  u1: { bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, dtype: 'int32', read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, dtype: 'int32', read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, dtype: 'int32', read: readUint32 },
  i4: { bytes: 4, dtype: 'int32', read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, dtype: 'int32', read: readUint64 },
  i8: { bytes: 8, dtype: 'int32', read: readInt64 },
  f2: { bytes: 2, dtype: 'float32', read: (view, at, little) => float16(view.getUint16(at, little)) },
  bf2: { bytes: 2, dtype: 'float32', read: readBfloat16 },
  f4: { bytes: 4, dtype: 'float32', read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, dtype: 'float64', read: (view, at, little) => view.getFloat64(at, little) },
};

const NEW_VALUES = {
  float32: (size: number) => new Float32Array(size),
  float64: (size: number) => new Float64Array(size),
  int32: (size: number) => new Int32Array(size),
  bool: (size: number) => new Uint8Array(size),
};

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const SAME_IN_MEMORY: ReadonlySet<ElementType> = new Set(['f4', 'f8', 'i4']);

/** The element type in which each dtype is written. */
export const ELEMENT_TYPE_OF: Readonly<Record<DType, ElementType>> = {
  float32: 'f4',
  float64: 'f8',
  int32: 'i4',
  bool: 'b1',
};

export function bytesPerElement(type: ElementType): number {
  return RECORDS[type].bytes;
}

/** Dtype and values of all of `bytes`, whose length must be a multiple of the element's. */
export function readElements(
  format: string,
  bytes: Uint8Array,
  type: ElementType,
  littleEndian: boolean,
): Pick<RawArray, 'dtype' | 'values'> {
  const { dtype, bytes: stride, read } = RECORDS[type];
  const values = NEW_VALUES[dtype](bytes.length / stride);
  if (SAME_IN_MEMORY.has(type) && littleEndian && HOST_IS_LITTLE_ENDIAN) {
    new Uint8Array(values.buffer).set(bytes);
    return { dtype, values };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i++) {
    const value = read(view, i * stride, littleEndian);
    if (value === undefined) throw outsideInt32(format, view, i, type, littleEndian);
    values[i] = value;
  }
  return { dtype, values };
}

/** The elements in little-endian order; booleans as 0 and 1. */
export function writeElements(array: RawArray): Uint8Array {
  const { dtype, values } = array;
  if (dtype === 'bool') return Uint8Array.from(values, (v) => (v === 0 ? 0 : 1));
  if (HOST_IS_LITTLE_ENDIAN) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  values.forEach((v, i) => {
    if (dtype === 'float32') view.setFloat32(i * 4, v, true);
    else if (dtype === 'float64') view.setFloat64(i * 8, v, true);
    else view.setInt32(i * 4, v, true);
  });
  return bytes;
}

function readUint32(view: DataView, at: number, little: boolean): number | undefined {
  const value = view.getInt32(at, little);
  return value < 0 ? undefined : value;
}

function readInt64(view: DataView, at: number, little: boolean): number | undefined {
  const low = view.getInt32(little ? at : at + 4, little);
  const high = view.getInt32(little ? at + 4 : at, little);
  // The high word of a number that fits repeats the sign bit of the low word.
  return high === low >> 31 ? low : undefined;
}

function readUint64(view: DataView, at: number, little: boolean): number | undefined {
  const low = view.getInt32(little ? at : at + 4, little);
  const high = view.getInt32(little ? at + 4 : at, little);
  return high === 0 && low >= 0 ? low : undefined;
}

const scratch = new DataView(new ArrayBuffer(4));

function readBfloat16(view: DataView, at: number, little: boolean): number {
  // bfloat16 is the upper half of a float32.
  scratch.setUint32(0, view.getUint16(at, little) << 16);
  return scratch.getFloat32(0);
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function outsideInt32(format: string, view: DataView, i: number, type: ElementType, little: boolean): FormatError {
  const unsigned = type.startsWith('u');
  const bits = 8 * RECORDS[type].bytes;
  const value =
    bits === 32
      ? view.getUint32(i * 4, little)
      : unsigned
        ? view.getBigUint64(i * 8, little)
        : view.getBigInt64(i * 8, little);
  const name = `${unsigned ? 'uint' : 'int'}${bits}`;
  return new FormatError(
    `${format}: ${name} does not fit int32: element ${i} is ${value}.`,
    'save the array as float64',
  );
}
