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
      : CountsAgree<Cancelled<S, Target>> extends true
        ? [...Target]
        : ShapeFailure<`${View<S, Target>} (${ElementCount<Target>} elements).`>;

type View<
  S extends Shape,
  Target extends Shape,
> = `reshape: cannot view ${ShowShape<S>} (${ElementCount<S>} elements) as ${ShowShape<Target>}`;

/** Whether a source and a target, of which equal sizes are cancelled, may have as many elements. */
type CountsAgree<Both extends Pair> = number extends ElementCount<Both['source']> | ElementCount<Both['target']>
  ? true
  : [ElementCount<Both['source']>] extends [ElementCount<Both['target']>]
    ? true
    : false;

interface Pair {
  readonly source: number[];
  readonly target: number[];
}

/** What remains of two shapes when sizes that both have are cancelled, like the factors of a fraction: less to multiply. */
type Cancelled<S extends Shape, Target extends Shape, Left extends number[] = []> = Target extends readonly [
  infer First extends number,
  ...infer Rest extends number[],
]
  ? First extends 1
    ? Cancelled<S, Rest, Left>
    : Removed<S, First> extends infer Fewer extends number[]
      ? Cancelled<Fewer, Rest, Left>
      : Cancelled<S, Rest, [...Left, First]>
  : { source: [...S]; target: Left };

/** `S` without its first size equal to `Size`; undefined when it has none, or when `Size` is unknown or 0, which do not cancel. */
type Removed<S extends Shape, Size extends number, Before extends number[] = []> = number extends Size
  ? undefined
  : Size extends 0
    ? undefined
    : S extends readonly [infer First extends number, ...infer Rest extends number[]]
      ? [First] extends [Size]
        ? [...Before, ...Rest]
        : Removed<Rest, Size, [...Before, First]>
      : undefined;

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
  ? { -readonly [K in keyof Target]: Target[K] extends -1 ? Quotient<Cancelled<S, Others>> : Target[K] }
  : true extends IsRankUnknown<S> | (number extends S[number] ? true : false)
    ? number[]
    : ShapeFailure<`${View<S, Target>}: only one size can be -1.`>;

/** The inferred size: known when every other target size cancels. */
type Quotient<Both extends Pair> = Both['target'] extends [] ? ElementCount<Both['source']> : number;
