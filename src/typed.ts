// The public functions as the compiler sees them: the same functions, with the shape types of tensor/shape-types.ts.
// Inside the library shapes are plain numbers; here a wrong shape is a compile error with the run-time error's text.

import { ShapeError } from './errors.ts';
import * as activation from './ops/activation.ts';
import * as arithmetic from './ops/arithmetic.ts';
import * as binary from './ops/binary.ts';
import * as comparison from './ops/comparison.ts';
import { einsum as anyEinsum } from './ops/einsum.ts';
import * as erfs from './ops/erf.ts';
import * as exponential from './ops/exponential.ts';
import * as extremes from './ops/extremes.ts';
import * as gammas from './ops/gamma.ts';
import * as hyperbolic from './ops/hyperbolic.ts';
import * as joining from './ops/joining.ts';
import * as logistic from './ops/logistic.ts';
import * as movement from './ops/movement.ts';
import * as nanReductions from './ops/nan-reductions.ts';
import { onlyTensor } from './ops/operands.ts';
import * as power from './ops/power.ts';
import * as products from './ops/products.ts';
import * as rectifier from './ops/rectifier.ts';
import * as reduction from './ops/reduction.ts';
import * as rounding from './ops/rounding.ts';
import { sinc as anySinc } from './ops/sinc.ts';
import * as softmaxes from './ops/softmax.ts';
import * as statistics from './ops/statistics.ts';
import * as trig from './ops/trig.ts';
import type { StructuredMatrix } from './structured/matrix.ts';
import * as create from './tensor/create.ts';
import type { KeepDims } from './tensor/methods.ts';
import { checkShape, sameShape } from './tensor/shape.ts';
import { showShape } from './tensor/shape-messages.ts';
import type {
  BroadcastArgument,
  BroadcastResult,
  Concat,
  Data,
  Einsum,
  ExpandDims,
  GradOutput,
  HessianOutput,
  HessianShape,
  JacobianShape,
  MatMul,
  Need,
  Permute,
  Reduce,
  Reshape,
  Result,
  ShapeOf,
  ShapeOfData,
  ShapesOf,
  Squeeze,
  Stack,
} from './tensor/shape-types.ts';
import type { Tensor } from './tensor/tensor.ts';
import type { AnyFunction } from './transforms/call.ts';
import * as derivatives from './transforms/derivatives.ts';
import { hessian as anyHessian } from './transforms/second-order.ts';

type Scalar = number | boolean;
type Operand = Tensor | Scalar;
type AxisList = number | readonly number[];

// ----------------------------------------------------------------------------------------------------- operations

type UnaryFunction = <X extends Operand>(x: X) => Tensor<ShapeOf<X>>;

type BinaryFunction<Op extends string> = <A extends Operand, B extends Operand>(
  a: A,
  b: BroadcastArgument<Op, ShapeOf<A>, B>,
) => Tensor<BroadcastResult<Op, ShapeOf<A>, B>>;

type ReductionFunction<Op extends string, Options = unknown> = <
  X extends Tensor,
  const A extends AxisList | undefined = undefined,
  const K extends boolean = false,
>(
  x: X,
  axis?: Need<Reduce<Op, ShapeOf<X>, A, K>, A>,
  options?: KeepDims<K> & Options,
) => Tensor<Result<Reduce<Op, ShapeOf<X>, A, K>>>;

/** The same function under its typed signature. */
const seen = <F>(f: unknown): F => f as F;

export const add: BinaryFunction<'add'> = seen(arithmetic.add);
export const sub: BinaryFunction<'sub'> = seen(arithmetic.sub);
export const mul: BinaryFunction<'mul'> = seen(arithmetic.mul);
export const div: BinaryFunction<'div'> = seen(arithmetic.div);
export const pow: BinaryFunction<'pow'> = seen(power.pow);
export const maximum: BinaryFunction<'maximum'> = seen(binary.maximum);
export const minimum: BinaryFunction<'minimum'> = seen(binary.minimum);
export const remainder: BinaryFunction<'remainder'> = seen(binary.remainder);
export const fmod: BinaryFunction<'fmod'> = seen(binary.fmod);
export const floorDivide: BinaryFunction<'floorDivide'> = seen(binary.floorDivide);
export const atan2: BinaryFunction<'atan2'> = seen(binary.atan2);
export const hypot: BinaryFunction<'hypot'> = seen(binary.hypot);
export const copysign: BinaryFunction<'copysign'> = seen(binary.copysign);
export const logaddexp: BinaryFunction<'logaddexp'> = seen(exponential.logaddexp);
export const xlogy: BinaryFunction<'xlogy'> = seen(exponential.xlogy);
export const equal: BinaryFunction<'equal'> = seen(comparison.equal);
export const notEqual: BinaryFunction<'notEqual'> = seen(comparison.notEqual);
export const less: BinaryFunction<'less'> = seen(comparison.less);
export const lessEqual: BinaryFunction<'lessEqual'> = seen(comparison.lessEqual);
export const greater: BinaryFunction<'greater'> = seen(comparison.greater);
export const greaterEqual: BinaryFunction<'greaterEqual'> = seen(comparison.greaterEqual);
export const logicalAnd: BinaryFunction<'logicalAnd'> = seen(comparison.logicalAnd);
export const logicalOr: BinaryFunction<'logicalOr'> = seen(comparison.logicalOr);
export const logicalXor: BinaryFunction<'logicalXor'> = seen(comparison.logicalXor);

export const neg: UnaryFunction = seen(arithmetic.neg);
export const square: UnaryFunction = seen(arithmetic.square);
export const reciprocal: UnaryFunction = seen(arithmetic.reciprocal);
export const abs: UnaryFunction = seen(rounding.abs);
export const sign: UnaryFunction = seen(rounding.sign);
export const floor: UnaryFunction = seen(rounding.floor);
export const ceil: UnaryFunction = seen(rounding.ceil);
export const round: UnaryFunction = seen(rounding.round);
export const trunc: UnaryFunction = seen(rounding.trunc);
export const frac: UnaryFunction = seen(rounding.frac);
export const exp: UnaryFunction = seen(exponential.exp);
export const exp2: UnaryFunction = seen(exponential.exp2);
export const expm1: UnaryFunction = seen(exponential.expm1);
export const log: UnaryFunction = seen(exponential.log);
export const log2: UnaryFunction = seen(exponential.log2);
export const log10: UnaryFunction = seen(exponential.log10);
export const log1p: UnaryFunction = seen(exponential.log1p);
export const sqrt: UnaryFunction = seen(power.sqrt);
export const rsqrt: UnaryFunction = seen(power.rsqrt);
export const cbrt: UnaryFunction = seen(power.cbrt);
export const sin: UnaryFunction = seen(trig.sin);
export const cos: UnaryFunction = seen(trig.cos);
export const tan: UnaryFunction = seen(trig.tan);
export const asin: UnaryFunction = seen(trig.asin);
export const acos: UnaryFunction = seen(trig.acos);
export const atan: UnaryFunction = seen(trig.atan);
export const sinh: UnaryFunction = seen(hyperbolic.sinh);
export const cosh: UnaryFunction = seen(hyperbolic.cosh);
export const tanh: UnaryFunction = seen(hyperbolic.tanh);
export const asinh: UnaryFunction = seen(hyperbolic.asinh);
export const acosh: UnaryFunction = seen(hyperbolic.acosh);
export const atanh: UnaryFunction = seen(hyperbolic.atanh);
export const sigmoid: UnaryFunction = seen(logistic.sigmoid);
export const logSigmoid: UnaryFunction = seen(logistic.logSigmoid);
export const softplus: UnaryFunction = seen(logistic.softplus);
export const logit: UnaryFunction = seen(logistic.logit);
export const softsign: UnaryFunction = seen(activation.softsign);
export const silu: UnaryFunction = seen(activation.silu);
export const mish: UnaryFunction = seen(activation.mish);
export const relu: UnaryFunction = seen(rectifier.relu);
export const relu6: UnaryFunction = seen(rectifier.relu6);
export const selu: UnaryFunction = seen(rectifier.selu);
export const hardsigmoid: UnaryFunction = seen(rectifier.hardsigmoid);
export const hardswish: UnaryFunction = seen(rectifier.hardswish);
export const erf: UnaryFunction = seen(erfs.erf);
export const erfc: UnaryFunction = seen(erfs.erfc);
export const erfinv: UnaryFunction = seen(erfs.erfinv);
export const lgamma: UnaryFunction = seen(gammas.lgamma);
export const digamma: UnaryFunction = seen(gammas.digamma);
export const isnan: UnaryFunction = seen(comparison.isnan);
export const isfinite: UnaryFunction = seen(comparison.isfinite);
export const isinf: UnaryFunction = seen(comparison.isinf);
export const logicalNot: UnaryFunction = seen(comparison.logicalNot);
export const sinc: UnaryFunction = seen(anySinc);

export const sum: ReductionFunction<'sum'> = seen(reduction.sum);
export const mean: ReductionFunction<'mean'> = seen(reduction.mean);
export const prod: ReductionFunction<'prod'> = seen(reduction.prod);
export const any: ReductionFunction<'any'> = seen(reduction.any);
export const all: ReductionFunction<'all'> = seen(reduction.all);
export const countNonzero: ReductionFunction<'countNonzero'> = seen(reduction.countNonzero);
export const max: ReductionFunction<'max'> = seen(extremes.max);
export const min: ReductionFunction<'min'> = seen(extremes.min);
export const amax: ReductionFunction<'amax'> = seen(extremes.max);
export const amin: ReductionFunction<'amin'> = seen(extremes.min);
export const logsumexp: ReductionFunction<'logsumexp'> = seen(softmaxes.logsumexp);
export const nansum: ReductionFunction<'nansum'> = seen(nanReductions.nansum);
export const nanmean: ReductionFunction<'nanmean'> = seen(nanReductions.nanmean);
export const std: ReductionFunction<'std', statistics.VarianceOptions> = seen(statistics.std);
export const variance: ReductionFunction<'var', statistics.VarianceOptions> = seen(statistics.variance);

export const matmul: <A extends Tensor, B extends Tensor>(
  a: A,
  b: Need<MatMul<ShapeOf<A>, ShapeOf<B>>, B>,
) => Tensor<Result<MatMul<ShapeOf<A>, ShapeOf<B>>>> = seen(products.matmul);

export const einsum: <const E extends string, const Ts extends readonly Tensor[]>(
  equation: Need<Einsum<E, ShapesOf<Ts>>, E>,
  ...operands: Ts
) => Tensor<Result<Einsum<E, ShapesOf<Ts>>>> = seen(anyEinsum);

export const concat: <const Ts extends readonly Tensor[], const A extends number = 0>(
  list: Need<Concat<ShapesOf<Ts>, A>, readonly [...Ts]>,
  axis?: A,
) => Tensor<Result<Concat<ShapesOf<Ts>, A>>> = seen(joining.concat);

export const stack: <const Ts extends readonly Tensor[], const A extends number = 0>(
  list: Need<Stack<ShapesOf<Ts>, A>, readonly [...Ts]>,
  axis?: A,
) => Tensor<Result<Stack<ShapesOf<Ts>, A>>> = seen(joining.stack);

export const reshape: <X extends Tensor, const T extends number[]>(
  x: X,
  shape: Need<Reshape<ShapeOf<X>, T>, readonly [...T]>,
) => Tensor<Result<Reshape<ShapeOf<X>, T>>> = seen(movement.reshape);

export const permute: <X extends Tensor, const P extends number[]>(
  x: X,
  axes: Need<Permute<ShapeOf<X>, P>, readonly [...P]>,
) => Tensor<Result<Permute<ShapeOf<X>, P>>> = seen(movement.permute);

export const expandDims: <X extends Tensor, const A extends number>(
  x: X,
  axis: Need<ExpandDims<ShapeOf<X>, A>, A>,
) => Tensor<Result<ExpandDims<ShapeOf<X>, A>>> = seen(movement.expandDims);

export const squeeze: <X extends Tensor, const A extends number | undefined = undefined>(
  x: X,
  axis?: Need<Squeeze<ShapeOf<X>, A>, A>,
) => Tensor<Result<Squeeze<ShapeOf<X>, A>>> = seen(movement.squeeze);

export const broadcastTo: <const T extends number[]>(x: Tensor, shape: readonly [...T]) => Tensor<T> = seen(
  movement.broadcastTo,
);

// ------------------------------------------------------------------------------------------------------- creation

/** A tensor of numbers, booleans, nested arrays or a typed array (copied; with `shape`). See tensor/create.ts. */
export const tensor: <const D extends Data, const S extends number[] = Result<ShapeOfData<D>>>(
  data: Need<ShapeOfData<D>, D>,
  options?: create.CreateOptions & { readonly shape?: readonly [...S] },
) => Tensor<Result<S>> = seen(create.tensor);

type Filled = <const S extends number[]>(shape: readonly [...S], options?: create.CreateOptions) => Tensor<S>;
export const zeros: Filled = seen(create.zeros);
export const ones: Filled = seen(create.ones);
export const full: <const S extends number[]>(
  shape: readonly [...S],
  value: Scalar,
  options?: create.CreateOptions,
) => Tensor<S> = seen(create.full);
interface Eye {
  <const N extends number>(n: N, options: create.CreateOptions): Tensor<[N, N]>;
  <const N extends number, const M extends number = N>(n: N, m?: M, options?: create.CreateOptions): Tensor<[N, M]>;
}
export const eye: Eye = seen(create.eye);

type Like = <S extends number[]>(x: Tensor<S>, options?: create.CreateOptions) => Tensor<S>;
export const zerosLike: Like = seen(create.zerosLike);
export const onesLike: Like = seen(create.onesLike);
export const fullLike: <S extends number[]>(x: Tensor<S>, value: Scalar, options?: create.CreateOptions) => Tensor<S> =
  seen(create.fullLike);

/** `x`, whose shape is checked now, under the static shape `shape`: the bridge from dynamic to static sizes. */
export function withShape<const S extends number[]>(x: Tensor, shape: readonly [...S]): Tensor<S> {
  requireShape('withShape', x, shape);
  return x as Tensor<S>;
}

/** Throws unless `x` has the given shape; afterwards the compiler knows it. */
export function assertShape<const S extends number[]>(x: Tensor, shape: readonly [...S]): asserts x is Tensor<S> {
  requireShape('assertShape', x, shape);
}

function requireShape(op: string, x: Tensor, shape: readonly number[]): void {
  onlyTensor(op, x);
  checkShape(op, shape);
  if (!sameShape(x.shape, shape)) {
    throw new ShapeError(`${op}: the tensor has shape ${showShape(x.shape)}, expected ${showShape(shape)}.`);
  }
}

/** `x` with its static shape forgotten, for code that is generic in sizes. */
export function dynamic(x: Tensor): Tensor {
  return x;
}

// ----------------------------------------------------------------------------------------------------- transforms

// biome-ignore lint/suspicious/noExplicitAny: stands for parameters and results whose types are not known
type Any = any;
type IsAny<T> = 0 extends 1 & T ? true : false;
/** A function of which nothing is known, for what is typed `never`. */
type Known<F extends AnyFunction> = [F] extends [never] ? AnyFunction : F;
type Arguments<F extends AnyFunction> = Parameters<Known<F>>;
type Output<F extends AnyFunction, O extends Options = Record<never, never>> = O extends { readonly hasAux: true }
  ? ReturnType<Known<F>> extends readonly [infer Y, unknown]
    ? Y
    : Any
  : ReturnType<Known<F>>;
type Aux<F extends AnyFunction> = ReturnType<Known<F>> extends readonly [unknown, infer A] ? A : Any;
/** The result of a transform, with what the function returned beside its output. */
type WithAux<F extends AnyFunction, O extends Options, Value> = O extends { readonly hasAux: true }
  ? [Value, Aux<F>]
  : Value;

type ShapeOfTree<T> = IsAny<T> extends true ? number[] : T extends Tensor<infer S> ? S : number[];
type InputShape<F extends AnyFunction> = unknown extends Arguments<F>[0]
  ? undefined
  : Arguments<F>[0] extends Tensor<infer In>
    ? In
    : undefined;

/** The derivative of a scalar with respect to a tree has the tree's own type; numbers become scalar tensors. */
type Gradient<T> = unknown extends T
  ? Any
  : T extends number
    ? Tensor<[]>
    : T extends Tensor
      ? T
      : { [K in keyof T]: Gradient<T[K]> };

interface Options {
  readonly argnums?: number | readonly number[];
  readonly hasAux?: boolean;
}

/** The argument at a place; a negative one counts from the end and is not looked up. */
type ArgumentAt<F extends AnyFunction, N> = N extends number
  ? number extends N
    ? Any
    : `${N}` extends `-${string}`
      ? Any
      : Arguments<F>[N]
  : Any;
type Selected<F extends AnyFunction, O extends Options> = O extends { readonly argnums: infer N }
  ? N extends readonly number[]
    ? { -readonly [K in keyof N]: Gradient<ArgumentAt<F, N[K]>> }
    : Gradient<ArgumentAt<F, N>>
  : Gradient<Arguments<F>[0]>;

type ScalarFunction<F extends AnyFunction, O extends Options, Name extends 'grad' | 'valueAndGrad'> = Need<
  GradOutput<ShapeOfTree<Output<F, O>>, Name>,
  F
>;

/** See transforms/derivatives.ts. */
export const grad: <F extends AnyFunction, const O extends Options = Record<never, never>>(
  f: ScalarFunction<F, O, 'grad'>,
  options?: O,
) => (...args: Arguments<F>) => WithAux<F, O, Selected<F, O>> = seen(derivatives.grad);

export const valueAndGrad: <F extends AnyFunction, const O extends Options = Record<never, never>>(
  f: ScalarFunction<F, O, 'valueAndGrad'>,
  options?: O,
) => (...args: Arguments<F>) => [value: ReturnType<Known<F>>, gradient: Selected<F, O>] = seen(
  derivatives.valueAndGrad,
);

/** With `structured: true` every block is a StructuredMatrix. */
type Block<O extends Options, T> = O extends { readonly structured: true } ? StructuredMatrix : T;

type JacobianOf<F extends AnyFunction, O extends Options> = O extends { readonly argnums: unknown }
  ? Any
  : InputShape<F> extends infer In extends number[]
    ? Output<F, O> extends Tensor
      ? Block<O, Tensor<JacobianShape<ShapeOfTree<Output<F, O>>, In>>>
      : Any
    : Any;
type JacobianFunction<Opts extends Options> = <
  F extends AnyFunction,
  const O extends Opts = Record<never, never> & Opts,
>(
  f: F,
  options?: O,
) => (...args: Arguments<F>) => WithAux<F, O, JacobianOf<F, O>>;

export const jacobian: JacobianFunction<derivatives.JacobianOptions> = seen(derivatives.jacobian);
type OneModeOptions = Omit<derivatives.JacobianOptions, 'mode' | 'structured'>;
export const jacfwd: JacobianFunction<OneModeOptions> = seen(derivatives.jacfwd);
export const jacrev: JacobianFunction<OneModeOptions> = seen(derivatives.jacrev);

type HessianOf<F extends AnyFunction, O extends Options> = O extends { readonly argnums: unknown }
  ? Any
  : InputShape<F> extends infer In extends number[]
    ? Block<O, Tensor<HessianShape<ShapeOfTree<Output<F, O>>, In>>>
    : Any;
/**
 * See transforms/second-order.ts. The compiler asks for a scalar function, as nearly every Hessian is one; where the shape
 * of the output is not known statically, a function with another output gives [...Out, ...In, ...In].
 */
export const hessian: <
  F extends AnyFunction,
  const O extends Omit<derivatives.JacobianOptions, 'mode'> = Record<never, never>,
>(
  f: Need<HessianOutput<ShapeOfTree<Output<F, O>>>, F>,
  options?: O,
) => (...args: Arguments<F>) => WithAux<F, O, HessianOf<F, O>> = seen(anyHessian);
