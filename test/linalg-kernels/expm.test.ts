import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eighFactor, expmKernel } from '../../src/linalg/kernels/index.ts';
import {
  arbitraryMatrix,
  diagonal,
  identity,
  largest,
  type Matrix,
  matrix,
  product,
  relativeDifference,
  seed,
  symmetrised,
  transpose,
  zeros,
} from './matrices.ts';
import { reference } from './reference.ts';

const exponential = (x: Matrix): Matrix => ({ ...x, a: expmKernel(x.a, x.n) });
/** Random n×n matrix scaled to entries of at most `size`. */
const bounded = (size: number): fc.Arbitrary<Matrix> =>
  arbitraryMatrix({ min: 0, max: 6, square: true }).map((x) => {
    const scale = size / Math.max(size, largest(x.a));
    return { ...x, a: x.a.map((value) => value * scale) };
  });

describe('expmKernel', () => {
  test('exp(A) exp(-A) = I for random matrices', () => {
    fc.assert(
      fc.property(bounded(1), (x) => {
        const there = exponential(x);
        const back = exponential({ ...x, a: x.a.map((value) => -value) });
        const rounding = 1e-15 * x.n * Math.max(1, largest(there.a) * largest(back.a)) * 20;
        expect(largest(product(there, back).a.map((value, i) => value - identity(x.n).a[i]!))).toBeLessThanOrEqual(
          rounding,
        );
      }),
      { seed },
    );
  });

  test('exp(A) = V exp(w) Vᵀ for random symmetric matrices', () => {
    fc.assert(
      fc.property(bounded(10).map(symmetrised), (x) => {
        const { w, v } = eighFactor(x.a, x.n);
        const scaled = matrix(x.n, x.n, (i, j) => v[i * x.n + j]! * Math.exp(w[j]!));
        const expected = product(scaled, transpose({ ...x, a: v }));
        expect(relativeDifference(exponential(x).a, expected.a)).toBeLessThan(5e-13);
      }),
      { seed },
    );
  });

  test('exp(Aᵀ) = exp(A)ᵀ for random matrices', () => {
    fc.assert(
      fc.property(bounded(3), (x) => {
        expect(relativeDifference(exponential(transpose(x)).a, transpose(exponential(x)).a)).toBeLessThan(1e-12);
      }),
      { seed },
    );
  });

  test('exp(0) = I exactly, at sizes 0 and 1 too', () => {
    for (const n of [0, 1, 2, 5]) expect(expmKernel(zeros(n, n).a, n)).toEqual(identity(n).a);
    expect(expmKernel(Float64Array.of(-745), 1)).toEqual(Float64Array.of(Math.exp(-745)));
  });

  test('huge nilpotent matrices are exact: I + A', () => {
    expect(expmKernel(Float64Array.of(0, 1e100, 0, 0), 2)).toEqual(Float64Array.of(1, 1e100, 0, 1));
  });

  test('decay to zero does not overflow on the way', () => {
    expect(expmKernel(diagonal(-1e5, -2000, 0).a, 3)).toEqual(diagonal(0, 0, 1).a);
    expect(largest(expmKernel(Float64Array.of(-1e12, 1e11, 1e11, -1e12), 2))).toBe(0);
  });

  test('a rotation by a large angle stays a rotation', () => {
    const e = expmKernel(Float64Array.of(0, -1e4, 1e4, 0), 2);
    expect(relativeDifference(e, [Math.cos(1e4), -Math.sin(1e4), Math.sin(1e4), Math.cos(1e4)])).toBeLessThan(1e-11);
  });

  test('an entry that is not finite makes every result NaN', () => {
    expect(expmKernel(Float64Array.of(0, Infinity, 0, 0), 2).every(Number.isNaN)).toBe(true);
  });

  test.each(reference.expm)('agrees with 120-digit arithmetic: $name', ({ n, a, e }) => {
    expect(relativeDifference(expmKernel(Float64Array.from(a), n), e)).toBeLessThan(1e-13);
  });
});
