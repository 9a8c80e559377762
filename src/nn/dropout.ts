// Dropout (Srivastava et al. 2014): zeros with probability p, and the rest times 1 / (1 − p), so that the mean stays.

import { ArgumentError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { floating, onlyTensor } from '../ops/operands.ts';
import { where } from '../ops/select.ts';
import { bernoulli } from '../random/discrete.ts';
import { key } from '../random/keys.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';

export interface DropoutOptions {
  /** The probability of a zero, default 0.5. */
  readonly p?: number;
  /** Where the randomness comes from; the same key drops the same elements. */
  readonly key: Tensor;
}

/**
 * `x` with elements dropped at random, for training; leave the call out for evaluation. Same shape as x. Under vmap a
 * shared key drops the same elements of every example: map over split keys for others.
 *
 * @example
 * nn.dropout(x, { p: 0.1, key: random.key(0) })
 */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  const v = floating('dropout', onlyTensor('dropout', x));
  if (options === undefined || options.key === undefined) {
    throw new ArgumentError(
      'dropout: a random key is needed.',
      'nn.dropout(x, { p, key }), with a new key for every call: random.split(key)',
    );
  }
  checkOptions('dropout', options, ['p', 'key']);
  const { p = 0.5 } = options;
  if (!(p >= 0 && p <= 1)) throw new ArgumentError(`dropout: p must be between 0 and 1, got ${String(p)}.`);
  if (p === 0) return v;
  const kept = bernoulli(options.key, 1 - p, v.shape);
  return where(kept, p === 1 ? v : mul(v, 1 / (1 - p)), 0);
}

record('dropout', (x: Tensor, seed: number, p: number) => dropout(x, { p, key: key(seed) }), [
  { inputs: [{ shape: [4, 3] }], params: [1, 0.4] },
  { inputs: [{ shape: [4] }], params: [2, 1] },
]);
