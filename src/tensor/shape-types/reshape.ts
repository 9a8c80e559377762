// reshape: the element counts agree. One size may be -1; it is known here when the other target sizes cancel against sizes of
// the source ([2,3,4] as [-1,4] is [6,4]), and is an unknown size otherwise.

import type { ProductOf } from './count.ts';
import type { IsRankUnknown, Shape, ShapeFailure, ShowShape } from './shape.ts';

/** The number of elements; `number` when a size or the rank is unknown. */
export type ElementCount<S extends Shape> = ProductOf<S>;

/** The shape of a tensor of shape `S` viewed as `Target`. */
export type Reshape<S extends Shape, Target extends Shape> =
  IsRankUnknown<Target> extends true
    ? number[]
    : -1 extends Target[number]
      ? ReshapeInferring<S, Target, Known<Target>>
      : CountsAgree<ElementCount<S>, ElementCount<Target>> extends true
        ? [...Target]
        : ShapeFailure<`${View<S, Target>} (${ElementCount<Target>} elements).`>;

type View<
  S extends Shape,
  Target extends Shape,
> = `reshape: cannot view ${ShowShape<S>} (${ElementCount<S>} elements) as ${ShowShape<Target>}`;

type CountsAgree<M extends number, N extends number> = number extends M | N ? true : [M] extends [N] ? true : false;

/** The target without its -1s. */
type Known<Target extends Shape> = Target extends readonly [infer First extends number, ...infer Rest extends number[]]
  ? First extends -1
    ? Known<Rest>
    : [First, ...Known<Rest>]
  : [];

type ReshapeInferring<S extends Shape, Target extends Shape, Others extends number[]> = [
  ...Others,
  -1,
]['length'] extends Target['length']
  ? { -readonly [K in keyof Target]: Target[K] extends -1 ? Quotient<S, Others> : Target[K] }
  : true extends IsRankUnknown<S> | (number extends S[number] ? true : false)
    ? number[]
    : ShapeFailure<`${View<S, Target>}: only one size can be -1.`>;

/** The product of `S` over the product of `Divisors` when every divisor is 1 or a size of `S`; else `number`. */
type Quotient<S extends Shape, Divisors extends Shape> =
  IsRankUnknown<S> extends true
    ? number
    : Divisors extends readonly [infer First extends number, ...infer Rest extends number[]]
      ? First extends 1
        ? Quotient<S, Rest>
        : Removed<S, First> extends infer Left extends number[]
          ? Quotient<Left, Rest>
          : number
      : ProductOf<S>;

/** `S` without its first size equal to `Size`; undefined when it has none, or when the size is 0 or unknown. */
type Removed<S extends Shape, Size extends number, Before extends number[] = []> = Size extends 0
  ? undefined
  : S extends readonly [infer First extends number, ...infer Rest extends number[]]
    ? [First] extends [Size]
      ? [Size] extends [First]
        ? [...Before, ...Rest]
        : Removed<Rest, Size, [...Before, First]>
      : Removed<Rest, Size, [...Before, First]>
    : undefined;
