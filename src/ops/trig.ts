// Trigonometric functions and their inverses. 1 - x² is written (1 - x)(1 + x), which does not cancel next to ±1.

import type { Tensor } from '../tensor/tensor.ts';
import { add, mul, neg, reciprocal, square, sub } from './arithmetic.ts';
import { rsqrt } from './power.ts';
import { drawn, given, type Unary, unary } from './unary.ts';

/** The sine, of radians. */
export const sin: Unary = unary({
  name: 'sin',
  scalar: Math.sin,
  partials: ([x]) => [cos(x!)],
  samples: [drawn([-3, 3]), given([0, 100])],
});

/** The cosine, of radians. */
export const cos: Unary = unary({
  name: 'cos',
  scalar: Math.cos,
  partials: ([x]) => [neg(sin(x!))],
  samples: [drawn([-3, 3]), given([0, 100])],
});

/** The tangent, of radians; its derivative is `1 + tan² x`. */
export const tan: Unary = unary({
  name: 'tan',
  scalar: Math.tan,
  partials: (_x, y) => [add(square(y()), 1)],
  samples: [drawn([-1, 1]), given([0, 3])],
});

/** `1 - x²`. */
export function oneMinusSquare(x: Tensor): Tensor {
  return mul(sub(1, x), add(x, 1));
}

/** The inverse sine, in [-π/2, π/2]. */
export const asin: Unary = unary({
  name: 'asin',
  scalar: Math.asin,
  partials: ([x]) => [rsqrt(oneMinusSquare(x!))],
  samples: [drawn([-0.8, 0.8]), given([-0.95, 0, 0.95])],
});

/** The inverse cosine, in [0, π]. */
export const acos: Unary = unary({
  name: 'acos',
  scalar: Math.acos,
  partials: ([x]) => [neg(rsqrt(oneMinusSquare(x!)))],
  samples: [drawn([-0.8, 0.8]), given([-0.95, 0, 0.95])],
});

/** The inverse tangent, in [-π/2, π/2]. */
export const atan: Unary = unary({
  name: 'atan',
  scalar: Math.atan,
  partials: ([x]) => [reciprocal(add(square(x!), 1))],
  samples: [drawn([-2, 2]), given([-100, 0, 30])],
});
