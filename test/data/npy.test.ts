// .npy files: those that NumPy wrote are read, those that we write are NumPy's byte for byte, damage is named.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/data/format-error.ts';
import { decodeNpy, encodeNpy } from '../../src/data/npy.ts';
import type { RawArray } from '../../src/data/raw-array.ts';
import { damaged, expectArraysOrFormatError, rawArray } from './arbitrary.ts';
import { arrayFiles, expectedArray, fixture } from './fixtures.ts';

const seed = 7031;

test.each(arrayFiles)('%s by NumPy holds what NumPy put there', (name) => {
  expect(decodeNpy(fixture(name))).toStrictEqual(expectedArray(name));
});

test.each(['f4.npy', 'f8.npy', 'i4.npy', 'b1.npy', 'scalar.npy', 'empty.npy'])('%s is written as by NumPy', (name) => {
  expect(encodeNpy(expectedArray(name))).toStrictEqual(fixture(name));
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(rawArray, (array) => {
      expect(decodeNpy(encodeNpy(array))).toStrictEqual(array);
    }),
    { seed },
  );
});

test('an array is read from the middle of a buffer', () => {
  const file = fixture('f8.npy');
  const buffer = new Uint8Array(file.length + 3);
  buffer.set(file, 3);
  expect(decodeNpy(buffer.subarray(3))).toStrictEqual(expectedArray('f8.npy'));
});

test('any byte but zero is true', () => {
  const file = fixture('b1.npy');
  file[file.length - 1] = 255;
  expect([...decodeNpy(file).values]).toEqual([1, 0, 1]);
});

/** A version 1.0 file with this header and body. */
function withHeader(header: string, body = 0): Uint8Array {
  const text = [...new TextEncoder().encode(`${header}\n`)];
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length, 0, ...text, ...Array(body)]);
}

const header = (shape: string, descr = "'<f4'") => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;

test('headers may be written in other ways that Python reads', () => {
  const array = { shape: [1, 2], dtype: 'float32', values: new Float32Array(2) };
  for (const text of [
    header('(1L, 2L)'),
    '{"shape":(1,2),"fortran_order":False,"descr":"<f4"}',
    "{ 'shape' : ( 1 , 2 , ) , 'descr' : '<f4' , 'fortran_order' : False , }   ",
  ]) {
    expect(decodeNpy(withHeader(text, 8))).toStrictEqual(array);
  }
});

describe('errors', () => {
  const failures: [bytes: Uint8Array, message: string][] = [
    [new Uint8Array(), 'npy: not a .npy file: it does not begin with \\x93NUMPY.'],
    [fixture('f8.npy').with(6, 4), 'npy: unknown version: 4.0; 1.0, 2.0 and 3.0 are read.'],
    [fixture('f8.npy').slice(0, 9), 'npy: the file is cut short: it ends before the header.'],
    [fixture('f8.npy').slice(0, 50), 'npy: the file is cut short: the header takes 118 bytes and 40 are left.'],
    [fixture('f8.npy').slice(0, -1), 'npy: the file is cut short: [2, 3] of <f8 takes 48 bytes and there are 47.'],
    [withHeader(header('(1,)'), 5), 'npy: bytes follow the array: [1] of <f4 takes 4 bytes and there are 5.'],
    [fixture('too-wide-i8.npy'), 'npy: int64 does not fit int32: element 1 is 4294967296.'],
    [withHeader(header('(1,)', "'<i8'"), 8).with(-5, 0x80), 'npy: int64 does not fit int32: element 0 is 2147483648.'],
    [withHeader(header('(1,)', "'<u8'"), 8).with(-5, 0x80), 'npy: uint64 does not fit int32: element 0 is 2147483648.'],
    [withHeader(header('(1,)', "'>u8'"), 8).with(-5, 1), 'npy: uint64 does not fit int32: element 0 is 4294967296.'],
    [fixture('too-wide-u4.npy'), 'npy: uint32 does not fit int32: element 0 is 2147483648.'],
    [fixture('complex.npy'), "npy: the dtype is not read: '<c16'; real numbers and booleans are."],
    [fixture('text.npy'), "npy: the dtype is not read: '<U3'; real numbers and booleans are."],
    [fixture('pickled.npy'), "npy: the dtype is not read: '|O'; real numbers and booleans are."],
    [fixture('fields.npy'), 'npy: structured dtypes are not read.'],
    [withHeader('nonsense'), 'npy: the header is malformed: { expected at character 0.'],
    [withHeader("{'descr': '<f4'}"), 'npy: the header is malformed: it needs descr, fortran_order and shape.'],
    [
      withHeader("{'descr': '<f4', 'descr': '<f4'}"),
      "npy: the header is malformed: 'descr' is unknown or given twice.",
    ],
    [withHeader(`${header('()')} x`), 'npy: the header is malformed: something follows the } at character 56.'],
    [
      withHeader(header('(3)')),
      'npy: the header is malformed: (n) is a number in Python, not a shape; a shape is (n,).',
    ],
    [withHeader(header('(-1,)')), 'npy: the header is malformed: a tuple of sizes expected at character 49.'],
    [withHeader(header('()', "'|f4'"), 4), "npy: the dtype is not read: '|f4'; real numbers and booleans are."],
    [
      withHeader(header('(9007199254740993, 2)')),
      'npy: the shape is not one an array can have: [9007199254740992, 2].',
    ],
    [
      withHeader(header('(4294967296, 4294967296)')),
      'npy: the shape is not one an array can have: [4294967296, 4294967296].',
    ],
    [
      withHeader(header('(1099511627776,)')),
      'npy: the file is cut short: [1099511627776] of <f4 takes 4398046511104 bytes and there are 0.',
    ],
    [withHeader(header(`(${'1,'.repeat(65)})`)), 'npy: too many dimensions: 65 of at most 64.'],
  ];

  test.each(failures.map(([bytes, message]) => ({ bytes, message })))('$message', ({ bytes, message }) => {
    expect(() => decodeNpy(bytes)).toThrow(FormatError);
    expect(() => decodeNpy(bytes)).toThrow(message);
  });

  test('arrays that contradict themselves are not written', () => {
    const wrongSize: RawArray = { shape: [2, 2], dtype: 'int32', values: new Int32Array(3) };
    const wrongType: RawArray = { shape: [3], dtype: 'int32', values: new Float32Array(3) };
    expect(() => encodeNpy(wrongSize)).toThrow('npy: values do not fit the shape: [2, 2] needs 4, not 3.');
    expect(() => encodeNpy(wrongType)).toThrow(
      'npy: values do not fit the dtype: int32 takes Int32Array, not Float32Array.',
    );
  });

  test('damaged bytes give FormatError or a consistent array', () => {
    const files = arrayFiles.map(fixture);
    fc.assert(
      fc.property(damaged(files), (bytes) => expectArraysOrFormatError(() => [decodeNpy(bytes)])),
      { seed, numRuns: 2000 },
    );
  });
});
