// Sums of structured matrices across classes, dtypes and sizes: the class that holds both, the wider dtype, and the entries,
// products, solutions and determinants of the sum of the entries.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { linalg, structured, type Tensor, tensor } from '../../src/index.ts';
import type { FloatDType } from '../../src/tensor/dtype.ts';
import { dense } from '../../src/tensor/tensor.ts';

const { blockDiagonal, Dense, Diagonal, Kronecker, kronecker, LowRank, LowRankUpdate, Sparse, Sum, sparse } =
  structured;
type Matrix = structured.StructuredMatrix;
type Random = (shape: readonly number[]) => Tensor;

function randomOf(seed: number, dtype: FloatDType): Random {
  let state = seed * 2654435761 + 12345;
  return (shape) => {
    const numbers = Float64Array.from({ length: shape.reduce((n, m) => n * m, 1) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const v = state / 2 ** 31 - 1;
      return v + Math.sign(v) * 0.3;
    });
    return dense(dtype, shape, dtype === 'float64' ? numbers : Float32Array.from(numbers));
  };
}

const band = (random: Random, n: number, k: number): Matrix => {
  const pairs = Array.from(
    { length: n * k },
    (_, i): [number, number][] =>
    i === 0 ? [[0, 0]] : [[i, i - 1], [i, i]], // biome-ignore format: pairs
  ).flat();
  const { pattern } = sparse(random([pairs.length]), pairs, [n * k, n * k]);
  return new Sparse(random([pairs.length]), pattern, [n, k], [n, k]);
};

const thin = (random: Random, n: number, k: number): structured.LowRank =>
  new LowRank(random([n * k, 1]), random([n * k, 1]), random([1]), [n, k], [n, k]);

/** Maps [n, k] -> [n, k]. */
const classes: Readonly<Record<string, (random: Random, n: number, k: number) => Matrix>> = {
  Diagonal: (random, n, k) => new Diagonal(random([n, k])),
  blocks: (random, n, k) => blockDiagonal(random([n, k, k])),
  'I⊗M': (random, n, k) => kronecker(n, random([k, k])),
  'M⊗I': (random, n, k) => kronecker(random([n, n]), k),
  'M⊗N': (random, n, k) => kronecker(random([n, n]), random([k, k])),
  thin,
  updated: (random, n, k) => new LowRankUpdate(new Diagonal(random([n, k])), thin(random, n, k)),
  'updated blocks': (random, n, k) => new LowRankUpdate(blockDiagonal(random([n, k, k])), thin(random, n, k)),
  Sparse: band,
  Sum: (random, n, k) => new Sum([kronecker(n, random([k, k])), kronecker(random([n, n]), k)]),
  'Sum of three': (random, n, k) =>
    new Sum([kronecker(n, random([k, k])), thin(random, n, k), kronecker(random([n, n]), k)]),
  Dense: (random, n, k) => new Dense(random([n, k, n, k]), 2),
};
const names = Object.keys(classes);

const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray());
const rounding = { float32: 2e-5, float64: 1e-12 };

function expectClose(actual: Tensor, expected: readonly number[], relative: number): void {
  const a = numbers(actual);
  expect(a).toHaveLength(expected.length);
  const scale = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  expected.forEach((v, i) => {
    expect(Math.abs(a[i]! - v)).toBeLessThanOrEqual(relative * scale);
  });
}

test('have the entries, the dtype and the methods of the sum of the entries', () => {
  const dtype = fc.constantFrom<FloatDType>('float32', 'float64');
  const size = fc.constantFrom([0, 2], [2, 0], [1, 1], [1, 3], [3, 1], [2, 3], [5, 2]);
  const one = fc.constantFrom(...names);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), one, one, dtype, dtype, size, (seed, first, second, p, q, [n, k]) => {
      const a = classes[first]!(randomOf(seed, p), n!, k!);
      const b = classes[second]!(randomOf(seed + 1, q), n!, k!);
      const wide = p === 'float64' || q === 'float64' ? 'float64' : 'float32';
      const relative = rounding[p === q ? p : 'float32'];
      const sum = a.add(b);
      const other = numbers(b.toDense());
      const entries = numbers(a.toDense()).map((v, i) => v + other[i]!);
      expect([sum.dtype, sum.toDense().dtype, sum.diag().dtype, sum.logdet().dtype]).toEqual([wide, wide, wide, wide]);
      expectClose(sum.toDense(), entries, relative);
      const N = n! * k!;
      const v = randomOf(seed + 2, wide)([n!, k!]);
      const x = numbers(v);
      const rows = (f: (i: number, j: number) => number): number[] =>
        x.map((_, i) => x.reduce((total, value, j) => total + f(i, j) * value, 0));
      expectClose(
        sum.matvec(v),
        rows((i, j) => entries[i * N + j]!),
        10 * relative,
      );
      expectClose(
        sum.rmatvec(v),
        rows((i, j) => entries[j * N + i]!),
        10 * relative,
      );
      expectClose(
        sum.diag(),
        x.map((_, i) => entries[i * N + i]!),
        relative,
      );
      expectClose(
        sum.scale(-0.5).toDense(),
        entries.map((value) => -0.5 * value),
        relative,
      );
      expectClose(
        sum.scale(0).toDense(),
        entries.map(() => 0),
        0,
      );
      const whole = tensor(entries, { dtype: 'float64', shape: [N, N] });
      const logdet = linalg.slogdet(whole)[1].item() as number;
      if (N > 0 && logdet > -3) {
        expect(sum.logdet().item()).toBeCloseTo(logdet, p === q && p === 'float64' ? 8 : 2);
        const solution = numbers(sum.solve(v));
        const back = solution.map((_, i) =>
          solution.reduce((total, value, j) => total + entries[i * N + j]! * value, 0),
        );
        const size = solution.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        back.forEach((value, i) => {
          expect(Math.abs(value - x[i]!)).toBeLessThanOrEqual(1000 * relative * size);
        });
      }
    }),
    { numRuns: 400 },
  );
});

test.each([
  ['Diagonal', 'blocks', 'BlockDiagonal(5 × [2,2])'],
  ['Diagonal', 'I⊗M', 'BlockDiagonal(5 × [2,2])'],
  ['Diagonal', 'M⊗I', 'BlockDiagonal(2 × [5,5])'],
  ['Diagonal', 'thin', 'LowRank(rank 1) + Diagonal([10])'],
  ['Diagonal', 'updated blocks', 'LowRank(rank 1) + BlockDiagonal(5 × [2,2])'],
  ['Diagonal', 'Sparse', 'Sparse([10,10], 19 entries)'],
  ['blocks', 'updated', 'LowRank(rank 1) + BlockDiagonal(5 × [2,2])'],
  ['blocks', 'Sparse', 'Sparse([10,10], 24 entries)'],
  ['I⊗M', 'Sparse', 'Sparse([10,10], 24 entries)'],
  ['I⊗M', 'M⊗I', 'Kronecker(I(5), [2,2]) + Kronecker([5,5], I(2))'],
  ['I⊗M', 'Sum', 'Kronecker(I(5), [2,2]) + Kronecker([5,5], I(2))'],
  ['M⊗N', 'thin', 'LowRank(rank 1) + Kronecker([5,5], [2,2])'],
  ['M⊗N', 'I⊗M', 'Kronecker([5,5], [2,2]) + Kronecker(I(5), [2,2])'],
  ['M⊗N', 'Dense', 'Dense([10,10])'],
  ['thin', 'thin', 'LowRank(rank 2)'],
  ['thin', 'Sparse', 'LowRank(rank 1) + Sparse([10,10], 19 entries)'],
  ['updated', 'updated blocks', 'LowRank(rank 2) + BlockDiagonal(5 × [2,2])'],
  ['updated', 'Sparse', 'LowRank(rank 1) + Sparse([10,10], 19 entries)'],
  ['Sum', 'Sum', 'Kronecker(I(5), [2,2]) + Kronecker([5,5], I(2))'],
  ['Sum', 'Diagonal', 'BlockDiagonal(5 × [2,2]) + Kronecker([5,5], I(2))'],
  ['Sum of three', 'Sparse', 'LowRank(rank 1) + Sparse([10,10], 64 entries)'],
  ['Sum of three', 'Dense', 'Dense([10,10])'],
])('%s + %s is %s, in both orders', (first, second, name) => {
  const a = classes[first]!(randomOf(1, 'float64'), 5, 2);
  const b = classes[second]!(randomOf(2, 'float32'), 5, 2);
  const parts = (text: string): string[] => text.split(' + ').sort();
  expect(parts(String(a.add(b)))).toEqual(parts(name));
  expect(parts(String(b.add(a)))).toEqual(parts(name));
});

describe('a base that is nearly singular', () => {
  const update = new LowRank(tensor([[1], [2], [1], [0.5], [3]], { dtype: 'float64' }));
  test.each([1e-8, 1e-12, 1e-20, 0])('with entry %d does not spoil a solution by Woodbury', (entry) => {
    const sum = new Diagonal(tensor([entry, 1, 2, 3, 4], { dtype: 'float64' })).add(update);
    const x = tensor([1, 2, 3, 4, 5], { dtype: 'float64' });
    expectClose(sum.solve(sum.matvec(x)), numbers(x), 1e-9);
  });
});

test('infinite weights stay where they are in a sum of blocks', () => {
  const sum = new Diagonal(tensor([[Number.POSITIVE_INFINITY, 1]])).add(blockDiagonal(tensor([[[1, 2], [3, 4]]]))); // biome-ignore format: a block
  expect(sum.toDense().toArray()).toEqual([[[[Number.POSITIVE_INFINITY, 2]], [[3, 5]]]]);
});

test('products with a wider vector are wide', () => {
  const a = new Diagonal(tensor([0.5, 2]));
  expect(a.matvec(tensor([0.1, 0.2], { dtype: 'float64' })).toArray()).toEqual([0.05, 0.4]);
  expect(new Diagonal(tensor([2, 3], { dtype: 'int32' })).matvec(tensor([0.5, 0.25])).toArray()).toEqual([1, 0.75]);
});

test('singular matrices of every class have the determinant zero', () => {
  const minus = Number.NEGATIVE_INFINITY;
  expect(new Diagonal(tensor([1, 0])).logdet().item()).toBe(minus);
  expect(new LowRank(tensor([[1], [2]])).logdet().item()).toBe(minus);
  expect(sparse(tensor([1, 2]), [[0, 0], [1, 0]], [2, 2]).logdet().item()).toBe(minus); // biome-ignore format: pairs
  const tall = new Kronecker(
    tensor([[1, 2]]),
    { sizes: [2, 1, 2], out: [0, 1], in: [0, 2], core: [1, 2] },
    [2, 1],
    [2, 2],
  );
  expect(() => tall.logdet()).toThrow(ShapeError);
});

test('the parts of a matrix must fit', () => {
  const column = tensor([[1], [2]]);
  expect(() => new LowRank(column, tensor([[1, 2]]))).toThrow('LowRank: factors of shape [2,1] and [1,2]');
  expect(() => new LowRank(column, column, tensor([1, 2]))).toThrow('LowRank: weights of shape [2] for rank 1.');
  expect(() => new Diagonal(tensor([1, 2]), [3])).toThrow('Diagonal: weights of shape [2] for the map [2] -> [3].');
  expect(() => new LowRankUpdate(new Diagonal(tensor([1])), new LowRank(column))).toThrow(ShapeError);
  expect(() => new Sum([])).toThrow(ArgumentError);
  expect(() => new Sum([new Diagonal(tensor([1])), new LowRank(column)])).toThrow('Sum: the maps [1] -> [1] and');
  expect(() => new Diagonal(tensor([1, 2])).scale(tensor([1, 2]))).toThrow('scale: needs a number');
  expect(() => new Kronecker(column, { sizes: [2, 2], out: [0], in: [1], core: [0, 1] }, [2], [2])).toThrow(
    'a core of shape [2,1] does not fit its labels.',
  );
});
