// .npz files: stored, deflated and streamed archives by NumPy and Python are read; damage and tricks are named.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/data/format-error.ts';
import { decodeNpz, encodeNpz } from '../../src/data/npz.ts';
import { decodeZip, encodeZip } from '../../src/data/zip.ts';
import { damaged, expectArraysOrFormatError, rawArray } from './arbitrary.ts';
import { expectedArrays, fixture } from './fixtures.ts';

const seed = 504;
const files = ['stored.npz', 'deflated.npz', 'streamed.npz'];

test.each(files)('%s holds what NumPy put there', (name) => {
  expect(decodeNpz(fixture(name))).toStrictEqual(expectedArrays(name));
});

test('what is written is read back, under any names', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), rawArray, { maxKeys: 4 }), (arrays) => {
      expect(Object.entries(decodeNpz(encodeNpz(arrays)))).toStrictEqual(Object.entries(arrays));
    }),
    { seed },
  );
});

test('no arrays make an empty archive', () => {
  expect(encodeNpz({})).toHaveLength(22);
  expect(decodeNpz(encodeNpz({}))).toEqual({});
});

describe('errors', () => {
  const text = (content: string) => new TextEncoder().encode(content);
  const zip = (...contents: [string, string][]) =>
    encodeZip(new Map(contents.map(([name, data]) => [name, text(data)])));
  const one = zip(['a', 'xyz']);
  const two = zip(['a', 'xyz'], ['b', 'xyz']);
  // Local header 30 + 1, data 3, central header 46 + 1, end record 22.
  const [centralOfOne, centralOfTwo, entry] = [34, 68, 47];

  const failures: [bytes: Uint8Array, message: string][] = [
    [text('hello'), 'zip: not a ZIP archive, or cut short: it has no end-of-directory record.'],
    [one.slice(0, -1), 'zip: not a ZIP archive, or cut short: it has no end-of-directory record.'],
    [one.with(31, 0), "zip: the archive is malformed: the checksum of 'a' is wrong."],
    [one.with(30, 0x62), "zip: the archive is malformed: 'a' has another name in its own header."],
    [one.with(0, 0), "zip: the archive is malformed: 'a' is not where its directory says."],
    [one.with(centralOfOne + 10, 12), "zip: 'a' is compressed by method 12; stored (0) and deflated (8) are read."],
    [one.with(centralOfOne + 8, 1), "zip: 'a' is encrypted."],
    [one.with(centralOfOne + 20, 9), "zip: the archive is malformed: 'a' is cut short."],
    [one.with(centralOfOne + 24, 9), "zip: the archive is malformed: 'a' cannot hold 9 bytes in 3."],
    [one.with(centralOfOne, 0), 'zip: the archive is malformed: entry 0 of its directory is missing.'],
    [one.with(centralOfOne + 28, 9), 'zip: the archive is malformed: its directory is cut short.'],
    [one.with(-22 + 12, 45), 'zip: the archive is malformed: entry 0 of its directory is missing.'],
    [one.with(-22 + 4, 1), 'zip: archives in several parts are not read.'],
    [
      one.with(-22 + 10, 255).with(-22 + 11, 255),
      'zip: archives of more than 4 GiB or 65534 files (ZIP64) are not read.',
    ],
    [two.with(centralOfTwo + entry + 46, 0x61), "zip: two files have the same name: 'a'."],
    [two.with(centralOfTwo + entry + 42, 0), "zip: the archive is malformed: 'b' overlaps another file."],
  ];

  test.each(failures.map(([bytes, message]) => ({ bytes, message })))('$message', ({ bytes, message }) => {
    expect(() => decodeZip(bytes)).toThrow(FormatError);
    expect(() => decodeZip(bytes)).toThrow(message);
  });

  test('a small file that claims to unpack to gigabytes is refused before memory is taken', () => {
    const claim = one.with(centralOfOne + 10, 8).with(centralOfOne + 27, 0xf0);
    expect(() => decodeZip(claim)).toThrow("zip: the archive is malformed: 'a' cannot hold 4026531843 bytes in 3.");
  });

  test('a file that is not an array is named', () => {
    expect(() => decodeNpz(zip(['readme.txt', 'x']))).toThrow("npz: 'readme.txt' is not an array");
  });

  test('damaged bytes give FormatError or consistent arrays', () => {
    fc.assert(
      fc.property(damaged([...files.map(fixture), encodeNpz(expectedArrays('streamed.npz'))]), (bytes) =>
        expectArraysOrFormatError(() => Object.values(decodeNpz(bytes))),
      ),
      { seed, numRuns: 1000 },
    );
  });
});
