// Products and sums of sizes. TypeScript has no arithmetic on number types, and counting with tuple lengths stops at 10,000
// elements, so sizes are multiplied as on paper: digit by digit, with tuples (at most 99 long) for a cell and its carry.
// A numeral is a string of digits, the least significant first: 784 is '487'.

import type { Shape } from './shape.ts';

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/** A tuple as long as the digit says. */
interface Units {
  '0': [];
  '1': [0];
  '2': [0, 0];
  '3': [0, 0, 0];
  '4': [0, 0, 0, 0];
  '5': [0, 0, 0, 0, 0];
  '6': [0, 0, 0, 0, 0, 0];
  '7': [0, 0, 0, 0, 0, 0, 0];
  '8': [0, 0, 0, 0, 0, 0, 0, 0];
  '9': [0, 0, 0, 0, 0, 0, 0, 0, 0];
}

/** The tuple `T`, a digit's number of times. */
interface Times<T extends 0[]> {
  '0': [];
  '1': T;
  '2': [...T, ...T];
  '3': [...T, ...T, ...T];
  '4': [...T, ...T, ...T, ...T];
  '5': [...T, ...T, ...T, ...T, ...T];
  '6': [...T, ...T, ...T, ...T, ...T, ...T];
  '7': [...T, ...T, ...T, ...T, ...T, ...T, ...T];
  '8': [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
  '9': [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
}

type FirstDigit<N extends string> = N extends `${infer D}${string}` ? D : '0';
type OtherDigits<N extends string> = N extends `${string}${infer Rest}` ? Rest : '';

// Digits are `string` in the types below: with a union of ten for each of four digits, a cell would have 10,000 cases to check.
type UnitsOf<D extends string> = D extends keyof Units ? Units[D] : [];

/** The units of one cell of the multiplication: `a * d + b + carry`. */
type Cell<A extends string, D extends string, B extends string, Carry extends string> = [
  ...(D extends Digit ? Times<UnitsOf<A>>[D] : []),
  ...UnitsOf<B>,
  ...UnitsOf<Carry>,
]['length'];

/** [digit to write, digit to carry] of a cell's number of units, which is below 100. */
type Split<Count> = `${Count & number}` extends `${infer Tens extends Digit}${infer Ones extends Digit}`
  ? [Ones, Tens]
  : [`${Count & number}`, '0'];

/** The numeral of `A * D + B`. */
type MultiplyAdd<
  A extends string,
  D extends string,
  B extends string,
  Carry extends string = '0',
  Written extends string = '',
> = `${A}${B}` extends ''
  ? Carry extends '0'
    ? Written
    : `${Written}${Carry}`
  : Split<Cell<FirstDigit<A>, D, FirstDigit<B>, Carry>> extends [
        infer Write extends string,
        infer Carried extends string,
      ]
    ? MultiplyAdd<OtherDigits<A>, D, OtherDigits<B>, Carried, `${Written}${Write}`>
    : never;

/** The numeral of `A * b`, by Horner's rule over the digits of `b`, which are in the usual order. */
type Multiply<A extends string, B extends string, Product extends string = ''> = B extends `${infer D}${infer Rest}`
  ? Multiply<A, Rest, MultiplyAdd<A, D, `0${Product}`>>
  : Product;

type Numeral<Size extends number> = ReverseText<`${Size}`>;

type ReverseText<Text extends string, Done extends string = ''> = Text extends `${infer First}${infer Rest}`
  ? ReverseText<Rest, `${First}${Done}`>
  : Done;

type ToNumber<N extends string> = ReverseText<N> extends `${infer Size extends number}` ? Size : number;

type ProductNumeral<S extends Shape, Product extends string = '1'> = S extends readonly [
  infer First extends number,
  ...infer Rest extends number[],
]
  ? First extends 1
    ? ProductNumeral<Rest, Product>
    : ProductNumeral<Rest, Product extends '1' ? Numeral<First> : Multiply<Product, `${First}`>>
  : Product;

/** The product of sizes; `number` when one is unknown. */
export type ProductOf<S extends Shape> = number extends S['length'] | S[number]
  ? number
  : 0 extends S[number]
    ? 0
    : ToNumber<ProductNumeral<S>>;

/** The sum of two sizes; `number` when one is unknown. */
export type SumOf<A extends number, B extends number> = number extends A | B
  ? number
  : ToNumber<MultiplyAdd<Numeral<A>, '1', Numeral<B>>>;
