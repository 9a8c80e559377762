// Random matrices for the tests of linear algebra: tensors of float64 whose entries fast-check draws.
import fc from 'fast-check';
import { dense, type Tensor } from '../../src/tensor/tensor.ts';

/** Tensors of the given shape with entries between −2 and 2, multiples of 0.01: often singular, never nearly so. */
export function matrices(...shape: number[]): fc.Arbitrary<Tensor> {
  const size = shape.reduce((n, k) => n * k, 1);
  return fc.array(fc.integer({ min: -200, max: 200 }), { minLength: size, maxLength: size }).map((values) =>
    dense(
      'float64',
      shape,
      Float64Array.from(values, (v) => v / 100),
    ),
  );
}

/** n×n with a dominant diagonal: condition number below about 10. */
export function invertible(n: number): fc.Arbitrary<Tensor> {
  return matrices(n, n).map((x) => {
    const values = Float64Array.from(x.toTypedArray());
    for (let i = 0; i < n; i++) values[i * n + i]! += 3 * n * (values[i * n + i]! < 0 ? -1 : 1);
    return dense('float64', [n, n], values);
  });
}

/** The elements in row-major order. */
export const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray(), Number);
