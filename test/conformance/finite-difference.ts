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
/** Two estimates this near each other need no third: relative to the largest of them, and to what rounding of f leaves. */
const settled = 1e-9;
const rounding = 1e-12;

function along(x: readonly DenseTensor[], dx: readonly DenseTensor[], t: number): DenseTensor[] {
  return x.map((v, k) => {
    const [from, step] = [v.values(), dx[k]!.values()];
    return dense(
      'float64',
      v.shape,
      Float64Array.from(from, (a, i) => a + t * step[i]!),
    );
  });
}

/** A derivative with the size of the values it was read from, which says what their rounding may have left in it. */
export interface Difference {
  readonly derivative: readonly Float64Array[];
  readonly size: readonly number[];
}

function estimate(f: TensorFunction, x: readonly DenseTensor[], dx: readonly DenseTensor[], h: number): Difference {
  const derivative: Float64Array[] = [];
  const size: number[] = [];
  for (const [k, weight] of weights) {
    const [above, below] = [numbers(f(...along(x, dx, k * h))), numbers(f(...along(x, dx, -k * h)))];
    above.forEach((v, o) => {
      derivative[o] ??= new Float64Array(v.length);
      const sum = derivative[o]!;
      for (let i = 0; i < sum.length; i++) {
        const [a, b] = [v[i]!, below[o]![i]!];
        sum[i]! += a === b ? 0 : (weight * (a - b)) / (60 * h); // equal infinities do not move
      }
      size[o] = magnitude(below[o]!, magnitude(v, size[o]));
    });
  }
  return { derivative, size };
}

/** The derivatives of the outputs of f at x along dx. */
export function finiteDifference(f: TensorFunction, x: readonly DenseTensor[], dx: readonly DenseTensor[]): Difference {
  let h = firstStep;
  let last = estimate(f, x, dx, h);
  const best = last.derivative.map((v) => v.slice());
  const moved = best.map((v) => new Float64Array(v.length).fill(Infinity));
  for (let step = 1; step < mostSteps; step++) {
    h /= shrink;
    const next = estimate(f, x, dx, h);
    let unsettled = false;
    next.derivative.forEach((v, o) => {
      const near = settled * magnitude(v) + rounding * next.size[o]!;
      for (let i = 0; i < v.length; i++) {
        const change = Math.abs(v[i]! - last.derivative[o]![i]!);
        if (change < moved[o]![i]!) {
          moved[o]![i] = change;
          best[o]![i] = v[i]!;
        }
        if (!(moved[o]![i]! <= near)) unsettled = true;
      }
    });
    last = next;
    if (!unsettled) break;
  }
  return { derivative: best, size: last.size };
}
