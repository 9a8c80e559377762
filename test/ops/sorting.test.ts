// Long rows are sorted by counting digits: against a sort by comparison in plain JavaScript, with everything that floats can be.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argsort, tensor } from '../../src/index.ts';

const floats = fc.oneof(
  fc.double(),
  fc.float(),
  fc.constantFrom(0, -0, 1, Infinity, -Infinity, Number.NaN, 5e-324, 1e308),
);
const elements = { float32: floats, float64: floats, int32: fc.integer(), bool: fc.boolean() } as const;

/** NaN last, in either direction; equal elements keep their order. */
function order(x: readonly number[], descending: boolean): number[] {
  const compare = (i: number, j: number): number => {
    const [a, b] = [x[i]!, x[j]!];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return (a < b ? -1 : Number(a > b)) * (descending ? -1 : 1);
  };
  return x.map((_, i) => i).sort(compare);
}

test.each(['float32', 'float64', 'int32', 'bool'] as const)('argsort of long rows of %s', (dtype) => {
  const lists = fc.array(elements[dtype] as fc.Arbitrary<number | boolean>, { minLength: 600, maxLength: 700 });
  fc.assert(
    fc.property(lists, fc.boolean(), (list, descending) => {
      const x = tensor(list as number[], { dtype });
      const values = x.toTypedArray();
      expect(argsort(x, 0, { descending }).toArray()).toEqual(order(Array.from(values), descending));
    }),
    { numRuns: 30 },
  );
});

test('argsort of long rows along any axis', () => {
  const data = Array.from({ length: 600 }, (_, i) => [(i * 7919) % 601, -((i * 104729) % 599)]);
  const got = argsort(tensor(data), 0).t().toArray();
  for (const column of [0, 1]) {
    expect(got[column]).toEqual(
      order(
        data.map((row) => row[column]!),
        false,
      ),
    );
  }
});
