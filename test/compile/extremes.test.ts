// Maxima and minima in compiled code: a NaN anywhere in a row is the result, in whichever lane and vector it lies, and of no
// other row.
import { expect, it } from 'vitest';
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { max, min } from '../../src/ops/extremes.ts';
import type { DType } from '../../src/tensor/dtype.ts';
import { allocate } from '../../src/tensor/dtype.ts';
import { dense } from '../../src/tensor/tensor.ts';
import { traced } from './compare.ts';

const backend = makeBackend(new Arena());

function expectNaNKept(dtype: DType, rows: number, columns: number, places: readonly number[]): void {
  const x = () => dense(dtype, [rows, columns], allocate(dtype, rows * columns).fill(-1));
  const run = backend.compile(traced((v) => [max(v!, 1), min(v!, 1), max(v!, 0), min(v!, 0)], [x()]))!;
  for (const place of places) {
    const given = x();
    given.storage[place] = Number.NaN;
    const [row, column] = [Math.floor(place / columns), place % columns];
    run([given])!.forEach((y, k) => {
      const where = k < 2 ? row : column;
      const expected = Array.from({ length: y.size }, (_, i) => (i === where ? Number.NaN : -1));
      expect([...y.values()]).toEqual(expected);
    });
  }
}

it.each(['float32', 'float64'] as const)('%s: a NaN in any place of short rows', (dtype) => {
  for (let columns = 1; columns < 11; columns++) {
    expectNaNKept(dtype, 3, columns, [...Array(3 * columns).keys()]);
  }
});

it.each(['float32', 'float64'] as const)('%s: a NaN where several vectors go together', (dtype) => {
  expectNaNKept(dtype, 61, 43, [0, 1, 6, 11, 16, 42, 43, 70, 1300, 61 * 43 - 1]);
});
