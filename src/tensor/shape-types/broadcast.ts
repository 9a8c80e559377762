// NumPy's two rules for a pair of shapes: broadcasting (sizes aligned at the last axis; 1 stretches) and the matrix product
// ([..., m, k] @ [..., k, n] is [..., m, n]; a vector on the left is a row, on the right a column, and its axis is dropped).

import type {
  IsRankUnknown,
  Need,
  Result,
  Shape,
  ShapeFailure,
  ShapeOf,
  ShowShape,
  ShowSize,
  SizesAgree,
} from './shape.ts';

/** The shape of `a op b` after broadcasting. */
export type Broadcast<Op extends string, A extends Shape, B extends Shape> = true extends
  | IsRankUnknown<A>
  | IsRankUnknown<B>
  ? number[]
  : BroadcastSizes<A, B> extends infer Sizes
    ? Sizes extends Clash<infer M, infer N>
      ? ShapeFailure<`${Op}: shapes ${ShowShape<A>} and ${ShowShape<B>} ${DoNotBroadcast<M, N>}`>
      : Sizes
    : never;

/** Type of an elementwise operation's second operand. A number or boolean fits, even where `S` is a type parameter. */
export type BroadcastArgument<Op extends string, S extends Shape, Operand> = Operand extends number | boolean
  ? Operand
  : Need<Broadcast<Op, S, ShapeOf<Operand>>, Operand>;

/** Shape of an elementwise operation's result. A number or boolean keeps `S`, even where that is a type parameter. */
export type BroadcastResult<Op extends string, S extends number[], Operand> = Operand extends number | boolean
  ? S
  : Result<Broadcast<Op, S, ShapeOf<Operand>>>;

interface Clash<M extends number, N extends number> {
  readonly clash: readonly [M, N];
}

type DoNotBroadcast<
  M extends number,
  N extends number,
> = `do not broadcast (sizes ${ShowSize<M>} and ${ShowSize<N>} differ and neither is 1).`;

/** `never` for sizes that clash; beside an unknown size the known one wins, unless it is 1. */
type BroadcastSize<M extends number, N extends number> = M extends 1 ? N : N extends 1 ? M : M & N;

type BroadcastSizes<A extends Shape, B extends Shape, Done extends number[] = []> = A extends readonly [
  ...infer RestA extends number[],
  infer M extends number,
]
  ? B extends readonly [...infer RestB extends number[], infer N extends number]
    ? [BroadcastSize<M, N>] extends [never]
      ? Clash<M, N>
      : BroadcastSizes<RestA, RestB, [BroadcastSize<M, N>, ...Done]>
    : [...A, ...Done]
  : [...B, ...Done];

/** The shape of the matrix product `a @ b`. */
export type MatMul<A extends Shape, B extends Shape> = true extends IsRankUnknown<A> | IsRankUnknown<B>
  ? number[]
  : A extends readonly []
    ? ShapeFailure<'matmul: left operand is a scalar; use mul.'>
    : B extends readonly []
      ? ShapeFailure<'matmul: right operand is a scalar; use mul.'>
      : Product<A, B, LeftFactor<A>, RightFactor<B>>;

/** A factor of a matrix product: the axes outside the product, the axis it keeps (none for a vector), the axis it sums over. */
interface Factor {
  readonly batch: number[];
  readonly kept: number[];
  readonly inner: number;
}

type LeftFactor<A extends Shape> = A extends readonly [
  ...infer Batch extends number[],
  infer Rows extends number,
  infer Inner extends number,
]
  ? { batch: Batch; kept: [Rows]; inner: Inner }
  : { batch: []; kept: []; inner: A[0] & number };

type RightFactor<B extends Shape> = B extends readonly [
  ...infer Batch extends number[],
  infer Inner extends number,
  infer Columns extends number,
]
  ? { batch: Batch; kept: [Columns]; inner: Inner }
  : { batch: []; kept: []; inner: B[0] & number };

type Product<A extends Shape, B extends Shape, L extends Factor, R extends Factor> =
  SizesAgree<L['inner'], R['inner']> extends true
    ? BroadcastSizes<L['batch'], R['batch']> extends infer Batch
      ? Batch extends number[]
        ? [...Batch, ...L['kept'], ...R['kept']]
        : Batch extends Clash<infer M, infer N>
          ? ShapeFailure<`matmul: batch shapes ${ShowShape<L['batch']>} and ${ShowShape<R['batch']>} of ${ShowProduct<A, B>} ${DoNotBroadcast<M, N>}`>
          : never
      : never
    : ShapeFailure<`matmul: inner sizes differ: ${ShowProduct<A, B>} needs ${ShowSize<L['inner']>} = ${ShowSize<R['inner']>}.`>;

type ShowProduct<A extends Shape, B extends Shape> = `${ShowShape<A>} @ ${ShowShape<B>}`;
