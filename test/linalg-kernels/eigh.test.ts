import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eighFactor } from '../../src/linalg/kernels/index.ts';
import {
  arbitraryMatrix,
  diagonal,
  graded,
  hilbert,
  identity,
  largest,
  type Matrix,
  matrix,
  orthogonalityDefect,
  product,
  relativeDifference,
  scattered,
  seed,
  symmetrised,
  tolerance,
  transpose,
  zeros,
} from './matrices.ts';
import { reference } from './reference.ts';

function expectDecomposition(x: Matrix): void {
  const before = x.a.slice();
  const { w, v } = eighFactor(x.a, x.n);
  expect(x.a).toEqual(before);
  const vectors: Matrix = { ...x, a: v };
  expect(orthogonalityDefect(vectors)).toBeLessThan(tolerance(x.n));
  for (let i = 1; i < x.n; i++) expect(w[i]).toBeGreaterThanOrEqual(w[i - 1]!);
  const scaled = matrix(x.n, x.n, (i, j) => v[i * x.n + j]! * w[j]!);
  expect(relativeDifference(product(scaled, transpose(vectors)).a, x.a)).toBeLessThan(tolerance(x.n));
  for (let j = 0; j < x.n; j++) {
    const column = Array.from({ length: x.n }, (_, i) => v[i * x.n + j]!);
    const size = largest(column);
    expect(column.find((value) => Math.abs(value) >= (1 - 1e-6) * size)).toBeGreaterThan(0);
  }
}

describe('eighFactor', () => {
  test('A = V diag(w) Vᵀ, VᵀV = I, w ascending, signs fixed, for random symmetric matrices', () => {
    fc.assert(
      fc.property(arbitraryMatrix({ min: 0, max: 9, square: true }), (x) => expectDecomposition(symmetrised(x))),
      { seed, numRuns: 300 },
    );
  });

  test.each([
    ['zeros', zeros(4, 4)],
    ['one entry', diagonal(-3)],
    ['identity', identity(6)],
    ['diagonal, unordered', diagonal(3, -1, 2, 2, -1)],
    ['all ones', matrix(7, 7, () => 1)],
    ['rank two', matrix(8, 8, (i, j) => i * j + 1)],
    ['reversed identity', matrix(6, 6, (i, j) => (i + j === 5 ? 1 : 0))],
    ['zero diagonal, tridiagonal', matrix(9, 9, (i, j) => (Math.abs(i - j) === 1 ? 1 : 0))],
    ['Wilkinson W21+', matrix(21, 21, (i, j) => (i === j ? Math.abs(i - 10) : Math.abs(i - j) === 1 ? 1 : 0))],
    ['reflection, eigenvalues 1 and -1 only', matrix(8, 8, (i, j) => (i === j ? 1 : 0) - 0.25)],
    ['Hilbert', hilbert(14)],
    [
      'glued blocks with tiny couplings',
      matrix(12, 12, (i, j) => (i === j ? i % 3 : Math.abs(i - j) === 1 ? 1e-9 : 0)),
    ],
    ['graded from the first corner', graded(8, 'first')],
    ['graded from the last corner', graded(8, 'last')],
    ['graded without order', graded(9, 'mixed')],
    ['tiny', matrix(5, 5, (i, j) => 1e-300 * (i + j + 1))],
    ['huge', matrix(5, 5, (i, j) => 1e300 * (i + j + 1))],
    ['of moderate size', symmetrised(scattered(60, 60))],
  ])('%s', (_, x) => expectDecomposition(x));

  test('a diagonal matrix keeps its entries exactly, over 300 orders of magnitude', () => {
    const { w, v } = eighFactor(diagonal(1e150, -1e-150, 1).a, 3);
    expect(w).toEqual(Float64Array.of(-1e-150, 1, 1e150));
    expect(v).toEqual(Float64Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0));
  });

  test('a matrix of 150 rows keeps its trace, its Frobenius norm and the residual A v = w v', () => {
    const n = 150;
    const x = symmetrised(scattered(n, n));
    const { w, v } = eighFactor(x.a, n);
    const trace = x.a.reduce((sum, value, index) => sum + (index % (n + 1) === 0 ? value : 0), 0);
    expect(Math.abs(w.reduce((sum, value) => sum + value, 0) - trace)).toBeLessThan(1e-12);
    expect(Math.hypot(...w) / Math.hypot(...x.a)).toBeCloseTo(1, 13);
    const left = product(x, { ...x, a: v });
    const right = matrix(n, n, (i, j) => v[i * n + j]! * w[j]!);
    expect(largest(left.a.map((value, i) => value - right.a[i]!)) / largest(w)).toBeLessThan(1e-14);
    expect(orthogonalityDefect({ ...x, a: v })).toBeLessThan(1e-14);
  });

  test('subnormal entries keep what precision they have', () => {
    expect(eighFactor(Float64Array.of(0, 1e-320, 1e-320, 0), 2).w).toEqual(Float64Array.of(-1e-320, 1e-320));
  });

  test('reads the lower triangle only', () => {
    expect(eighFactor(Float64Array.of(1, NaN, 0, 2), 2).w).toEqual(Float64Array.of(1, 2));
  });

  test.each([NaN, Infinity])('an entry %s makes every result NaN', (bad) => {
    const { w, v } = eighFactor(Float64Array.of(1, 0, bad, 1), 2);
    expect([...w, ...v].every(Number.isNaN)).toBe(true);
  });

  test.each(reference.eigh)('agrees with NumPy up to the sign convention: $name', ({ n, a, w, v }) => {
    const ours = eighFactor(Float64Array.from(a), n);
    expect(relativeDifference(ours.w, w)).toBeLessThan(2e-15);
    expect(relativeDifference(ours.v, v)).toBeLessThan(1e-14);
  });

  test.each(reference.eigenvalues)('eigenvalues agree with 120-digit arithmetic: $name', ({ n, a, w }) => {
    expect(relativeDifference(eighFactor(Float64Array.from(a), n).w, w)).toBeLessThan(2e-15);
  });
});
