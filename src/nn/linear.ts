// The layers that only multiply and look up: linear, y = x Wᵀ + b, and embedding, y = W[index].

import { ShapeError } from '../errors.ts';
import { add } from '../ops/arithmetic.ts';
import { equal } from '../ops/comparison.ts';
import { indexTensor, take } from '../ops/indexing.ts';
import { swapaxes } from '../ops/movement.ts';
import { onlyTensor } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { where } from '../ops/select.ts';
import { reshapeTo } from '../ops/spread.ts';
import { stopGradient } from '../ops/stop-gradient.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkOptions } from './options.ts';
import { record } from './record.ts';

/**
 * `x Wᵀ + b` over the last axis: x [..., in] with weight [out, in] and bias [out] gives [..., out]. Throws ShapeError where
 * the sizes differ.
 *
 * @example
 * nn.linear(tensor([1, 2]), tensor([[3, 4]]))   // [11]
 */
export function linear(x: Tensor, weight: Tensor, options: { readonly bias?: Tensor | undefined } = {}): Tensor {
  checkOptions('linear', options, ['bias']);
  const [input, w] = [onlyTensor('linear', x), onlyTensor('linear', weight)];
  const features = input.shape[input.ndim - 1];
  if (w.ndim !== 2 || features !== w.shape[1]) {
    throw new ShapeError(
      `linear: input ${showShape(input.shape)} does not fit weight ${showShape(w.shape)}.`,
      'the weight is [out, in] and the last axis of the input has size in',
    );
  }
  const y = matmul(input, swapaxes(w, 0, 1));
  if (options.bias === undefined) return y;
  const bias = onlyTensor('linear', options.bias);
  if (bias.ndim !== 1 || bias.shape[0] !== w.shape[0]) {
    throw new ShapeError(`linear: bias has shape ${showShape(bias.shape)}, expected [${w.shape[0]}].`);
  }
  return add(y, bias);
}

/**
 * The rows of weight [count, size] at the int32 positions `index` [...]: gives [..., size]. Rows looked up at `paddingIdx`
 * get no gradient. Throws IndexError outside of the table.
 *
 * @example
 * nn.embedding(tensor([0, 2], { dtype: 'int32' }), table)   // [2, size]
 */
export function embedding(
  index: Tensor,
  weight: Tensor,
  options: { readonly paddingIdx?: number | undefined } = {},
): Tensor {
  checkOptions('embedding', options, ['paddingIdx']);
  const i = indexTensor('embedding', onlyTensor('embedding', index));
  const table = onlyTensor('embedding', weight);
  if (table.ndim !== 2) {
    throw new ShapeError(`embedding: weight has shape ${showShape(table.shape)}, expected [count, size].`);
  }
  const rows = take(table, i, 0);
  const { paddingIdx } = options;
  if (paddingIdx === undefined) return rows;
  const at = paddingIdx < 0 ? paddingIdx + table.shape[0]! : paddingIdx;
  return where(reshapeTo(equal(i, at), [...i.shape, 1]), stopGradient(rows), rows);
}

record('linear', (x: Tensor, weight: Tensor, bias: Tensor) => linear(x, weight, { bias }), [
  { inputs: [{ shape: [3, 4] }, { shape: [2, 4] }, { shape: [2] }] },
  { inputs: [{ shape: [4] }, { shape: [2, 4] }, { shape: [2] }] },
  { inputs: [{ shape: [0, 2, 4] }, { shape: [3, 4] }, { shape: [3] }] },
]);
record('embedding', embedding, [
  { inputs: [{ shape: [2, 2], dtype: 'int32', values: [0, 2, 2, 1] }, { shape: [3, 2] }] },
]);
