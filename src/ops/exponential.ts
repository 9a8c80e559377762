// Exponentials and logarithms. log1p, expm1, logaddexp, xlogy and their kin have their own code, because what they are made
// of would cancel or overflow.

import { apply } from '../tensor/dispatch.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul, reciprocal } from './arithmetic.ts';
import { elementwise } from './elementwise.ts';
import { type None, none } from './linear.ts';
import { sigmoid } from './logistic.ts';
import { binaryFloat, type TensorLike } from './operands.ts';
import { exp2 as exp2Scalar, logaddexp as logaddexpScalar, xlogy as xlogyScalar } from './scalar/elementary.ts';
import { chained, constantLike, drawn, given, type Unary, unary } from './unary.ts';

/** `e^x`. */
export const exp: Unary = unary({
  name: 'exp',
  scalar: Math.exp,
  partials: (_x, y) => [y()],
  samples: [drawn([-2, 2]), given([-30, 0, 20])],
});

/** `2^x`. */
export const exp2: Unary = unary({
  name: 'exp2',
  scalar: exp2Scalar,
  partials: (_x, y) => [mul(y(), Math.LN2)],
  samples: [drawn([-2, 2]), given([-30, 0, 20])],
});

/** `e^x - 1`, exact next to 0. */
export const expm1: Unary = unary({
  name: 'expm1',
  scalar: Math.expm1,
  partials: ([x]) => [exp(x!)],
  samples: [drawn([-2, 2]), given([-30, 0, 1e-9])],
});

/** The natural logarithm. */
export const log: Unary = unary({
  name: 'log',
  scalar: Math.log,
  partials: ([x]) => [reciprocal(x!)],
  samples: [drawn([0.5, 3]), given([1e-3, 1, 1e3])],
});

/** The logarithm to base 2. */
export const log2: Unary = unary({
  name: 'log2',
  scalar: Math.log2,
  partials: ([x]) => [mul(reciprocal(x!), Math.LOG2E)],
  samples: [drawn([0.5, 3]), given([1e-3, 1, 1e3])],
});

/** The logarithm to base 10. */
export const log10: Unary = unary({
  name: 'log10',
  scalar: Math.log10,
  partials: ([x]) => [mul(reciprocal(x!), Math.LOG10E)],
  samples: [drawn([0.5, 3]), given([1e-3, 1, 1e3])],
});

/** `log(1 + x)`, exact next to 0. */
export const log1p: Unary = unary({
  name: 'log1p',
  scalar: Math.log1p,
  partials: ([x]) => [reciprocal(add(x!, 1))],
  samples: [drawn([-0.5, 3]), given([-0.9, 0, 1e-9, 1e3])],
});

/** `a - b`, but 0 between equal infinities: the argument of the weights of logaddexp. */
const gapOp: OpRecord<None> = elementwise({
  name: 'gap',
  scalar: (a, b) => (a === b ? 0 : a! - b!),
  partials: ([a, b]) => [constantLike(a!, 1), constantLike(b!, -1)],
  samples: [drawn([-2, 2], [-2, 2])],
});

/** The difference of two tensors of one shape and dtype, 0 where both are the same infinity. */
export function gap(a: Tensor, b: Tensor): Tensor {
  return apply(gapOp, [a, b], none);
}

const logaddexpOp: OpRecord<None> = elementwise({
  name: 'logaddexp',
  scalar: logaddexpScalar,
  partials: ([a, b]) => [sigmoid(gap(a!, b!)), sigmoid(gap(b!, a!))],
  samples: [drawn([-2, 2], [-2, 2]), given([1, -40, 3], [1, 5, -30])],
});

/** `log(e^a + e^b)` without overflow; at equal infinities the derivatives are one half each. */
export function logaddexp(a: TensorLike, b: TensorLike): Tensor {
  return binaryFloat(logaddexpOp, a, b);
}

const xlogyOp: OpRecord<None> = elementwise({
  name: 'xlogy',
  scalar: xlogyScalar,
  partials: ([x, y]) => [log(y!), chained(reciprocal(y!), x!)],
  samples: [drawn([-2, 2], [0.5, 3]), given([0, 0.5, 0], [2, 0.1, 1e-3])],
});

/** `x log y`, and 0 where x is 0; there the derivative in y is 0 for every y, that in x is log y. */
export function xlogy(x: TensorLike, y: TensorLike): Tensor {
  return binaryFloat(xlogyOp, x, y);
}
