// The regularised incomplete gamma and beta functions. In x their derivative is a density; in the parameters there is no closed
// form, so each is a family closed under differentiation: index n (or m, n) counts derivatives in the parameters, and for
// the densities d(a, x) = x^(a-1) e^-x / Γ(a) and d(a, b, x) = x^(a-1) (1-x)^(b-1) / B(a, b)
//   ∂dₙ/∂x = ((a-1)/x - 1) dₙ + n/x dₙ₋₁,   ∂dₘₙ/∂x = ((a-1)/x - (b-1)/(1-x)) dₘₙ + m/x dₘ₋₁,ₙ - n/(1-x) dₘ,ₙ₋₁.
import { apply } from '../tensor/dispatch.ts';
import { floatOf } from '../tensor/dtype.ts';
import { call, type Formula, number } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { greater, less, logicalAnd } from './comparison.ts';
import { elementwise } from './elementwise.ts';
import type { None } from './linear.ts';
import { binaryFloat, broadcastOperands, promoted, type TensorLike } from './operands.ts';
import { gammaincc as gammainccScalar } from './scalar/incomplete-gamma.ts';
import { betaDensity, betaincDerivative, gammaDensity, gammaincDerivative } from './scalar/incomplete-moments.ts';
import { where } from './select.ts';
import { chained, drawn, given } from './unary.ts';

interface GammaOrder {
  /** How many times it is differentiated in a. */
  readonly n: number;
}

const derivative = (name: string, orders: readonly number[], x: readonly Formula[]): Formula =>
  orders.every((n) => n === 0) ? call(name, ...x) : call(`${name}Derivative`, ...orders.map(number), ...x);

const gammaDensityOp: OpRecord<GammaOrder> = elementwise<GammaOrder>({
  name: 'gammaDensity',
  scalar: {
    of:
      ({ n }) =>
      (a, x) =>
        gammaDensity(n, a!, x!),
  },
  partials: ([a, x], y, { n }) => {
    const at = (shape: Tensor, order: number): Tensor => apply(gammaDensityOp, [shape, x!], { n: order });
    const less1 = sub(a!, 1);
    const inside = chained(sub(div(less1, x!), 1), y());
    if (n > 0) return [at(a!, n + 1), add(inside, div(mul(at(a!, n - 1), n), x!))];
    // At x = 0 the quotient is 0/0; there d(a-1, x) - d(a, x) says the same.
    return [at(a!, 1), where(greater(x!, 0), inside, sub(at(less1, 0), y()))];
  },
  formula: (x, { n }) => derivative('gammaDensity', [n], x),
  samples: [
    { ...drawn([1.5, 3], [0.5, 3]), params: { n: 0 } },
    { ...drawn([1.5, 3], [0.5, 3]), params: { n: 2 } },
  ],
});

const gammaincOp: OpRecord<GammaOrder> = elementwise<GammaOrder>({
  name: 'gammainc',
  scalar: {
    of:
      ({ n }) =>
      (a, x) =>
        gammaincDerivative(n, a!, x!),
  },
  partials: (x, _y, { n }) => [apply(gammaincOp, x, { n: n + 1 }), apply(gammaDensityOp, x, { n })],
  formula: (x, { n }) => derivative('gammainc', [n], x),
  samples: [
    { ...drawn([0.5, 3], [0.5, 3]), params: { n: 0 } },
    { ...given([0.3, 20, 1], [0.1, 22, 5]), params: { n: 0 } },
    { ...drawn([0.5, 3], [0.5, 3]), params: { n: 2 } },
  ],
});

/** The regularised lower incomplete gamma function `P(a, x) = 1/Γ(a) ∫₀ˣ t^(a-1) e^-t dt`. */
export function gammainc(a: TensorLike, x: TensorLike): Tensor {
  const operands = promoted('gammainc', [a, x]).map((v) => cast(v, floatOf(v.dtype)));
  return apply(gammaincOp, broadcastOperands('gammainc', operands), { n: 0 });
}

const gammainccOp: OpRecord<None> = elementwise<None>({
  name: 'gammaincc',
  scalar: gammainccScalar,
  partials: (x) => [neg(apply(gammaincOp, x, { n: 1 })), neg(apply(gammaDensityOp, x, { n: 0 }))],
  samples: [drawn([0.5, 3], [0.5, 3]), given([0.3, 20, 1], [0.1, 22, 5])],
});

/** The regularised upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`, accurate where it is small. */
export function gammaincc(a: TensorLike, x: TensorLike): Tensor {
  return binaryFloat(gammainccOp, a, x);
}

interface BetaOrder {
  /** How many times it is differentiated in a. */
  readonly m: number;
  /** How many times it is differentiated in b. */
  readonly n: number;
}

const betaDensityOp: OpRecord<BetaOrder> = elementwise<BetaOrder>({
  name: 'betaDensity',
  scalar: {
    of:
      ({ m, n }) =>
      (a, b, x) =>
        betaDensity(m, n, a!, b!, x!),
  },
  partials: ([a, b, x], y, { m, n }) => {
    const at = (p: Tensor, q: Tensor, order: BetaOrder): Tensor => apply(betaDensityOp, [p, q, x!], order);
    const [less1, rest] = [sub(a!, 1), sub(1, x!)];
    let inX = chained(sub(div(less1, x!), div(sub(b!, 1), rest)), y());
    if (m > 0) inX = add(inX, div(mul(at(a!, b!, { m: m - 1, n }), m), x!));
    if (n > 0) inX = sub(inX, div(mul(at(a!, b!, { m, n: n - 1 }), n), rest));
    if (m === 0 && n === 0) {
      // At 0 and 1 a quotient is 0/0; there (a + b - 1) (d(a-1, b) - d(a, b-1)) says the same.
      const zeroth = { m: 0, n: 0 };
      const atEnds = chained(add(less1, b!), sub(at(less1, b!, zeroth), at(a!, sub(b!, 1), zeroth)));
      inX = where(logicalAnd(greater(x!, 0), less(x!, 1)), inX, atEnds);
    }
    return [at(a!, b!, { m: m + 1, n }), at(a!, b!, { m, n: n + 1 }), inX];
  },
  formula: (x, { m, n }) => derivative('betaDensity', [m, n], x),
  samples: [
    { ...drawn([1.5, 3], [1.5, 3], [0.2, 0.8]), params: { m: 0, n: 0 } },
    { ...drawn([1.5, 3], [1.5, 3], [0.2, 0.8]), params: { m: 1, n: 1 } },
  ],
});

const betaincOp: OpRecord<BetaOrder> = elementwise<BetaOrder>({
  name: 'betainc',
  scalar: {
    of:
      ({ m, n }) =>
      (a, b, x) =>
        betaincDerivative(m, n, a!, b!, x!),
  },
  partials: (x, _y, { m, n }) => [
    apply(betaincOp, x, { m: m + 1, n }),
    apply(betaincOp, x, { m, n: n + 1 }),
    apply(betaDensityOp, x, { m, n }),
  ],
  formula: (x, { m, n }) => derivative('betainc', [m, n], x),
  samples: [
    { ...drawn([0.5, 3], [0.5, 3], [0.2, 0.8]), params: { m: 0, n: 0 } },
    { ...given([0.3, 20, 1], [2, 15, 0.4], [0.1, 0.6, 0.9]), params: { m: 0, n: 0 } },
    { ...drawn([0.5, 3], [0.5, 3], [0.2, 0.8]), params: { m: 1, n: 1 } },
  ],
});

/** The regularised incomplete beta function `I_x(a, b) = 1/B(a, b) ∫₀ˣ t^(a-1) (1-t)^(b-1) dt`. */
export function betainc(a: TensorLike, b: TensorLike, x: TensorLike): Tensor {
  const operands = promoted('betainc', [a, b, x]).map((v) => cast(v, floatOf(v.dtype)));
  return apply(betaincOp, broadcastOperands('betainc', operands), { m: 0, n: 0 });
}
