// Level lines by marching squares (d3-contour), in the coordinates of the plane, to three decimals: what a picture can show.
import { contours } from 'd3-contour';
import type { Domain, Interval, LevelLine, Ring } from '../geometry.ts';
import { gridSize } from './surfaces.ts';

// d3 counts from the corners of cells; a value stands in the middle of its cell.
const place = (at: number, [from, to]: Interval): number =>
  Math.round(1e3 * (from + ((to - from) * (at - 0.5)) / (gridSize - 1))) / 1e3;

export function levelLines(values: readonly number[], levels: readonly number[], { x, y }: Domain): LevelLine[] {
  const found = contours()
    .size([gridSize, gridSize])
    .thresholds([...levels])([...values]);
  return found.map(({ value, coordinates }) => ({
    level: value,
    rings: coordinates.flatMap((polygon) =>
      polygon
        .flatMap((ring) => openParts(ring.map(([u = 0, v = 0]) => [u, v] as const)))
        .map((part) => part.map(([u, v]) => [place(u, x), place(v, y)] as const)),
    ),
  }));
}

/** A polygon runs along the border of the grid where the region leaves it; a level line does not. */
function openParts(ring: Ring): Ring[] {
  const onBorder = ([u, v]: readonly [number, number]): boolean => u <= 0 || v <= 0 || u >= gridSize || v >= gridSize;
  const parts: (readonly [number, number])[][] = [[]];
  for (const [index, point] of ring.entries()) {
    const before = ring[index - 1];
    if (before && onBorder(before) && onBorder(point)) parts.push([]);
    parts.at(-1)!.push(point);
  }
  return parts.filter((part) => part.length > 1);
}
