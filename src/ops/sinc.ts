// sinc(x) = sin(πx)/(πx) and its derivatives as one family: the quotient rule would divide 0 by 0 at the origin.
import { apply } from '../tensor/dispatch.ts';
import { call, number } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { elementwise } from './elementwise.ts';
import { floating, type TensorLike } from './operands.ts';
import { sincDerivative } from './scalar/sinc-derivative.ts';
import { drawn, given } from './unary.ts';

interface OrderParam {
  /** How many times it is differentiated. */
  readonly order: number;
}

const sincOp: OpRecord<OrderParam> = elementwise<OrderParam>({
  name: 'sinc',
  scalar: {
    of:
      ({ order }) =>
      (x) =>
        sincDerivative(order, x!),
  },
  partials: ([x], _y, { order }) => [apply(sincOp, [x!], { order: order + 1 })],
  formula: ([x], { order }) => (order === 0 ? call('sinc', x!) : call('sincDerivative', number(order), x!)),
  samples: [
    { ...drawn([-2, 2]), params: { order: 0 } },
    { ...given([0, 1e-4, -0.3, 1, 7.5]), params: { order: 0 } },
    { ...given([0, 1e-4, -0.3, 1, 7.5]), params: { order: 3 } },
  ],
});

/** `sin(πx) / (πx)`, and 1 at 0, as in NumPy; exact derivatives at every x and order. */
export function sinc(x: TensorLike): Tensor {
  return apply(sincOp, [floating('sinc', x)], { order: 0 });
}
