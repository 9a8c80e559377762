// + - * / and powers: the public functions over addition.ts, and the records that are not linear.
import { apply } from '../tensor/dispatch.ts';
import { infix, number, postfix } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import { Tensor } from '../tensor/tensor.ts';
import { addOp, mulOp, negOp, subOp } from './addition.ts';
import { logicalAnd, logicalOr } from './comparison.ts';
import { elementwise } from './elementwise.ts';
import type { None } from './linear.ts';
import { asTensor, binary, binaryFloat, floating, type TensorLike } from './operands.ts';

/** Whether both are bool: their sum and maximum are "or", their product and minimum "and", as in NumPy. */
export function areBool(a: TensorLike, b: TensorLike): boolean {
  const isBool = (x: TensorLike) => (x instanceof Tensor ? x.dtype === 'bool' : typeof x === 'boolean');
  return isBool(a) && isBool(b);
}

/** The entrywise sum `a + b`, broadcast; of bools "or". */
export function add(a: TensorLike, b: TensorLike): Tensor {
  if (areBool(a, b)) return logicalOr(a, b);
  return binary(addOp, a, b);
}

/** The entrywise difference `a - b`, broadcast. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return binary(subOp, a, b);
}

/** The entrywise product, broadcast; of bools "and". */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  if (areBool(a, b)) return logicalAnd(a, b);
  return binary(mulOp, a, b);
}

/** `-x`. */
export function neg(x: TensorLike): Tensor {
  return apply(negOp, [asTensor('neg', x)], {});
}

const divOp: OpRecord<None> = elementwise({
  name: 'div',
  scalar: (a, b) => a! / b!,
  partials: ([, b], y) => [reciprocal(b!), neg(div(y(), b!))],
  formula: ([a, b]) => infix('./', 'product', a!, b!),
  samples: [{ inputs: [{ shape: [2, 3] }, { shape: [2, 3], domain: [0.5, 2] }] }],
});

/** The entrywise quotient `a / b`; integers give floats. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return binaryFloat(divOp, a, b);
}

const reciprocalOp: OpRecord<None> = elementwise({
  name: 'reciprocal',
  scalar: (x) => 1 / x!,
  partials: (_x, y) => [neg(square(y()))],
  formula: ([x]) => infix('./', 'product', number(1), x!),
  samples: [{ inputs: [{ shape: [4], domain: [0.5, 2] }] }, { inputs: [{ shape: [4], domain: [-2, -0.5] }] }],
});

/** `1 / x`. */
export function reciprocal(x: TensorLike): Tensor {
  return apply(reciprocalOp, [floating('reciprocal', x)], {});
}

const squareOp: OpRecord<None> = elementwise({
  name: 'square',
  accepts: 'number',
  scalar: (x) => x! * x!,
  int: (x) => Math.imul(x!, x!),
  partials: ([x]) => [mul(x!, 2)],
  formula: ([x]) => postfix('.^2', x!),
  samples: [{ inputs: [{ shape: [2, 3] }] }],
});

/** `x²` entry by entry. */
export function square(x: TensorLike): Tensor {
  return apply(squareOp, [asTensor('square', x)], {});
}
