// What a product does to its elements on the way to memory: adding a bias that repeats along rows, columns or both, and relu. The
// product's kernel has them in registers anyway.
import { sizeOf } from '../tensor/layout.ts';
import type { View } from './expression.ts';
import type { Product } from './product.ts';

export interface Epilogue {
  readonly bias?: Bias;
  readonly relu: boolean;
}

/** Element bias[offset + row · i + column · j] belongs to row i and column j; `column` is 0 or 1, and one of both is 0. */
export interface Bias {
  readonly view: View;
  readonly row: number;
  readonly column: 0 | 1;
}

/** How far along its rows or columns a step in the result of a product goes; undefined for steps in its batch. */
function directionOf(stride: number, { m, n, rowStride }: Product): { row: number } | { column: number } | undefined {
  if (stride > 0 && stride < n) return { column: stride };
  const row = stride / rowStride;
  return Number.isInteger(row) && row > 0 && row < m ? { row } : undefined;
}

/** `bias`, which is to be added to the result of the product seen through `result`, as the kernel reads it. */
export function biasOf(product: Product, result: View, bias: View): Bias | undefined {
  if (product.symmetric || result.offset !== 0 || sizeOf(result.shape) !== product.size) return undefined;
  const steps: { row?: number; column?: number } = {};
  for (const [axis, size] of result.shape.entries()) {
    if (size === 1) continue;
    const step = bias.strides[axis]!;
    const direction = directionOf(result.strides[axis]!, product);
    if (!direction) {
      if (step !== 0) return undefined;
      continue;
    }
    const [name, distance] =
      'row' in direction ? (['row', direction.row] as const) : (['column', direction.column] as const);
    const single = step / distance;
    if ((steps[name] ?? single) !== single) return undefined;
    steps[name] = single;
  }
  const { row = 0, column = 0 } = steps;
  if (!Number.isInteger(row) || (column !== 0 && column !== 1) || (row !== 0 && column !== 0)) return undefined;
  return { view: bias, row, column };
}
