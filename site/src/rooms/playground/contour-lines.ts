// The level lines of a grid of values (d3-contour: marching squares), at levels that are denser near the minimum.
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

const levelCount = 18;

/** lowest + (highest − lowest) · t³, so that a valley has lines too; the highest tenth of the values counts as one. */
function levelsOf(values: readonly number[]): number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const lowest = sorted[0];
  const highest = sorted[Math.floor(0.95 * (sorted.length - 1))];
  if (lowest === undefined || highest === undefined || highest <= lowest) return [];
  return Array.from({ length: levelCount }, (_, k) => lowest + (highest - lowest) * ((k + 0.5) / levelCount) ** 3);
}

export function contourLines({ values, columns, rows, xRange, yRange }: ContourInput): readonly Contour[] {
  const largest = values.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, v) : most), 0);
  const whole = values.map((v) => (Number.isFinite(v) ? v : largest));
  // d3 counts from cell corners; a value stands in the middle of its cell.
  const scale = (at: number, n: number, [from, to]: readonly [number, number]): number =>
    from + ((to - from) * (at - 0.5)) / (n - 1);
  const lines = contours().size([columns, rows]).thresholds(levelsOf(whole))(whole);
  return lines.map(({ value, coordinates }) => ({
    level: value,
    rings: coordinates.flatMap((polygon) =>
      polygon.map((ring) =>
        ring.map(([x = 0, y = 0]): [number, number] => [scale(x, columns, xRange), scale(y, rows, yRange)]),
      ),
    ),
  }));
}
