// Products of vectors and matrices by NumPy's rules, all of them contractions.
import { ShapeError } from '../errors.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import { matmulMessage } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { contract } from './contract.ts';
import { onlyTensor, promoted } from './operands.ts';
import { reshapeTo } from './spread.ts';

const M = 0;
const K = 1;
const N = 2;
const FIRST_BATCH = 3;

/**
 * The matrix product with NumPy's rank rules: [m,k]@[k,n], vectors on either side, leading axes broadcast as batches.
 * Throws ShapeError when the inner sizes differ or an operand is a scalar.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [x, y] = promoted('matmul', [onlyTensor('matmul', a), onlyTensor('matmul', b)]) as [Tensor, Tensor];
  if (x.ndim === 0 || y.ndim === 0) throw new ShapeError(matmulMessage(x.shape, y.shape));
  const inner = y.ndim === 1 ? y.shape[0] : y.shape[y.ndim - 2];
  if (x.shape[x.ndim - 1] !== inner) throw new ShapeError(matmulMessage(x.shape, y.shape));
  const leftCore = x.ndim === 1 ? [K] : [M, K];
  const rightCore = y.ndim === 1 ? [K] : [K, N];
  const outCore = [...(x.ndim === 1 ? [] : [M]), ...(y.ndim === 1 ? [] : [N])];
  const leftBatch = (x.shape as readonly number[]).slice(0, x.ndim - leftCore.length);
  const rightBatch = (y.shape as readonly number[]).slice(0, y.ndim - rightCore.length);
  const batch = broadcastShapes('matmul (batch dims)', leftBatch, rightBatch);
  // A batch axis that one operand lacks, or has with size 1 where the other has more, stays out of its label list.
  const side = (v: Tensor, own: readonly number[], core: readonly number[]): [Tensor, number[]] => {
    const lead = batch.length - own.length;
    const labels = own.flatMap((n, i) => (n === batch[lead + i] ? [FIRST_BATCH + lead + i] : []));
    const kept = own.filter((n, i) => n === batch[lead + i]);
    const shape = [...kept, ...v.shape.slice(own.length)];
    return [reshapeTo(v, shape), [...labels, ...core]];
  };
  const [left, a_] = side(x, leftBatch, leftCore);
  const [right, b_] = side(y, rightBatch, rightCore);
  return contract(left, right, { a: a_, b: b_, out: [...batch.map((_, i) => FIRST_BATCH + i), ...outCore] });
}
