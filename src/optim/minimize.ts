// What minimisers of a function of a tree have in common: the scalar function as one of a vector, when to stop, the result.
import { ArgumentError, ShapeError } from '../errors.ts';
import { checkOptions } from '../nn/options.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type AnyFunction, checkFunction, type Flat, flattenTensors, requireFloat } from '../transforms/call.ts';
import { checkNumber } from './rule.ts';
import { unravelTree } from './vector.ts';

export interface MinimizeOptions {
  readonly maxIterations?: number;
  /** Stops when no element of the gradient is larger; default 1e-8, and 1e-4 where a parameter is float32. */
  readonly gradientTolerance?: number;
}

export interface Minimum<P> {
  /** The parameters found, a tree like the start. */
  readonly x: P;
  readonly value: number;
  /** The largest magnitude in the gradient at x. */
  readonly gradientNorm: number;
  readonly iterations: number;
  /** How often the function was evaluated. */
  readonly evaluations: number;
  /** False when it stopped before the gradient was small enough. */
  readonly converged: boolean;
}

/** A function and its start, both in terms of a float64 vector. */
export interface Problem {
  readonly start: Flat;
  readonly tolerance: number;
  /** The user's function of the vector; a scalar tensor. */
  readonly f: (x: Tensor) => Tensor;
}

export function problem(
  op: string,
  f: AnyFunction,
  x0: unknown,
  options: MinimizeOptions,
  names: readonly string[],
): Problem {
  checkFunction(op, f);
  checkOptions(op, options, names);
  const start = flattenTensors(op, x0);
  requireFloat(op, start.leaves);
  const single = start.leaves.some((x) => x.dtype === 'float32');
  const { gradientTolerance = single ? 1e-4 : 1e-8 } = options;
  checkNumber(op, 'gradientTolerance', gradientTolerance);
  if (options.maxIterations !== undefined) checkNumber(op, 'maxIterations', options.maxIterations);
  return {
    start,
    tolerance: gradientTolerance,
    f: (x) => {
      const y = flattenTensors(op, f(unravelTree(x, start))).leaves;
      if (y.length === 1 && y[0]!.ndim === 0) return y[0]!;
      if (y.length === 1) throw new ShapeError(`${op}: f returned shape ${showShape(y[0]!.shape)}, expected a scalar.`);
      throw new ArgumentError(`${op}: f returned ${y.length} values, expected one scalar.`);
    },
  };
}
