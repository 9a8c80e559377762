// Shapes at compile time: all type-level programming of the library, by topic, in the folder beside this file.
// A shape is a tuple of literal sizes; an unknown size is `number`, an unknown rank `number[]`. A computation on shapes evaluates
// to a shape or to a ShapeFailure that carries the text of the run-time error (shape-messages.ts). Rules that keep messages
// readable and checking cheap:
//   an argument has type `Need<Computation, Argument>`: itself, or the error text as a string-literal type;
//   a result has type `Tensor<Result<Computation>>`: unknown rank after a failure, never `never`, so one mistake is one error;
//   methods take `this: Tensor<S>` and leave the class's own parameter alone, so that Tensor is covariant in its shape;
//   a number operand is a case of the same signature, not an overload: an overload would bury the message.
// Limit: sizes that are themselves type parameters cannot be computed with (test/types/generic.ts shows what to do instead).

export type { NestedArray } from './shape-types/array.ts';
export type { ExpandDims, Permute, Reduce, Squeeze, Transposed } from './shape-types/axes.ts';
export type { BroadcastArgument, BroadcastResult, MatMul } from './shape-types/broadcast.ts';
export type { Data, ShapeOfData } from './shape-types/data.ts';
export type { GradOutput, HessianOutput, HessianShape, JacobianShape } from './shape-types/derivative.ts';
export type { Einsum } from './shape-types/einsum.ts';
export type { Concat, Stack } from './shape-types/join.ts';
export type { Reshape } from './shape-types/reshape.ts';
export type { Need, Result, ShapeOf, ShapesOf } from './shape-types/shape.ts';
