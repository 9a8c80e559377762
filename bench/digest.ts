// What of a result is compared: its size, norm, product with a fixed random vector, and sixteen of its entries. Small
// enough to cross a pipe, and no wrong result has the same. peers/python/worker.py computes the same.
import { hashed } from './inputs.ts';

export interface Digest {
  readonly size: number;
  readonly norm: number | null;
  readonly projection: number | null;
  readonly entries: readonly (number | null)[];
}

const ENTRIES = 16;
const PROJECTION_SEED = 7;

export function digest(values: ArrayLike<number>): Digest {
  const size = values.length;
  let squares = 0;
  let projection = 0;
  for (let i = 0; i < size; i++) {
    squares += values[i]! * values[i]!;
    projection += values[i]! * (2 * hashed(PROJECTION_SEED, i) - 1);
  }
  const entries = Array.from({ length: ENTRIES }, (_, k) => values[Math.floor((k * (size - 1)) / (ENTRIES - 1))]!);
  return { size, norm: Math.sqrt(squares), projection, entries };
}

export interface Deviation {
  /** The largest difference, relative to the size of what is compared; infinite for a shape or a value that is none. */
  readonly relative: number;
  /** Where it is. */
  readonly detail: string;
}

/** How far `got` is from what is expected. JSON carries NaN as null, which is never right here. */
export function deviation(got: readonly Digest[], expected: readonly Digest[]): Deviation {
  if (got.length !== expected.length) {
    return { relative: Infinity, detail: `${got.length} outputs, expected ${expected.length}` };
  }
  let worst: Deviation = { relative: 0, detail: 'none' };
  const compare = (what: string, a: number | null, b: number, scale: number) => {
    const relative = a === null || Number.isNaN(a) ? Infinity : a === b ? 0 : Math.abs(a - b) / scale;
    if (relative > worst.relative) worst = { relative, detail: `${what} is ${a}, expected ${b}` };
  };
  for (const [i, want] of expected.entries()) {
    const { size, norm, projection, entries } = got[i]!;
    if (size !== want.size) compare(`the size of output ${i}`, null, want.size, 1);
    const scale = want.norm!;
    compare(`the norm of output ${i}`, norm, scale, scale);
    compare(`the projection of output ${i}`, projection, want.projection!, scale);
    for (const [k, entry] of entries.entries()) {
      const right = want.entries[k]!;
      compare(`entry ${k} of ${ENTRIES} of output ${i}`, entry, right, Math.abs(right) + scale / Math.sqrt(want.size));
    }
  }
  return worst;
}
