// The order of a long row by counting digits (least significant first), a time linear in its length: numbers become keys of one
// or two words of 32 bits that order as the numbers do, -0 like 0 and every NaN last. It is stable by construction.
import type { TypedArray } from '../tensor/dtype.ts';

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const DIGITS_OF_A_WORD = 3;

/** To read the bits of floats. */
const wide = new Float64Array(1);
const words = new Uint32Array(wide.buffer);
const narrow = new Float32Array(1);
const word = new Uint32Array(narrow.buffer);
/** Where the low word of a float64 lies. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** From the least significant word on. */
type Keys = readonly Uint32Array[];

function keysOf(values: TypedArray, start: number, length: number, descending: boolean): Keys {
  const turn = descending ? 0xffffffff : 0;
  const low = new Uint32Array(length);
  if (values instanceof Float64Array) {
    const high = new Uint32Array(length);
    for (let k = 0; k < length; k++) {
      const x = values[start + k]!;
      wide[0] = x + 0;
      const negative = words[1 - LOW]! >>> 31 === 1;
      const last = Number.isNaN(x);
      high[k] = last ? 0xffffffff : words[1 - LOW]! ^ (negative ? 0xffffffff : 0x80000000) ^ turn;
      low[k] = last ? 0xffffffff : words[LOW]! ^ (negative ? 0xffffffff : 0) ^ turn;
    }
    return [low, high];
  }
  const float = values instanceof Float32Array;
  for (let k = 0; k < length; k++) {
    const x = values[start + k]!;
    narrow[0] = x + 0;
    const bits = float ? word[0]! ^ (word[0]! >>> 31 === 1 ? 0xffffffff : 0x80000000) : x ^ 0x80000000;
    low[k] = Number.isNaN(x) ? 0xffffffff : bits ^ turn;
  }
  return [low];
}

/** Writes the positions that sort values[start … start + places.length) to `places`; equal elements keep their order. */
export function radixArgsort(values: TypedArray, start: number, descending: boolean, places: Int32Array): void {
  const { length } = places;
  for (let k = 0; k < length; k++) places[k] = k;
  let from: Int32Array = places;
  let to: Int32Array = new Int32Array(length);
  const ends = new Uint32Array(DIGITS);
  for (const keys of keysOf(values, start, length, descending)) {
    for (let digit = 0; digit < DIGITS_OF_A_WORD; digit++) {
      const shift = digit * DIGIT_BITS;
      const at = (k: number): number => (keys[k]! >>> shift) & (DIGITS - 1);
      ends.fill(0);
      for (let k = 0; k < length; k++) ends[at(k)]!++;
      if (ends[at(0)] === length) continue;
      for (let d = 0, sum = 0; d < DIGITS; d++) {
        sum += ends[d]!;
        ends[d] = sum - ends[d]!;
      }
      for (let k = 0; k < length; k++) to[ends[at(from[k]!)]!++] = from[k]!;
      [from, to] = [to, from];
    }
  }
  if (from !== places) places.set(from);
}
