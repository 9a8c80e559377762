import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { qrFactor } from '../../src/linalg/kernels/index.ts';
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
  seed,
  tolerance,
  zeros,
} from './matrices.ts';
import { reference } from './reference.ts';

function expectFactorisation(x: Matrix): void {
  for (const mode of ['reduced', 'complete'] as const) {
    const before = x.a.slice();
    const { q, r } = qrFactor(x.a, x.m, x.n, mode);
    expect(x.a).toEqual(before);
    const inner = mode === 'reduced' ? Math.min(x.m, x.n) : x.m;
    const basis: Matrix = { m: x.m, n: inner, a: q };
    const triangle: Matrix = { m: inner, n: x.n, a: r };
    expect([q.length, r.length]).toEqual([x.m * inner, inner * x.n]);
    expect(orthogonalityDefect(basis)).toBeLessThan(tolerance(x.m));
    expect(relativeDifference(product(basis, triangle).a, x.a)).toBeLessThan(tolerance(x.m + x.n));
    expect(r.every((value, index) => Math.floor(index / x.n) <= index % x.n || value === 0)).toBe(true);
  }
}

describe('qrFactor', () => {
  test('A = Q R, QᵀQ = I, R upper triangular, for random matrices of any shape in both modes', () => {
    fc.assert(fc.property(arbitraryMatrix({ min: 0, max: 8 }), expectFactorisation), { seed });
  });

  test.each([
    ['zeros', zeros(5, 3)],
    ['identity', identity(5)],
    ['rank one', matrix(6, 4, (i, j) => (i + 1) * (j - 1.5))],
    ['repeated column', matrix(5, 3, (i, j) => (j === 2 ? i : i + j))],
    ['zero leading column', matrix(4, 3, (i, j) => j * (i + 1) + j * j)],
    ['Hilbert', hilbert(12)],
    ['graded from the first corner', graded(6, 'first')],
    ['graded from the last corner', graded(6, 'last')],
    ['graded without order', graded(7, 'mixed')],
    ['squares underflow', matrix(4, 4, (i, j) => 1e-200 * (i + 2 * j + 1))],
    ['squares overflow', matrix(4, 4, (i, j) => 1e200 * (i * j + 1))],
    ['extreme diagonal', diagonal(1e300, 1e-300)],
  ])('%s', (_, x) => expectFactorisation(x));

  test('an upper triangular matrix is left alone, as in LAPACK', () => {
    const { q, r } = qrFactor(Float64Array.of(1, 2, 0, 3), 2, 2, 'reduced');
    expect(q).toEqual(Float64Array.of(1, 0, 0, 1));
    expect(r).toEqual(Float64Array.of(1, 2, 0, 3));
  });

  test.each(reference.qr)('agrees with NumPy, signs included: $name', ({ m, n, a, q, r }) => {
    const complete = qrFactor(Float64Array.from(a), m, n, 'complete');
    expect(relativeDifference(complete.q, q)).toBeLessThan(1e-14);
    expect(relativeDifference(complete.r, r)).toBeLessThan(1e-14);
    const reduced = qrFactor(Float64Array.from(a), m, n, 'reduced');
    const inner = Math.min(m, n);
    expect(relativeDifference(reduced.r, r.slice(0, inner * n))).toBeLessThan(1e-14);
    const leading = q.filter((_, index) => index % m < inner);
    expect(relativeDifference(reduced.q, leading)).toBeLessThan(1e-14);
  });
});
