// Axes of one shape: reduced, reversed, permuted, inserted, removed. An axis counts from the front, or from the end when
// negative. A set of axes is a union of their non-negative indices.

import type { IsRankUnknown, IsUnion, Shape, ShapeFailure, ShowShape } from './shape.ts';

/** The non-negative index of an axis; `number` for an axis that is unknown; `Shown` is the shape that the message names. */
export type AxisIndex<
  Op extends string,
  S extends Shape,
  Axis extends number,
  Shown extends Shape = S,
> = number extends Axis
  ? number
  : [IndexIn<S, Axis>] extends [never]
    ? ShapeFailure<`${Op}: axis ${Axis} is out of range for shape ${ShowShape<Shown>} of rank ${Shown['length']}.`>
    : IndexIn<S, Axis>;

/** `never` when out of range. */
type IndexIn<S extends Shape, Axis extends number> = `${Axis}` extends `-${infer Back extends number}`
  ? IndexFromEnd<S, Back>
  : `${Axis}` extends keyof S
    ? Axis
    : never;

type IndexFromEnd<S extends Shape, Back extends number, Stepped extends 0[] = []> = Stepped['length'] extends Back
  ? S['length']
  : S extends readonly [...infer Front extends number[], number]
    ? IndexFromEnd<Front, Back, [...Stepped, 0]>
    : never;

/** The set of axes in a list, each in range and given once; `number` when one of them is unknown. */
type AxisSet<Op extends string, S extends Shape, Axes extends Shape, Seen extends number = never> =
  IsRankUnknown<Axes> extends true
    ? number
    : Axes extends readonly [infer First extends number, ...infer Rest extends number[]]
      ? IsUnion<First> extends true
        ? number
        : AxisIndex<Op, S, First> extends infer Index
          ? Index extends number
            ? number extends Index
              ? number
              : Index extends Seen
                ? ShapeFailure<`${Op}: axis ${Index} is given twice for shape ${ShowShape<S>}.`>
                : AxisSet<Op, S, Rest, Seen | Index>
            : Index
          : never
      : Seen;

/** The shape after a reduction over `Axis`: one axis, a list, or undefined for all; with `Keep`, their sizes become 1. */
export type Reduce<Op extends string, S extends Shape, Axis, Keep extends boolean = false> = true extends
  | IsRankUnknown<S>
  | (boolean extends Keep ? true : false)
  ? number[]
  : [Axis] extends [undefined]
    ? Keep extends true
      ? OnesLike<S>
      : []
    : Axis extends number
      ? ReduceOver<S, AxisIndex<Op, S, Axis>, Keep>
      : Axis extends Shape
        ? ReduceOver<S, AxisSet<Op, S, Axis>, Keep>
        : number[];

type OnesLike<S extends Shape> = { -readonly [K in keyof S]: 1 };

type ReduceOver<S extends Shape, Axes, Keep extends boolean> = [Axes] extends [number]
  ? number extends Axes
    ? number[]
    : DropAxes<S, Axes, Keep extends true ? [1] : []>
  : Axes;

/** `S` with each axis of the set `Axes` replaced by the sizes `Instead`. */
type DropAxes<
  S extends Shape,
  Axes,
  Instead extends number[],
  Passed extends 0[] = [],
  Done extends number[] = [],
> = S extends readonly [infer First extends number, ...infer Rest extends number[]]
  ? DropAxes<
      Rest,
      Axes,
      Instead,
      [...Passed, 0],
      Passed['length'] extends Axes ? [...Done, ...Instead] : [...Done, First]
    >
  : Done;

/** The shape with all axes reversed. */
export type Transposed<S extends Shape> = IsRankUnknown<S> extends true ? number[] : Reversed<S>;

type Reversed<S extends Shape> = S extends readonly [infer First extends number, ...infer Rest extends number[]]
  ? [...Reversed<Rest>, First]
  : [];

/** The shape whose axis `i` is axis `Axes[i]` of `S`. */
export type Permute<S extends Shape, Axes extends Shape> = true extends IsRankUnknown<S> | IsRankUnknown<Axes>
  ? number[]
  : Axes['length'] extends S['length']
    ? AxisSet<'permute', S, Axes> extends infer Set
      ? [Set] extends [number]
        ? { -readonly [K in keyof Axes]: number extends Set ? number : S[IndexIn<S, Axes[K]>] }
        : Set
      : never
    : ShapeFailure<`permute: ${ShowShape<Axes>} lists ${Axes['length']} axes, but shape ${ShowShape<S>} has rank ${S['length']}.`>;

/** The shape with an axis of size 1 inserted, so that it has index `Axis` in the result. */
export type ExpandDims<S extends Shape, Axis extends number> =
  IsRankUnknown<S> extends true
    ? number[]
    : Axis extends number
      ? Inserted<S, AxisIndex<'expandDims', [...S, 1], Axis, S>, 1>
      : never;

/** `S` with a new axis of size `Size` at `Index`; a failed index passes through. */
export type Inserted<S extends Shape, Index, Size extends number, Before extends number[] = []> = Index extends number
  ? number extends Index
    ? number[]
    : Before['length'] extends Index
      ? [...Before, Size, ...S]
      : S extends readonly [infer First extends number, ...infer Rest extends number[]]
        ? Inserted<Rest, Index, Size, [...Before, First]>
        : never
  : Index;

/** The shape without `Axis`, whose size must be 1; without all axes of size 1 when `Axis` is undefined. */
export type Squeeze<S extends Shape, Axis extends number | undefined = undefined> =
  IsRankUnknown<S> extends true
    ? number[]
    : Axis extends number
      ? SqueezeAt<S, Axis, AxisIndex<'squeeze', S, Axis>>
      : number extends S[number]
        ? number[]
        : WithoutOnes<S>;

type SqueezeAt<S extends Shape, Axis extends number, Index> = Index extends number
  ? number extends Index
    ? number[]
    : 1 extends S[Index]
      ? DropAxes<S, Index, []>
      : number extends S[Index]
        ? DropAxes<S, Index, []>
        : ShapeFailure<`squeeze: axis ${Axis} of shape ${ShowShape<S>} has size ${S[Index]}, not 1.`>
  : Index;

type WithoutOnes<S extends Shape> = S extends readonly [infer First extends number, ...infer Rest extends number[]]
  ? First extends 1
    ? WithoutOnes<Rest>
    : [First, ...WithoutOnes<Rest>]
  : [];
