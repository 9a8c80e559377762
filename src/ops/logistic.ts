// The logistic function and its kin: σ' = σ(1 - σ), softplus' = σ, logit = σ⁻¹. Finite at every x, with all derivatives.
import { mul, neg, reciprocal, sub } from './arithmetic.ts';
import {
  logit as logitScalar,
  logSigmoid as logSigmoidScalar,
  sigmoid as sigmoidScalar,
  softplus as softplusScalar,
} from './scalar/activations.ts';
import { drawn, given, type Unary, unary } from './unary.ts';

/** `1 / (1 + e^-x)`. */
export const sigmoid: Unary = unary({
  name: 'sigmoid',
  scalar: sigmoidScalar,
  partials: (_x, y) => [mul(y(), sub(1, y()))],
  samples: [drawn([-3, 3]), given([-30, 0, 30])],
});

/** `log(1 + e^x)` without overflow. */
export const softplus: Unary = unary({
  name: 'softplus',
  scalar: softplusScalar,
  partials: ([x]) => [sigmoid(x!)],
  samples: [drawn([-3, 3]), given([-30, 0, 30])],
});

/** `log(sigmoid(x))` without underflow. */
export const logSigmoid: Unary = unary({
  name: 'logSigmoid',
  scalar: logSigmoidScalar,
  partials: ([x]) => [sigmoid(neg(x!))],
  samples: [drawn([-3, 3]), given([-30, 0, 30])],
});

/** `log(x / (1 - x))`, the inverse of sigmoid. */
export const logit: Unary = unary({
  name: 'logit',
  scalar: logitScalar,
  partials: ([x]) => [reciprocal(mul(x!, sub(1, x!)))],
  samples: [drawn([0.2, 0.8]), given([0.05, 0.5, 0.95])],
});
