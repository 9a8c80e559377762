// Nested arrays as deep as a shape is long: what toArray() gives.

import type { IsRankUnknown, Shape } from './shape.ts';

/** `number` for [], `number[]` for [n], `number[][]` for [m, n]; for an unknown rank whatever the context takes. */
// biome-ignore lint/suspicious/noExplicitAny: arrays of unknown depth are used at the depth that their user knows
export type NestedArray<S extends Shape, Element = number> = IsRankUnknown<S> extends true ? any : Nested<S, Element>;

type Nested<S extends Shape, Element> = S extends readonly [number, ...infer Rest extends number[]]
  ? Nested<Rest, Element>[]
  : Element;
