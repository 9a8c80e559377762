import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choleskyFactor } from '../../src/linalg/kernels/index.ts';
import {
  arbitraryMatrix,
  diagonal,
  hilbert,
  identity,
  type Matrix,
  matrix,
  product,
  relativeDifference,
  seed,
  tolerance,
  transpose,
} from './matrices.ts';
import { reference } from './reference.ts';

function expectFactorisation(x: Matrix): void {
  const { l, ok } = choleskyFactor(x.a, x.n);
  expect(ok).toBe(true);
  const lower: Matrix = { ...x, a: l };
  expect(relativeDifference(product(lower, transpose(lower)).a, x.a)).toBeLessThan(tolerance(x.n));
  l.forEach((value, index) => {
    const row = Math.floor(index / x.n);
    const column = index % x.n;
    if (column > row) expect(value).toBe(0);
    if (column === row) expect(value).toBeGreaterThan(0);
  });
}

describe('choleskyFactor', () => {
  test('A = L Lᵀ for random Gram matrices with a diagonal added', () => {
    fc.assert(
      fc.property(arbitraryMatrix({ min: 0, max: 8 }), (x) => {
        const gram = product(transpose(x), x);
        const lift = Math.max(1, ...gram.a.map(Math.abs)) * 1e-3;
        expectFactorisation(matrix(x.n, x.n, (i, j) => gram.a[i * x.n + j]! + (i === j ? lift : 0)));
      }),
      { seed },
    );
  });

  test.each([
    ['identity', identity(4)],
    ['Hilbert', hilbert(10)],
    ['graded', diagonal(1e150, 1, 1e-150)],
    ['one entry', diagonal(4)],
    ['empty', diagonal()],
  ])('%s', (_, x) => expectFactorisation(x));

  test('reads the lower triangle only', () => {
    expect(choleskyFactor(Float64Array.of(4, NaN, 2, 5), 2).l).toEqual(Float64Array.of(2, 0, 1, 2));
  });

  test.each([
    ['indefinite', Float64Array.of(1, 2, 2, 1)],
    ['negative', Float64Array.of(-1, 0, 0, 1)],
    ['singular', Float64Array.of(1, 1, 1, 1)],
    ['zero', new Float64Array(4)],
    ['not a number', Float64Array.of(1, 0, NaN, 1)],
    ['infinite', Float64Array.of(Infinity, 0, 0, 1)],
  ])('refuses a matrix that is not positive definite: %s', (_, a) => {
    const { l, ok } = choleskyFactor(a, 2);
    expect(ok).toBe(false);
    expect(l.every(Number.isNaN)).toBe(true);
  });

  test.each(reference.cholesky)('agrees with NumPy: $name', ({ n, a, l }) => {
    expect(relativeDifference(choleskyFactor(Float64Array.from(a), n).l, l)).toBeLessThan(1e-13);
  });
});
