// Inputs and directions of a sample, drawn as its record asks: uniform entries, or matrices of a kind.
import { type FloatDType, isFloat } from '../../src/tensor/dtype.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import type { Sample, SampleInput } from '../../src/tensor/op.ts';
import { type DenseTensor, dense } from '../../src/tensor/tensor.ts';
import type { RandomSource } from './random-source.ts';

export const isFloatInput = (input: SampleInput): boolean => input.dtype === undefined || input.dtype === 'float';

/** How far drawn numbers stay from multiples of ½, where kinks and jumps are: more than the longest difference step. */
const clearance = 0.02;

function number(random: RandomSource, [low, high]: readonly [number, number]): number {
  const narrow = high - low < 10 * clearance;
  for (let tries = 0; ; tries++) {
    const v = random.uniform(low, high);
    if (narrow || tries > 100 || Math.abs(v - Math.round(2 * v) / 2) > clearance) return v;
  }
}

/** Applies `fill(matrix, n)` to every matrix of the last two axes. */
function eachMatrix(
  values: Float64Array,
  shape: readonly number[],
  fill: (a: Float64Array, rows: number, columns: number) => void,
): void {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const step = rows * columns;
  for (let at = 0; step > 0 && at < values.length; at += step) fill(values.subarray(at, at + step), rows, columns);
}

function symmetrize(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) a[i * n + j] = a[j * n + i] = (a[i * n + j]! + a[j * n + i]!) / 2;
  }
}

/** A ↦ A Aᵀ / n + I. */
function makePositive(a: Float64Array, n: number): void {
  const from = a.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? n : 0;
      for (let k = 0; k < n; k++) sum += from[i * n + k]! * from[j * n + k]!;
      a[i * n + j] = sum / n;
    }
  }
}

function makeInvertible(a: Float64Array, n: number, columns: number): void {
  for (let i = 0; i < Math.min(n, columns); i++) a[i * columns + i]! += Math.sign(a[i * columns + i]! || 1) * n;
}

function makeTriangular(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    a[i * n + i] = 1 + Math.abs(a[i * n + i]!);
    for (let j = i + 1; j < n; j++) a[i * n + j] = 0;
  }
}

/** Evenly spaced over the domain, jittered, in random order: no two entries are near each other. */
function distinct(random: RandomSource, size: number, [low, high]: readonly [number, number]): Float64Array {
  const gap = (high - low) / size;
  const out = Float64Array.from({ length: size }, (_, i) => low + gap * (i + random.uniform(0.3, 0.7)));
  for (let i = size - 1; i > 0; i--) {
    const j = random.integer(0, i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

function drawFloats(random: RandomSource, input: SampleInput): Float64Array {
  const size = sizeOf(input.shape);
  const domain = input.domain ?? [-2, 2];
  if (input.kind === 'distinct') return distinct(random, size, domain);
  const values = Float64Array.from({ length: size }, () => number(random, domain));
  if (input.kind === 'symmetric') eachMatrix(values, input.shape, symmetrize);
  if (input.kind === 'spd') eachMatrix(values, input.shape, makePositive);
  if (input.kind === 'invertible') eachMatrix(values, input.shape, makeInvertible);
  if (input.kind === 'triangular') eachMatrix(values, input.shape, makeTriangular);
  return values;
}

function drawInput(random: RandomSource, input: SampleInput, float: FloatDType): DenseTensor {
  const { shape } = input;
  if (isFloatInput(input)) {
    const values = input.values ? Float64Array.from(input.values) : drawFloats(random, input);
    // Both dtypes get the same numbers, so that their results can be compared.
    const rounded = Float32Array.from(values);
    return dense(float, shape, float === 'float32' ? rounded : Float64Array.from(rounded));
  }
  const [low, high] = input.domain ?? (input.dtype === 'bool' ? [0, 2] : [0, 5]);
  const values = input.values ?? Array.from({ length: sizeOf(shape) }, () => random.integer(low, high));
  return input.dtype === 'bool'
    ? dense('bool', shape, Uint8Array.from(values))
    : dense('int32', shape, Int32Array.from(values));
}

/** The inputs of one call. */
export function drawInputs(random: RandomSource, sample: Sample, float: FloatDType = 'float64'): DenseTensor[] {
  return sample.inputs.map((input) => drawInput(random, input, float));
}

/** A direction with entries in [-1, 1] in which input `input` may move: symmetric matrices stay symmetric. */
export function drawDirection(random: RandomSource, like: DenseTensor, input?: SampleInput): DenseTensor {
  const values = Float64Array.from({ length: like.size }, () => Math.fround(random.uniform(-1, 1)));
  if (input?.kind === 'symmetric' || input?.kind === 'spd') eachMatrix(values, like.shape, symmetrize);
  if (!isFloat(like.dtype)) throw new Error(`a ${like.dtype} tensor has no directions`);
  return dense(like.dtype, like.shape, like.dtype === 'float32' ? Float32Array.from(values) : values);
}
