import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luFactor } from '../../src/linalg/kernels/index.ts';
import {
  arbitraryMatrix,
  diagonal,
  graded,
  hilbert,
  identity,
  type Matrix,
  matrix,
  permutedRows,
  product,
  relativeDifference,
  seed,
  tolerance,
  zeros,
} from './matrices.ts';
import { reference } from './reference.ts';

function factors({ m, n, a }: Matrix): { l: Matrix; u: Matrix; pivots: Int32Array; sign: number } {
  const { lu, pivots, sign } = luFactor(a, m, n);
  const p = Math.min(m, n);
  return {
    l: matrix(m, p, (i, j) => (i === j ? 1 : i > j ? lu[i * n + j]! : 0)),
    u: matrix(p, n, (i, j) => (i <= j ? lu[i * n + j]! : 0)),
    pivots,
    sign,
  };
}

function parity(order: Int32Array): number {
  let inversions = 0;
  for (let i = 0; i < order.length; i++) for (let j = 0; j < i; j++) if (order[j]! > order[i]!) inversions++;
  return inversions % 2 === 0 ? 1 : -1;
}

function expectFactorisation(x: Matrix): void {
  const before = x.a.slice();
  const { l, u, pivots, sign } = factors(x);
  expect(x.a).toEqual(before);
  expect(Array.from(pivots).sort((i, j) => i - j)).toEqual(Array.from({ length: x.m }, (_, i) => i));
  expect(sign).toBe(parity(pivots));
  expect(l.a.every((value) => Math.abs(value) <= 1)).toBe(true);
  expect(relativeDifference(product(l, u).a, permutedRows(x, pivots).a)).toBeLessThan(tolerance(x.m));
}

describe('luFactor', () => {
  test('A[pivots] = L U with multipliers of at most 1, for random matrices of any shape', () => {
    fc.assert(fc.property(arbitraryMatrix({ min: 0, max: 8 }), expectFactorisation), { seed });
  });

  test.each([
    ['zeros', zeros(4, 4)],
    ['identity', identity(5)],
    ['reversed identity', matrix(5, 5, (i, j) => (i + j === 4 ? 1 : 0))],
    ['rank one', matrix(5, 4, (i, j) => (i + 1) * (j - 1.5))],
    ['zero column', matrix(4, 4, (i, j) => (j === 1 ? 0 : i * j + i + 1))],
    ['Hilbert', hilbert(12)],
    ['graded from the first corner', graded(6, 'first')],
    ['graded from the last corner', graded(6, 'last')],
    ['extreme diagonal', diagonal(1e300, 1e-300, -1e-310)],
    ['empty', zeros(0, 3)],
    ['no columns', zeros(3, 0)],
  ])('%s', (_, x) => expectFactorisation(x));

  test('the determinant of a singular matrix is an exact zero and nothing is NaN', () => {
    const { lu } = luFactor(Float64Array.of(1, 2, 2, 4), 2, 2);
    expect(lu[3]).toBe(0);
    expect(luFactor(new Float64Array(9), 3, 3).lu.every((x) => x === 0)).toBe(true);
  });

  test.each(reference.lu)('agrees with SciPy: $name', ({ m, n, a, pivots, l, u }) => {
    const ours = factors({ m, n, a: Float64Array.from(a) });
    expect(Array.from(ours.pivots)).toEqual(pivots);
    expect(relativeDifference(ours.l.a, l)).toBeLessThan(1e-11);
    expect(relativeDifference(ours.u.a, u)).toBeLessThan(1e-14);
  });
});
