// log Γ and its derivatives: lgamma' = digamma = ψ, ψ⁽ⁿ⁾' = ψ⁽ⁿ⁺¹⁾ (polygamma).
import { ArgumentError } from '../errors.ts';
import { apply } from '../tensor/dispatch.ts';
import { call, number } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, sub } from './arithmetic.ts';
import { composite } from './composite.ts';
import { elementwise } from './elementwise.ts';
import { asTensor, floating, type TensorLike } from './operands.ts';
import { digamma as digammaScalar, lgamma as lgammaScalar } from './scalar/gamma.ts';
import { polygamma as polygammaScalar } from './scalar/zeta.ts';
import { drawn, given, type Unary, unary } from './unary.ts';

/** `log |Γ(x)|`. */
export const lgamma: Unary = unary({
  name: 'lgamma',
  scalar: lgammaScalar,
  partials: ([x]) => [digamma(x!)],
  samples: [drawn([0.5, 4]), given([-2.4, 0.05, 1, 2, 50])],
});

/** `ψ(x) = Γ'(x) / Γ(x)`. */
export const digamma: Unary = unary({
  name: 'digamma',
  scalar: digammaScalar,
  partials: ([x]) => [polygamma(1, x!)],
  samples: [drawn([0.5, 4]), given([-2.4, 0.05, 1, 50])],
});

interface OrderParam {
  readonly order: number;
}

const polygammaOp: OpRecord<OrderParam> = elementwise<OrderParam>({
  name: 'polygamma',
  scalar: {
    of:
      ({ order }) =>
      (x) =>
        polygammaScalar(order, x!),
  },
  partials: ([x], _y, { order }) => [apply(polygammaOp, [x!], { order: order + 1 })],
  formula: ([x], { order }) => call('polygamma', number(order), x!),
  samples: [
    { ...drawn([0.5, 4]), params: { order: 1 } },
    { ...given([-2.4, 0.3, 1, 50]), params: { order: 2 } },
  ],
});

/** The n-th derivative of digamma; n is a whole number, not a tensor. */
export function polygamma(n: number, x: TensorLike): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new ArgumentError(`polygamma: the order must be a non-negative integer, got ${String(n)}.`);
  }
  return n === 0 ? digamma(x) : apply(polygammaOp, [floating('polygamma', x)], { order: n });
}

/** The logarithm of the multivariate gamma function of dimension p: `p (p-1)/4 log π + Σ lgamma(a - (j-1)/2)`, j = 1 … p. */
export function multigammaln(a: TensorLike, p: number): Tensor {
  asTensor('multigammaln', a);
  if (!Number.isInteger(p) || p < 1) {
    throw new ArgumentError(`multigammaln: the dimension must be a positive integer, got ${String(p)}.`);
  }
  let sum = lgamma(a);
  for (let j = 2; j <= p; j++) sum = add(sum, lgamma(sub(a, (j - 1) / 2)));
  return add(sum, ((p * (p - 1)) / 4) * Math.log(Math.PI));
}

composite('multigammaln', multigammaln, [{ inputs: [{ shape: [3], domain: [2, 5] }], params: [3] }]);
