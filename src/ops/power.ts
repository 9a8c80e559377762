// Roots and powers. A constant exponent is a static parameter: d x^n = n x^(n-1) dx lowers it exactly, so that x^2 has a third
// derivative of exactly 0 at x = 0 and a negative base never meets a logarithm. A tensor exponent belongs to the family
//   x^e log^k x,   ∂/∂e raises k,   ∂/∂x = e x^(e-1) log^k x + k x^(e-1) log^(k-1) x.
import { apply } from '../tensor/dispatch.ts';
import { floatOf, isFloat } from '../tensor/dtype.ts';
import { call, infix, number } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import { Tensor } from '../tensor/tensor.ts';
import { add, mul, reciprocal, square, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { equal, logicalAnd } from './comparison.ts';
import { elementwise } from './elementwise.ts';
import type { Scalar } from './map.ts';
import { broadcastOperands, promoted, type TensorLike } from './operands.ts';
import { rsqrt as rsqrtScalar } from './scalar/elementary.ts';
import { pow as powScalar } from './scalar/pow.ts';
import { where } from './select.ts';
import { chained, constantLike, drawn, given, type Unary, unary } from './unary.ts';

/** The square root; its derivative at 0 is infinite, and NaN below. */
export const sqrt: Unary = unary({
  name: 'sqrt',
  scalar: Math.sqrt,
  partials: (_x, y) => [mul(reciprocal(y()), 0.5)],
  samples: [drawn([0.5, 3]), given([0.01, 1, 100])],
});

/** `1 / sqrt(x)`. */
export const rsqrt: Unary = unary({
  name: 'rsqrt',
  scalar: rsqrtScalar,
  partials: (_x, y) => [mul(power(y(), 3), -0.5)],
  samples: [drawn([0.5, 3]), given([0.1, 1, 100])],
});

/** The real cube root. */
export const cbrt: Unary = unary({
  name: 'cbrt',
  scalar: Math.cbrt,
  partials: (_x, y) => [mul(reciprocal(square(y())), 1 / 3)],
  samples: [drawn([0.5, 3]), given([-8, -0.5, 27])],
});

/** x^n for an int32 x and n >= 0, modulo 2^32 like every int32 product; 0 for the fractions that n < 0 gives. */
function integerPower(x: number, n: number): number {
  if (n < 0) return x === 1 ? 1 : x === -1 ? (n % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let k = n, factor = x; k > 0; k = Math.floor(k / 2)) {
    if (k % 2 === 1) result = Math.imul(result, factor);
    factor = Math.imul(factor, factor);
  }
  return result;
}

interface ExponentParam {
  readonly exponent: number;
}

function constantPower({ exponent }: ExponentParam): Scalar {
  if (exponent === 3) return (x) => x! * x! * x!;
  if (exponent === 4) return (x) => x! * x! * (x! * x!);
  return (x) => powScalar(x!, exponent);
}

const powConstantOp: OpRecord<ExponentParam> = elementwise<ExponentParam>({
  name: 'powConstant',
  scalar: { of: constantPower },
  partials: ([x], _y, { exponent: n }) => [n === 0 ? null : mul(power(x!, n - 1), n)],
  formula: ([x], { exponent }) => infix('.^', 'power', x!, number(exponent)),
  samples: [
    { ...drawn([-2, 2]), params: { exponent: 3 } },
    { ...given([-1.5, 0, 0.5]), params: { exponent: 4 } },
    { ...given([-1.5, 0, 0.5]), params: { exponent: 5 } },
    { ...drawn([0.5, 3]), params: { exponent: 2.5 } },
    { ...drawn([-2, -0.5]), params: { exponent: -3 } },
    { ...drawn([0.5, 3]), params: { exponent: -1.3 } },
  ],
});

/** x^n for a float x and a constant n. */
function power(x: Tensor, n: number): Tensor {
  if (n === 0) return constantLike(x, 1);
  if (n === 1) return x;
  if (n === 2) return square(x);
  if (n === -1) return reciprocal(x);
  return n === 0.5 ? sqrt(x) : apply(powConstantOp, [x], { exponent: n });
}

interface LogsParam {
  /** k, the power of log x. */
  readonly logs: number;
}

/** x^e log^k x with its limit at x = 0; at 0^0 log^k 0 the infinite limit in x. */
function powerTimesLogs({ logs }: LogsParam): Scalar {
  if (logs === 0) return powScalar as Scalar;
  return (x, e) => {
    if (x === 0 && e! > 0) return 0;
    return powScalar(x!, e!) * Math.log(x!) ** logs;
  };
}

const powOp: OpRecord<LogsParam> = elementwise<LogsParam>({
  name: 'pow',
  accepts: 'number',
  scalar: { of: powerTimesLogs },
  int: integerPower as Scalar,
  partials: ([x, e], y, { logs: k }) => {
    const lower = sub(e!, 1);
    const main = chained(tensorPower(x!, lower, k), e!);
    const inBase = k === 0 ? main : add(main, mul(tensorPower(x!, lower, k - 1), k));
    const inExponent = tensorPower(x!, e!, k + 1);
    if (k > 0) return [inBase, inExponent];
    const jump = logicalAnd(equal(x!, 0), equal(e!, 0));
    return [inBase, where(jump, constantLike(y(), 0), inExponent)];
  },
  formula: ([x, e], { logs }) => {
    const main = infix('.^', 'power', x!, e!);
    return logs === 0 ? main : infix('.*', 'product', main, infix('.^', 'power', call('log', x!), number(logs)));
  },
  samples: [
    { ...drawn([0.5, 3], [-2, 2]), params: { logs: 0 } },
    { ...drawn([0.5, 3], [-2, 2]), params: { logs: 2 } },
    { ...given([0.3, 1, 7], [4, 0, -1.5]), params: { logs: 0 } },
    {
      inputs: [
        { shape: [4], dtype: 'int32', values: [-2, 0, 3, 7] },
        { shape: [4], dtype: 'int32', values: [3, 0, 4, 1] },
      ],
      params: { logs: 0 },
    },
  ],
});

function tensorPower(x: Tensor, e: Tensor, logs: number): Tensor {
  return apply(powOp, [x, e], { logs });
}

/**
 * `x^y` entry by entry, broadcast. A number as exponent is exact and differentiable for every base; integers to a
 * non-negative number stay integers. In a tensor of exponents the derivative is `x^y log x`: NaN for x < 0, 0 at `0^0`.
 * int32 powers with a negative exponent in a tensor are truncated, as in PyTorch.
 */
export function pow(x: TensorLike, y: TensorLike): Tensor {
  if (typeof y === 'number' && x instanceof Tensor) {
    if (isFloat(x.dtype)) return power(x, y);
    if (y < 0 || !Number.isInteger(y)) return power(cast(x, floatOf(x.dtype)), y);
  }
  const [base, exponent] = promoted('pow', [x, y]);
  const dtype = base!.dtype === 'bool' ? 'int32' : base!.dtype;
  const operands = broadcastOperands('pow', [cast(base!, dtype), cast(exponent!, dtype)]);
  return tensorPower(operands[0]!, operands[1]!, 0);
}
