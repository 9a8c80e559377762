// The derivative along a line from values alone, in float64:
//   f'(0) ≈ (45 (f(h) - f(-h)) - 9 (f(2h) - f(-2h)) + f(3h) - f(-3h)) / 60h,   error O(h⁶) + O(ε/h),
// at shrinking h, taking for every element the estimate that moved least from one h to the next.
import { type DenseTensor, dense } from '../../src/tensor/tensor.ts';
import { magnitude, numbers } from './compare.ts';
import type { TensorFunction } from './subject.ts';

const weights = [
  [1, 45],
  [2, -9],
  [3, 1],
] as const;
const firstStep = 6e-3;
const shrink = 4;
const mostSteps = 7;
/** Two estimates this near each other, relative to the largest, need no third. */
const settled = 1e-9;

export function along(x: readonly DenseTensor[], dx: readonly DenseTensor[], t: number): DenseTensor[] {
  return x.map((v, k) => {
    const [from, step] = [v.values(), dx[k]!.values()];
    return dense(
      'float64',
      v.shape,
      Float64Array.from(from, (a, i) => a + t * step[i]!),
    );
  });
}

function estimate(f: TensorFunction, x: readonly DenseTensor[], dx: readonly DenseTensor[], h: number): Float64Array[] {
  let sum: Float64Array[] | undefined;
  for (const [k, weight] of weights) {
    const [above, below] = [numbers(f(...along(x, dx, k * h))), numbers(f(...along(x, dx, -k * h)))];
    sum ??= above.map((v) => new Float64Array(v.length));
    sum.forEach((s, o) => {
      for (let i = 0; i < s.length; i++) {
        const [a, b] = [above[o]![i]!, below[o]![i]!];
        s[i]! += a === b ? 0 : (weight * (a - b)) / (60 * h); // equal infinities do not move
      }
    });
  }
  return sum!;
}

export function finiteDifference(
  f: TensorFunction,
  x: readonly DenseTensor[],
  dx: readonly DenseTensor[],
): Float64Array[] {
  let h = firstStep;
  let last = estimate(f, x, dx, h);
  const best = last.map((v) => v.slice());
  const moved = last.map((v) => new Float64Array(v.length).fill(Infinity));
  for (let step = 1; step < mostSteps; step++) {
    h /= shrink;
    const next = estimate(f, x, dx, h);
    let unsettled = false;
    next.forEach((v, o) => {
      const scale = magnitude(v);
      for (let i = 0; i < v.length; i++) {
        const change = Math.abs(v[i]! - last[o]![i]!);
        if (change < moved[o]![i]!) {
          moved[o]![i] = change;
          best[o]![i] = v[i]!;
        }
        if (!(moved[o]![i]! <= settled * scale)) unsettled = true;
      }
    });
    if (!unsettled) break;
    last = next;
  }
  return best;
}
