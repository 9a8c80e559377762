// NumPy's .npy: magic, version, a header that is a Python dict literal, then the elements.
// Format: NEP 1 and numpy.lib.format. Versions 1.0 to 3.0 are read; 1.0 is written, byte for byte as NumPy writes it.
import { bytesPerElement, ELEMENT_TYPE_OF, type ElementType, readElements, writeElements } from './element-types.ts';
import { FormatError } from './format-error.ts';
import { checkRawArray, countElements, type RawArray } from './raw-array.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const ALIGNMENT = 64;
/** NumPy leaves room for the first size to grow to this many digits in place. */
const GROWTH_DIGITS = 21;

const READABLE: readonly ElementType[] = ['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8'];

/** Bytes of a .npy file, in C order and little-endian. */
export function encodeNpy(array: RawArray): Uint8Array {
  checkRawArray('npy', array);
  const { shape } = array;
  const type = ELEMENT_TYPE_OF[array.dtype];
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  let header = `{'descr': '${type === 'b1' ? '|' : '<'}${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  if (shape.length > 0) header += ' '.repeat(GROWTH_DIGITS - String(shape[0]).length);
  const preamble = MAGIC.length + 4;
  header += ' '.repeat(ALIGNMENT - ((preamble + header.length + 1) % ALIGNMENT));
  header += '\n';

  const elements = writeElements(array);
  const bytes = new Uint8Array(preamble + header.length + elements.length);
  bytes.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), preamble);
  bytes.set(elements, preamble + header.length);
  return bytes;
}

/**
 * The array in a .npy file, in C order. Float16 widens to float32; every integer type is read as int32.
 * Throws FormatError for malformed bytes, for other dtypes, and for integers outside int32.
 */
export function decodeNpy(bytes: Uint8Array): RawArray {
  const { text, end } = readHeaderText(bytes);
  const { descr, fortranOrder, shape } = parseHeader(text);
  const { type, littleEndian } = parseDescr(descr);
  const size = countElements('npy', shape);
  const needed = size * bytesPerElement(type);
  const found = bytes.length - end;
  if (found !== needed) {
    const problem = found < needed ? 'the file is cut short' : 'bytes follow the array';
    const counts = `[${shape.join(', ')}] of ${descr} takes ${needed} bytes and there are ${found}`;
    throw new FormatError(`npy: ${problem}: ${counts}.`);
  }
  const { dtype, values } = readElements('npy', bytes.subarray(end), type, littleEndian);
  return { shape, dtype, values: fortranOrder ? toRowMajor(values, shape) : values };
}

function readHeaderText(bytes: Uint8Array): { text: string; end: number } {
  if (bytes.length < 8 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new FormatError('npy: not a .npy file: it does not begin with \\x93NUMPY.');
  }
  const [major, minor] = [bytes[6]!, bytes[7]!];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(`npy: unknown version: ${major}.${minor}; 1.0, 2.0 and 3.0 are read.`);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new FormatError('npy: the file is cut short: it ends before the header.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const end = start + length;
  if (end > bytes.length) {
    throw new FormatError(
      `npy: the file is cut short: the header takes ${length} bytes and ${bytes.length - start} are left.`,
    );
  }
  return { text: new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, end)), end };
}

interface Header {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const STRING = /\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*/y;
const BOOLEAN = /\s*(True|False)\s*/y;
// Python 2 wrote long integers with an L. Commas separate, and one may end the tuple; one must if it has one size.
const TUPLE = /\s*\(((?:\s*\d+L?\s*,)*(?:\s*\d+L?)?)\s*\)\s*/y;

/** Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`, the keys in any order, each once. */
function parseHeader(text: string): Header {
  const fail = (detail: string): FormatError => new FormatError(`npy: the header is malformed: ${detail}.`);
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found[1] ?? found[2] ?? '';
  };
  const take = (pattern: RegExp, what: string): string => {
    const found = match(pattern);
    if (found === undefined) throw fail(`${what} expected at character ${at}`);
    return found;
  };

  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: number[] | undefined;
  take(/\s*\{\s*/y, '{');
  while (match(/\}\s*/y) === undefined) {
    const key = take(STRING, 'a key');
    take(/:/y, ':');
    if (key === 'descr' && descr === undefined) {
      descr = match(STRING);
      if (descr === undefined) {
        throw new FormatError('npy: structured dtypes are not read.', 'save each field as an array of its own');
      }
    } else if (key === 'fortran_order' && fortranOrder === undefined) {
      fortranOrder = take(BOOLEAN, 'True or False') === 'True';
    } else if (key === 'shape' && shape === undefined) {
      shape = parseSizes(take(TUPLE, 'a tuple of sizes'));
      if (shape === undefined) throw fail('(n) is a number in Python, not a shape; a shape is (n,)');
    } else {
      throw fail(`'${key}' is unknown or given twice`);
    }
    if (match(/,\s*/y) === undefined && text[at] !== '}') throw fail(`, or } expected at character ${at}`);
  }
  if (at !== text.length) throw fail(`something follows the } at character ${at}`);
  if (descr === undefined || fortranOrder === undefined || shape === undefined) {
    throw fail('it needs descr, fortran_order and shape');
  }
  return { descr, fortranOrder, shape };
}

function parseSizes(inner: string): number[] | undefined {
  const items = inner.split(',').map((item) => item.trim().replace('L', ''));
  if (items.length === 1) return items[0] === '' ? [] : undefined;
  if (items.at(-1) === '') items.pop();
  return items.map(Number);
}

function parseDescr(descr: string): { type: ElementType; littleEndian: boolean } {
  const order = descr[0];
  const type = READABLE.find((known) => known === descr.slice(1));
  // The order | means that there is only one byte to order.
  const ordered =
    order === '<' || order === '>' || (order === '|' && type !== undefined && bytesPerElement(type) === 1);
  if (type === undefined || !ordered) {
    throw new FormatError(
      `npy: the dtype is not read: '${descr}'; real numbers and booleans are.`,
      'convert the array in NumPy first, for example with .astype(numpy.float64)',
    );
  }
  return { type, littleEndian: order !== '>' };
}

/** Reorders elements whose first index varies fastest. */
function toRowMajor(values: RawArray['values'], shape: readonly number[]): RawArray['values'] {
  const result = values.slice();
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, 1));
  let source = 0;
  for (let target = 0; target < result.length; target++) {
    result[target] = values[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      source -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
