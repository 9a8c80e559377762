// Activations with a kink: one rule to the right of it, another to the left. At the kink itself the subgradient of smallest
// norm is taken, and higher derivatives are those of the branch it came from.
import { checkNumber } from '../tensor/arguments.ts';
import { apply } from '../tensor/dispatch.ts';
import { floatOf } from '../tensor/dtype.ts';
import { call, type Formula } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { strictlyWithin } from './clip.ts';
import { greater, greaterEqual } from './comparison.ts';
import { elementwise } from './elementwise.ts';
import { exp } from './exponential.ts';
import { type None, none } from './linear.ts';
import { reshape } from './movement.ts';
import { broadcastOperands, floating, promoted, type TensorLike } from './operands.ts';
import { step } from './rounding.ts';
import { celu as celuScalar, elu as eluScalar, selu as seluScalar } from './scalar/activations.ts';
import { where } from './select.ts';
import { constantLike, drawn, given, type Unary, unary } from './unary.ts';

const bothSides = given([-2, -0.4, 0.3, 1.5]);

/** `max(x, 0)`; the derivative at 0 is 0. */
export const relu: Unary = unary({
  name: 'relu',
  scalar: (x) => Math.max(x!, 0),
  partials: ([x]) => [step(x!)],
  samples: [bothSides, drawn([0.1, 2])],
});

/** `min(max(x, 0), 6)`; the derivative at 0 and 6 is 0. */
export const relu6: Unary = unary({
  name: 'relu6',
  scalar: (x) => Math.min(Math.max(x!, 0), 6),
  partials: ([x]) => [strictlyWithin(x!, 0, 6)],
  samples: [bothSides, given([5, 7])],
});

/** `min(max(x + 3, 0), 6) / 6`; the derivative at -3 and 3 is 0. */
export const hardsigmoid: Unary = unary({
  name: 'hardsigmoid',
  scalar: (x) => Math.min(Math.max(x! + 3, 0), 6) / 6,
  partials: ([x]) => [mul(strictlyWithin(x!, -3, 3), 1 / 6)],
  samples: [bothSides, given([-5, 4])],
});

/** `x hardsigmoid(x)`; the derivative at -3 is 0 and at 3 is 1. */
export const hardswish: Unary = unary({
  name: 'hardswish',
  scalar: (x) => (x! <= -3 ? 0 : x! >= 3 ? x! : (x! * (x! + 3)) / 6),
  partials: ([x]) => {
    const inside = mul(add(mul(x!, 2), 3), 1 / 6);
    const outside = cast(greaterEqual(x!, 3), x!.dtype);
    return [where(cast(strictlyWithin(x!, -3, 3), 'bool'), inside, outside)];
  },
  samples: [bothSides, given([-5, 4])],
});

interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

const hardtanhOp: OpRecord<Bounds> = elementwise<Bounds>({
  name: 'hardtanh',
  scalar: {
    of:
      ({ lo, hi }) =>
      (x) =>
        Math.min(Math.max(x!, lo), hi),
  },
  partials: ([x], _y, { lo, hi }) => [strictlyWithin(x!, lo, hi)],
  formula: ([x]) => call('hardtanh', x!),
  samples: [{ ...bothSides, params: { lo: -1, hi: 1 } }],
});

/** `x` clipped to [lo, hi]; the derivative at the bounds is 0 (that of `clip` is 1). */
export function hardtanh(x: TensorLike, lo = -1, hi = 1): Tensor {
  checkNumber('hardtanh', 'lo', lo);
  checkNumber('hardtanh', 'hi', hi);
  return apply(hardtanhOp, [floating('hardtanh', x)], { lo, hi });
}

/** Where the right branch, of slope 1, applies; at the kink the flatter branch does. */
function onTheRight(x: Tensor, leftSlope: number): Tensor {
  return Math.abs(leftSlope) > 1 ? greaterEqual(x, 0) : greater(x, 0);
}

interface SlopeParam {
  readonly slope: number;
}

const leakyReluOp: OpRecord<SlopeParam> = elementwise<SlopeParam>({
  name: 'leakyRelu',
  scalar: {
    of:
      ({ slope }) =>
      (x) =>
        x! > 0 ? x! : slope * x!,
  },
  partials: ([x], _y, { slope }) => [where(onTheRight(x!, slope), constantLike(x!, 1), constantLike(x!, slope))],
  formula: ([x]) => call('leakyRelu', x!),
  samples: [{ ...bothSides, params: { slope: 0.1 } }],
});

/** `x` where positive, else `slope x`; the derivative at 0 is the smaller slope. */
export function leakyRelu(x: TensorLike, slope = 0.01): Tensor {
  checkNumber('leakyRelu', 'slope', slope);
  return apply(leakyReluOp, [floating('leakyRelu', x)], { slope });
}

interface AlphaParam {
  readonly alpha: number;
}

const withAlpha =
  (name: string) =>
  ([x]: readonly Formula[]): Formula =>
    call(name, x!);

const eluOp: OpRecord<AlphaParam> = elementwise<AlphaParam>({
  name: 'elu',
  scalar: {
    of:
      ({ alpha }) =>
      (x) =>
        eluScalar(x!, alpha),
  },
  partials: ([x], _y, { alpha }) => [where(onTheRight(x!, alpha), constantLike(x!, 1), mul(exp(x!), alpha))],
  formula: withAlpha('elu'),
  samples: [
    { ...bothSides, params: { alpha: 1 } },
    { ...bothSides, params: { alpha: 0.5 } },
  ],
});

/** `x` where positive, else `alpha (e^x - 1)`. */
export function elu(x: TensorLike, alpha = 1): Tensor {
  checkNumber('elu', 'alpha', alpha);
  return apply(eluOp, [floating('elu', x)], { alpha });
}

const celuOp: OpRecord<AlphaParam> = elementwise<AlphaParam>({
  name: 'celu',
  scalar: {
    of:
      ({ alpha }) =>
      (x) =>
        celuScalar(x!, alpha),
  },
  partials: ([x], _y, { alpha }) => [where(greater(x!, 0), constantLike(x!, 1), exp(mul(x!, 1 / alpha)))],
  formula: withAlpha('celu'),
  samples: [
    { ...bothSides, params: { alpha: 1 } },
    { ...bothSides, params: { alpha: 0.5 } },
  ],
});

/** `x` where positive, else `alpha (e^(x/alpha) - 1)`: continuously differentiable for every alpha. */
export function celu(x: TensorLike, alpha = 1): Tensor {
  checkNumber('celu', 'alpha', alpha);
  return apply(celuOp, [floating('celu', x)], { alpha });
}

const SELU_SCALE = 1.0507009873554805;
const SELU_LEFT = SELU_SCALE * 1.6732632423543772;

/** The self-normalising elu (Klambauer et al. 2017); the derivative at 0 is that of the right branch. */
export const selu: Unary = unary({
  name: 'selu',
  scalar: seluScalar,
  partials: ([x]) => [where(greaterEqual(x!, 0), constantLike(x!, SELU_SCALE), mul(exp(x!), SELU_LEFT))],
  samples: [bothSides],
});

const preluOp: OpRecord<None> = elementwise({
  name: 'prelu',
  scalar: (x, w) => (x! > 0 ? x! : w! * x!),
  partials: ([x, w]) => {
    const right = greater(x!, 0);
    return [where(right, constantLike(x!, 1), w!), where(right, constantLike(x!, 0), x!)];
  },
  samples: [given([-2, -0.4, 0.3, 1.5], [0.1, 0.2, 0.3, -0.4])],
});

/**
 * `x` where positive, else `weight x` with a learned weight. A vector of weights belongs to axis 1 of x, the channels, as in
 * PyTorch; any other weight broadcasts. The derivative in x at 0 is the weight.
 */
export function prelu(x: TensorLike, weight: TensorLike): Tensor {
  let [a, w] = promoted('prelu', [x, weight]).map((v) => cast(v, floatOf(v.dtype))) as [Tensor, Tensor];
  if (w.ndim === 1 && w.size > 1 && a.ndim > 2) w = reshape(w, [w.size, ...new Array<number>(a.ndim - 2).fill(1)]);
  [a, w] = broadcastOperands('prelu', [a, w]) as [Tensor, Tensor];
  return apply(preluOp, [a, w], none);
}
