// einsum: each letter of a term names an axis of its operand, a letter has one size everywhere, and the output lists letters.
// The sizes found so far are an object type from letter to size. Equations with an ellipsis or without '->' are checked when
// they run.

import type { IsRankUnknown, Shape, ShapeFailure, ShowShape, SizesAgree } from './shape.ts';

/** The shape of `einsum(equation, ...operands)`. */
export type Einsum<Equation extends string, Shapes extends readonly Shape[]> = true extends
  | (string extends Equation ? true : false)
  | (number extends Shapes['length'] ? true : false)
  | IsRankUnknown<Shapes[number]>
  ? number[]
  : Equation extends `${string}.${string}`
    ? number[]
    : Equation extends `${infer Terms}->${infer Output}`
      ? Named<Equation, EinsumShape<Terms, Letters<Output>, Shapes>>
      : number[];

type Named<Equation extends string, Outcome> =
  Outcome extends ShapeFailure<infer Detail> ? ShapeFailure<`einsum '${Equation}': ${Detail}.`> : Outcome;

type EinsumShape<Terms extends string, Output extends readonly string[], Shapes extends readonly Shape[]> =
  LetterSizes<Split<Terms>, Shapes> extends infer Sizes
    ? Sizes extends ShapeFailure<string>
      ? Sizes
      : OutputShape<Output, Sizes>
    : never;

/** The letters of a term; spaces mean nothing. */
type Letters<Term extends string> = Term extends `${infer First}${infer Rest}`
  ? First extends ' '
    ? Letters<Rest>
    : [First, ...Letters<Rest>]
  : [];

type Split<Terms extends string> = Terms extends `${infer First},${infer Rest}`
  ? [Letters<First>, ...Split<Rest>]
  : [Letters<Terms>];

type Join<Term extends readonly string[]> = Term extends readonly [
  infer First extends string,
  ...infer Rest extends string[],
]
  ? `${First}${Join<Rest>}`
  : '';

/** Sizes of all letters, or what is wrong. */
type LetterSizes<
  Terms extends readonly string[][],
  Shapes extends readonly Shape[],
  Sizes = unknown,
> = Terms extends readonly [infer Term extends string[], ...infer RestTerms extends string[][]]
  ? Shapes extends readonly [infer S extends Shape, ...infer RestShapes extends Shape[]]
    ? Term['length'] extends S['length']
      ? TermSizes<Term, S, Sizes> extends infer More
        ? More extends ShapeFailure<string>
          ? More
          : LetterSizes<RestTerms, RestShapes, More>
        : never
      : ShapeFailure<`term '${Join<Term>}' has ${Term['length']} indices but its operand has shape ${ShowShape<S>} (rank ${S['length']})`>
    : ShapeFailure<'more terms than operands'>
  : Shapes extends readonly []
    ? Sizes
    : ShapeFailure<'more operands than terms'>;

/** `Sizes` with those that one operand adds or, where a size was unknown, makes precise. */
type TermSizes<Term extends readonly string[], S extends Shape, Sizes> = Term extends readonly [
  infer Letter extends string,
  ...infer RestLetters extends string[],
]
  ? S extends readonly [infer Size extends number, ...infer RestSizes extends number[]]
    ? SizesAgree<SizeOf<Letter, Sizes>, Size> extends true
      ? TermSizes<RestLetters, RestSizes, Sizes & Record<Letter, Size>>
      : ShapeFailure<`index '${Letter}' is ${SizeOf<Letter, Sizes>} in one operand and ${Size} in another`>
    : never
  : Sizes;

/** The size of a letter; `number` while it has none. */
type SizeOf<Letter extends string, Sizes> = Letter extends keyof Sizes ? Sizes[Letter] & number : number;

type OutputShape<
  Output extends readonly string[],
  Sizes,
  Used extends string = never,
  Done extends number[] = [],
> = Output extends readonly [infer Letter extends string, ...infer Rest extends string[]]
  ? Letter extends Used
    ? ShapeFailure<`output index '${Letter}' is given twice`>
    : Letter extends keyof Sizes
      ? OutputShape<Rest, Sizes, Used | Letter, [...Done, Sizes[Letter] & number]>
      : ShapeFailure<`output index '${Letter}' appears in no operand`>
  : Done;
