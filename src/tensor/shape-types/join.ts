// Joining tensors: concat along an axis they have (sizes there add up), stack along a new one. A list of unknown length, or a
// shape of unknown rank in it, gives an unknown rank.

import type { AxisIndex, Inserted } from './axes.ts';
import type { SumOf } from './count.ts';
import type { IsRankUnknown, Shape, ShapeFailure, ShowShape } from './shape.ts';

/** The shape of tensors of the given shapes joined along `Axis`. */
export type Concat<Shapes extends readonly Shape[], Axis extends number = 0> = number extends Axis | Shapes['length']
  ? number[]
  : Shapes extends readonly [infer First extends Shape, ...infer Rest extends Shape[]]
    ? true extends IsRankUnknown<First>
      ? number[]
      : AxisIndex<'concat', First, Axis> extends infer Index
        ? Index extends number
          ? ConcatFrom<First, Rest, Index, First>
          : Index
        : never
    : number[];

type ConcatFrom<
  First extends Shape,
  Shapes extends readonly Shape[],
  Index extends number,
  Joined,
> = Joined extends Shape
  ? Shapes extends readonly [infer Next extends Shape, ...infer Rest extends Shape[]]
    ? IsRankUnknown<Next> extends true
      ? number[]
      : ConcatPair<Joined, Next, Index> extends infer Pair
        ? Pair extends number[]
          ? ConcatFrom<First, Rest, Index, Pair>
          : ShapeFailure<`concat: shapes ${ShowShape<First>} and ${ShowShape<Next>} differ outside axis ${Index}.`>
        : never
    : [...Joined]
  : never;

/** undefined when the shapes differ outside the axis. */
type ConcatPair<
  A extends Shape,
  B extends Shape,
  Index extends number,
  Done extends number[] = [],
> = A extends readonly [infer M extends number, ...infer RestA extends number[]]
  ? B extends readonly [infer N extends number, ...infer RestB extends number[]]
    ? Done['length'] extends Index
      ? ConcatPair<RestA, RestB, Index, [...Done, SumOf<M, N>]>
      : [M & N] extends [never]
        ? undefined
        : ConcatPair<RestA, RestB, Index, [...Done, M & N]>
    : undefined
  : B extends readonly []
    ? Done
    : undefined;

/** The shape of tensors of one shape stacked along a new axis that has index `Axis` in the result. */
export type Stack<Shapes extends readonly Shape[], Axis extends number = 0> = number extends Axis | Shapes['length']
  ? number[]
  : Shapes extends readonly [infer First extends Shape, ...infer Rest extends Shape[]]
    ? StackFrom<First, Rest> extends infer Each
      ? Each extends number[]
        ? IsRankUnknown<Each> extends true
          ? number[]
          : Inserted<Each, AxisIndex<'stack', [...Each, 1], Axis, Each>, Shapes['length']>
        : Each
      : never
    : number[];

/** The shape that all shapes agree on, with the sizes that at least one of them knows. */
type StackFrom<Common extends Shape, Shapes extends readonly Shape[], First extends Shape = Common> =
  true extends IsRankUnknown<Common>
    ? number[]
    : Shapes extends readonly [infer Next extends Shape, ...infer Rest extends Shape[]]
      ? IsRankUnknown<Next> extends true
        ? number[]
        : // No axis has index -1, so every size must agree.
          ConcatPair<Common, Next, -1> extends infer Both extends number[]
          ? StackFrom<Both, Rest, First>
          : ShapeFailure<`stack: shapes ${ShowShape<First>} and ${ShowShape<Next>} differ.`>
      : [...Common];
