// A drawing of 14×14 cells as 196 hexadecimal digits of ink, which is what the address holds; and the brush.
import { side } from './model.ts';

export const blank: string = '0'.repeat(side * side);
const full = 15;

export const toDrawing = (image: readonly number[]): string =>
  image.map((ink) => Math.round(Math.min(1, Math.max(0, ink)) * full).toString(16)).join('');

export const toImage = (drawing: string): number[] => Array.from(drawing, (digit) => Number.parseInt(digit, 16) / full);

/** How much ink a touch leaves on a cell, by the distance from its middle, measured in cells. */
const inkAt = (distance: number): number => Math.min(1, Math.max(0, 1.35 - distance));

/** A touch at (x, y), in cells from the upper left corner; with `erase`, what it reaches becomes blank. */
export function paint(drawing: string, x: number, y: number, erase = false): string {
  const image = toImage(drawing).map((ink, k) => {
    const touched = inkAt(Math.hypot((k % side) + 0.5 - x, Math.floor(k / side) + 0.5 - y));
    if (erase) return touched > 0 ? 0 : ink;
    return Math.max(ink, touched);
  });
  return toDrawing(image);
}

/** The touches of a stroke, half a cell apart. */
export function stroke(
  drawing: string,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  erase = false,
): string {
  const count = Math.max(1, Math.ceil(2 * Math.hypot(x1 - x0, y1 - y0)));
  let painted = drawing;
  for (let k = 1; k <= count; k++) {
    painted = paint(painted, x0 + ((x1 - x0) * k) / count, y0 + ((y1 - y0) * k) / count, erase);
  }
  return painted;
}

/** The image a step along the gradient further, the steepest pixel by a fifth of full ink. */
export function climb(image: readonly number[], gradient: readonly (readonly number[])[]): string {
  const flat = gradient.flat();
  const steepest = Math.max(...flat.map(Math.abs), Number.MIN_VALUE);
  return toDrawing(image.map((ink, k) => ink + (0.2 * flat[k]!) / steepest));
}
