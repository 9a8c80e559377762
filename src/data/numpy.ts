// NumPy's files: one tensor a .npy, named tensors a .npz.
import { ArgumentError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { decodeNpy, encodeNpy } from './npy.ts';
import { decodeNpz, encodeNpz } from './npz.ts';
import { asBytes, type Bytes, fromRaw, toRaw } from './tensors.ts';

/** The bytes of a .npy file, which `numpy.load` reads. */
export function saveNpy(x: Tensor): Uint8Array {
  return encodeNpy(toRaw('saveNpy', 'to save', x));
}

/**
 * The tensor in the bytes of a .npy file. Integers become int32, float16 float32. Throws FormatError for malformed bytes,
 * complex numbers, texts, and integers outside int32.
 */
export function loadNpy(bytes: Bytes): Tensor {
  return fromRaw(decodeNpy(asBytes('loadNpy', bytes)));
}

/**
 * The bytes of a .npz file with the given tensors: `saveNpz({ x, y })` is `numpy.load(file)['x']` and `['y']`.
 */
export function saveNpz(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  if (typeof tensors !== 'object' || tensors === null || Array.isArray(tensors) || tensors instanceof Tensor) {
    throw new ArgumentError('saveNpz: expected an object of named tensors.', 'saveNpz({ x }), or saveNpy(x) for one');
  }
  const arrays = Object.entries(tensors).map(([name, x]) => [name, toRaw('saveNpz', `under '${name}'`, x)]);
  return encodeNpz(Object.fromEntries(arrays));
}

/** The tensors in the bytes of a .npz file by name; see loadNpy. */
export function loadNpz(bytes: Bytes): Record<string, Tensor> {
  const arrays = Object.entries(decodeNpz(asBytes('loadNpz', bytes)));
  return Object.fromEntries(arrays.map(([name, array]) => [name, fromRaw(array)]));
}
