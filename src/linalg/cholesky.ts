// Cholesky factorisation A = L Lᵀ of the symmetric part of A.
//   dL = L Φ(L⁻¹ dA L⁻ᵀ),   Φ the lower triangle with half the diagonal      (Murray, arXiv:1602.07527)
// The input counts as (A + Aᵀ)/2, so the gradient is symmetric.
import { LinalgError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import { type None, none } from '../ops/linear.ts';
import { matmul } from '../ops/products.ts';
import { broadcastInto } from '../ops/spread.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import type { OpRecord } from '../tensor/op.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { matrixArgument, matrixArguments, symmetricPart, t } from './arrange.ts';
import { choleskyFactor } from './kernels/index.ts';
import { checkSquare, matrixOp } from './matrix-op.ts';
import { withVector } from './solve.ts';
import { solveTriangularOp } from './triangular.ts';

const lower = { lower: true, unit: false, transpose: false };

/** The weights of Φ: 1 below the diagonal, ½ on it. */
function weights(like: Tensor): DenseTensor {
  const n = like.shape.at(-1)!;
  const storage = allocate(like.dtype, n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) storage[i * n + j] = i === j ? 0.5 : 1;
  return dense(like.dtype, [n, n], storage);
}

/** (A + Aᵀ)/2 for a kernel. */
export function symmetrized(a: Float64Array, n: number): Float64Array {
  return a.map((v, k) => v / 2 + a[(k % n) * n + Math.floor(k / n)]! / 2);
}

const choleskyOp: OpRecord<None> = matrixOp({
  name: 'cholesky',
  core: ([a], [x]) => {
    checkSquare('cholesky', x!);
    return [a];
  },
  each: ([a], [[n]], _p, place) => {
    const { l, ok } = choleskyFactor(symmetrized(a!, n), n);
    if (!ok) throw new LinalgError(`cholesky: ${place()} is not positive definite.`);
    return [l];
  },
  jvp: (_x, [dA], _p, y) => {
    if (!dA) return [null];
    const L = y()[0]!;
    const left = apply(solveTriangularOp, [L, symmetricPart(dA)], lower);
    const both = t(apply(solveTriangularOp, [L, t(left)], lower));
    return [matmul(L, mul(broadcastInto(weights(L), both.shape), both))];
  },
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'spd' }] },
    { inputs: [{ shape: [2, 2, 2], kind: 'spd' }] },
    { inputs: [{ shape: [1, 1], domain: [0.5, 2] }] },
    { inputs: [{ shape: [0, 0] }] },
  ],
});

export interface CholeskyOptions {
  /** Gives U = Lᵀ with A = Uᵀ U. */
  readonly upper?: boolean;
}

/**
 * The lower triangular L with A = L Lᵀ, [..., n, n]. A counts as its symmetric part. Throws LinalgError where that is not
 * positive definite.
 */
export function cholesky(A: Tensor, { upper = false }: CholeskyOptions = {}): Tensor {
  const L = apply(choleskyOp, [matrixArgument('cholesky', A)], none);
  return upper ? t(L) : L;
}

/** X with A X = B from the Cholesky factor of A: L [..., n, n] (upper: U), B [..., n, k] or a vector [n]. */
export function choleskySolve(L: Tensor, B: Tensor, { upper = false }: CholeskyOptions = {}): Tensor {
  return withVector('choleskySolve', B, true, (columns) => {
    const [factor, b] = matrixArguments('choleskySolve', L, columns);
    checkSquare('choleskySolve', factor);
    const first = { lower: !upper, unit: false, transpose: upper };
    const half = apply(solveTriangularOp, [factor, b], first);
    return apply(solveTriangularOp, [factor, half], { ...first, transpose: !upper });
  });
}

composite('linalg.cholesky', cholesky, [{ inputs: [{ shape: [3, 3], kind: 'spd' }], params: [{ upper: true }] }]);
composite('linalg.choleskySolve', choleskySolve, [
  { inputs: [{ shape: [3, 3], kind: 'triangular' }, { shape: [3, 2] }] },
  { inputs: [{ shape: [2, 2], values: [1, 2, 0, 3], kind: 'invertible' }, { shape: [2] }], params: [{ upper: true }] },
]);
