// Comparisons, logic and tests of floating-point values. All give bool, which has no derivative.
import { apply } from '../tensor/dispatch.ts';
import { call, type Formula, infix, prefix } from '../tensor/formula.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { cast } from './cast.ts';
import { elementwise } from './elementwise.ts';
import { none } from './linear.ts';
import type { Scalar } from './map.ts';
import { asTensor, binary, broadcastOperands, type TensorLike } from './operands.ts';
import { given, type Unary } from './unary.ts';

/** A function of two tensors or numbers, entry by entry. */
export type Comparison = (a: TensorLike, b: TensorLike) => Tensor;

function compare(name: string, symbol: string, scalar: Scalar): Comparison {
  const op = elementwise({
    name,
    accepts: 'any',
    result: 'bool',
    scalar,
    formula: ([a, b]) => infix(symbol, 'compare', a!, b!),
    samples: [
      given([-1, 0.5, 2, 3], [-1, 0.7, 1, 3]),
      {
        inputs: [
          { shape: [3], dtype: 'int32', values: [0, 1, 4] },
          { shape: [3], dtype: 'int32', values: [0, 2, 3] },
        ],
      },
      {
        inputs: [
          { shape: [4], dtype: 'bool' },
          { shape: [4], dtype: 'bool' },
        ],
      },
    ],
  });
  return (a, b) => binary(op, a, b);
}

/** `a == b`. */
export const equal: Comparison = compare('equal', '==', (a, b) => Number(a === b));
/** `a != b`; NaN differs from everything. */
export const notEqual: Comparison = compare('notEqual', '!=', (a, b) => Number(a !== b));
/** `a < b`. */
export const less: Comparison = compare('less', '<', (a, b) => Number(a! < b!));
/** `a <= b`. */
export const lessEqual: Comparison = compare('lessEqual', '<=', (a, b) => Number(a! <= b!));
/** `a > b`. */
export const greater: Comparison = compare('greater', '>', (a, b) => Number(a! > b!));
/** `a >= b`. */
export const greaterEqual: Comparison = compare('greaterEqual', '>=', (a, b) => Number(a! >= b!));

/** Operands that are not bool mean "not zero". */
function logical(name: string, symbol: string, scalar: Scalar): Comparison {
  const op = elementwise({
    name,
    accepts: 'any',
    result: 'bool',
    scalar,
    formula: ([a, b]) => infix(symbol, 'compare', a!, b!),
    samples: [
      {
        inputs: [
          { shape: [4], dtype: 'bool', values: [0, 0, 1, 1] },
          { shape: [4], dtype: 'bool', values: [0, 1, 0, 1] },
        ],
      },
    ],
  });
  return (a, b) => {
    const operands = [cast(asTensor(name, a), 'bool'), cast(asTensor(name, b), 'bool')];
    return apply(op, broadcastOperands(name, operands), none);
  };
}

/** True where both are. */
export const logicalAnd: Comparison = logical('logicalAnd', '&', (a, b) => a! & b!);
/** True where one of them or both are. */
export const logicalOr: Comparison = logical('logicalOr', '|', (a, b) => a! | b!);
/** True where exactly one is. */
export const logicalXor: Comparison = logical('logicalXor', 'xor', (a, b) => a! ^ b!);

function test(name: string, holds: (x: number) => boolean, formula?: (x: Formula) => Formula): Unary {
  const op = elementwise({
    name,
    accepts: 'any',
    result: 'bool',
    scalar: (x) => Number(holds(x!)),
    formula: ([x]) => (formula ? formula(x!) : call(name, x!)),
    samples: [
      given([-1, 0, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
      { inputs: [{ shape: [3], dtype: 'int32' }] },
      { inputs: [{ shape: [3], dtype: 'bool' }] },
    ],
  });
  return (x) => apply(op, [asTensor(name, x)], none);
}

/** True where `x` is zero or false. */
export const logicalNot: Unary = test(
  'logicalNot',
  (x) => x === 0,
  (x) => prefix('!', x),
);
/** True where `x` is NaN. */
export const isnan: Unary = test('isnan', Number.isNaN);
/** True where `x` is neither infinite nor NaN. */
export const isfinite: Unary = test('isfinite', Number.isFinite);
/** True where `x` is an infinity of either sign. */
export const isinf: Unary = test('isinf', (x) => Math.abs(x) === Infinity);
