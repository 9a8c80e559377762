// Gradients, Jacobians and Hessians of functions of trees. A Jacobian is one product for every basis vector of the smaller
// side, all in one vmap: pushforwards of eye(n) by columns or pullbacks of eye(m) by rows.

import { ArgumentError, NotDifferentiableError, ShapeError } from '../errors.ts';
import { cast } from '../ops/cast.ts';
import { zerosOf } from '../ops/linear.ts';
import { moveaxis } from '../ops/movement.ts';
import { reshapeTo } from '../ops/spread.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { describeValue } from '../tensor/describe.ts';
import { allocate, type DType, isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { Cotangent } from '../tensor/op.ts';
import { scalarOutputMessage } from '../tensor/shape-messages.ts';
import { dense, filled, type Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { type AnyFunction, checkFunction, restore, selectArguments } from './call.ts';
import { checkStructured, currentPlanner } from './planner.ts';
import { staged } from './staged.ts';
import { type LinearizedTree, linearizeTree } from './vjp.ts';
import { inChunks, vmapFlat } from './vmap.ts';

export interface GradOptions {
  readonly argnums?: number | readonly number[];
  /** The function returns `[output, aux]`; aux is passed through. */
  readonly hasAux?: boolean;
}

interface Point extends LinearizedTree {
  readonly single: boolean;
}

/** Runs f once with the selected arguments traced. */
function linearizeSelected(transform: string, f: AnyFunction, args: readonly unknown[], options: GradOptions): Point {
  checkFunction(transform, f);
  const { selected, single, replace } = selectArguments(transform, args, options.argnums);
  const linear = linearizeTree(transform, (...x: unknown[]) => f(...replace(x)), selected, options.hasAux);
  return { ...linear, single };
}

/** Puts leaves back into the argument's structure: a bare tree for one argnum, a list for several. */
function perArgument(point: Point, leaves: readonly unknown[]): unknown {
  const list = unflatten(point.input.shape, leaves) as unknown[];
  return point.single ? list[0] : list;
}

function requireScalar(transform: 'grad' | 'valueAndGrad' | 'hessian', point: Point): Tensor {
  const y = point.outs[0];
  if (point.outs.length !== 1 || point.output.shape.kind !== 'leaf' || !y) {
    throw new ShapeError(
      `${transform}: f must return one scalar tensor, but returns a tree of ${point.outs.length}.`,
      'use jacobian() or vjp()',
    );
  }
  if (y.shape.length !== 0) throw new ShapeError(scalarOutputMessage(transform, y.shape));
  if (!isFloat(y.dtype)) {
    throw new ArgumentError(`${transform}: f must return a float scalar, but returns ${y.dtype}.`);
  }
  return y;
}

/** `valueAndGrad(f)(…args)` gives `[value, gradient]`, the gradient in the structure of the argument. */
export function valueAndGrad(f: AnyFunction, options: GradOptions = {}): AnyFunction {
  checkFunction('valueAndGrad', f);
  checkOptions('valueAndGrad', options, 'argnums', 'hasAux');
  return staged('valueAndGrad', f, options, (g) => (...args: unknown[]) => {
    const [value, gradient, aux] = gradientAt('valueAndGrad', g, args, options);
    return options.hasAux ? [[value, aux], gradient] : [value, gradient];
  });
}

function gradientAt(
  transform: 'grad' | 'valueAndGrad',
  f: AnyFunction,
  args: readonly unknown[],
  options: GradOptions,
): [Tensor, unknown, unknown] {
  const point = linearizeSelected(transform, f, args, options);
  const y = requireScalar(transform, point);
  const g = point.pullback([filled([], 1, y.dtype)]);
  return [
    y,
    perArgument(
      point,
      g.map((v, i) => v ?? zerosOf(point.input.leaves[i]!)),
    ),
    point.aux,
  ];
}

/**
 * The gradient of a scalar function, in the structure and shapes of its argument. `argnums` picks another argument or
 * several (then a list comes back); with `hasAux` the result is `[gradient, aux]`.
 */
export function grad(f: AnyFunction, options: GradOptions = {}): AnyFunction {
  checkFunction('grad', f);
  checkOptions('grad', options, 'argnums', 'hasAux');
  return staged('grad', f, options, (g) => (...args: unknown[]) => {
    const [, gradient, aux] = gradientAt('grad', g, args, options);
    return options.hasAux ? [gradient, aux] : gradient;
  });
}

export interface JacobianOptions extends GradOptions {
  /** 'auto' takes forward mode where the input is not larger than the output. */
  readonly mode?: 'auto' | 'forward' | 'reverse';
  /** How many products run at a time. */
  readonly chunkSize?: number;
  /** Gives StructuredMatrix values, which keep the structure of the derivative, instead of tensors. */
  readonly structured?: boolean;
}

/** ∂out/∂in for every output and input leaf, [...Out, ...In], in the dtype of the input, as a gradient is. */
function jacobianLeaves(point: Point, options: JacobianOptions): Tensor[][] {
  const { outs } = point;
  const inputs = point.input.leaves;
  const size = (list: readonly Tensor[]) => list.reduce((n, v) => n + sizeOf(v.shape), 0);
  const mode = options.mode ?? 'auto';
  if (mode === 'forward') return byColumns(point, options.chunkSize);
  if (mode === 'auto' && size(inputs) <= size(outs)) {
    try {
      return byColumns(point, options.chunkSize);
    } catch (error) {
      // A function with only a backward rule of its own has rows, if no columns.
      if (!(error instanceof NotDifferentiableError)) throw error;
    }
  }
  return outs.map((y, o) => {
    const rows = alongBasis(
      y,
      options.chunkSize,
      (e) => point.pullback(outs.map((_, k) => (k === o ? e : null))),
      inputs,
    );
    return inputs.map((x, i) => reshapeTo(rows[i]!, [...y.shape, ...x.shape]));
  });
}

function byColumns({ input, outs, pushforward }: Point, chunkSize: number | undefined): Tensor[][] {
  const inputs = input.leaves;
  // blocks[i][o] has shape [n_i, ...Out]: one pushforward for every basis vector of input leaf i.
  const blocks = inputs.map((x, i) =>
    alongBasis(x, chunkSize, (e) => pushforward(inputs.map((_, k) => (k === i ? e : null))), outs),
  );
  return outs.map((y, o) =>
    inputs.map((x, i) => reshapeTo(moveaxis(cast(blocks[i]![o]!, x.dtype), 0, -1), [...y.shape, ...x.shape])),
  );
}

/** Applies a linear map to every basis vector of the space of `like`, as one batch. */
function alongBasis(
  like: Tensor,
  chunkSize: number | undefined,
  map: (e: Tensor) => readonly Cotangent[],
  results: readonly Tensor[],
): readonly Tensor[] {
  const n = sizeOf(like.shape);
  if (n === 0) return results.map((y) => filled([0, ...y.shape], 0, y.dtype));
  const basis = reshapeTo(identity(n, like.dtype), [n, ...like.shape]);
  return inChunks(n, chunkSize ?? n, [basis], [true], (count, x) =>
    vmapFlat((e) => map(e!).map((v, i) => v ?? zerosOf(results[i]!)), count, x, [true]),
  );
}

function identity(n: number, dtype: DType): Tensor {
  const storage = allocate(dtype, n * n);
  for (let i = 0; i < n; i++) storage[i * n + i] = 1;
  return dense(dtype, [n, n], storage);
}

/**
 * The Jacobian, of shape [...Out, ...In]: output structure outside, input structure inside. The mode is chosen by the
 * sizes unless given.
 */
export function jacobian(f: AnyFunction, options: JacobianOptions = {}): AnyFunction {
  return jacobianAs('jacobian', f, options);
}

/** The Jacobian by forward mode, one pushforward per input element. */
export function jacfwd(f: AnyFunction, options: Omit<JacobianOptions, 'mode' | 'structured'> = {}): AnyFunction {
  return jacobianAs('jacfwd', f, { ...options, mode: 'forward' });
}

/** The Jacobian by reverse mode, one pullback per output element. */
export function jacrev(f: AnyFunction, options: Omit<JacobianOptions, 'mode' | 'structured'> = {}): AnyFunction {
  return jacobianAs('jacrev', f, { ...options, mode: 'reverse' });
}

/** A Jacobian named as the transform that asks for it. */
export function jacobianAs(transform: string, f: AnyFunction, options: JacobianOptions): AnyFunction {
  checkFunction(transform, f);
  const names = ['argnums', 'hasAux', 'mode', 'chunkSize', ...(transform === 'jacobian' ? ['structured'] : [])];
  checkOptions(transform, options, ...names);
  const { chunkSize, mode = 'auto' } = options;
  const structured = checkStructured(transform, options.structured);
  if (mode !== 'auto' && mode !== 'forward' && mode !== 'reverse') {
    throw new ArgumentError(`${transform}: mode must be 'auto', 'forward' or 'reverse', got ${describeValue(mode)}.`);
  }
  if (chunkSize !== undefined && !(Number.isInteger(chunkSize) && chunkSize > 0)) {
    throw new ArgumentError(`${transform}: chunkSize must be a positive integer, got ${String(chunkSize)}.`);
  }
  const planning = { kind: 'jacobian' as const, structured, single: isSingle(options) };
  const products = jacobianProducts(transform, options);
  // A program of all chunks would hold what the chunks are there to avoid.
  if (chunkSize !== undefined) return products(f);
  const mayPlan = transform === 'jacobian' && mode === 'auto' && !options.hasAux;
  return staged(transform, f, options, products, mayPlan ? planning : undefined);
}

/** Whether results come without a list around them. */
export function isSingle({ argnums }: GradOptions): boolean {
  return argnums === undefined || typeof argnums === 'number';
}

/** The Jacobian by products, not staged. */
export function jacobianProducts(transform: string, options: JacobianOptions): (g: AnyFunction) => AnyFunction {
  return (g) =>
    (...args) => {
      const point = linearizeSelected(transform, g, args, options);
      const inputs = point.input.leaves;
      const blocks = jacobianLeaves(point, options).map((row): readonly unknown[] =>
        options.structured ? row.map((block, i) => currentPlanner()!.dense(block, inputs[i]!.ndim)) : row,
      );
      const result = restore(
        point.output,
        blocks.map((row) => perArgument(point, row)),
      );
      return options.hasAux ? [result, point.aux] : result;
    };
}
