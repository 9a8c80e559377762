// Cross-entropy of classes, −Σ_c t_c log p_c with log p = logSoftmax(logits). A target is a class number (t is one-hot) or
// a distribution; label smoothing α mixes it with the uniform one, t ← (1 − α) t + α / C.

import { ArgumentError, ShapeError } from '../errors.ts';
import { add, div, mul, neg, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { equal, logicalAnd } from '../ops/comparison.ts';
import { take } from '../ops/indexing.ts';
import { floating, onlyTensor, promoted } from '../ops/operands.ts';
import { sum } from '../ops/reduction.ts';
import { where } from '../ops/select.ts';
import { logSoftmax } from '../ops/softmax.ts';
import { reshapeTo } from '../ops/spread.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { atClasses, classAxis, classTargets } from './class-targets.ts';
import { checkReduction, type LossOptions, reduceLoss } from './loss.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';

export interface NllOptions extends LossOptions {
  /** One weight a class, [C]. The mean divides by the sum of the weights of the targets. */
  readonly weight?: Tensor | undefined;
  /** Targets equal to this contribute nothing, also not to the mean; default -100. */
  readonly ignoreIndex?: number;
}

export interface CrossEntropyOptions extends NllOptions {
  /** How much of the target is spread over all classes, from 0 (default) to 1. */
  readonly labelSmoothing?: number;
}

/** `weight` beside x, whose class axis it belongs to. */
function weightOf(op: string, x: Tensor, weight: Tensor | undefined): Tensor | undefined {
  if (weight === undefined) return undefined;
  onlyTensor(op, weight);
  const axis = classAxis(op, x);
  if (weight.ndim !== 1 || weight.shape[0] !== x.shape[axis]) {
    throw new ShapeError(`${op}: weight has shape ${showShape(weight.shape)}, expected [${x.shape[axis]}].`);
  }
  return cast(weight, x.dtype);
}

/** `weight` with axes of size 1 behind it, so that it broadcasts along the class axis of x. */
function alongClasses(weight: Tensor, x: Tensor): Tensor {
  return reshapeTo(weight, [weight.shape[0]!, ...x.shape.slice(2).map(() => 1)]);
}

/** −((1 − α) w_t log p_t + α/C Σ_c w_c log p_c) for class numbers t. */
function lossOfClasses(op: string, logp: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { reduction = 'mean', ignoreIndex = -100, labelSmoothing = 0 } = options;
  checkReduction(op, reduction);
  const { kept, classes } = classTargets(op, logp, target, ignoreIndex);
  const weight = weightOf(op, logp, options.weight);
  const ofTarget = weight && take(weight, classes, 0);
  const picked = atClasses(logp, classes);
  let loss = neg(ofTarget ? mul(ofTarget, picked) : picked);
  if (labelSmoothing !== 0) {
    const axis = classAxis(op, logp);
    const all = sum(weight ? mul(logp, alongClasses(weight, logp)) : logp, axis);
    loss = sub(mul(loss, 1 - labelSmoothing), mul(all, labelSmoothing / logp.shape[axis]!));
  }
  loss = where(kept, loss, 0);
  if (reduction !== 'mean') return reduceLoss(op, loss, reduction);
  const counted = ofTarget ? where(kept, ofTarget, 0) : cast(kept, logp.dtype);
  return div(sum(loss), sum(counted));
}

/** −Σ_c w_c t_c log p_c for distributions t. A class that is excluded on both sides, 0 · log 0, counts 0. */
function lossOfDistributions(op: string, logits: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { reduction = 'mean', labelSmoothing = 0 } = options;
  checkReduction(op, reduction);
  const [x, given] = promoted(op, [logits, target]) as [Tensor, Tensor];
  const axis = classAxis(op, x);
  const logp = logSoftmax(x, axis);
  const uniform = labelSmoothing / x.shape[axis]!;
  const t = labelSmoothing === 0 ? given : add(mul(given, 1 - labelSmoothing), uniform);
  const excluded = logicalAnd(equal(logp, -Infinity), equal(t, 0));
  const weight = weightOf(op, x, options.weight);
  const terms = mul(t, where(excluded, 0, logp));
  const loss = neg(sum(weight ? mul(terms, alongClasses(weight, x)) : terms, axis));
  if (reduction !== 'mean') return reduceLoss(op, loss, reduction);
  return div(sum(loss), sizeOf(loss.shape));
}

/**
 * The cross-entropy of logits [N, C, …] (or [C]) and targets: class numbers (int32) of shape [N, …], or distributions of the
 * shape of the logits. Computed from the logits without overflow. The mean is over the targets that are not ignored,
 * weighted by their classes; it is NaN where all are ignored. Distributions divide by the number of targets. Throws
 * ShapeError, DTypeError, and IndexError where a class does not exist.
 *
 * @example
 * nn.crossEntropy(tensor([[2, 0], [0, 2]]), tensor([0, 0], { dtype: 'int32' }))   // 1.1269
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const op = 'crossEntropy';
  checkOptions(op, options, ['reduction', 'weight', 'ignoreIndex', 'labelSmoothing']);
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ArgumentError(`${op}: labelSmoothing must be between 0 and 1, got ${String(labelSmoothing)}.`);
  }
  const x = floating(op, onlyTensor(op, logits));
  const t = onlyTensor(op, target);
  if (isFloat(t.dtype) && sameShape(t.shape, x.shape)) return lossOfDistributions(op, x, t, options);
  return lossOfClasses(op, logSoftmax(x, classAxis(op, x)), t, options);
}

/**
 * −log p of the target class, given log-probabilities [N, C, …] (or [C]) and class numbers (int32) [N, …]; the mean as in
 * crossEntropy, which is nll after logSoftmax.
 */
export function nll(logp: Tensor, target: Tensor, options: NllOptions = {}): Tensor {
  checkOptions('nll', options, ['reduction', 'weight', 'ignoreIndex']);
  return lossOfClasses('nll', floating('nll', onlyTensor('nll', logp)), onlyTensor('nll', target), options);
}

const classes = (shape: readonly number[], values: readonly number[]) => ({ shape, dtype: 'int32' as const, values });

record('crossEntropy', crossEntropy, [
  { inputs: [{ shape: [4, 3] }, classes([4], [0, 2, 1, 2])] },
  { inputs: [{ shape: [3] }, classes([], [1])] },
  {
    inputs: [{ shape: [2, 3, 2] }, classes([2, 2], [0, -100, 2, 1])],
    params: [{ labelSmoothing: 0.2 }],
  },
  {
    inputs: [{ shape: [3, 2], values: [1000, -1000, -1000, 1000, 1000, 999] }, classes([3], [0, 1, 1])],
    params: [{ reduction: 'none' }],
  },
  { inputs: [{ shape: [2, 3] }, { shape: [2, 3], domain: [0.1, 0.9] }], params: [{ labelSmoothing: 0.1 }] },
]);
record('nll', (logp: Tensor, target: Tensor, weight: Tensor) => nll(logp, target, { weight }), [
  { inputs: [{ shape: [4, 3] }, classes([4], [0, 2, -100, 2]), { shape: [3], domain: [0.5, 2] }] },
]);
