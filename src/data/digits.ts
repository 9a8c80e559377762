// The real handwritten digits that ship with the package, so that examples work anywhere. Small, but not a toy: they were
// written by 13 people, and scanned, for the U.S. National Institute of Standards and Technology.
import { dense, type Tensor } from '../tensor/tensor.ts';
import { DIGITS_ARCHIVE } from './digits-archive.ts';
import { inflate } from './inflate.ts';

const COUNT = 1797;
const SIDE = 8;
const PIXELS = SIDE * SIDE;
const LARGEST = 16;

export interface Digits {
  /** Ink from 0 to 1, float32 [n, height, width]. */
  readonly images: Tensor;
  /** The digit that each image shows, int32 [n]. */
  readonly labels: Tensor;
}

/**
 * 1,797 handwritten digits of 8×8 pixels: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
 * Learning Repository, 1998, licensed under CC BY 4.0.
 *
 * @example
 * digits().images.shape   // [1797, 8, 8]
 */
export function digits(): Digits {
  const packed = Uint8Array.from(atob(DIGITS_ARCHIVE), (character) => character.charCodeAt(0));
  const bytes = inflate(packed, COUNT * (PIXELS + 1));
  return {
    images: dense(
      'float32',
      [COUNT, SIDE, SIDE],
      Float32Array.from(bytes.subarray(0, COUNT * PIXELS), (ink) => ink / LARGEST),
    ),
    labels: dense('int32', [COUNT], Int32Array.from(bytes.subarray(COUNT * PIXELS))),
  };
}
