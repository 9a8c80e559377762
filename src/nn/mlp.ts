// A multilayer perceptron as a function of its tree of parameters: linear layers with an activation between them.

import { ArgumentError } from '../errors.ts';
import { relu } from '../ops/rectifier.ts';
import { split } from '../random/keys.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { linear } from './linear.ts';
import { checkOptions } from './options.ts';
import { type InitOptions, initLinear, type LinearParams } from './parameters.ts';
import { record } from './record.ts';

/**
 * Parameters of a perceptron whose layers have the given sizes, inputs first: a list of one linear layer less.
 *
 * @example
 * const params = nn.initMlp(random.key(0), [784, 128, 10])
 */
export function initMlp(key: Tensor, sizes: readonly number[], options: InitOptions = {}): LinearParams[] {
  if (!Array.isArray(sizes) || sizes.length < 2) {
    throw new ArgumentError('initMlp: expected a list of two sizes at least, inputs first.');
  }
  const keys = split(key, sizes.length - 1);
  return keys.map((part, i) => initLinear(part, sizes[i]!, sizes[i + 1]!, options));
}

export interface MlpOptions {
  /** Applied between the layers, not after the last; default relu. */
  readonly activation?: (x: Tensor) => Tensor;
}

/**
 * The layers one after the other: x [..., in] gives [..., out].
 *
 * @example
 * const loss = (params) => nn.crossEntropy(nn.mlp(params, x, { activation: tanh }), target)
 * const gradients = grad(loss)(params)
 */
export function mlp(params: readonly LinearParams[], x: Tensor, options: MlpOptions = {}): Tensor {
  checkOptions('mlp', options, ['activation']);
  const { activation = relu } = options;
  return params.reduce((y, { weight, bias }, i) => linear(i === 0 ? y : activation(y), weight, { bias }), x);
}

record('mlp', (x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor) => mlp([{ weight: w1, bias: b1 }, { weight: w2 }], x), [
  { inputs: [{ shape: [2, 3] }, { shape: [4, 3] }, { shape: [4] }, { shape: [2, 4] }] },
]);
