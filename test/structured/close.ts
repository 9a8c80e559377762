// Comparison of whole tensors in one assertion: there are too many entries for one each.
import { expect } from 'vitest';
import type { Tensor } from '../../src/index.ts';

/** Shapes are the same, and no entry is off by more than `relative` of the largest one, or of 1. */
export function expectClose(actual: Tensor, expected: Tensor, relative = 1e-11): void {
  expect([...actual.shape]).toEqual([...expected.shape]);
  const a = actual.toTypedArray();
  let [scale, worst] = [1, 0];
  for (const [i, y] of expected.toTypedArray().entries()) {
    scale = Math.max(scale, Math.abs(y));
    worst = Math.max(worst, Math.abs(a[i]! - y));
  }
  expect(worst).toBeLessThanOrEqual(relative * scale);
}
