// Shapes of derivatives: a gradient has the shape of its variable, a Jacobian [...Out, ...In], a Hessian [...Out, ...In, ...In].

import type { IsRankUnknown, Shape, ShapeFailure, ShowShape } from './shape.ts';

/** The output of a function of which `Transform` takes a gradient: a scalar, or unknown. `Hint` says what to use instead. */
export type ScalarOutput<Transform extends string, Out extends Shape, Hint extends string> =
  IsRankUnknown<Out> extends true
    ? Out
    : Out extends readonly []
      ? Out
      : ShapeFailure<`${Transform}: f must return a scalar (shape []), but returns shape ${ShowShape<Out>}; ${Hint}.`>;

/** The output that `grad` (or `valueAndGrad`) requires of its function. */
export type GradOutput<Out extends Shape, Transform extends string = 'grad'> = ScalarOutput<
  Transform,
  Out,
  'use jacobian() or vjp()'
>;

/** The output that `hessian` requires of its function. */
export type HessianOutput<Out extends Shape> = ScalarOutput<'hessian', Out, 'use jacobian(jacobian(f))'>;

/** The shape of a first derivative. */
export type JacobianShape<Out extends number[], In extends number[]> = [...Out, ...In];

/** The shape of a second derivative. */
export type HessianShape<Out extends number[], In extends number[]> = [...Out, ...In, ...In];
