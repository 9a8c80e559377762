// Vectors by their direction: normalize, x / max(‖x‖, ε), and the cosine of the angle between two.
// Below ε the divisor is the constant ε, so both have a derivative everywhere, also at the zero vector.

import { div, mul } from '../ops/arithmetic.ts';
import { maximum } from '../ops/binary.ts';
import { norm } from '../ops/norm.ts';
import { broadcastOperands, floating, onlyTensor, promoted } from '../ops/operands.ts';
import { sum } from '../ops/reduction.ts';
import type { Axes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';

export interface NormalizeOptions {
  /** The order of the norm, default 2. */
  readonly p?: number;
  /** The axes of one vector, default 1. */
  readonly axis?: Axes;
  /** The least divisor, default 1e-12. */
  readonly eps?: number;
}

/**
 * `x / max(‖x‖ₚ, ε)` along the axis. Same shape as x.
 *
 * @example
 * nn.normalize(tensor([[3, 4]]))   // [[0.6, 0.8]]
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkOptions('normalize', options, ['p', 'axis', 'eps']);
  const { p = 2, axis = 1, eps = 1e-12 } = options;
  const v = floating('normalize', onlyTensor('normalize', x));
  return div(v, maximum(norm(v, p, axis, { keepdims: true }), eps));
}

export interface CosineSimilarityOptions {
  /** The axis of one vector, default 1. */
  readonly axis?: number;
  /** The least norm that is divided by, default 1e-8. */
  readonly eps?: number;
}

/**
 * `a·b / (max(‖a‖, ε) max(‖b‖, ε))` along the axis, which disappears; a and b broadcast. 0 where one of them is 0.
 *
 * @example
 * nn.cosineSimilarity(tensor([[1, 0]]), tensor([[1, 1]]))   // [0.7071]
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  const op = 'cosineSimilarity';
  checkOptions(op, options, ['axis', 'eps']);
  const { axis = 1, eps = 1e-8 } = options;
  const pair = promoted(op, [onlyTensor(op, a), onlyTensor(op, b)]).map((v) => floating(op, v));
  const [u, v] = broadcastOperands(op, pair) as [Tensor, Tensor];
  // Each is divided by its own norm first: the product of two norms may overflow where their quotients do not.
  const unit = (x: Tensor) => div(x, maximum(norm(x, 2, axis, { keepdims: true }), eps));
  return sum(mul(unit(u), unit(v)), axis);
}

record('normalize', normalize, [
  { inputs: [{ shape: [3, 4] }] },
  { inputs: [{ shape: [3], domain: [0.5, 2] }], params: [{ p: 3, axis: 0 }] },
  { inputs: [{ shape: [0, 4] }] },
]);
record('cosineSimilarity', cosineSimilarity, [
  { inputs: [{ shape: [3, 4] }, { shape: [3, 4] }] },
  { inputs: [{ shape: [2, 3, 2] }, { shape: [3, 2] }], params: [{ axis: -1 }] },
]);
