// A curve in the terminal: one braille dot is a point, the axes carry their ends.
import { brailleLines } from './braille.ts';
import { showNumber } from './numbers.ts';

export interface PlotOptions {
  /** Characters across and down, axes included. */
  readonly width: number;
  readonly height: number;
  /** What the curve shows, above it, and what runs along it, below. */
  readonly title: string;
  readonly axis: string;
}

/** The mean of the values that fall into each of `columns` equal parts, or straight lines between fewer values. */
function resample(values: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, c) => {
    const from = (c * values.length) / columns;
    const to = ((c + 1) * values.length) / columns;
    if (values.length >= columns) {
      const part = values.slice(Math.floor(from), Math.max(Math.floor(from) + 1, Math.floor(to)));
      return part.reduce((sum, v) => sum + v, 0) / part.length;
    }
    const at = (c * (values.length - 1)) / (columns - 1);
    const left = Math.floor(at);
    return values[left]! + (at - left) * ((values[left + 1] ?? values[left]!) - values[left]!);
  });
}

/** Lines of text that plot `values`, at least one, against 1, 2, 3, … Values that are not finite are left out. */
export function linePlot(values: readonly number[], { width, height, title, axis }: PlotOptions): string[] {
  const finite = values.filter(Number.isFinite);
  const lowest = Math.min(0, ...finite);
  const highest = Math.max(...finite) > lowest ? Math.max(...finite) : lowest + 1;
  const labels = [showNumber(highest, 3), showNumber(lowest, 3)];
  const margin = Math.max(...labels.map((label) => label.length));
  const lines = height - 3;
  const [rows, columns] = [lines * 4, (width - margin - 2) * 2];
  const heights = resample(finite, columns).map((v) => Math.round(((highest - v) / (highest - lowest)) * (rows - 1)));
  // A column reaches half-way to its neighbours' heights, so that the curve has no gaps.
  const spans = heights.map((h, c) => {
    const ends = [h, heights[c - 1] ?? h, heights[c + 1] ?? h].map((other) => (h + other) / 2);
    return [Math.min(...ends), Math.max(...ends)] as const;
  });
  const curve = brailleLines(rows, columns, (row, column) => {
    const [top, bottom] = spans[column]!;
    return row >= Math.floor(top) && row <= Math.floor(bottom);
  });
  const pad = (label: string) => label.padStart(margin);
  const right = String(values.length);
  return [
    `${pad('')} ${title}`,
    ...curve.map((line, i) => `${pad(i === 0 ? labels[0]! : i === lines - 1 ? labels[1]! : '')} │${line}`),
    `${pad('')} └${'─'.repeat(columns / 2)}`,
    `${pad('')}  1${axis.padStart(Math.floor((columns / 2 + axis.length) / 2) - 1).padEnd(columns / 2 - 1 - right.length)}${right}`,
  ];
}
