// Losses of a difference d = prediction − target:
//   mse d²     l1 |d|     huber d²/2 where |d| ≤ δ, else δ(|d| − δ/2)     smoothL1 = huber / δ

import { ArgumentError } from '../errors.ts';
import { div, mul, square, sub } from '../ops/arithmetic.ts';
import { lessEqual } from '../ops/comparison.ts';
import type { TensorLike } from '../ops/operands.ts';
import { abs } from '../ops/rounding.ts';
import { where } from '../ops/select.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type LossOptions, lossOperands, reduceLoss } from './loss.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';

/**
 * The mean (sum, list) of the squared differences. Prediction and target have one shape, or the target is a scalar.
 *
 * @example
 * nn.mse(tensor([1, 2]), tensor([1, 4]))   // 2
 */
export function mse(x: Tensor, target: TensorLike, options: LossOptions = {}): Tensor {
  checkOptions('mse', options, ['reduction']);
  return reduceLoss('mse', square(sub(...lossOperands('mse', x, target))), options.reduction);
}

/** The mean (sum, list) of the absolute differences; the derivative where they are 0 is 0. */
export function l1(x: Tensor, target: TensorLike, options: LossOptions = {}): Tensor {
  checkOptions('l1', options, ['reduction']);
  return reduceLoss('l1', abs(sub(...lossOperands('l1', x, target))), options.reduction);
}

/** Quadratic up to `delta`, linear with slope `delta` beyond. */
function huberOf(d: Tensor, delta: number): Tensor {
  const size = abs(d);
  const near = lessEqual(size, delta);
  // The square of a far difference may overflow, so it is not taken.
  return where(near, mul(square(where(near, d, 0)), 0.5), mul(sub(size, delta / 2), delta));
}

export interface HuberOptions extends LossOptions {
  /** Where the square ends, default 1. */
  readonly delta?: number;
}

/** The Huber loss: d²/2 where |d| ≤ δ, δ(|d| − δ/2) elsewhere. */
export function huber(x: Tensor, target: TensorLike, options: HuberOptions = {}): Tensor {
  checkOptions('huber', options, ['reduction', 'delta']);
  const { delta = 1 } = options;
  if (!(delta > 0)) throw new ArgumentError(`huber: delta must be positive, got ${String(delta)}.`);
  return reduceLoss('huber', huberOf(sub(...lossOperands('huber', x, target)), delta), options.reduction);
}

export interface SmoothL1Options extends LossOptions {
  /** Where the square ends, default 1; 0 is the l1 loss. */
  readonly beta?: number;
}

/** d²/(2β) where |d| ≤ β, |d| − β/2 elsewhere. */
export function smoothL1(x: Tensor, target: TensorLike, options: SmoothL1Options = {}): Tensor {
  checkOptions('smoothL1', options, ['reduction', 'beta']);
  const { beta = 1 } = options;
  if (!(beta >= 0)) throw new ArgumentError(`smoothL1: beta must not be negative, got ${String(beta)}.`);
  const d = sub(...lossOperands('smoothL1', x, target));
  return reduceLoss('smoothL1', beta === 0 ? abs(d) : div(huberOf(d, beta), beta), options.reduction);
}

const pair = [{ shape: [3, 2] }, { shape: [3, 2] }];

record('mse', mse, [
  { inputs: pair },
  { inputs: pair, params: [{ reduction: 'sum' }] },
  { inputs: [{ shape: [4] }, { shape: [] }], params: [{ reduction: 'none' }] },
]);
record('l1', l1, [{ inputs: pair }, { inputs: pair, params: [{ reduction: 'none' }] }]);
record('huber', huber, [
  {
    inputs: [
      { shape: [4], values: [0.2, -0.3, 2, -3] },
      { shape: [4], values: [0, 0.1, -1, 1] },
    ],
  },
  {
    inputs: [
      { shape: [2], values: [0.2, -3] },
      { shape: [2], values: [0, 1] },
    ],
    params: [{ delta: 0.5 }],
  },
]);
record('smoothL1', smoothL1, [
  {
    inputs: [
      { shape: [4], values: [0.2, -0.1, 2, -3] },
      { shape: [4], values: [0, 0.1, -1, 1] },
    ],
    params: [{ beta: 0.5, reduction: 'sum' }],
  },
]);
