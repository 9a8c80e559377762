// Hurwitz' zeta function: ∂ζ/∂q = -s ζ(s+1, q). Its derivatives in s are a family, ζₙ(s, q) = Σ (-log w)ⁿ w^(-s), w = q + k:
//   ∂ζₙ/∂s = ζₙ₊₁,   ∂ζₙ/∂q = -s ζₙ(s+1, q) - n ζₙ₋₁(s+1, q).
import { apply } from '../tensor/dispatch.ts';
import { floatOf } from '../tensor/dtype.ts';
import { call, number } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul, neg, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { elementwise } from './elementwise.ts';
import { broadcastOperands, promoted, type TensorLike } from './operands.ts';
import { zetaDerivative } from './scalar/zeta-derivative.ts';
import { chained, drawn, given } from './unary.ts';

interface OrderParam {
  /** How many times it is differentiated in s. */
  readonly order: number;
}

const family = (s: Tensor, q: Tensor, order: number): Tensor => apply(zetaOp, [s, q], { order });

const zetaOp: OpRecord<OrderParam> = elementwise<OrderParam>({
  name: 'zeta',
  scalar: {
    of:
      ({ order }) =>
      (s, q) =>
        zetaDerivative(order, s!, q!),
  },
  partials: ([s, q], _y, { order: n }) => {
    const next = add(s!, 1);
    const inQ = neg(chained(family(next, q!, n), s!));
    return [family(s!, q!, n + 1), n === 0 ? inQ : sub(inQ, mul(family(next, q!, n - 1), n))];
  },
  formula: ([s, q], { order }) => (order === 0 ? call('zeta', s!, q!) : call('zetaDerivative', number(order), s!, q!)),
  samples: [
    { ...drawn([1.5, 4], [0.5, 3]), params: { order: 0 } },
    { ...given([2, 6.5, 3], [1, 0.2, 20]), params: { order: 0 } },
    { ...drawn([1.5, 4], [0.5, 3]), params: { order: 2 } },
  ],
});

/** `Σ (q + k)^-s` over k = 0, 1, …: the Hurwitz zeta function for s > 1; with q = 1, the default, Riemann's. */
export function zeta(s: TensorLike, q: TensorLike = 1): Tensor {
  const x = promoted('zeta', [s, q]).map((v) => cast(v, floatOf(v.dtype)));
  return apply(zetaOp, broadcastOperands('zeta', x), { order: 0 });
}
