// The methods of a tensor, as types with compile-time shapes. Their implementations are the public functions, attached to
// the prototype in ops/methods.ts and eager/methods.ts. Methods infer the shape from `this` and never mention the class's
// own parameter, so that Tensor stays covariant in it (see shape-types.ts).
import type { DType } from './dtype.ts';
import type {
  BroadcastArgument,
  BroadcastResult,
  ExpandDims,
  MatMul,
  Need,
  Permute,
  Reduce,
  Reshape,
  Result,
  ShapeOf,
  Squeeze,
  Transposed,
} from './shape-types.ts';
import type { TapeMethods } from './tape-methods.ts';
import type { Tensor } from './tensor.ts';

type Scalar = number | boolean;
type Operand = Tensor | Scalar;
type AxisList = number | readonly number[];

export interface KeepDims<K extends boolean = boolean> {
  readonly keepdims?: K;
}

/** One place of `x.at(...)`: a number, a range [start, stop, step] with null for open ends, all, a new axis, the rest, a tensor of indices or a mask. */
export type IndexPlace =
  | number
  | ':'
  | '...'
  | null
  | Tensor
  | readonly [start: number | null, stop: number | null]
  | readonly [start: number | null, stop: number | null, step: number | null];

type Entrywise = <S extends number[]>(this: Tensor<S>) => Tensor<S>;
type EntrywiseWith<Rest extends readonly unknown[]> = <S extends number[]>(this: Tensor<S>, ...rest: Rest) => Tensor<S>;
type AlongAxis = <S extends number[]>(this: Tensor<S>, axis?: number) => Tensor<S>;

type Binary<Op extends string> = <S extends number[], B extends Operand>(
  this: Tensor<S>,
  b: BroadcastArgument<Op, S, B>,
) => Tensor<BroadcastResult<Op, S, B>>;

type Reduction<Op extends string> = <
  S extends number[],
  const A extends AxisList | undefined = undefined,
  const K extends boolean = false,
>(
  this: Tensor<S>,
  axis?: Need<Reduce<Op, S, A, K>, A>,
  options?: KeepDims<K>,
) => Tensor<Result<Reduce<Op, S, A, K>>>;

type Spread<Op extends string> = <
  S extends number[],
  const A extends AxisList | undefined = undefined,
  const K extends boolean = false,
>(
  this: Tensor<S>,
  axis?: Need<Reduce<Op, S, A, K>, A>,
  options?: KeepDims<K> & { readonly correction?: number },
) => Tensor<Result<Reduce<Op, S, A, K>>>;

/** Entry by entry; the shape stays. */
export interface EntrywiseMethods {
  neg: Entrywise;
  abs: Entrywise;
  sign: Entrywise;
  exp: Entrywise;
  exp2: Entrywise;
  expm1: Entrywise;
  log: Entrywise;
  log2: Entrywise;
  log10: Entrywise;
  log1p: Entrywise;
  sqrt: Entrywise;
  rsqrt: Entrywise;
  cbrt: Entrywise;
  square: Entrywise;
  reciprocal: Entrywise;
  sin: Entrywise;
  cos: Entrywise;
  tan: Entrywise;
  asin: Entrywise;
  acos: Entrywise;
  atan: Entrywise;
  sinh: Entrywise;
  cosh: Entrywise;
  tanh: Entrywise;
  asinh: Entrywise;
  acosh: Entrywise;
  atanh: Entrywise;
  sigmoid: Entrywise;
  logSigmoid: Entrywise;
  softplus: Entrywise;
  softsign: Entrywise;
  relu: Entrywise;
  relu6: Entrywise;
  silu: Entrywise;
  mish: Entrywise;
  selu: Entrywise;
  erf: Entrywise;
  erfc: Entrywise;
  erfinv: Entrywise;
  lgamma: Entrywise;
  digamma: Entrywise;
  floor: Entrywise;
  ceil: Entrywise;
  round: Entrywise;
  trunc: Entrywise;
  frac: Entrywise;
  sinc: Entrywise;
  logit: Entrywise;
  isnan: Entrywise;
  isfinite: Entrywise;
  isinf: Entrywise;
  logicalNot: Entrywise;
  clip: EntrywiseWith<[lo?: Operand, hi?: Operand]>;
  gelu: EntrywiseWith<[options?: { readonly approximate?: 'none' | 'tanh' }]>;
  leakyRelu: EntrywiseWith<[slope?: number]>;
  elu: EntrywiseWith<[alpha?: number]>;
  nanToNum: EntrywiseWith<[options?: { readonly nan?: number; readonly posinf?: number; readonly neginf?: number }]>;
  maskedFill: EntrywiseWith<[mask: Tensor, value: Operand]>;
  softmax: EntrywiseWith<[axis?: AxisList]>;
  logSoftmax: EntrywiseWith<[axis?: AxisList]>;
  cumsum: AlongAxis;
  cumprod: AlongAxis;
  cummax: AlongAxis;
  cummin: AlongAxis;
  logcumsumexp: AlongAxis;
  argsort: EntrywiseWith<[axis?: number, options?: { readonly descending?: boolean }]>;
  sort: EntrywiseWith<[axis?: number, options?: { readonly descending?: boolean }]>;
  flip: EntrywiseWith<[axis?: AxisList]>;
  roll: EntrywiseWith<[shift: AxisList, axis?: AxisList]>;
  tril: EntrywiseWith<[k?: number]>;
  triu: EntrywiseWith<[k?: number]>;
  to: EntrywiseWith<[dtype: DType]>;
  with: EntrywiseWith<[index: readonly IndexPlace[], value: Operand]>;
  addAt: EntrywiseWith<[index: readonly IndexPlace[], value: Operand]>;
}

export interface BinaryMethods {
  add: Binary<'add'>;
  sub: Binary<'sub'>;
  mul: Binary<'mul'>;
  div: Binary<'div'>;
  pow: Binary<'pow'>;
  maximum: Binary<'maximum'>;
  minimum: Binary<'minimum'>;
  remainder: Binary<'remainder'>;
  fmod: Binary<'fmod'>;
  floorDivide: Binary<'floorDivide'>;
  atan2: Binary<'atan2'>;
  hypot: Binary<'hypot'>;
  equal: Binary<'equal'>;
  notEqual: Binary<'notEqual'>;
  less: Binary<'less'>;
  lessEqual: Binary<'lessEqual'>;
  greater: Binary<'greater'>;
  greaterEqual: Binary<'greaterEqual'>;
  logicalAnd: Binary<'logicalAnd'>;
  logicalOr: Binary<'logicalOr'>;
  logicalXor: Binary<'logicalXor'>;
}

export interface ReductionMethods {
  sum: Reduction<'sum'>;
  mean: Reduction<'mean'>;
  prod: Reduction<'prod'>;
  max: Reduction<'max'>;
  min: Reduction<'min'>;
  amax: Reduction<'amax'>;
  amin: Reduction<'amin'>;
  any: Reduction<'any'>;
  all: Reduction<'all'>;
  logsumexp: Reduction<'logsumexp'>;
  median: Reduction<'median'>;
  nansum: Reduction<'nansum'>;
  nanmean: Reduction<'nanmean'>;
  countNonzero: Reduction<'countNonzero'>;
  var: Spread<'var'>;
  std: Spread<'std'>;
  argmax<S extends number[], const A extends number | undefined = undefined, const K extends boolean = false>(
    this: Tensor<S>,
    axis?: Need<Reduce<'argmax', S, A, K>, A>,
    options?: KeepDims<K>,
  ): Tensor<Result<Reduce<'argmax', S, A, K>>>;
  argmin<S extends number[], const A extends number | undefined = undefined, const K extends boolean = false>(
    this: Tensor<S>,
    axis?: Need<Reduce<'argmin', S, A, K>, A>,
    options?: KeepDims<K>,
  ): Tensor<Result<Reduce<'argmin', S, A, K>>>;
  norm(ord?: number | 'fro' | 'nuc', axis?: AxisList, options?: KeepDims): Tensor;
  quantile(q: number | Tensor, axis?: AxisList, options?: KeepDims): Tensor;
}

export interface ShapeMethods {
  reshape<S extends number[], const T extends number[]>(
    this: Tensor<S>,
    shape: Need<Reshape<S, T>, readonly [...T]>,
  ): Tensor<Result<Reshape<S, T>>>;
  permute<S extends number[], const P extends number[]>(
    this: Tensor<S>,
    axes: Need<Permute<S, P>, readonly [...P]>,
  ): Tensor<Result<Permute<S, P>>>;
  /** The transpose, with unknown static shape; `t()` keeps it. */
  readonly T: Tensor;
  /** Reverses the order of the axes. */
  t<S extends number[]>(this: Tensor<S>): Tensor<Transposed<S>>;
  /** Reverses the order of the axes; with two arguments `swapaxes`. */
  transpose<S extends number[]>(this: Tensor<S>): Tensor<Transposed<S>>;
  expandDims<S extends number[], const A extends number>(
    this: Tensor<S>,
    axis: Need<ExpandDims<S, A>, A>,
  ): Tensor<Result<ExpandDims<S, A>>>;
  squeeze<S extends number[], const A extends number | undefined = undefined>(
    this: Tensor<S>,
    axis?: Need<Squeeze<S, A>, A>,
  ): Tensor<Result<Squeeze<S, A>>>;
  swapaxes(axis1: number, axis2: number): Tensor;
  moveaxis(source: AxisList, destination: AxisList): Tensor;
  flatten(start?: number, end?: number): Tensor;
  broadcastTo<const T extends number[]>(shape: readonly [...T]): Tensor<T>;
  slice(starts: readonly number[], stops?: readonly number[], steps?: readonly number[]): Tensor;
  /** NumPy indexing; see IndexPlace. */
  at(...index: readonly IndexPlace[]): Tensor;
  take(index: Tensor | number | readonly number[], axis?: number): Tensor;
  takeAlongAxis(index: Tensor, axis: number): Tensor;
  gather(index: Tensor, axis: number): Tensor;
  scatter(index: Tensor, source: Operand, axis: number): Tensor;
  scatterAdd(index: Tensor, source: Operand, axis: number): Tensor;
  indexSelect(index: Tensor, axis?: number): Tensor;
  topk(k: number, axis?: number, options?: { readonly largest?: boolean }): [values: Tensor, indices: Tensor];
  split(sizesOrSections: number | readonly number[], axis?: number): Tensor[];
  unbind(axis?: number): Tensor[];
  tile(reps: AxisList): Tensor;
  repeat(n: AxisList, axis?: number): Tensor;
  diag(k?: number): Tensor;
  diagonal(offset?: number, axis1?: number, axis2?: number): Tensor;
  trace(): Tensor;
}

export interface ProductMethods {
  matmul<S extends number[], B extends Tensor>(
    this: Tensor<S>,
    b: Need<MatMul<S, ShapeOf<B>>, B>,
  ): Tensor<Result<MatMul<S, ShapeOf<B>>>>;
  dot(b: Tensor): Tensor;
  outer(b: Tensor): Tensor;
  inner(b: Tensor): Tensor;
  kron(b: Tensor): Tensor;
}

export interface TensorMethods
  extends EntrywiseMethods,
    BinaryMethods,
    ReductionMethods,
    ShapeMethods,
    ProductMethods,
    TapeMethods {}
