// The error function and its kin. erfcx has a family of its own: its n-th derivative is
//   (-2)ⁿ n! e^(x²) iⁿerfc(x)   (DLMF 7.18.4), which the composition 2x erfcx(x) - 2/√π loses to cancellation for large x.
import { apply } from '../tensor/dispatch.ts';
import { call, type Formula, name } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { mul, neg, square } from './arithmetic.ts';
import { elementwise } from './elementwise.ts';
import { exp } from './exponential.ts';
import { floating, type TensorLike } from './operands.ts';
import { erfc as erfcScalar, erfinv as erfinvScalar, erf as erfScalar } from './scalar/erf.ts';
import { erfcxDerivative } from './scalar/erfcx-derivative.ts';
import { drawn, given, type Unary, unary } from './unary.ts';

const TWO_OVER_SQRT_PI = 1.1283791670955126;

/** The error function `2/√π ∫₀ˣ e^(-t²) dt`. */
export const erf: Unary = unary({
  name: 'erf',
  scalar: erfScalar,
  partials: ([x]) => [mul(exp(neg(square(x!))), TWO_OVER_SQRT_PI)],
  samples: [drawn([-2, 2]), given([-6, 0, 6])],
});

/** The complement `1 - erf(x)`, accurate where it is small. */
export const erfc: Unary = unary({
  name: 'erfc',
  scalar: erfcScalar,
  partials: ([x]) => [mul(exp(neg(square(x!))), -TWO_OVER_SQRT_PI)],
  samples: [drawn([-2, 2]), given([-6, 0, 6])],
});

/** The inverse of erf, infinite at ±1. */
export const erfinv: Unary = unary({
  name: 'erfinv',
  scalar: erfinvScalar,
  partials: (_x, y) => [mul(exp(square(y())), 1 / TWO_OVER_SQRT_PI)],
  samples: [drawn([-0.8, 0.8]), given([-0.95, 0, 0.95])],
});

interface OrderParam {
  /** How many times it is differentiated. */
  readonly order: number;
}

const derivative = (text: string, x: Formula, order: number): Formula =>
  order === 0 ? call(text, x) : call(`${text}Derivative`, name(String(order)), x);

const erfcxOp: OpRecord<OrderParam> = elementwise<OrderParam>({
  name: 'erfcx',
  scalar: {
    of:
      ({ order }) =>
      (x) =>
        erfcxDerivative(order, x!),
  },
  partials: ([x], _y, { order }) => [apply(erfcxOp, [x!], { order: order + 1 })],
  formula: ([x], { order }) => derivative('erfcx', x!, order),
  samples: [
    { ...drawn([-2, 2]), params: { order: 0 } },
    { ...given([-3, 0, 0.9, 1.1, 30]), params: { order: 0 } },
    { ...given([-3, 0, 0.9, 1.1, 30]), params: { order: 2 } },
  ],
});

/** The scaled complement `e^(x²) erfc(x)`. */
export function erfcx(x: TensorLike): Tensor {
  return apply(erfcxOp, [floating('erfcx', x)], { order: 0 });
}
