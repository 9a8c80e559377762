// Signatures of a tensor library in terms of shape-types.ts, without an implementation: what good.ts, bad.ts, generic.ts and
// stress.ts are compiled against. They import from library.ts only.

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
  Transposed,
} from '../../src/tensor/shape-types.ts';

type Scalar = number | boolean;
type Axes = number | readonly number[];

interface KeepDims<K extends boolean> {
  readonly keepdims?: K;
}

/** Methods infer the shape from `this`, so that Tensor stays covariant in it. */
export interface TensorMethods {
  add<S extends number[], B extends Scalar | Tensor>(
    this: Tensor<S>,
    b: BroadcastArgument<'add', S, B>,
  ): Tensor<BroadcastResult<'add', S, B>>;
  sub<S extends number[], B extends Scalar | Tensor>(
    this: Tensor<S>,
    b: BroadcastArgument<'sub', S, B>,
  ): Tensor<BroadcastResult<'sub', S, B>>;
  mul<S extends number[], B extends Scalar | Tensor>(
    this: Tensor<S>,
    b: BroadcastArgument<'mul', S, B>,
  ): Tensor<BroadcastResult<'mul', S, B>>;
  div<S extends number[], B extends Scalar | Tensor>(
    this: Tensor<S>,
    b: BroadcastArgument<'div', S, B>,
  ): Tensor<BroadcastResult<'div', S, B>>;
  pow<S extends number[], B extends Scalar | Tensor>(
    this: Tensor<S>,
    b: BroadcastArgument<'pow', S, B>,
  ): Tensor<BroadcastResult<'pow', S, B>>;
  maximum<S extends number[], B extends Scalar | Tensor>(
    this: Tensor<S>,
    b: BroadcastArgument<'maximum', S, B>,
  ): Tensor<BroadcastResult<'maximum', S, B>>;
  minimum<S extends number[], B extends Scalar | Tensor>(
    this: Tensor<S>,
    b: BroadcastArgument<'minimum', S, B>,
  ): Tensor<BroadcastResult<'minimum', S, B>>;

  matmul<S extends number[], B extends Tensor>(
    this: Tensor<S>,
    b: Need<MatMul<S, ShapeOf<B>>, B>,
  ): Tensor<Result<MatMul<S, ShapeOf<B>>>>;

  sum<S extends number[], const A extends Axes | undefined = undefined, const K extends boolean = false>(
    this: Tensor<S>,
    axis?: Need<Reduce<'sum', S, A, K>, A>,
    options?: KeepDims<K>,
  ): Tensor<Result<Reduce<'sum', S, A, K>>>;
  mean<S extends number[], const A extends Axes | undefined = undefined, const K extends boolean = false>(
    this: Tensor<S>,
    axis?: Need<Reduce<'mean', S, A, K>, A>,
    options?: KeepDims<K>,
  ): Tensor<Result<Reduce<'mean', S, A, K>>>;
  prod<S extends number[], const A extends Axes | undefined = undefined, const K extends boolean = false>(
    this: Tensor<S>,
    axis?: Need<Reduce<'prod', S, A, K>, A>,
    options?: KeepDims<K>,
  ): Tensor<Result<Reduce<'prod', S, A, K>>>;
  max<S extends number[], const A extends Axes | undefined = undefined, const K extends boolean = false>(
    this: Tensor<S>,
    axis?: Need<Reduce<'max', S, A, K>, A>,
    options?: KeepDims<K>,
  ): Tensor<Result<Reduce<'max', S, A, K>>>;
  min<S extends number[], const A extends Axes | undefined = undefined, const K extends boolean = false>(
    this: Tensor<S>,
    axis?: Need<Reduce<'min', S, A, K>, A>,
    options?: KeepDims<K>,
  ): Tensor<Result<Reduce<'min', S, A, K>>>;

  reshape<S extends number[], const T extends number[]>(
    this: Tensor<S>,
    shape: Need<Reshape<S, T>, readonly [...T]>,
  ): Tensor<Result<Reshape<S, T>>>;
  permute<S extends number[], const P extends number[]>(
    this: Tensor<S>,
    axes: Need<Permute<S, P>, readonly [...P]>,
  ): Tensor<Result<Permute<S, P>>>;
  transpose<S extends number[]>(this: Tensor<S>): Tensor<Transposed<S>>;
  expandDims<S extends number[], const A extends number>(
    this: Tensor<S>,
    axis: Need<ExpandDims<S, A>, A>,
  ): Tensor<Result<ExpandDims<S, A>>>;
  squeeze<S extends number[], const A extends number | undefined = undefined>(
    this: Tensor<S>,
    axis?: Need<Squeeze<S, A>, A>,
  ): Tensor<Result<Squeeze<S, A>>>;

  neg<S extends number[]>(this: Tensor<S>): Tensor<S>;
  exp<S extends number[]>(this: Tensor<S>): Tensor<S>;
  log<S extends number[]>(this: Tensor<S>): Tensor<S>;
  sqrt<S extends number[]>(this: Tensor<S>): Tensor<S>;
  square<S extends number[]>(this: Tensor<S>): Tensor<S>;
  abs<S extends number[]>(this: Tensor<S>): Tensor<S>;
  sin<S extends number[]>(this: Tensor<S>): Tensor<S>;
  cos<S extends number[]>(this: Tensor<S>): Tensor<S>;
  tanh<S extends number[]>(this: Tensor<S>): Tensor<S>;
  sigmoid<S extends number[]>(this: Tensor<S>): Tensor<S>;
  relu<S extends number[]>(this: Tensor<S>): Tensor<S>;
  softmax<S extends number[]>(this: Tensor<S>, axis?: number): Tensor<S>;
}

export interface Tensor<out S extends number[] = number[]> extends TensorMethods {
  readonly shape: S;
}

/** `shape` is for flat data; without it the data's own nesting counts. */
export declare function tensor<const D extends Data, const S extends number[] = Result<ShapeOfData<D>>>(
  data: Need<ShapeOfData<D>, D>,
  options?: { readonly shape?: readonly [...S] },
): Tensor<Result<S>>;
export declare function zeros<const S extends number[]>(shape: readonly [...S]): Tensor<S>;

/** `x`, whose shape is checked when this runs, with the static shape `shape`. */
export declare function withShape<const S extends number[]>(x: Tensor, shape: readonly [...S]): Tensor<S>;
/** `x` with its static shape forgotten, for code that is generic in sizes. */
export declare function dynamic(x: Tensor): Tensor;

export declare function add<A extends Scalar | Tensor, B extends Scalar | Tensor>(
  a: A,
  b: BroadcastArgument<'add', ShapeOf<A>, B>,
): Tensor<BroadcastResult<'add', ShapeOf<A>, B>>;
export declare function matmul<A extends Tensor, B extends Tensor>(
  a: A,
  b: Need<MatMul<ShapeOf<A>, ShapeOf<B>>, B>,
): Tensor<Result<MatMul<ShapeOf<A>, ShapeOf<B>>>>;
export declare function einsum<const E extends string, const Ts extends readonly Tensor[]>(
  equation: Need<Einsum<E, ShapesOf<Ts>>, E>,
  ...operands: Ts
): Tensor<Result<Einsum<E, ShapesOf<Ts>>>>;
export declare function concat<const Ts extends readonly Tensor[], const A extends number = 0>(
  list: Need<Concat<ShapesOf<Ts>, A>, readonly [...Ts]>,
  axis?: A,
): Tensor<Result<Concat<ShapesOf<Ts>, A>>>;
export declare function stack<const Ts extends readonly Tensor[], const A extends number = 0>(
  list: Need<Stack<ShapesOf<Ts>, A>, readonly [...Ts]>,
  axis?: A,
): Tensor<Result<Stack<ShapesOf<Ts>, A>>>;

type Map<In extends number[], Out extends number[]> = (x: Tensor<In>) => Tensor<Out>;

export declare function grad<In extends number[], Out extends number[]>(
  f: Need<GradOutput<Out>, Map<In, Out>>,
): Map<In, In>;
export declare function jacobian<In extends number[], Out extends number[]>(
  f: Map<In, Out>,
): Map<In, JacobianShape<Out, In>>;
export declare function hessian<In extends number[], Out extends number[]>(
  f: Need<HessianOutput<Out>, Map<In, Out>>,
): Map<In, HessianShape<Out, In>>;
