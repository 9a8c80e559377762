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
import { elementwiseByArgument } from './by-argument.ts';
import { cast } from './cast.ts';
import { greater, less, logicalAnd } from './comparison.ts';
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

const gammaDensityAt = (a: Tensor, x: Tensor, n: number): Tensor => apply(gammaDensityOp, [a, x], { n });

const gammaDensityOp: OpRecord<GammaOrder> = elementwiseByArgument<GammaOrder>({
  name: 'gammaDensity',
  scalar:
    ({ n }) =>
    (a, x) =>
      gammaDensity(n, a!, x!),
  rates: [
    ([a, x], _y, { n }) => gammaDensityAt(a!, x!, n + 1),
    ([a, x], y, { n }) => {
      const less1 = sub(a!, 1);
      const inside = chained(sub(div(less1, x!), 1), y());
      if (n > 0) return add(inside, div(mul(gammaDensityAt(a!, x!, n - 1), n), x!));
      // At x = 0 the quotient is 0/0; there d(a-1, x) - d(a, x) says the same.
      return where(greater(x!, 0), inside, sub(gammaDensityAt(less1, x!, 0), y()));
    },
  ],
  formula: (x, { n }) => derivative('gammaDensity', [n], x),
  samples: [
    { ...drawn([1.5, 3], [0.5, 3]), params: { n: 0 } },
    { ...drawn([1.5, 3], [0.5, 3]), params: { n: 2 } },
  ],
});

const gammaincOp: OpRecord<GammaOrder> = elementwiseByArgument<GammaOrder>({
  name: 'gammainc',
  scalar:
    ({ n }) =>
    (a, x) =>
      gammaincDerivative(n, a!, x!),
  rates: [(x, _y, { n }) => apply(gammaincOp, x, { n: n + 1 }), ([a, x], _y, { n }) => gammaDensityAt(a!, x!, n)],
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

const gammainccOp: OpRecord<None> = elementwiseByArgument<None>({
  name: 'gammaincc',
  scalar: () => gammainccScalar,
  rates: [(x) => neg(apply(gammaincOp, x, { n: 1 })), ([a, x]) => neg(gammaDensityAt(a!, x!, 0))],
  formula: (x) => call('gammaincc', ...x),
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

const betaDensityAt = (a: Tensor, b: Tensor, x: Tensor, order: BetaOrder): Tensor =>
  apply(betaDensityOp, [a, b, x], order);

const betaDensityOp: OpRecord<BetaOrder> = elementwiseByArgument<BetaOrder>({
  name: 'betaDensity',
  scalar:
    ({ m, n }) =>
    (a, b, x) =>
      betaDensity(m, n, a!, b!, x!),
  rates: [
    ([a, b, x], _y, { m, n }) => betaDensityAt(a!, b!, x!, { m: m + 1, n }),
    ([a, b, x], _y, { m, n }) => betaDensityAt(a!, b!, x!, { m, n: n + 1 }),
    ([a, b, x], y, { m, n }) => {
      const [less1, rest] = [sub(a!, 1), sub(1, x!)];
      let inside = chained(sub(div(less1, x!), div(sub(b!, 1), rest)), y());
      if (m > 0) inside = add(inside, div(mul(betaDensityAt(a!, b!, x!, { m: m - 1, n }), m), x!));
      if (n > 0) inside = sub(inside, div(mul(betaDensityAt(a!, b!, x!, { m, n: n - 1 }), n), rest));
      if (m > 0 || n > 0) return inside;
      // At 0 and 1 a quotient is 0/0; there (a + b - 1) (d(a-1, b) - d(a, b-1)) says the same.
      const [lessA, lessB] = [betaDensityAt(less1, b!, x!, { m, n }), betaDensityAt(a!, sub(b!, 1), x!, { m, n })];
      const atEnds = chained(add(less1, b!), sub(lessA, lessB));
      return where(logicalAnd(greater(x!, 0), less(x!, 1)), inside, atEnds);
    },
  ],
  formula: (x, { m, n }) => derivative('betaDensity', [m, n], x),
  samples: [
    { ...drawn([1.5, 3], [1.5, 3], [0.2, 0.8]), params: { m: 0, n: 0 } },
    { ...drawn([1.5, 3], [1.5, 3], [0.2, 0.8]), params: { m: 1, n: 1 } },
  ],
});

const betaincOp: OpRecord<BetaOrder> = elementwiseByArgument<BetaOrder>({
  name: 'betainc',
  scalar:
    ({ m, n }) =>
    (a, b, x) =>
      betaincDerivative(m, n, a!, b!, x!),
  rates: [
    (x, _y, { m, n }) => apply(betaincOp, x, { m: m + 1, n }),
    (x, _y, { m, n }) => apply(betaincOp, x, { m, n: n + 1 }),
    ([a, b, x], _y, order) => betaDensityAt(a!, b!, x!, order),
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
