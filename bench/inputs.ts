// The data of a case: uniform numbers, a hash of (seed, position), so that TypeScript and Python (peers/python/worker.py)
// make the same ones without sending them. The hash is Mulberry32 (T. Ettinger, 2017).

export interface InputSpec {
  readonly seed: number;
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
  /** Rounded down to int32: class numbers. */
  readonly integer: boolean;
}

export type DType = 'float32' | 'float64';

export interface InputData {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array;
}

/** Numbers of [low, high). */
export function uniform(seed: number, shape: readonly number[], low = -1, high = 1): InputSpec {
  return { seed, shape, low, high, integer: false };
}

/** Class numbers 0 … count - 1. */
export function classes(seed: number, shape: readonly number[], count: number): InputSpec {
  return { seed, shape, low: 0, high: count, integer: true };
}

/** The number of [0, 1) at a position of the stream of `seed`. */
export function hashed(seed: number, position: number): number {
  const s = (seed + Math.imul(position + 1, 0x6d2b79f5)) | 0;
  let t = Math.imul(s ^ (s >>> 15), s | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** The values of an input. `exact` float64 holds what float32 would hold: the reference of a float32 case. */
export function makeInput(spec: InputSpec, dtype: DType, exact: boolean): InputData {
  const size = spec.shape.reduce((a, b) => a * b, 1);
  const values = spec.integer
    ? new Int32Array(size)
    : dtype === 'float32' && !exact
      ? new Float32Array(size)
      : new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const value = spec.low + (spec.high - spec.low) * hashed(spec.seed, i);
    values[i] = dtype === 'float32' && !spec.integer ? Math.fround(value) : value;
  }
  return { shape: spec.shape, values };
}
