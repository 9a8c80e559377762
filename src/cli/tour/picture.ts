// Images of digits as text.
import type { Tensor } from '../../index.ts';
import { brailleLines } from '../braille.ts';

const GAP = '   ';
const SHADES = [' ', '░', '▒', '▓', '█'];

/** An image [h, w] with values from 0 to 1, two characters a pixel. */
export function shaded(image: Tensor): string[] {
  const rows = image.toArray() as number[][];
  return rows.map((row) => row.map((ink) => SHADES[Math.round(ink * (SHADES.length - 1))]!.repeat(2)).join(''));
}

/** An image [h, w] with values from 0 to 1, one dot a pixel. */
export function dotted(image: Tensor): string[] {
  const rows = image.toArray() as number[][];
  return brailleLines(rows.length, rows[0]!.length, (row, column) => rows[row]![column]! > 0.4);
}

/** Pictures of equal height, each with a caption below, side by side: as many as fit into `room` characters. */
export function beside(pictures: readonly (readonly string[])[], captions: readonly string[], room: number): string[] {
  const widths = pictures.map((lines, i) => Math.max([...lines[0]!].length, captions[i]!.length));
  let fitting = 0;
  for (let used = -GAP.length; fitting < widths.length; fitting++) {
    used += GAP.length + widths[fitting]!;
    if (used > room) break;
  }
  const line = (cells: readonly string[]) =>
    cells
      .slice(0, fitting)
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join(GAP)
      .trimEnd();
  return [...pictures[0]!.map((_, i) => line(pictures.map((lines) => lines[i]!))), line(captions)];
}
