// Inflate undoes zlib at every level and strategy (so: stored, fixed and dynamic blocks), and refuses damage.
import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/data/crc32.ts';
import { FormatError } from '../../src/data/format-error.ts';
import { inflate } from '../../src/data/inflate.ts';
import { damaged } from './arbitrary.ts';

const seed = 1951;
const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED];

/** Bytes with repetitions at many distances, and symbols of very different frequency. */
const compressible = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 200 })).map(repeat),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

function repeat([bytes, times]: [Uint8Array, number]): Uint8Array {
  return Uint8Array.from({ length: bytes.length * times }, (_, i) => bytes[i % bytes.length]!);
}

test('inflate undoes deflate', () => {
  fc.assert(
    fc.property(
      compressible,
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(...strategies),
      (data, level, strategy) => {
        expect(inflate(deflateRawSync(data, { level, strategy }), data.length)).toStrictEqual(data);
      },
    ),
    { seed, numRuns: 400 },
  );
});

test('codes of up to 15 bits and many blocks', () => {
  // Frequencies that grow like Fibonacci's numbers make the deepest Huffman codes.
  const counts = [1, 1];
  while (counts.length < 24) counts.push(counts.at(-1)! + counts.at(-2)!);
  const skewed = Uint8Array.from(counts.flatMap((n, symbol) => Array<number>(n).fill(symbol * 7)));
  for (let i = 0, j = 0; i < skewed.length; i++) {
    j = (j * 31 + i * 17 + 7) % skewed.length;
    [skewed[i], skewed[j]] = [skewed[j]!, skewed[i]!];
  }
  for (const strategy of strategies) {
    for (const memLevel of [1, 9]) {
      const restored = inflate(deflateRawSync(skewed, { strategy, memLevel }), skewed.length);
      expect(Buffer.compare(restored, skewed)).toBe(0);
    }
  }
});

const failures: [hex: string, size: number, detail: string][] = [
  ['', 0, 'it ends too early'],
  ['07', 0, 'block type 3 does not exist'],
  ['0101000000', 1, 'the length of a stored block is damaged'],
  ['0102 00fd ff41', 2, 'it ends too early'],
  ['4b04', 1, 'it ends too early'],
  ['4b0400', 0, 'it holds more than the 0 bytes announced'],
  ['4b0400', 2, 'it holds 1 bytes instead of 2'],
  ['4b040000', 1, '1 bytes follow its end'],
  ['0300', 4, 'it holds 0 bytes instead of 4'],
  ['63 04 42 00', 9, 'it refers to bytes before its beginning'],
  ['05009204', 9, 'a Huffman code has too many short codes'],
  ['05000000000000', 9, 'a Huffman code is incomplete'],
];

test.each(failures)('%s into %i bytes: %s', (hex, size, detail) => {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  expect(() => inflate(bytes, size)).toThrow(`inflate: the compressed data are malformed: ${detail}.`);
});

test('damaged streams give FormatError or as many bytes as announced', () => {
  const text = new TextEncoder().encode('the quick brown fox jumps over the lazy dog; '.repeat(20));
  const streams = strategies.map((strategy) => new Uint8Array(deflateRawSync(text, { strategy })));
  fc.assert(
    fc.property(damaged(streams), (bytes) => {
      try {
        expect(inflate(bytes, text.length)).toHaveLength(text.length);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { seed, numRuns: 3000 },
  );
});

test('the checksum of 123456789 is the published check value', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});
