// Hyperbolic functions and their inverses. The derivatives of the inverses are written so that no square overflows.
import { add, reciprocal, square, sub } from './arithmetic.ts';
import { hypot } from './binary.ts';
import { rsqrt } from './power.ts';
import { oneMinusSquare } from './trig.ts';
import { chained, drawn, given, type Unary, unary } from './unary.ts';

/** The hyperbolic sine. */
export const sinh: Unary = unary({
  name: 'sinh',
  scalar: Math.sinh,
  partials: ([x]) => [cosh(x!)],
  samples: [drawn([-2, 2]), given([-10, 0, 10])],
});

/** The hyperbolic cosine. */
export const cosh: Unary = unary({
  name: 'cosh',
  scalar: Math.cosh,
  partials: ([x]) => [sinh(x!)],
  samples: [drawn([-2, 2]), given([-10, 0, 10])],
});

/** The hyperbolic tangent; its derivative is `1 - tanh² x`. */
export const tanh: Unary = unary({
  name: 'tanh',
  scalar: Math.tanh,
  partials: (_x, y) => [sub(1, square(y()))],
  samples: [drawn([-2, 2]), given([-30, 0, 30])],
});

/** The inverse hyperbolic sine. */
export const asinh: Unary = unary({
  name: 'asinh',
  scalar: Math.asinh,
  partials: ([x]) => [reciprocal(hypot(x!, 1))],
  samples: [drawn([-2, 2]), given([-50, 0, 50])],
});

/** The inverse hyperbolic cosine, of x >= 1. */
export const acosh: Unary = unary({
  name: 'acosh',
  scalar: Math.acosh,
  partials: ([x]) => [chained(rsqrt(sub(x!, 1)), rsqrt(add(x!, 1)))],
  samples: [drawn([1.5, 4]), given([1.1, 50])],
});

/** The inverse hyperbolic tangent, of |x| < 1. */
export const atanh: Unary = unary({
  name: 'atanh',
  scalar: Math.atanh,
  partials: ([x]) => [reciprocal(oneMinusSquare(x!))],
  samples: [drawn([-0.8, 0.8]), given([-0.95, 0, 0.95])],
});
