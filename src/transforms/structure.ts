// When two recordings are the same computation: equal operations on equal places, with equal parameters and types. The
// numbers of captured tensors do not matter; those of common constants do. A structure keeps no tensor alive.
import type { DType } from '../tensor/dtype.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import type { Recording, Source, Step } from './deferred.ts';

interface Place extends TensorType {
  readonly source: Source;
  /** The element of a number. */
  readonly number: number;
}

const elementOf = (x: Tensor): number => (x as DenseTensor).storage[(x as DenseTensor).offset]!;

export class Structure {
  private readonly places: readonly Place[];
  private readonly steps: readonly Step[];
  private readonly outs: readonly number[];

  /** `outs` are the places of what the function returned. */
  constructor(recording: Recording, outs: readonly number[]) {
    const { values, sources } = recording;
    this.places = values.map((v, i) => ({
      shape: v.shape,
      dtype: v.dtype,
      source: sources[i]!,
      number: sources[i] === 'number' ? elementOf(v) : 0,
    }));
    this.steps = recording.steps;
    this.outs = outs;
  }

  get size(): number {
    return this.places.length;
  }

  matches(recording: Recording, outs: readonly number[]): boolean {
    const { places, steps } = this;
    const { values, sources } = recording;
    if (places.length !== values.length || steps.length !== recording.steps.length || !sameShape(this.outs, outs)) {
      return false;
    }
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      const value = values[i]!;
      if (place.source !== sources[i] || place.dtype !== value.dtype || !sameShape(place.shape, value.shape))
        return false;
      if (place.source === 'number' && !Object.is(place.number, elementOf(value))) return false;
    }
    for (let k = 0; k < steps.length; k++) {
      const a = steps[k]!;
      const b = recording.steps[k]!;
      if (a.op !== b.op || !sameShape(a.x, b.x) || !sameParams(a.p, b.p)) return false;
    }
    return true;
  }
}

/** Whether parameters are equal: data by its contents, functions and other objects by identity. */
function sameParams(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!sameParams(a[i], b[i])) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b) || (prototype !== Object.prototype && prototype !== null)) return false;
  let left = 0;
  for (const key in a) {
    if (!sameParams((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
    left++;
  }
  for (const _ in b) left--;
  return left === 0;
}

// --------------------------------------------------------------------------------------------------------------- hash

let numbered = 0;
const numbers = new WeakMap<OpRecord, number>();

function numberOf(op: OpRecord): number {
  let n = numbers.get(op);
  if (n === undefined) {
    n = ++numbered;
    numbers.set(op, n);
  }
  return n;
}

const mix = (hash: number, value: number): number => Math.imul((hash ^ value) + 0x9e3779b9, 0x85ebca6b) ^ (hash >>> 13);

const dtypeNumbers: Readonly<Record<DType, number>> = { float32: 1, float64: 2, int32: 3, bool: 4 };

/** Equal for equal structures; parameters are left to the comparison. */
export function hashOf(recording: Recording, outs: readonly number[]): number {
  let hash = 17;
  for (const v of recording.values) {
    hash = mix(hash, dtypeNumbers[v.dtype]);
    for (const n of v.shape) hash = mix(hash, n);
  }
  for (const { op, x } of recording.steps) {
    hash = mix(hash, numberOf(op));
    for (const place of x) hash = mix(hash, place);
  }
  for (const place of outs) hash = mix(hash, place);
  return hash;
}
