// The nuclear norm under the name `norm`, and products of bools refused in their own name.
import { expect, test } from 'vitest';
import { dot, grad, inner, linalg, matmul, norm, outer, type Tensor, tensor, vmap } from '../../src/index.ts';

const A = tensor(
  [
    [0.5, -1.2, 2],
    [0.3, 0.7, -0.4],
  ],
  { dtype: 'float64' },
);

test("norm(x, 'nuc') is the sum of the singular values over two axes, as function and method", () => {
  const expected = linalg.svdvals(A).sum().item();
  expect(norm(A, 'nuc').item()).toBeCloseTo(expected, 14);
  expect(A.norm('nuc', [0, 1], { keepdims: true }).shape).toEqual([1, 1]);
  const batch = A.expandDims(1);
  expect(norm(batch, 'nuc', [0, 2]).item()).toBeCloseTo(expected, 14);
  expect(vmap((x: Tensor) => norm(x, 'nuc'))(A.expandDims(0)).item()).toBeCloseTo(expected, 14);
});

test('its gradient is U Vᵀ', () => {
  const [U, , Vh] = linalg.svd(A, { fullMatrices: false }) as [Tensor, Tensor, Tensor];
  const expected = matmul(U, Vh).toTypedArray();
  const gradient = (grad((x: Tensor) => norm(x, 'nuc'))(A) as Tensor).toTypedArray();
  gradient.forEach((v, i) => {
    expect(v).toBeCloseTo(expected[i]!, 12);
  });
});

test('it needs two axes', () => {
  expect(() => norm(tensor([1, 2]), 'nuc')).toThrow('norm: the nuclear norm is over two axes, got those of shape [2].');
});

test('products of bools are refused by name', () => {
  const v = tensor([true, false]);
  const f: Record<string, (a: Tensor, b: Tensor) => Tensor> = { dot, inner, matmul, outer };
  for (const [name, product] of Object.entries(f)) {
    expect(() => product(v, v)).toThrow(`${name}: dtype bool is not accepted.`);
  }
});
