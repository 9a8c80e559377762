// Smooth activations: a gate times x. Where a gate closes exactly (0 · ∞), the strong zero of `chain` keeps the product 0.

import { ArgumentError, ShapeError } from '../errors.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { describeValue } from '../tensor/describe.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul, neg, reciprocal, square, sub } from './arithmetic.ts';
import { composite } from './composite.ts';
import { tanh } from './hyperbolic.ts';
import { sigmoid, softplus } from './logistic.ts';
import { slice } from './movement.ts';
import { ndtr, normalDensity } from './normal.ts';
import { onlyTensor, type TensorLike } from './operands.ts';
import { abs } from './rounding.ts';
import {
  gelu as geluScalar,
  geluTanh as geluTanhScalar,
  mish as mishScalar,
  silu as siluScalar,
  softsign as softsignScalar,
} from './scalar/activations.ts';
import { chained, drawn, given, type Unary, unary } from './unary.ts';

/** `x / (1 + |x|)`. */
export const softsign: Unary = unary({
  name: 'softsign',
  scalar: softsignScalar,
  partials: ([x]) => [square(reciprocal(add(abs(x!), 1)))],
  samples: [drawn([0.1, 3]), drawn([-3, -0.1])],
});

/** `x sigmoid(x)`, also called swish. */
export const silu: Unary = unary({
  name: 'silu',
  scalar: siluScalar,
  partials: ([x], y) => [add(sigmoid(x!), chained(y(), sigmoid(neg(x!))))],
  samples: [drawn([-3, 3]), given([-30, 0, 30])],
});

/** `x tanh(softplus(x))` (Misra 2019). */
export const mish: Unary = unary({
  name: 'mish',
  scalar: mishScalar,
  partials: ([x]) => {
    const gate = tanh(softplus(x!));
    const slope = mul(sub(1, square(gate)), sigmoid(x!));
    return [add(gate, chained(x!, slope))];
  },
  samples: [drawn([-3, 3]), given([-20, 0, 20])],
});

const geluExact = unary({
  name: 'gelu',
  scalar: geluScalar,
  partials: ([x]) => [add(ndtr(x!), chained(x!, normalDensity(x!)))],
  samples: [drawn([-3, 3]), given([-8, 0, 8])],
});

const LINEAR = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = LINEAR * 0.044715;

/** x σ(u) with u = LINEAR x + CUBIC x³. */
const geluTanh = unary({
  name: 'geluTanh',
  scalar: geluTanhScalar,
  partials: ([x]) => {
    const squared = square(x!);
    const gate = sigmoid(mul(x!, add(mul(squared, CUBIC), LINEAR)));
    const slope = mul(x!, add(mul(squared, 3 * CUBIC), LINEAR));
    return [add(gate, chained(slope, mul(gate, sub(1, gate))))];
  },
  samples: [drawn([-3, 3]), given([-4, 0, 3])],
});

export interface GeluOptions {
  /** 'none' (default) for x Φ(x); 'tanh' for the approximation `x/2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³)))`. */
  readonly approximate?: 'none' | 'tanh';
}

/** `x Φ(x)` with the normal distribution Φ (Hendrycks and Gimpel 2016). */
export function gelu(x: TensorLike, options: GeluOptions = {}): Tensor {
  checkOptions('gelu', options, 'approximate');
  const { approximate = 'none' } = options;
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ArgumentError(`gelu: approximate must be 'none' or 'tanh', got ${describeValue(approximate)}.`);
  }
  return approximate === 'tanh' ? geluTanh(x) : geluExact(x);
}

/** The first half of `x` along `axis` times the sigmoid of the second half (Dauphin et al. 2017). */
export function glu(x: Tensor, axis = -1): Tensor {
  const t = onlyTensor('glu', x);
  const k = normalizeAxis('glu', axis, t.shape);
  const size = t.shape[k]!;
  if (size % 2 !== 0) {
    throw new ShapeError(
      `glu: axis ${axis} of shape ${showShape(t.shape)} has the odd size ${size}, which has no halves.`,
    );
  }
  const half = (start: number, stop: number): Tensor =>
    slice(
      t,
      t.shape.map((_, i) => (i === k ? start : 0)),
      t.shape.map((n, i) => (i === k ? stop : n)),
    );
  return mul(half(0, size / 2), sigmoid(half(size / 2, size)));
}

composite('glu', glu, [{ inputs: [{ shape: [3, 4] }] }, { inputs: [{ shape: [4, 2, 3] }], params: [0] }]);
