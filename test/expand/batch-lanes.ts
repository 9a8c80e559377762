// Lanes over typed arrays: storing into a Float32Array or Float64Array rounds each operation as a vector unit does. `madd` is
// fused or not, as asked; operations are counted, constants and reinterpretations are not.
import type { Lanes } from '../../src/ops/expand/lanes.ts';

export type Floats = Float32Array | Float64Array;
export type Integers = Int32Array | BigInt64Array;
export type Mask = Uint8Array;

export interface BatchLanes extends Lanes<Floats, Integers, Mask> {
  /** Vector operations used so far. */
  readonly count: () => number;
}

export interface BatchOptions {
  readonly bits: 32 | 64;
  readonly size: number;
  readonly fused: boolean;
  /** What `outside` calls. */
  readonly reference: (name: string, x: readonly number[]) => number;
}

function floatsOf(bits: 32 | 64, values: number | ArrayLike<number>): Floats {
  return bits === 32 ? new Float32Array(values as number) : new Float64Array(values as number);
}

/** a b + c rounded once: the product and the sum are exact pairs (Dekker, Knuth), but for a double rounding in the last bit. */
function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  if (!Number.isFinite(product) || Math.abs(product) > 1e290 || Math.abs(product) < 1e-270) return product + c;
  const split = (x: number): [number, number] => {
    const carried = 134217729 * x;
    const hi = carried - (carried - x);
    return [hi, x - hi];
  };
  const [aHi, aLo] = split(a);
  const [bHi, bLo] = split(b);
  const rest = aLo * bLo - (product - aHi * bHi - aLo * bHi - aHi * bLo);
  const sum = product + c;
  const moved = sum - product;
  const lost = product - (sum - moved) + (c - moved);
  return Number.isFinite(rest) && Number.isFinite(sum) ? sum + (lost + rest) : sum;
}

function nearestEven(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const rounded = Math.abs(x) + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

export function batchLanes({ bits, size, fused, reference }: BatchOptions): BatchLanes {
  let operations = 0;
  const each = (f: (i: number) => number): Floats => {
    operations++;
    const out = floatsOf(bits, size);
    for (let i = 0; i < size; i++) out[i] = f(i);
    return out;
  };
  const mask = (f: (i: number) => boolean): Mask => {
    operations++;
    const out = new Uint8Array(size);
    for (let i = 0; i < size; i++) out[i] = f(i) ? 1 : 0;
    return out;
  };
  const narrow = (f: (a: number, b: number) => number, wide: (a: bigint, b: bigint) => bigint) => {
    return (a: Integers, b: Integers): Integers => {
      operations++;
      if (bits === 32) return Int32Array.from(a as Int32Array, (v, i) => f(v, b[i] as number));
      return BigInt64Array.from(a as BigInt64Array, (v, i) => wide(v, b[i] as bigint));
    };
  };
  const shift = (f: (a: number, by: number) => number, wide: (a: bigint, by: bigint) => bigint) => {
    return (a: Integers, by: number): Integers => {
      operations++;
      if (bits === 32) return Int32Array.from(a as Int32Array, (v) => f(v, by));
      return BigInt64Array.from(a as BigInt64Array, (v) => wide(v, BigInt(by)));
    };
  };
  const fusedAt = (a: number, b: number, c: number): number => (bits === 32 ? a * b + c : fusedMultiplyAdd(a, b, c));
  const rounded = (x: number): number => (bits === 32 ? Math.fround(x) : x);
  return {
    bits,
    count: () => operations,
    float: (value) => floatsOf(bits, size).fill(value),
    int: (value) =>
      bits === 32
        ? new Int32Array(size).fill(Number(BigInt.asIntN(32, value)))
        : new BigInt64Array(size).fill(BigInt.asIntN(64, value)),
    add: (a, b) => each((i) => a[i]! + b[i]!),
    sub: (a, b) => each((i) => a[i]! - b[i]!),
    mul: (a, b) => each((i) => a[i]! * b[i]!),
    div: (a, b) => each((i) => a[i]! / b[i]!),
    neg: (a) => each((i) => -a[i]!),
    abs: (a) => each((i) => Math.abs(a[i]!)),
    sqrt: (a) => each((i) => Math.sqrt(a[i]!)),
    min: (a, b) => each((i) => Math.min(a[i]!, b[i]!)),
    max: (a, b) => each((i) => Math.max(a[i]!, b[i]!)),
    atMost: (a, bound) => each((i) => (bound[i]! < a[i]! ? bound : a)[i]!),
    atLeast: (a, bound) => each((i) => (a[i]! < bound[i]! ? bound : a)[i]!),
    floor: (a) => each((i) => Math.floor(a[i]!)),
    ceil: (a) => each((i) => Math.ceil(a[i]!)),
    trunc: (a) => each((i) => Math.trunc(a[i]!)),
    nearest: (a) => each((i) => nearestEven(a[i]!)),
    madd: (a, b, c) => each((i) => (fused ? fusedAt(a[i]!, b[i]!, c[i]!) : rounded(a[i]! * b[i]!) + c[i]!)),
    less: (a, b) => mask((i) => a[i]! < b[i]!),
    lessEqual: (a, b) => mask((i) => a[i]! <= b[i]!),
    equal: (a, b) => mask((i) => a[i] === b[i]),
    notEqual: (a, b) => mask((i) => a[i] !== b[i]),
    not: (m) => mask((i) => m[i] === 0),
    and: (a, b) => mask((i) => a[i] === 1 && b[i] === 1),
    or: (a, b) => mask((i) => a[i] === 1 || b[i] === 1),
    select: (m, yes, no) => each((i) => (m[i] === 1 ? yes[i]! : no[i]!)),
    bitsOf: (x) => (bits === 32 ? new Int32Array(x.slice().buffer) : new BigInt64Array(x.slice().buffer)),
    ofBits: (i) => (bits === 32 ? new Float32Array(i.slice().buffer) : new Float64Array(i.slice().buffer)),
    addInt: narrow(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
    subInt: narrow(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
    andInt: narrow(
      (a, b) => a & b,
      (a, b) => a & b,
    ),
    orInt: narrow(
      (a, b) => a | b,
      (a, b) => a | b,
    ),
    xorInt: narrow(
      (a, b) => a ^ b,
      (a, b) => a ^ b,
    ),
    shiftLeft: shift(
      (a, by) => a << by,
      (a, by) => a << by,
    ),
    shiftRight: shift(
      (a, by) => a >>> by,
      (a, by) => BigInt.asUintN(64, a) >> by,
    ),
    outside: (m, name, x, inside) => {
      operations++;
      return inside.map((y, i) =>
        m[i] === 1
          ? reference(
              name,
              x.map((v) => v[i]!),
            )
          : y,
      );
    },
  };
}
