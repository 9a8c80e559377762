// IDX, the format of MNIST: two zero bytes, the element type, the rank, the sizes as big-endian uint32, the elements
// in big-endian row-major order (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database").
import { bytesPerElement, type ElementType, readElements } from './element-types.ts';
import { FormatError } from './format-error.ts';
import { countElements, type RawArray } from './raw-array.ts';

const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [0x08, 'u1'],
  [0x09, 'i1'],
  [0x0b, 'i2'],
  [0x0c, 'i4'],
  [0x0d, 'f4'],
  [0x0e, 'f8'],
]);

/** The array in an IDX file; its integers, bytes included, become int32. Throws FormatError for malformed bytes. */
export function decodeIdx(bytes: Uint8Array): RawArray {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new FormatError('idx: the file is compressed by gzip.', 'unpack it first');
  }
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) {
    throw new FormatError('idx: not an IDX file: it does not begin with two zero bytes.');
  }
  const type = ELEMENT_TYPES.get(bytes[2]!);
  if (type === undefined) {
    throw new FormatError(`idx: unknown element type: 0x${bytes[2]!.toString(16).padStart(2, '0')}.`);
  }
  const rank = bytes[3]!;
  const start = 4 + 4 * rank;
  if (start > bytes.length) throw new FormatError(`idx: the file is cut short: it ends before its ${rank} sizes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = countElements('idx', shape) * bytesPerElement(type);
  const found = bytes.length - start;
  if (found !== needed) {
    const problem = found < needed ? 'the file is cut short' : 'bytes follow the array';
    throw new FormatError(`idx: ${problem}: [${shape.join(', ')}] takes ${needed} bytes and there are ${found}.`);
  }
  return { shape, ...readElements('idx', bytes.subarray(start), type, false) };
}
