// NumPy's .npz: a ZIP archive with one .npy file an array. numpy.savez stores them, numpy.savez_compressed deflates.
import { FormatError } from './format-error.ts';
import { decodeNpy, encodeNpy } from './npy.ts';
import type { RawArray } from './raw-array.ts';
import { decodeZip, encodeZip } from './zip.ts';

const EXTENSION = '.npy';

/** Bytes of an uncompressed .npz file, which numpy.load reads by the same names. */
export function encodeNpz(arrays: Readonly<Record<string, RawArray>>): Uint8Array {
  return encodeZip(new Map(Object.entries(arrays).map(([name, array]) => [name + EXTENSION, encodeNpy(array)])));
}

/** The arrays of a .npz file by name. Throws FormatError for malformed bytes and for files that are not arrays. */
export function decodeNpz(bytes: Uint8Array): Record<string, RawArray> {
  // From entries, because assigning to a name like __proto__ would not make a property.
  return Object.fromEntries([...decodeZip(bytes)].map(([file, data]) => [arrayName(file), decodeNpy(data)]));
}

function arrayName(file: string): string {
  if (!file.endsWith(EXTENSION)) throw new FormatError(`npz: '${file}' is not an array: its name should end in .npy.`);
  return file.slice(0, -EXTENSION.length);
}
