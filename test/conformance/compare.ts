// Comparing lists of tensors: shapes and dtypes exactly, numbers to a tolerance, with a message that says where they differ.
import type { DenseTensor, Tensor } from '../../src/tensor/tensor.ts';

export type Numbers = readonly ArrayLike<number>[];

export const numbers = (x: readonly Tensor[]): Numbers => x.map((v) => v.concrete('test').values());

const typeText = (x: readonly Tensor[]): string =>
  x.map((v) => `${v.dtype}[${(v.shape as readonly number[]).join(',')}]`).join(' ');

export const denseList = (x: readonly Tensor[]): DenseTensor[] => x.map((v) => v.concrete('test'));

/** The largest finite absolute value, at least `floor`. */
export function magnitude(x: ArrayLike<number>, floor = 0): number {
  let largest = floor;
  for (let i = 0; i < x.length; i++) {
    const v = Math.abs(x[i]!);
    if (v > largest && v < Infinity) largest = v;
  }
  return largest;
}

function differs(a: number, b: number, tolerance: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) !== Number.isNaN(b);
  return a !== b && !(Math.abs(a - b) <= tolerance);
}

/** Throws unless every |actual - expected| is within its tolerance. */
export function expectNumbers(
  what: string,
  actual: Numbers,
  expected: Numbers,
  tolerance: (output: number, element: number) => number,
): void {
  if (actual.length !== expected.length) throw new Error(`${what}: ${actual.length} results, not ${expected.length}.`);
  expected.forEach((e, k) => {
    const a = actual[k]!;
    if (a.length !== e.length) throw new Error(`${what}: result ${k} has ${a.length} elements, not ${e.length}.`);
    for (let i = 0; i < e.length; i++) {
      const bound = tolerance(k, i);
      if (differs(a[i]!, e[i]!, bound)) {
        const error = Math.abs(a[i]! - e[i]!);
        throw new Error(
          `${what}: result ${k}, element ${i}: ${a[i]} is not ${e[i]} (error ${error.toExponential(2)}, allowed ${bound.toExponential(2)}).`,
        );
      }
    }
  });
}

/** Equal types, and numbers equal up to `relative` times the largest number of their tensor, or to `absolute`. */
export function expectClose(
  what: string,
  actual: readonly Tensor[],
  expected: readonly Tensor[],
  relative: number,
  absolute = 0,
): void {
  expectTypes(what, actual, expected);
  const [a, e] = [numbers(actual), numbers(expected)];
  const scale = e.map((v, k) => magnitude(v, magnitude(a[k]!)));
  expectNumbers(what, a, e, (k) => absolute + relative * scale[k]!);
}

export function expectTypes(what: string, actual: readonly Tensor[], expected: readonly Tensor[]): void {
  const [a, e] = [typeText(actual), typeText(expected)];
  if (a !== e) throw new Error(`${what}: types are ${a}, expected ${e}.`);
}

/** Σ aᵢbᵢ over all tensors, and Σ |aᵢbᵢ|. */
export function inner(a: readonly Tensor[], b: readonly Tensor[]): { sum: number; size: number } {
  let sum = 0;
  let size = 0;
  const right = numbers(b);
  numbers(a).forEach((v, k) => {
    for (let i = 0; i < v.length; i++) {
      const term = v[i]! * right[k]![i]!;
      sum += term;
      size += Math.abs(term);
    }
  });
  return { sum, size };
}
