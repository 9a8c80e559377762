// safetensors: the length of a JSON header as uint64, the header, then the elements of all arrays without a gap.
//   {"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}
// Wider elements are written first, so that with the header padded to 8 bytes every array is aligned.
import type { DType } from '../tensor/dtype.ts';
import { bytesPerElement, type ElementType, readElements, writeElements } from './element-types.ts';
import { FormatError } from './format-error.ts';
import { parseUniqueJson } from './json.ts';
import { checkRawArray, countElements, type RawArray } from './raw-array.ts';

export interface SafetensorsContent {
  readonly tensors: Record<string, RawArray>;
  readonly metadata: Record<string, string>;
}

/** As in the reference implementation. */
const MAX_HEADER = 100_000_000;
const METADATA = '__metadata__';

const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['BOOL', 'b1'],
  ['U8', 'u1'],
  ['I8', 'i1'],
  ['U16', 'u2'],
  ['I16', 'i2'],
  ['U32', 'u4'],
  ['I32', 'i4'],
  ['U64', 'u8'],
  ['I64', 'i8'],
  ['F16', 'f2'],
  ['BF16', 'bf2'],
  ['F32', 'f4'],
  ['F64', 'f8'],
]);

const NAME_OF: Readonly<Record<DType, string>> = { float64: 'F64', float32: 'F32', int32: 'I32', bool: 'BOOL' };
/** The order of the arrays in a file: by dtype, then by name. */
const ORDER: readonly DType[] = ['float64', 'float32', 'int32', 'bool'];

/** Bytes of a safetensors file; equal contents give equal bytes, whatever their order. */
export function encodeSafetensors(
  entries: Readonly<Record<string, RawArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const sorted = Object.entries(entries).sort(
    ([nameA, a], [nameB, b]) => ORDER.indexOf(a.dtype) - ORDER.indexOf(b.dtype) || (nameA < nameB ? -1 : 1),
  );
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"${METADATA}":${JSON.stringify(metadata)}`);
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, array] of sorted) {
    if (name === METADATA) throw new FormatError(`safetensors: a tensor cannot be named ${METADATA}.`);
    checkRawArray('safetensors', array);
    const elements = writeElements(array);
    const range = [offset, offset + elements.length];
    const entry = { dtype: NAME_OF[array.dtype], shape: array.shape, data_offsets: range };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    data.push(elements);
    offset += elements.length;
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  if (headerLength > MAX_HEADER) throw new FormatError(`safetensors: the header takes more than ${MAX_HEADER} bytes.`);
  const bytes = new Uint8Array(8 + headerLength + offset);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const elements of data) {
    bytes.set(elements, at);
    at += elements.length;
  }
  return bytes;
}

/** Tensors and metadata of a safetensors file. Throws FormatError unless the whole file is well-formed. */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsContent {
  const { header, start } = readHeader(bytes);
  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) metadata = checkMetadata(value);
    else entries.push(checkEntry(name, value));
  }
  checkCovered(entries, bytes.length - start);
  const tensors = entries.map(({ name, type, shape, begin, end }): [string, RawArray] => {
    const data = bytes.subarray(start + begin, start + end);
    return [name, { shape, ...readElements(`safetensors: '${name}'`, data, type, true) }];
  });
  // From entries, because assigning to a name like __proto__ would not make a property.
  return { tensors: Object.fromEntries(tensors), metadata };
}

function readHeader(bytes: Uint8Array): { header: object; start: number } {
  if (bytes.length < 8) throw new FormatError('safetensors: the file is cut short: it has no header length.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > MAX_HEADER) {
    throw new FormatError(`safetensors: the header is too large: ${length} of at most ${MAX_HEADER} bytes.`);
  }
  const start = 8 + length;
  if (start > bytes.length) {
    throw new FormatError(
      `safetensors: the file is cut short: the header takes ${length} bytes and ${bytes.length - 8} are left.`,
    );
  }
  if (bytes[8] !== 0x7b || length === 0) throw malformed('it does not begin with {');
  return { header: parseUniqueJson(bytes.subarray(8, start), malformed) as object, start };
}

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function checkMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw malformed(`${METADATA} is not a map of texts`);
  }
  return value as Record<string, string>;
}

function checkEntry(name: string, value: unknown): Entry {
  const keys = isRecord(value) ? Object.keys(value).sort().join() : '';
  if (!isRecord(value) || keys !== 'data_offsets,dtype,shape') {
    throw malformed(`'${name}' needs dtype, shape and data_offsets, and nothing else`);
  }
  const { dtype, shape, data_offsets: range } = value;
  const type = typeof dtype === 'string' ? ELEMENT_TYPES.get(dtype) : undefined;
  if (type === undefined) {
    throw new FormatError(`safetensors: the dtype of '${name}' is not read: ${JSON.stringify(dtype)}.`);
  }
  if (!isSizes(shape)) throw malformed(`the shape of '${name}' is not a list of sizes`);
  if (!isSizes(range) || range.length !== 2) throw malformed(`data_offsets of '${name}' is not a pair of sizes`);
  const [begin, end] = range as [number, number];
  const needed = countElements('safetensors', shape) * bytesPerElement(type);
  if (end - begin !== needed) {
    throw malformed(`'${name}' takes ${needed} bytes, which data_offsets [${begin}, ${end}] do not give it`);
  }
  return { name, type, shape, begin, end };
}

/** The arrays must tile the data: no overlap, no hole, nothing left over. */
function checkCovered(entries: readonly Entry[], available: number): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) throw malformed(`'${name}' overlaps another tensor`);
    if (begin > covered) throw malformed(`there is a hole of ${begin - covered} bytes before '${name}'`);
    covered = end;
  }
  if (covered > available) {
    throw new FormatError(`safetensors: the file is cut short: data take ${covered} bytes and there are ${available}.`);
  }
  if (covered < available) throw malformed(`${available - covered} bytes of data belong to no tensor`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function malformed(detail: string): FormatError {
  return new FormatError(`safetensors: the header is malformed: ${detail}.`);
}
