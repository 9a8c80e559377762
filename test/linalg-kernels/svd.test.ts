import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { svdFactor } from '../../src/linalg/kernels/index.ts';
import {
  arbitraryMatrix,
  diagonal,
  graded,
  hilbert,
  identity,
  type Matrix,
  matrix,
  orthogonalityDefect,
  product,
  relativeDifference,
  scattered,
  seed,
  tolerance,
  transpose,
  zeros,
} from './matrices.ts';
import { reference } from './reference.ts';

function expectDecomposition(x: Matrix): void {
  const { m, n, a } = x;
  const p = Math.min(m, n);
  for (const full of [false, true]) {
    const before = a.slice();
    const { u, s, vt } = svdFactor(a, m, n, full);
    expect(a).toEqual(before);
    const left: Matrix = { m, n: full ? m : p, a: u };
    const right: Matrix = { m: full ? n : p, n, a: vt };
    expect([u.length, s.length, vt.length]).toEqual([left.m * left.n, p, right.m * right.n]);
    expect(orthogonalityDefect(left)).toBeLessThan(tolerance(m));
    expect(orthogonalityDefect(transpose(right))).toBeLessThan(tolerance(n));
    for (let i = 0; i < p; i++) expect(s[i]).toBeGreaterThanOrEqual(i === p - 1 ? 0 : s[i + 1]!);
    const scaled = matrix(m, right.m, (i, j) => (j < p ? u[i * left.n + j]! * s[j]! : 0));
    expect(relativeDifference(product(scaled, right).a, a)).toBeLessThan(tolerance(m + n));
  }
}

describe('svdFactor', () => {
  test('A = U S Vᵀ, orthonormal factors, s descending, for random matrices of any shape', () => {
    fc.assert(fc.property(arbitraryMatrix({ min: 0, max: 8 }), expectDecomposition), { seed, numRuns: 300 });
  });

  test.each([
    ['zeros', zeros(4, 6)],
    ['one entry', diagonal(-3)],
    ['identity', identity(6)],
    ['negative identity', matrix(4, 4, (i, j) => (i === j ? -1 : 0))],
    ['diagonal with zeros inside', diagonal(1, 0, -2, 0, 3)],
    ['bidiagonal with zeros on the diagonal', matrix(6, 6, (i, j) => (j === i + 1 ? 1 : i === j && i % 2 ? 1 : 0))],
    ['shift matrix', matrix(7, 7, (i, j) => (j === i + 1 ? 1 : 0))],
    ['Jordan block', matrix(12, 12, (i, j) => (j === i + 1 ? 1 : i === j ? 0.1 : 0))],
    ['Jordan block of tiny diagonal', matrix(9, 9, (i, j) => (j === i + 1 ? 1 : i === j ? 1e-9 : 0))],
    ['all ones', matrix(7, 5, () => 1)],
    ['rank one, tall', matrix(9, 4, (i, j) => (i + 1) * (j - 1.5))],
    ['rank two, square', matrix(10, 10, (i, j) => i * j + 1)],
    ['rank two, wide', matrix(4, 11, (i, j) => i - j)],
    ['column', matrix(5, 1, (i) => i - 2)],
    ['row', matrix(1, 5, (_, j) => j - 2)],
    ['orthogonal, all values 1', matrix(4, 4, (i, j) => (i === j ? 1 : 0) - 0.5)],
    ['Hilbert', hilbert(14)],
    ['Hilbert, tall', matrix(15, 8, (i, j) => 1 / (i + j + 1))],
    ['Kahan', matrix(20, 20, (i, j) => (i > j ? 0 : 0.6 ** i * (i === j ? 1 : -0.8)))],
    ['graded from the first corner', graded(8, 'first')],
    ['graded from the last corner', graded(8, 'last')],
    ['graded without order', graded(9, 'mixed')],
    ['graded columns', matrix(7, 7, (i, j) => scattered(7, 7).a[i * 7 + j]! * 10 ** (50 * (j - 3)))],
    ['graded rows, reversed', matrix(7, 7, (i, j) => scattered(7, 7).a[i * 7 + j]! * 10 ** (50 * (3 - i)))],
    ['tiny', matrix(5, 4, (i, j) => 1e-300 * (i + j + 1))],
    ['huge', matrix(4, 5, (i, j) => 1e300 * (i + j + 1))],
    ['of moderate size', scattered(60, 40)],
  ])('%s', (_, x) => expectDecomposition(x));

  test('an integer matrix of rank one has zeros to working precision below its only value', () => {
    const { s } = svdFactor(Float64Array.of(1, 2, 2, 2, 4, 4, 2, 4, 4), 3, 3, false);
    expect(s[0]).toBeCloseTo(9, 13);
    expect(s[1]).toBeLessThan(1e-14);
  });

  test('a diagonal matrix keeps its magnitudes exactly, over 300 orders of magnitude', () => {
    expect(svdFactor(diagonal(-1e-150, 1e150, 1).a, 3, 3, false).s).toEqual(Float64Array.of(1e150, 1, 1e-150));
  });

  test('subnormal entries keep what precision they have', () => {
    expect(svdFactor(Float64Array.of(0, 1e-320, -3e-320, 0), 2, 2, false).s).toEqual(Float64Array.of(3e-320, 1e-320));
  });

  test.each([NaN, -Infinity])('an entry %s makes every result NaN', (bad) => {
    const { u, s, vt } = svdFactor(Float64Array.of(1, 0, bad, 1, 2, 3), 2, 3, true);
    expect([u.length, s.length, vt.length]).toEqual([4, 2, 9]);
    expect([...u, ...s, ...vt].every(Number.isNaN)).toBe(true);
  });

  test.each(reference.svd)('agrees with NumPy up to the sign convention: $name', ({ m, n, a, u, s, vt }) => {
    const ours = svdFactor(Float64Array.from(a), m, n, false);
    expect(relativeDifference(ours.s, s)).toBeLessThan(2e-15);
    expect(relativeDifference(ours.u, u)).toBeLessThan(1e-14);
    expect(relativeDifference(ours.vt, vt)).toBeLessThan(1e-14);
  });

  test.each(reference.singularValues)('values agree with 120-digit arithmetic: $name', ({ m, n, a, s }) => {
    expect(relativeDifference(svdFactor(Float64Array.from(a), m, n, false).s, s)).toBeLessThan(2e-15);
  });
});
