// Between tensors and the arrays that file formats speak of.
import { ArgumentError } from '../errors.ts';
import { dense, Tensor } from '../tensor/tensor.ts';
import type { RawArray } from './raw-array.ts';

/** What a file holds: `await file.arrayBuffer()` in a browser, `readFileSync(path)` in Node. */
export type Bytes = Uint8Array | ArrayBuffer;

export function asBytes(op: string, bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  throw new ArgumentError(`${op}: expected the bytes of a file as a Uint8Array or an ArrayBuffer.`);
}

/** The elements of `x` in row-major order; `where` names the argument in the error. */
export function toRaw(op: string, where: string, x: unknown): RawArray {
  if (!(x instanceof Tensor)) {
    const got = x === null ? 'null' : typeof x === 'object' ? 'an object' : `a ${typeof x}`;
    throw new ArgumentError(`${op}: expected a tensor ${where}, got ${got}.`, 'wrap numbers: tensor(3)');
  }
  return { shape: x.shape, dtype: x.dtype, values: x.concrete(op).values() };
}

/** A tensor around freshly read elements, which it takes over. */
export function fromRaw({ shape, dtype, values }: RawArray): Tensor {
  return dense(dtype, shape, values as Parameters<typeof dense>[2]);
}
