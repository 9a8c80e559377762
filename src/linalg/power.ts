// Integer powers of a square matrix by repeated squaring, and the trace.
import { ArgumentError } from '../errors.ts';
import { composite } from '../ops/composite.ts';
import { matrixTrace } from '../ops/diagonals.ts';
import { matmul } from '../ops/products.ts';
import { broadcastInto } from '../ops/spread.ts';
import { eye } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { matrixArgument } from './arrange.ts';
import { checkSquare } from './matrix-op.ts';
import { inv } from './solve.ts';

/** Aⁿ for an integer n, [..., k, k]; a negative n takes the inverse and throws LinalgError where there is none. */
export function matrixPower(A: Tensor, n: number): Tensor {
  const a = matrixArgument('matrixPower', A);
  checkSquare('matrixPower', a);
  if (!Number.isInteger(n)) throw new ArgumentError(`matrixPower: the power must be an integer, got ${String(n)}.`);
  if (n === 0) return broadcastInto(eye(a.shape.at(-1)!, undefined, { dtype: a.dtype }), a.shape);
  let square = n < 0 ? inv(a) : a;
  let result: Tensor | undefined;
  for (let left = Math.abs(n); ; square = matmul(square, square)) {
    if (left % 2 === 1) result = result ? matmul(result, square) : square;
    left = Math.floor(left / 2);
    if (left === 0) return result!;
  }
}

/** The sum of the main diagonal of the last two axes, [...]. */
export function trace(A: Tensor): Tensor {
  return matrixTrace(A, 0, -2, -1);
}

composite('linalg.matrixPower', matrixPower, [
  { inputs: [{ shape: [3, 3] }], params: [5] },
  { inputs: [{ shape: [2, 2], kind: 'invertible' }], params: [-3] },
  { inputs: [{ shape: [2, 2, 2] }], params: [0] },
]);
composite('linalg.trace', trace, [{ inputs: [{ shape: [3, 3] }] }, { inputs: [{ shape: [2, 2, 3] }] }]);
