// Scaled dot-product attention (Vaswani et al. 2017): softmax(q kᵀ / √d + mask) v over the last two axes, and its
// multi-headed form. What a mask excludes has weight 0; a query that may attend to nothing gets 0 and passes no gradient.

import { ArgumentError, ShapeError } from '../errors.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { logicalAnd, notEqual } from '../ops/comparison.ts';
import { swapaxes } from '../ops/movement.ts';
import { floating, onlyTensor, promoted } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { where } from '../ops/select.ts';
import { softmax } from '../ops/softmax.ts';
import { reshapeTo } from '../ops/spread.ts';
import { allocate } from '../tensor/dtype.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, Tensor } from '../tensor/tensor.ts';
import { linear } from './linear.ts';
import { checkOptions } from './options.ts';
import type { AttentionParams, LinearParams } from './parameters.ts';
import { record } from './record.ts';

export interface AttentionOptions {
  /** bool: true where a query may see a key. float: added to the scores, −∞ excludes. Broadcasts to [..., L, S]. */
  readonly mask?: Tensor | undefined;
  /** Query i sees the keys 0 … i only; combines with the mask. */
  readonly causal?: boolean;
  /** What the scores are multiplied with, default 1 / √d. */
  readonly scale?: number;
}

/** bool [length, keys], true where key ≤ query. */
function lowerTriangle(length: number, keys: number): Tensor {
  const storage = allocate('bool', length * keys);
  for (let i = 0; i < length; i++) storage.fill(1, i * keys, i * keys + Math.min(i + 1, keys));
  return dense('bool', [length, keys], storage);
}

/** Which keys a query may see, undefined for all, and the scores with what a float mask adds. */
function applyMask(scores: Tensor, mask: Tensor | undefined): [Tensor, Tensor | undefined] {
  if (mask === undefined) return [scores, undefined];
  if (onlyTensor('attention', mask).dtype === 'bool') return [scores, mask];
  const allowed = notEqual(mask, -Infinity);
  return [add(scores, where(allowed, mask, 0)), allowed];
}

/**
 * q [..., L, d], k [..., S, d], v [..., S, e] give [..., L, e]: each query's mean of the values, weighted by the softmax of
 * its products with the keys. Leading axes broadcast. A query whose keys are all masked gives 0, with gradient 0.
 *
 * @example
 * nn.attention(q, k, v, { causal: true })   // [batch, heads, length, size] each
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  checkOptions('attention', options, ['mask', 'causal', 'scale']);
  const given = [q, k, v].map((x) => floating('attention', onlyTensor('attention', x)));
  const [query, key, value] = promoted('attention', given) as [Tensor, Tensor, Tensor];
  const shown = `${showShape(q.shape)}, ${showShape(k.shape)}, ${showShape(v.shape)}`;
  if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2) {
    throw new ShapeError(`attention: q, k and v need two axes at least, [length, size]: ${shown}.`);
  }
  const last = (x: Tensor, i: number): number => x.shape[x.ndim - i]!;
  if (last(query, 1) !== last(key, 1)) {
    throw new ShapeError(`attention: queries have size ${last(query, 1)} but keys ${last(key, 1)}: ${shown}.`);
  }
  if (last(key, 2) !== last(value, 2)) {
    throw new ShapeError(`attention: there are ${last(key, 2)} keys but ${last(value, 2)} values: ${shown}.`);
  }
  const scale = options.scale ?? 1 / Math.sqrt(last(query, 1));
  const products = matmul(mul(query, scale), swapaxes(key, -1, -2));
  const [scores, seen] = applyMask(products, options.mask);
  const past = options.causal ? lowerTriangle(last(query, 2), last(key, 2)) : undefined;
  const allowed = seen && past ? logicalAnd(seen, past) : (seen ?? past);
  return matmul(softmax(allowed ? where(allowed, scores, -Infinity) : scores, -1), value);
}

export interface MultiHeadAttentionOptions extends AttentionOptions {
  /** Into how many equal parts the features are split. */
  readonly heads: number;
  /** What keys and values are computed from, [..., S, E]; default x itself. */
  readonly context?: Tensor | undefined;
}

/**
 * Multi-head attention: x [..., L, E] gives [..., L, E]. The mask broadcasts to [..., heads, L, S]. Throws where the heads
 * do not divide the features.
 */
export function multiHeadAttention(params: AttentionParams, x: Tensor, options: MultiHeadAttentionOptions): Tensor {
  checkOptions('multiHeadAttention', options, ['heads', 'context', 'mask', 'causal', 'scale']);
  const { heads, context = x, ...rest } = options;
  if (!Number.isInteger(heads) || heads < 1) {
    throw new ArgumentError(`multiHeadAttention: heads must be an integer >= 1, got ${String(heads)}.`);
  }
  const split = (layer: LinearParams, from: Tensor): Tensor => {
    const y = linear(from, layer.weight, { bias: layer.bias });
    const features = y.shape[y.ndim - 1]!;
    if (features % heads !== 0) {
      throw new ShapeError(`multiHeadAttention: ${features} features do not make ${heads} heads.`);
    }
    return swapaxes(reshapeTo(y, [...y.shape.slice(0, -1), heads, features / heads]), -2, -3);
  };
  const y = attention(split(params.query, x), split(params.key, context), split(params.value, context), rest);
  const joined = swapaxes(y, -2, -3);
  const [count, size] = joined.shape.slice(-2) as [number, number];
  return linear(reshapeTo(joined, [...joined.shape.slice(0, -2), count * size]), params.out.weight, {
    bias: params.out.bias,
  });
}

record(
  'attention',
  (q: Tensor, k: Tensor, v: Tensor, last: Tensor | AttentionOptions = {}) =>
    attention(q, k, v, last instanceof Tensor ? { mask: last } : last),
  [
    { inputs: [{ shape: [3, 4] }, { shape: [5, 4] }, { shape: [5, 2] }] },
    { inputs: [{ shape: [2, 3, 2] }, { shape: [2, 3, 2] }, { shape: [2, 3, 2] }], params: [{ causal: true }] },
    {
      inputs: [
        { shape: [2, 3] },
        { shape: [3, 3] },
        { shape: [3, 2] },
        { shape: [2, 3], dtype: 'bool', values: [1, 0, 1, 0, 0, 0] },
      ],
    },
    { inputs: [{ shape: [2, 3] }, { shape: [3, 3] }, { shape: [3, 2] }, { shape: [2, 3] }] },
  ],
);
record(
  'multiHeadAttention',
  (x: Tensor, query: Tensor, key: Tensor, value: Tensor, out: Tensor, heads: number) =>
    multiHeadAttention(
      { query: { weight: query }, key: { weight: key }, value: { weight: value }, out: { weight: out } },
      x,
      { heads },
    ),
  [
    {
      inputs: [{ shape: [3, 4] }, { shape: [4, 4] }, { shape: [4, 4] }, { shape: [4, 4] }, { shape: [4, 4] }],
      params: [2],
    },
  ],
);
