// The level lines of a grid of values (d3-contour: marching squares), at levels that are denser near the minimum. They are drawn
// over √(v − lowest), which is straight near a minimum where v is bent, so that narrow valleys come out smooth.
import { contours } from 'd3-contour';

export interface ContourInput {
  readonly values: readonly number[];
  readonly columns: number;
  readonly rows: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

export interface Contour {
  readonly level: number;
  /** Rings of points in the coordinates of the plane. */
  readonly rings: readonly (readonly (readonly [number, number])[])[];
}

const levelCount = 16;

/** lowest + (highest − lowest) · t³, so that a valley has lines too; the highest tenth of the values counts as one. */
function levelsOf(values: readonly number[]): number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const lowest = sorted[0];
  const highest = sorted[Math.floor(0.95 * (sorted.length - 1))];
  if (lowest === undefined || highest === undefined || highest <= lowest) return [];
  return Array.from(
    { length: levelCount },
    (_, k) => lowest + (highest - lowest) * ((k + 1.5) / (levelCount + 1)) ** 3,
  );
}

export function contourLines({ values, columns, rows, xRange, yRange }: ContourInput): readonly Contour[] {
  const finite = values.filter(Number.isFinite);
  const lowest = finite.reduce((least, v) => Math.min(least, v), Number.POSITIVE_INFINITY);
  const largest = finite.reduce((most, v) => Math.max(most, v), lowest);
  const bend = (v: number): number => Math.sqrt(Math.max(0, (Number.isFinite(v) ? v : largest) - lowest));
  const levels = levelsOf(finite);
  // d3 counts from cell corners; a value stands in the middle of its cell.
  const scale = (at: number, n: number, [from, to]: readonly [number, number]): number =>
    from + ((to - from) * (at - 0.5)) / (n - 1);
  const lines = contours().size([columns, rows]).thresholds(levels.map(bend))(values.map(bend));
  return lines.map(({ coordinates }, k) => ({
    level: levels[k]!,
    rings: coordinates.flatMap((polygon) =>
      polygon.map((ring) =>
        ring.map(([x = 0, y = 0]): [number, number] => [scale(x, columns, xRange), scale(y, rows, yRange)]),
      ),
    ),
  }));
}
