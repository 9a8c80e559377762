// A linear map as iterative methods know it: something that can be applied. A square matrix, an object with `matvec` (a
// structured derivative), or a function of a tree such as `(v) => hvp(f, x, v)[1]`.
import { ArgumentError, ShapeError } from '../errors.ts';
import { describe } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { AnyFunction } from '../transforms/call.ts';

export type LinearOperator = Tensor | AnyFunction | { matvec(v: Tensor): Tensor };

/** The operator as a function v ↦ A v. */
export function applied(op: string, A: LinearOperator): AnyFunction {
  if (A instanceof Tensor) {
    if (A.ndim !== 2 || A.shape[0] !== A.shape[1]) {
      throw new ShapeError(`${op}: needs a square matrix, got shape ${showShape(A.shape)}.`);
    }
    return (v: Tensor) => matmul(A, v);
  }
  if (typeof A === 'function') return A;
  if (typeof A === 'object' && A !== null && typeof A.matvec === 'function') return (v: Tensor) => A.matvec(v);
  throw new ArgumentError(
    `${op}: a linear operator is a square matrix, a function, or an object with matvec, got ${describe(A)}.`,
  );
}
