// `trace` names two things in two fields, told apart by what they are given: the program of a function, the sum of a
// matrix's diagonal.

import { matrixTrace } from '../ops/diagonals.ts';
import type { Program } from '../program/program.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { AnyFunction } from './call.ts';
import { traceProgram } from './staging.ts';

/** `trace(f)(...args)` is the program of f at the types of the arguments; `trace(A)` is Σ Aᵢᵢ of a matrix or a batch. */
export function trace<X extends AnyFunction | Tensor>(
  x: X,
): X extends Tensor ? Tensor : (...args: unknown[]) => Program {
  return (x instanceof Tensor ? matrixTrace(x) : traceProgram(x as AnyFunction)) as ReturnType<typeof trace<X>>;
}
