// The digits as tensors, unpacked once, in the worker: four bits a pixel, so ink is a multiple of 1/15.
import { type Tensor, tensor } from 'nabla';
import { archive, counts, side } from './mnist.ts';

export const pixels: number = side * side;

export interface Digits {
  /** Ink from 0 to 1, float32 [n, 196]. */
  readonly images: Tensor;
  /** int32 [n]. */
  readonly labels: Tensor;
}

export interface DigitSets {
  readonly train: Digits;
  readonly test: Digits;
}

async function inflate(base64: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function unpack(): Promise<DigitSets> {
  const bytes = await inflate(archive);
  const inkBytes = ((counts.train + counts.test) * pixels) / 2;
  const set = (from: number, count: number): Digits => {
    const ink = new Float32Array(count * pixels);
    for (let k = 0; k < ink.length; k++) {
      const byte = bytes[(from * pixels + k) >> 1]!;
      ink[k] = (k % 2 === 0 ? byte >> 4 : byte & 15) / 15;
    }
    const labels = Int32Array.from(bytes.subarray(inkBytes + from, inkBytes + from + count));
    return { images: tensor(ink, { shape: [count, pixels] }), labels: tensor(labels, { dtype: 'int32' }) };
  };
  return { train: set(0, counts.train), test: set(counts.train, counts.test) };
}

let unpacked: Promise<DigitSets> | undefined;

export function loadDigits(): Promise<DigitSets> {
  unpacked ??= unpack();
  return unpacked;
}
