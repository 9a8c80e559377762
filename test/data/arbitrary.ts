// Random arrays, and random damage to valid bytes. A reader must answer damage with FormatError or with arrays that
// are consistent in themselves.
import fc from 'fast-check';
import { expect } from 'vitest';
import { FormatError } from '../../src/data/format-error.ts';
import type { RawArray } from '../../src/data/raw-array.ts';

export const rawArray: fc.Arbitrary<RawArray> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape): fc.Arbitrary<RawArray> => {
    const size = shape.reduce((product, n) => product * n, 1);
    const exactly = { minLength: size, maxLength: size };
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), exactly);
    return fc.oneof(
      fc.float32Array(exactly).map((values): RawArray => ({ shape, dtype: 'float32', values })),
      fc.float64Array(exactly).map((values): RawArray => ({ shape, dtype: 'float64', values })),
      fc.int32Array(exactly).map((values): RawArray => ({ shape, dtype: 'int32', values })),
      bits.map((values): RawArray => ({ shape, dtype: 'bool', values: Uint8Array.from(values) })),
    );
  });

const edit = fc.record({
  kind: fc.constantFrom('set', 'set', 'set', 'insert', 'delete', 'truncate', 'append'),
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
});

/** One of the files with one to eight bytes changed, inserted or removed, or its end cut off. */
export function damaged(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 8 })).map(([file, edits]) => {
    const bytes = [...file];
    for (const { kind, place, byte } of edits) {
      const at = Math.floor(place * bytes.length);
      if (kind === 'set') bytes[at] = byte;
      else if (kind === 'insert') bytes.splice(at, 0, byte);
      else if (kind === 'delete') bytes.splice(at, 1);
      else if (kind === 'truncate') bytes.length = at;
      else bytes.push(byte);
    }
    return Uint8Array.from(bytes);
  });
}

/** Runs `decode`; anything but arrays that hold as many values as their shapes say, or FormatError, fails the test. */
export function expectArraysOrFormatError(decode: () => readonly RawArray[]): void {
  let arrays: readonly RawArray[];
  try {
    arrays = decode();
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return;
  }
  for (const { shape, values } of arrays) expect(values.length).toBe(shape.reduce((product, n) => product * n, 1));
}
