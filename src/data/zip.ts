// A ZIP archive as a map of names to bytes, by the central directory at its end (PKWARE APPNOTE 4.3).
// Written without compression; read stored or deflated. What a reader must not trust is checked: sizes, overlaps
// (the archives that unpack to far more than they weigh need them), names that disagree, checksums.
import { crc32 } from './crc32.ts';
import { FormatError } from './format-error.ts';
import { inflate } from './inflate.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;

const STORED = 0;
const DEFLATED = 8;
const VERSION_2_0 = 20;
const FLAG_ENCRYPTED = 1;
const FLAG_UTF8 = 1 << 11;
/** 1980-01-01, the earliest date there is: equal contents give equal archives. */
const DOS_DATE = 0x21;
/** DEFLATE cannot do better than 258 bytes for two bits and a little for the block. */
const MAX_EXPANSION = 1032;

export function encodeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = [...files].map(([name, data]) => ({ name: new TextEncoder().encode(name), data }));
  const localSize = entries.reduce((sum, { name, data }) => sum + LOCAL_SIZE + name.length + data.length, 0);
  const centralSize = entries.reduce((sum, { name }) => sum + CENTRAL_SIZE + name.length, 0);
  if (entries.length >= 0xffff || localSize + centralSize >= 0xffffffff) {
    throw new FormatError('zip: too large: an archive holds at most 65534 files and 4 GiB.');
  }
  if (entries.some(({ name }) => name.length > 0xffff)) {
    throw new FormatError('zip: a name is too long: it takes more than 65535 bytes.');
  }
  const bytes = new Uint8Array(localSize + centralSize + END_SIZE);
  const view = new DataView(bytes.buffer);
  let local = 0;
  let central = localSize;
  for (const { name, data } of entries) {
    view.setUint32(local, LOCAL_HEADER, true);
    view.setUint32(central, CENTRAL_HEADER, true);
    view.setUint16(central + 4, VERSION_2_0, true);
    // The rest of the local header stands in the central one too, two bytes further on.
    const checksum = crc32(data);
    for (const at of [local + 4, central + 6]) {
      view.setUint16(at, VERSION_2_0, true);
      view.setUint16(at + 2, FLAG_UTF8, true);
      view.setUint16(at + 4, STORED, true);
      view.setUint16(at + 8, DOS_DATE, true);
      view.setUint32(at + 10, checksum, true);
      view.setUint32(at + 14, data.length, true);
      view.setUint32(at + 18, data.length, true);
      view.setUint16(at + 22, name.length, true);
    }
    view.setUint32(central + 42, local, true);
    bytes.set(name, local + LOCAL_SIZE);
    bytes.set(data, local + LOCAL_SIZE + name.length);
    bytes.set(name, central + CENTRAL_SIZE);
    local += LOCAL_SIZE + name.length + data.length;
    central += CENTRAL_SIZE + name.length;
  }
  view.setUint32(central, END_OF_DIRECTORY, true);
  view.setUint16(central + 8, entries.length, true);
  view.setUint16(central + 10, entries.length, true);
  view.setUint32(central + 12, centralSize, true);
  view.setUint32(central + 16, localSize, true);
  return bytes;
}

/** The files of an archive, in the order of its directory. Throws FormatError for malformed or unsupported ones. */
export function decodeZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = readDirectory(bytes, view);
  const files = new Map<string, Uint8Array>();
  for (const entry of directory) {
    if (files.has(entry.name)) throw new FormatError(`zip: two files have the same name: '${entry.name}'.`);
    files.set(entry.name, new Uint8Array());
  }
  let free = 0;
  for (const entry of [...directory].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < free) throw malformed(`'${entry.name}' overlaps another file`);
    const { start, end } = locate(bytes, view, entry);
    free = end;
    files.set(entry.name, unpack(bytes.subarray(start, end), entry));
  }
  return files;
}

interface Entry {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
  /** Where the central directory begins, which no file may reach. */
  readonly limit: number;
}

function readDirectory(bytes: Uint8Array, view: DataView): Entry[] {
  const end = findEnd(bytes, view);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
    throw new FormatError('zip: archives of more than 4 GiB or 65534 files (ZIP64) are not read.');
  }
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw new FormatError('zip: archives in several parts are not read.');
  }
  if (start + size > end) throw malformed('its directory is cut short');
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_SIZE > start + size || view.getUint32(at, true) !== CENTRAL_HEADER) {
      throw malformed(`entry ${i} of its directory is missing`);
    }
    const nameEnd = at + CENTRAL_SIZE + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > start + size) throw malformed('its directory is cut short');
    const rawName = bytes.subarray(at + CENTRAL_SIZE, nameEnd);
    const name = new TextDecoder().decode(rawName);
    if (view.getUint16(at + 8, true) & FLAG_ENCRYPTED) throw new FormatError(`zip: '${name}' is encrypted.`);
    entries.push({
      name,
      rawName,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
      limit: start,
    });
    at = next;
  }
  if (at !== start + size) throw malformed('its directory holds more than its entries');
  return entries;
}

/** The end record is the last thing in the file but for a comment, whose length it knows. */
function findEnd(bytes: Uint8Array, view: DataView): number {
  const last = bytes.length - END_SIZE;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw new FormatError('zip: not a ZIP archive, or cut short: it has no end-of-directory record.');
}

function locate(bytes: Uint8Array, view: DataView, entry: Entry): { start: number; end: number } {
  const { name, rawName, offset, limit } = entry;
  if (offset + LOCAL_SIZE > limit || view.getUint32(offset, true) !== LOCAL_HEADER) {
    throw malformed(`'${name}' is not where its directory says`);
  }
  // Sizes in the local header may be absent (written before they were known), so the directory's count.
  const nameStart = offset + LOCAL_SIZE;
  const nameEnd = nameStart + view.getUint16(offset + 26, true);
  const start = nameEnd + view.getUint16(offset + 28, true);
  const end = start + entry.packedSize;
  if (end > limit) throw malformed(`'${name}' is cut short`);
  const localName = bytes.subarray(nameStart, nameEnd);
  if (localName.length !== rawName.length || localName.some((byte, i) => byte !== rawName[i])) {
    throw malformed(`'${name}' has another name in its own header`);
  }
  return { start, end };
}

function unpack(packed: Uint8Array, { name, method, size, checksum }: Entry): Uint8Array {
  if (method !== STORED && method !== DEFLATED) {
    throw new FormatError(`zip: '${name}' is compressed by method ${method}; stored (0) and deflated (8) are read.`);
  }
  if (method === STORED ? size !== packed.length : size > packed.length * MAX_EXPANSION) {
    throw malformed(`'${name}' cannot hold ${size} bytes in ${packed.length}`);
  }
  const data = method === STORED ? packed : inflate(packed, size);
  if (crc32(data) !== checksum) throw malformed(`the checksum of '${name}' is wrong`);
  return data;
}

function malformed(detail: string): FormatError {
  return new FormatError(`zip: the archive is malformed: ${detail}.`);
}
