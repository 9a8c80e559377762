// Keys instead of a hidden state: a key stands for an endless supply of numbers, every function is pure in it, and new keys
// are made from old ones. A key is an ordinary int32 tensor [2], so it passes through jit, vmap and scan like any other.
// Values equal those of JAX (threefry2x32 keys, `jax_threefry_partitionable`).

import { ArgumentError } from '../errors.ts';
import { sliceAxis } from '../ops/joining.ts';
import { describe, onlyTensor } from '../ops/operands.ts';
import { reshapeTo } from '../ops/spread.ts';
import { checkShape } from '../tensor/shape.ts';
import { dense, Tensor } from '../tensor/tensor.ts';
import { drawn, foldedIn } from './threefry.ts';

function checkInteger(op: string, what: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value)) {
    const got = typeof value === 'number' ? String(value) : describe(value);
    throw new ArgumentError(`${op}: the ${what} must be an integer, got ${got}.`);
  }
}

/** A key, [2]: the two halves of the seed, an integer up to 2⁵³ in size. The words equal `jax.random.key_data(jax.random.key(seed))`. */
export function key(seed: number): Tensor<[2]> {
  checkInteger('random.key', 'seed', seed);
  return dense('int32', [2], Int32Array.of(Math.floor(seed / 2 ** 32), seed)) as Tensor as Tensor<[2]>;
}

export interface SplitOptions {
  /** Gives one tensor [n, 2] instead of a list, for vmap and scan over keys. */
  readonly stacked?: boolean;
}

/**
 * `n` keys (2 by default) that are independent of each other and of `key`, which is not to be used again:
 * `const [k1, k2] = random.split(key)`. With `{ stacked: true }` one tensor [n, 2].
 */
export function split(key: Tensor, n?: number): Tensor<[2]>[];
export function split(key: Tensor, n: number, options: { readonly stacked: true }): Tensor<[number, 2]>;
export function split(key: Tensor, n: number, options: SplitOptions): Tensor<[2]>[] | Tensor<[number, 2]>;
export function split(key: Tensor, n = 2, options: SplitOptions = {}): Tensor<[2]>[] | Tensor<[number, 2]> {
  checkShape('random.split', [checkCount('random.split', n), 2]);
  const keys = drawn(oneKey('random.split', key), [n], 'words');
  if (options.stacked) return keys as Tensor<[number, 2]>;
  return Array.from({ length: n }, (_, i) => reshapeTo(sliceAxis(keys, 0, i, i + 1), [2]) as Tensor<[2]>);
}

/** A key made of `key` and an integer, such as the number of an epoch or of a layer; a tensor may be traced. */
export function foldIn(key: Tensor, data: number | Tensor): Tensor<[2]> {
  const from = oneKey('random.foldIn', key);
  if (data instanceof Tensor) return foldedIn(from, data) as Tensor<[2]>;
  checkInteger('random.foldIn', 'data', data);
  return foldedIn(from, dense('int32', [], Int32Array.of(data))) as Tensor<[2]>;
}

/** The key, which must be a single one; its type is checked where it is used. */
export function oneKey(op: string, key: unknown): Tensor {
  if (typeof key === 'number') {
    throw new ArgumentError(`${op}: expected a key, got a number.`, `make a key of it: random.key(${key})`);
  }
  const x = onlyTensor(op, key);
  if (x.ndim > 1) {
    throw new ArgumentError(
      `${op}: expected one key of shape [2], got [${x.shape.join(',')}].`,
      'use vmap for a batch of keys',
    );
  }
  return x;
}

/** `n` if it is a count. */
export function checkCount(op: string, n: unknown): number {
  if (!Number.isInteger(n) || (n as number) < 0) {
    throw new ArgumentError(`${op}: expected a number of samples, an integer >= 0, got ${String(n)}.`);
  }
  return n as number;
}
