// safetensors files: those of the reference package are read and matched byte for byte, hostile headers are refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/data/format-error.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/data/safetensors.ts';
import { damaged, expectArraysOrFormatError, rawArray } from './arbitrary.ts';
import { expectedArrays, fixture } from './fixtures.ts';

const seed = 8256;
const metadata = { format: 'pt "quoted" ∇' };

test('a file by the reference package is read, metadata too', () => {
  const expected = { tensors: expectedArrays('ours.safetensors'), metadata };
  expect(decodeSafetensors(fixture('ours.safetensors'))).toEqual(expected);
});

test('float16, bfloat16 and other integers are converted', () => {
  expect(decodeSafetensors(fixture('others.safetensors')).tensors).toEqual(expectedArrays('others.safetensors'));
});

test('a file is written as by the reference package', () => {
  expect(encodeSafetensors(expectedArrays('ours.safetensors'), metadata)).toStrictEqual(fixture('ours.safetensors'));
});

test('what is written is read back, under any names, and every array is aligned', () => {
  const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__');
  const texts = fc.dictionary(fc.string(), fc.string());
  fc.assert(
    fc.property(fc.dictionary(names, rawArray, { maxKeys: 5 }), texts, (arrays, notes) => {
      const bytes = encodeSafetensors(arrays, notes);
      const content = decodeSafetensors(bytes);
      expect(Object.keys(content.tensors).sort()).toEqual(Object.keys(arrays).sort());
      for (const [name, array] of Object.entries(arrays)) expect(content.tensors[name]).toStrictEqual(array);
      expect(Object.entries(content.metadata)).toEqual(Object.entries(notes));
      expect(bytes[0]! % 8).toBe(0);
    }),
    { seed },
  );
});

describe('errors', () => {
  function file(header: string, data = 0): Uint8Array {
    const json = new TextEncoder().encode(header);
    const bytes = new Uint8Array(8 + json.length + data);
    new DataView(bytes.buffer).setUint32(0, json.length, true);
    bytes.set(json, 8);
    return bytes;
  }
  const entry = (shape: string, begin: number, end: number, dtype = '"F32"') =>
    `{"dtype":${dtype},"shape":${shape},"data_offsets":[${begin},${end}]}`;
  const malformed = 'safetensors: the header is malformed:';

  const failures: [bytes: Uint8Array, message: string][] = [
    [new Uint8Array(7), 'safetensors: the file is cut short: it has no header length.'],
    [new Uint8Array(8), `${malformed} it does not begin with {.`],
    [
      new Uint8Array(8).fill(255),
      'safetensors: the header is too large: 18446744073709552000 of at most 100000000 bytes.',
    ],
    [new Uint8Array(9).with(0, 5), 'safetensors: the file is cut short: the header takes 5 bytes and 1 are left.'],
    [file('[1]'), `${malformed} it does not begin with {.`],
    [file(' {}'), `${malformed} it does not begin with {.`],
    [file('{"a"'), `${malformed} it is not JSON in UTF-8.`],
    [file('{"a":"?"}').with(14, 0xff), `${malformed} it is not JSON in UTF-8.`],
    [file(`{"a":${'['.repeat(100000)}`), `${malformed} it is not JSON in UTF-8.`],
    [
      file(`{"a":${entry('[1]', 0, 4)},"\\u0061":${entry('[1]', 0, 4)}}`, 4),
      `${malformed} the key "\\u0061" is given twice.`,
    ],
    [
      file('{"a":{"dtype":"F32","shape":[],"shape":[1],"data_offsets":[0,4]}}', 4),
      `${malformed} the key "shape" is given`,
    ],
    [file('{"__metadata__":{"a":1}}'), `${malformed} __metadata__ is not a map of texts.`],
    [file('{"__metadata__":[]}'), `${malformed} __metadata__ is not a map of texts.`],
    [file('{"a":null}'), `${malformed} 'a' needs dtype, shape and data_offsets, and nothing else.`],
    [file('{"a":{"dtype":"F32"}}'), `${malformed} 'a' needs dtype, shape and data_offsets, and nothing else.`],
    [file(`{"a":${entry('[1]', 0, 1, '"F8_E5M2"')}}`, 1), `safetensors: the dtype of 'a' is not read: "F8_E5M2".`],
    [file(`{"a":${entry('[1]', 0, 1, '{}')}}`, 1), `safetensors: the dtype of 'a' is not read: {}.`],
    [file(`{"a":${entry('[-1]', 0, 4)}}`, 4), `${malformed} the shape of 'a' is not a list of sizes.`],
    [file(`{"a":${entry('[1.5]', 0, 6)}}`, 6), `${malformed} the shape of 'a' is not a list of sizes.`],
    [file(`{"a":${entry('[1e300]', 0, 4)}}`, 4), `${malformed} the shape of 'a' is not a list of sizes.`],
    [
      file(`{"a":${entry('[4294967296,4294967296,4294967296]', 0, 4)}}`, 4),
      'safetensors: the shape is not one an array can have: [4294967296, 4294967296, 4294967296].',
    ],
    [file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', 4), `${malformed} data_offsets of 'a' is not a pair`],
    [
      file(`{"a":${entry('[2]', 0, 4)}}`, 4),
      `${malformed} 'a' takes 8 bytes, which data_offsets [0, 4] do not give it.`,
    ],
    [
      file(`{"a":${entry('[1]', 4, 0)}}`, 4),
      `${malformed} 'a' takes 4 bytes, which data_offsets [4, 0] do not give it.`,
    ],
    [file(`{"a":${entry('[1]', 4, 8)}}`, 8), `${malformed} there is a hole of 4 bytes before 'a'.`],
    [file(`{"a":${entry('[2]', 0, 8)},"b":${entry('[1]', 4, 8)}}`, 8), `${malformed} 'b' overlaps another tensor.`],
    [file(`{"a":${entry('[1]', 0, 4)}}`, 5), `${malformed} 1 bytes of data belong to no tensor.`],
    [
      file(`{"a":${entry('[1099511627776]', 0, 4398046511104)}}`, 4),
      'safetensors: the file is cut short: data take 4398046511104 bytes and there are 4.',
    ],
    [
      file(`{"a":${entry('[1]', 0, 8, '"I64"')}}`, 8).with(-1, 1),
      "safetensors: 'a': int64 does not fit int32: element 0 is 72057594037927936.",
    ],
  ];

  test.each(failures.map(([bytes, message]) => ({ bytes, message })))('$message', ({ bytes, message }) => {
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test('the name of the metadata is taken', () => {
    const array = { shape: [], dtype: 'float32', values: new Float32Array(1) } as const;
    expect(() => encodeSafetensors({ __metadata__: array })).toThrow('a tensor cannot be named __metadata__');
  });

  test('damaged bytes give FormatError or consistent arrays', () => {
    fc.assert(
      fc.property(damaged([fixture('ours.safetensors'), fixture('others.safetensors')]), (bytes) =>
        expectArraysOrFormatError(() => Object.values(decodeSafetensors(bytes).tensors)),
      ),
      { seed, numRuns: 2000 },
    );
  });
});
