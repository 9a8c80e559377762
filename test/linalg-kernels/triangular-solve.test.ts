import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { solveTriangularKernel } from '../../src/linalg/kernels/index.ts';
import {
  arbitraryMatrix,
  type Matrix,
  matrix,
  product,
  relativeDifference,
  scattered,
  seed,
  transpose,
} from './matrices.ts';
import { reference } from './reference.ts';

const form = fc.record({ lower: fc.boolean(), unit: fc.boolean(), transpose: fc.boolean() });

describe('solveTriangularKernel', () => {
  test('op(T) X = B for random diagonally dominant triangles, the other triangle being ignored', () => {
    fc.assert(
      fc.property(arbitraryMatrix({ min: 0, max: 7, square: true }), fc.nat(4), form, ({ n, a }, k, options) => {
        const dominance = 1 + n * Math.max(1, ...a.map(Math.abs));
        const scale = options.unit ? 1 / dominance : 1; // unit triangles stay well conditioned with small entries
        const t = a.map((x, index) => (Math.floor(index / n) === index % n ? dominance : x * scale));
        const read: Matrix = matrix(n, n, (i, j) => {
          if (i === j) return options.unit ? 1 : t[i * n + j]!;
          return i > j === options.lower ? t[i * n + j]! : 0;
        });
        const b = scattered(n, k);
        const x: Matrix = { m: n, n: k, a: solveTriangularKernel(t, n, b.a, k, options) };
        const result = product(options.transpose ? transpose(read) : read, x);
        expect(relativeDifference(result.a, b.a)).toBeLessThan(1e-13);
      }),
      { seed },
    );
  });

  test('unit and transpose default to false', () => {
    const t = Float64Array.of(2, 0, 1, 4);
    expect(solveTriangularKernel(t, 2, Float64Array.of(2, 9), 1, { lower: true })).toEqual(Float64Array.of(1, 2));
  });

  test('a zero on the diagonal is not hidden', () => {
    const x = solveTriangularKernel(Float64Array.of(0), 1, Float64Array.of(1, 0), 2, { lower: true });
    expect(x[0]).toBe(Infinity);
    expect(x[1]).toBeNaN();
  });

  test.each(reference.triangular)('agrees with SciPy: $form', ({ n, k, t, b, form: options, x }) => {
    const ours = solveTriangularKernel(Float64Array.from(t), n, Float64Array.from(b), k, options);
    expect(relativeDifference(ours, x)).toBeLessThan(1e-14);
  });
});
