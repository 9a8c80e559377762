// What every transform does with the user's function: check it, flatten trees of arguments, refuse promises, collect the
// output's leaves as tensors.
import { ArgumentError, ShapeError } from '../errors.ts';
import { asTensor, describe } from '../ops/operands.ts';
import { type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import { flatten, sameTree, showTree, type TreeShape, unflatten } from '../tensor/tree.ts';

// biome-ignore lint/suspicious/noExplicitAny: user functions take and return trees of tensors of any structure
export type AnyFunction = (...args: any[]) => any;

export interface Flat {
  readonly leaves: readonly Tensor[];
  readonly shape: TreeShape;
}

export function checkFunction(transform: string, f: unknown): asserts f is AnyFunction {
  if (typeof f !== 'function') {
    throw new ArgumentError(
      `${transform}: expected a function, got ${describe(f)}.`,
      `write ${transform}(f)(x), not ${transform}(f(x))`,
    );
  }
}

/** The leaves of a tree, all tensors; numbers become scalars. */
export function flattenTensors(where: string, tree: unknown): Flat {
  const { leaves, shape } = flatten(refusePromise(where, tree));
  return { leaves: leaves.map((leaf) => asTensor(where, leaf as Tensor)), shape };
}

/**
 * What puts the booleans of `args` back into a list of the same structure. They become tensors on the way into a program,
 * but the function shall see them as they are: JavaScript branches on a boolean, and takes every object for true.
 */
export function booleansOf(args: readonly unknown[]): (list: readonly unknown[]) => readonly unknown[] {
  const { leaves, shape } = flatten(args);
  if (!leaves.some((leaf) => typeof leaf === 'boolean')) return (list) => list;
  return (list) => {
    const others = flatten(list).leaves;
    return unflatten(
      shape,
      leaves.map((leaf, i) => (typeof leaf === 'boolean' ? leaf : others[i])),
    ) as unknown[];
  };
}

/** Calls the user's function under `interpreter`; a promise is refused, because tracing ends when the function returns. */
export function callUnder(
  transform: string,
  interpreter: Interpreter,
  f: AnyFunction,
  args: readonly unknown[],
): unknown {
  const result = within(interpreter, () => f(...args));
  return refusePromise(transform, result);
}

export function refusePromise<T>(transform: string, result: T): T {
  if (result instanceof Promise || typeof (result as { then?: unknown } | null)?.then === 'function') {
    if (result instanceof Promise) result.catch(() => {});
    throw new ArgumentError(
      `${transform}: the function is async; it returned a Promise.`,
      `${transform} follows a function only while it runs: await what it needs before, and pass the values in`,
    );
  }
  return result;
}

/** The tensors a derivative is taken with respect to must have a float dtype. */
export function requireFloat(transform: string, x: readonly Tensor[]): void {
  for (const v of x) {
    if (!isFloat(v.dtype)) {
      throw new ArgumentError(
        `${transform}: cannot differentiate with respect to a ${v.dtype} tensor of shape ${showShape(v.shape)}.`,
        "convert it: x.to('float32')",
      );
    }
  }
}

/** Leaves of `tree`, which must have the structure, shapes and dtypes of `like`. */
export function matching(transform: string, what: string, tree: unknown, like: Flat): Tensor[] {
  const { leaves, shape } = flattenTensors(transform, tree);
  if (!sameTree(shape, like.shape)) {
    throw new ArgumentError(
      `${transform}: ${what} has the structure ${showTree(shape)}, expected ${showTree(like.shape)}.`,
    );
  }
  return leaves.map((v, i) => {
    const expected = like.leaves[i]!;
    if (v.shape.length !== expected.shape.length || v.shape.some((n, k) => n !== expected.shape[k])) {
      throw new ShapeError(
        `${transform}: ${what} has shape ${showShape(v.shape)}, expected ${showShape(expected.shape)}.`,
      );
    }
    return v.dtype === expected.dtype ? v : v.to(expected.dtype);
  });
}

/** Splits the arguments of a call into those differentiated and the function of them alone. */
export interface Selection {
  readonly selected: readonly unknown[];
  /** True when argnums was a single number, so that results are not wrapped in a list. */
  readonly single: boolean;
  /** The full argument list with the selected ones replaced. */
  replace(values: readonly unknown[]): unknown[];
}

export function selectArguments(
  transform: string,
  args: readonly unknown[],
  argnums: number | readonly number[] = 0,
): Selection {
  const single = typeof argnums === 'number';
  const list = single ? [argnums] : argnums;
  if (!Array.isArray(list) || list.length === 0 || list.some((n) => !Number.isInteger(n))) {
    throw new ArgumentError(
      `${transform}: argnums must be an integer or a non-empty list of integers, got ${describeList(argnums)}.`,
    );
  }
  const positions = list.map((n: number) => {
    const at = n < 0 ? n + args.length : n;
    if (at < 0 || at >= args.length) {
      throw new ArgumentError(
        `${transform}: argnums ${n} is out of range for a call with ${args.length} argument${args.length === 1 ? '' : 's'}.`,
      );
    }
    return at;
  });
  if (new Set(positions).size !== positions.length) {
    throw new ArgumentError(`${transform}: argnums ${describeList(argnums)} names an argument twice.`);
  }
  return {
    selected: positions.map((at: number) => args[at]),
    single,
    replace(values) {
      const out = [...args];
      positions.forEach((at: number, i: number) => {
        out[at] = values[i];
      });
      return out;
    },
  };
}

function describeList(value: unknown): string {
  return Array.isArray(value)
    ? `[${value.join(', ')}]`
    : describe(value) === 'a number'
      ? String(value)
      : describe(value);
}

/** Splits `[output, aux]` when hasAux is set. */
export function splitAux(transform: string, result: unknown, hasAux: boolean): [output: unknown, aux: unknown] {
  refusePromise(transform, result);
  if (!hasAux) return [result, undefined];
  if (!Array.isArray(result) || result.length !== 2) {
    throw new ArgumentError(
      `${transform}: with hasAux the function must return [output, aux], got ${describe(result)}.`,
    );
  }
  return [result[0], result[1]];
}

export function restore(flat: Flat, leaves: readonly unknown[]): unknown {
  return unflatten(flat.shape, leaves);
}

/** `aux` with the tracers of a finished transform replaced by the values behind them. */
export function released(aux: unknown, primal: (x: Tensor) => Tensor): unknown {
  const { leaves, shape } = flatten(aux);
  return unflatten(
    shape,
    leaves.map((leaf) => (leaf instanceof Tensor ? primal(leaf) : leaf)),
  );
}
