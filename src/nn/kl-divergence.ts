// The Kullback–Leibler divergence Σ t (log t − x) of a distribution t from one given by its logarithms x.

import { div, mul, sub } from '../ops/arithmetic.ts';
import { equal, logicalAnd } from '../ops/comparison.ts';
import { exp, xlogy } from '../ops/exponential.ts';
import type { TensorLike } from '../ops/operands.ts';
import { sum } from '../ops/reduction.ts';
import { where } from '../ops/select.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type LossOptions, lossOperands, type Reduction, reduceLoss } from './loss.ts';
import { checkChoice, checkOptions } from './options.ts';
import { record } from './record.ts';

export interface KlDivOptions extends Omit<LossOptions, 'reduction'> {
  /** Default 'mean', over all elements; the divergence itself is 'batchmean', the sum divided by the size of axis 0. */
  readonly reduction?: Reduction | 'batchmean';
  /** True: the target holds logarithms too. */
  readonly logTarget?: boolean;
}

/**
 * t (log t − x) for log-probabilities x and probabilities t (or their logarithms) of one shape. An entry with t = 0 counts
 * 0, whatever x is. The argument order is PyTorch's: the logarithms first.
 *
 * @example
 * nn.klDiv(logSoftmax(logits), target, { reduction: 'batchmean' })
 */
export function klDiv(x: Tensor, target: TensorLike, options: KlDivOptions = {}): Tensor {
  checkOptions('klDiv', options, ['reduction', 'logTarget']);
  const { reduction = 'mean', logTarget = false } = options;
  checkChoice('klDiv', 'reduction', reduction, ['mean', 'sum', 'none', 'batchmean']);
  const [input, t] = lossOperands('klDiv', x, target);
  const loss = logTarget ? fromLogarithms(input, t) : fromProbabilities(input, t);
  if (reduction !== 'batchmean') return reduceLoss('klDiv', loss, reduction);
  return div(sum(loss), loss.shape[0] ?? 1);
}

function fromProbabilities(x: Tensor, t: Tensor): Tensor {
  const excluded = logicalAnd(equal(x, -Infinity), equal(t, 0));
  return sub(xlogy(t, t), mul(t, where(excluded, 0, x)));
}

function fromLogarithms(x: Tensor, logT: Tensor): Tensor {
  const impossible = equal(logT, -Infinity);
  return where(impossible, 0, mul(exp(logT), sub(where(impossible, 0, logT), where(impossible, 0, x))));
}

record('klDiv', klDiv, [
  {
    inputs: [
      { shape: [3, 2], domain: [-2, -0.5] },
      { shape: [3, 2], domain: [0.1, 0.9] },
    ],
  },
  {
    inputs: [
      { shape: [3, 2], domain: [-2, -0.5] },
      { shape: [3, 2], domain: [-2, -0.5] },
    ],
    params: [{ logTarget: true, reduction: 'batchmean' }],
  },
]);
