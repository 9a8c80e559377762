// Reading results in tests: flat numbers of tensors and trees, and closeness with the numbers shown when it fails.
import { expect } from 'vitest';
import { type Data, Tensor, tensor, tree } from '../../src/index.ts';

/** A float64 tensor. */
export const T = (data: Data): Tensor => tensor(data, { dtype: 'float64' });

/** All numbers of a tensor, number or tree, in order. */
export function numbers(value: unknown): number[] {
  return tree.leaves(value).flatMap((leaf) => (leaf instanceof Tensor ? [...leaf.toTypedArray()] : [Number(leaf)]));
}

export function expectClose(got: unknown, expected: unknown, tolerance = 1e-9): void {
  const [a, b] = [numbers(got), numbers(expected)];
  expect(a.length).toBe(b.length);
  const worst = Math.max(0, ...a.map((x, i) => Math.abs(x - b[i]!) / Math.max(1, Math.abs(b[i]!))));
  const fits = worst <= tolerance && a.every((x, i) => Number.isFinite(x) || Object.is(x, b[i]));
  if (!fits) expect(a).toEqual(b);
}
