// Cross-entropy of yes and no, −t log p − (1 − t) log(1 − p), of probabilities or of logits p = σ(x).

import { ShapeError } from '../errors.ts';
import { add, mul, neg, sub } from '../ops/arithmetic.ts';
import { maximum } from '../ops/binary.ts';
import { log, log1p } from '../ops/exponential.ts';
import { softplus } from '../ops/logistic.ts';
import { onlyTensor, type TensorLike } from '../ops/operands.ts';
import { broadcastShapes, sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type LossOptions, lossOperands, reduceLoss } from './loss.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';

export interface BceOptions extends LossOptions {
  /** Multiplies the losses of the elements; broadcasts to them. */
  readonly weight?: Tensor | undefined;
}

export interface BceWithLogitsOptions extends BceOptions {
  /** Multiplies the yes-part −t log p, to make up for rare positives; broadcasts to the logits. */
  readonly posWeight?: Tensor | undefined;
}

/** Throws unless `value` broadcasts to the shape of `x`. */
function fitting(op: string, option: string, value: Tensor, x: Tensor): Tensor {
  const v = onlyTensor(op, value);
  if (!sameShape(broadcastShapes(`${op} (${option})`, v.shape, x.shape), x.shape)) {
    throw new ShapeError(`${op}: ${option} ${showShape(v.shape)} does not broadcast to ${showShape(x.shape)}.`);
  }
  return v;
}

function weighted(op: string, loss: Tensor, options: BceOptions): Tensor {
  const { weight } = options;
  return reduceLoss(
    op,
    weight === undefined ? loss : mul(loss, fitting(op, 'weight', weight, loss)),
    options.reduction,
  );
}

/**
 * Binary cross-entropy of probabilities p and targets t in [0, 1] of the same shape. Logarithms below −100 count as −100
 * with slope 0, so that the loss is finite at p = 0 and 1; bceWithLogits needs no such bound.
 */
export function bce(p: Tensor, target: TensorLike, options: BceOptions = {}): Tensor {
  checkOptions('bce', options, ['reduction', 'weight']);
  const [x, t] = lossOperands('bce', p, target);
  const yes = mul(t, maximum(log(x), -100));
  const no = mul(sub(1, t), maximum(log1p(neg(x)), -100));
  return weighted('bce', neg(add(yes, no)), options);
}

/**
 * Binary cross-entropy of σ(x) and targets t in [0, 1] of the same shape, computed from the logits x without overflow:
 * (1 − t) x + (1 + (w − 1) t) softplus(−x), where w is posWeight.
 *
 * @example
 * nn.bceWithLogits(tensor([0, 1000]), tensor([1, 1]), { reduction: 'none' })   // [0.6931, 0]
 */
export function bceWithLogits(logits: Tensor, target: TensorLike, options: BceWithLogitsOptions = {}): Tensor {
  const op = 'bceWithLogits';
  checkOptions(op, options, ['reduction', 'weight', 'posWeight']);
  const [x, t] = lossOperands(op, logits, target);
  const { posWeight } = options;
  const rest = softplus(neg(x));
  const scaled =
    posWeight !== undefined ? mul(add(mul(t, sub(fitting(op, 'posWeight', posWeight, x), 1)), 1), rest) : rest;
  return weighted(op, add(mul(sub(1, t), x), scaled), options);
}

const targets = { shape: [3, 2], domain: [0, 1] as const };

record('bce', bce, [
  { inputs: [{ shape: [3, 2], domain: [0.1, 0.9] }, targets] },
  { inputs: [{ shape: [3, 2], domain: [0.1, 0.9] }, targets], params: [{ reduction: 'none' }] },
]);
record(
  'bceWithLogits',
  (x: Tensor, t: Tensor, posWeight: Tensor, options: BceWithLogitsOptions) =>
    bceWithLogits(x, t, { ...options, posWeight }),
  [
    { inputs: [{ shape: [3, 2] }, targets, { shape: [2], domain: [0.5, 2] }], params: [{}] },
    {
      inputs: [{ shape: [2], values: [-1000, 1000] }, { shape: [2], domain: [0, 1] }, { shape: [] }],
      params: [{ reduction: 'sum' }],
    },
  ],
);
