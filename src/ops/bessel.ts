// Bessel functions of order 0 and 1, as members of families in the order n, whose derivatives
//   J' = (Jₙ₋₁ - Jₙ₊₁)/2,  Y' = (Yₙ₋₁ - Yₙ₊₁)/2,  I' = (Iₙ₋₁ + Iₙ₊₁)/2   (DLMF 10.6.1, 10.29.1)
// stay finite at 0, where J₁' = J₀ - J₁/x would divide 0 by 0.
import { apply } from '../tensor/dispatch.ts';
import { call, number } from '../tensor/formula.ts';
import type { OpRecord, Sample } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul, neg, sub } from './arithmetic.ts';
import { elementwise } from './elementwise.ts';
import { floating, type TensorLike } from './operands.ts';
import { sign } from './rounding.ts';
import { besselI, besselIe, besselJ, besselY } from './scalar/bessel-order.ts';
import { drawn, given } from './unary.ts';

interface OrderParam {
  readonly n: number;
}

/** What differs between the families: values, and the derivative from the orders below and above. */
interface Family {
  readonly name: string;
  /** The names of orders 0 and 1. */
  readonly short: (n: number) => string;
  readonly scalar: (n: number, x: number) => number;
  /** 2 f'ₙ from fₙ₋₁ and fₙ₊₁. */
  readonly twice: (below: Tensor, above: Tensor) => Tensor;
  /** f₋₁ = ± f₁. */
  readonly reflection: 1 | -1;
  /** What a factor beside the Bessel function adds to the derivative. */
  readonly factor?: (x: Tensor, y: Tensor) => Tensor;
  readonly samples: readonly Sample[];
}

function family(f: Family): OpRecord<OrderParam> {
  const record: OpRecord<OrderParam> = elementwise<OrderParam>({
    name: f.name,
    scalar: {
      of:
        ({ n }) =>
        (x) =>
          f.scalar(n, x!),
    },
    partials: ([x], y, { n }) => {
      const above = apply(record, [x!], { n: n + 1 });
      let rate: Tensor;
      if (n === 0) rate = f.reflection === 1 ? above : neg(above);
      else rate = mul(f.twice(apply(record, [x!], { n: n - 1 }), above), 0.5);
      return [f.factor ? add(rate, f.factor(x!, y())) : rate];
    },
    formula: ([x], { n }) => (n < 2 ? call(f.short(n), x!) : call(f.name, number(n), x!)),
    samples: [0, 1, 3].flatMap((n) => f.samples.map((sample) => ({ ...sample, params: { n } }))),
  });
  return record;
}

const jOp: OpRecord<OrderParam> = family({
  name: 'besselJ',
  short: (n) => `j${n}`,
  scalar: besselJ,
  twice: sub,
  reflection: -1,
  samples: [drawn([-3, 3]), given([-12.5, 0, 1e-3, 9])],
});

const yOp: OpRecord<OrderParam> = family({
  name: 'besselY',
  short: (n) => `y${n}`,
  scalar: besselY,
  twice: sub,
  reflection: -1,
  samples: [drawn([0.5, 3]), given([2.5, 9, 20])],
});

const iOp: OpRecord<OrderParam> = family({
  name: 'besselI',
  short: (n) => `i${n}`,
  scalar: besselI,
  twice: add,
  reflection: 1,
  samples: [drawn([-3, 3]), given([-12.5, 0, 1e-3, 9])],
});

const ieOp: OpRecord<OrderParam> = family({
  name: 'besselIe',
  short: (n) => `i${n}e`,
  scalar: besselIe,
  twice: add,
  reflection: 1,
  factor: (x, y) => neg(mul(sign(x), y)),
  samples: [drawn([0.2, 3]), given([-12.5, 1e-3, 9, 200])],
});

const at = (op: OpRecord<OrderParam>, name: string, n: number, x: TensorLike): Tensor =>
  apply(op, [floating(name, x)], { n });

/** The Bessel function J₀ of the first kind. */
export function j0(x: TensorLike): Tensor {
  return at(jOp, 'j0', 0, x);
}

/** The Bessel function J₁ of the first kind. */
export function j1(x: TensorLike): Tensor {
  return at(jOp, 'j1', 1, x);
}

/** The Bessel function Y₀ of the second kind, of x > 0. */
export function y0(x: TensorLike): Tensor {
  return at(yOp, 'y0', 0, x);
}

/** The Bessel function Y₁ of the second kind, of x > 0. */
export function y1(x: TensorLike): Tensor {
  return at(yOp, 'y1', 1, x);
}

/** The modified Bessel function I₀. */
export function i0(x: TensorLike): Tensor {
  return at(iOp, 'i0', 0, x);
}

/** `e^-|x| I₀(x)`; its derivative at 0 is 0. */
export function i0e(x: TensorLike): Tensor {
  return at(ieOp, 'i0e', 0, x);
}

/** The modified Bessel function I₁. */
export function i1(x: TensorLike): Tensor {
  return at(iOp, 'i1', 1, x);
}

/** `e^-|x| I₁(x)`. */
export function i1e(x: TensorLike): Tensor {
  return at(ieOp, 'i1e', 1, x);
}
