// The standard normal distribution: Φ' = φ, and for the logarithm of Φ the ratio h = φ/Φ, whose own derivative is
// -h (x + h). x + h ~ 1/|x| far on the left is a function of its own, since the sum would cancel.

import type { Tensor } from '../tensor/tensor.ts';
import { mul, neg, square, sub } from './arithmetic.ts';
import { exp } from './exponential.ts';
import { logNdtr as logNdtrScalar, ndtri as ndtriScalar, ndtr as ndtrScalar } from './scalar/normal.ts';
import { hazardExcess as hazardExcessScalar, hazard as hazardScalar } from './scalar/normal-hazard.ts';
import { drawn, given, type Unary, unary } from './unary.ts';

const SQRT_2PI = 2.5066282746310002;

/** The density `φ(x) = e^(-x²/2) / sqrt(2π)`. */
export function normalDensity(x: Tensor): Tensor {
  return mul(exp(mul(square(x), -0.5)), 1 / SQRT_2PI);
}

/** The standard normal distribution function Φ. */
export const ndtr: Unary = unary({
  name: 'ndtr',
  scalar: ndtrScalar,
  partials: ([x]) => [normalDensity(x!)],
  samples: [drawn([-2, 2]), given([-8, 0, 8])],
});

/** The quantile function of the standard normal distribution, the inverse of ndtr. */
export const ndtri: Unary = unary({
  name: 'ndtri',
  scalar: ndtriScalar,
  partials: (_x, y) => [mul(exp(mul(square(y()), 0.5)), SQRT_2PI)],
  samples: [drawn([0.2, 0.8]), given([0.05, 0.5, 0.95])],
});

/** φ(x)/Φ(x), the hazard rate of the normal distribution at -x. */
const hazard = unary({
  name: 'normalHazard',
  scalar: hazardScalar,
  partials: ([x], y) => [neg(mul(y(), hazardExcess(x!)))],
  samples: [drawn([-2, 2]), given([-20, -8, 0, 8])],
});

/** x + φ(x)/Φ(x). */
const hazardExcess: Unary = unary({
  name: 'normalHazardExcess',
  scalar: hazardExcessScalar,
  partials: ([x], y) => [sub(1, mul(hazard(x!), y()))],
  samples: [drawn([-2, 2]), given([-8, 0, 8])],
});

/** `log Φ(x)`, accurate far on the left. */
export const logNdtr: Unary = unary({
  name: 'logNdtr',
  scalar: logNdtrScalar,
  partials: ([x]) => [hazard(x!)],
  samples: [drawn([-2, 2]), given([-20, -8, 0, 8])],
});
