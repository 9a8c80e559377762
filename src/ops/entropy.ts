// Entropy-like products with a logarithm besides xlogy, and the base-2 twin of logaddexp.
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul, neg, reciprocal } from './arithmetic.ts';
import { elementwise } from './elementwise.ts';
import { gap, log, log1p } from './exponential.ts';
import type { None } from './linear.ts';
import { sigmoid } from './logistic.ts';
import { binaryFloat, type TensorLike } from './operands.ts';
import { entr as entrScalar, logaddexp2 as logaddexp2Scalar, xlog1py as xlog1pyScalar } from './scalar/elementary.ts';
import { chained, drawn, given, type Unary, unary } from './unary.ts';

/** `-x log x`, 0 at 0 and -∞ below. */
export const entr: Unary = unary({
  name: 'entr',
  scalar: entrScalar,
  partials: ([x]) => [neg(add(log(x!), 1))],
  samples: [drawn([0.2, 3]), given([1e-2, 1, 50])],
});

const xlog1pyOp: OpRecord<None> = elementwise({
  name: 'xlog1py',
  scalar: xlog1pyScalar,
  partials: ([x, y]) => [log1p(y!), chained(reciprocal(add(y!, 1)), x!)],
  samples: [drawn([-2, 2], [-0.5, 3]), given([0, 0.5, 0], [2, 0.1, -0.9])],
});

/** `x log(1 + y)`, and 0 where x is 0. */
export function xlog1py(x: TensorLike, y: TensorLike): Tensor {
  return binaryFloat(xlog1pyOp, x, y);
}

const logaddexp2Op: OpRecord<None> = elementwise({
  name: 'logaddexp2',
  scalar: logaddexp2Scalar,
  partials: ([a, b]) => [sigmoid(mul(gap(a!, b!), Math.LN2)), sigmoid(mul(gap(b!, a!), Math.LN2))],
  samples: [drawn([-2, 2], [-2, 2]), given([1, -40, 3], [1, 5, -30])],
});

/** `log2(2^a + 2^b)` without overflow; at equal infinities the derivatives are one half each. */
export function logaddexp2(a: TensorLike, b: TensorLike): Tensor {
  return binaryFloat(logaddexp2Op, a, b);
}
