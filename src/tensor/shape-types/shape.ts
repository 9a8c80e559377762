// What a shape is to the compiler, what a failed computation is, and how both meet a function's signature:
//   f<S, B>(this: Tensor<S>, b: Need<Rule<S, ShapeOf<B>>, B>): Tensor<Result<Rule<S, ShapeOf<B>>>>

/** Sizes of the axes, outermost first. `number` is an unknown size, `number[]` an unknown rank. */
export type Shape = readonly number[];

/** What a computation on shapes evaluates to when the shapes do not fit; `Message` is the run-time error's text. */
export interface ShapeFailure<Message extends string> {
  readonly shapeFailure: Message;
}

/** The type of an argument: `Argument` where the computation succeeds, the error's text where it fails. */
export type Need<Computation, Argument> = [Extract<Computation, ShapeFailure<string>>] extends [never]
  ? Argument
  : Message<Computation>;

type Message<Computation> = Computation extends ShapeFailure<infer Text> ? Text : never;

/** The shape that a computation gives: unknown rank after a failure, which is already reported at the argument. */
// `infer` keeps the compiler from inferring the computation's operands backwards from the type that the context expects:
// `const y: Tensor<[]> = x.sum()` would otherwise take [] for the axes.
export type Result<Computation> = Computation extends infer S extends number[] ? S : number[];

/** The shape of an operand; a number is a scalar. */
export type ShapeOf<Operand> = Operand extends { readonly shape: infer S extends number[] } ? S : [];

/** The shapes of a list of operands. */
export type ShapesOf<Operands extends readonly unknown[]> = {
  [K in keyof Operands]: ShapeOf<Operands[K]>;
} extends infer S extends readonly Shape[]
  ? S
  : never;

/** Whether even the number of axes is unknown. */
export type IsRankUnknown<S extends Shape> = number extends S['length'] ? true : false;

/** Whether two sizes can be equal: an unknown size fits every other. */
export type SizesAgree<A extends number, B extends number> = [A & B] extends [never] ? false : true;

/** Whether `T` is a choice between several types. */
export type IsUnion<T, Whole = T> = [T] extends [never]
  ? false
  : T extends Whole
    ? [Whole] extends [T]
      ? false
      : true
    : false;

/** A size as messages write it. */
export type ShowSize<Size extends number> = number extends Size ? '?' : `${Size}`;

/** A shape as messages write it: `[2,3]`, `[?,3]` with an unknown size, `[...]` with an unknown rank. */
export type ShowShape<S extends Shape> = IsRankUnknown<S> extends true ? '[...]' : `[${ShowSizes<S>}]`;

type ShowSizes<S extends Shape> = S extends readonly [infer First extends number, ...infer Rest extends number[]]
  ? Rest extends []
    ? ShowSize<First>
    : `${ShowSize<First>},${ShowSizes<Rest>}`
  : '';
