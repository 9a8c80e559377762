// The matrix exponential with its Fréchet derivatives, all read off the exponential of a larger block matrix:
//   exp [[A, E], [0, A]] = [[exp A, L(A, E)], [0, exp A]],   and for k directions the doubling
//   X_k = I₂ ⊗ X_{k−1} + [[0, 1], [0, 0]] ⊗ I ⊗ E_k          (Higham & Relton, SIAM J. Matrix Anal. Appl. 35, 2014)
// whose upper right block is Dᵏexp(A)[E₁, …, E_k]. Its adjoint in a direction is the same derivative at Aᵀ.
import { type None, none } from '../ops/linear.ts';
import { apply } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { matrixArgument } from './arrange.ts';
import { withDifferentials } from './differentials.ts';
import { expmKernel } from './kernels/index.ts';

function copyBlock(into: Float64Array, size: number, row: number, column: number, x: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) into.set(x.subarray(i * n, (i + 1) * n), (row + i) * size + column);
}

/** One doubling: [[x, I ⊗ e], [0, x]]. */
function doubled(x: Float64Array, m: number, e: Float64Array, n: number): Float64Array {
  const out = new Float64Array(4 * m * m);
  copyBlock(out, 2 * m, 0, 0, x, m);
  copyBlock(out, 2 * m, m, m, x, m);
  for (let at = 0; at < m; at += n) copyBlock(out, 2 * m, at, m + at, e, n);
  return out;
}

function norm(x: Float64Array): number {
  return x.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
}

function expmAt(a: Float64Array, directions: readonly Float64Array[], n: number): Float64Array {
  if (n === 0) return new Float64Array(0);
  // Directions are brought to the size of A: a huge one would cost scaling steps and with them digits.
  const size = Math.max(norm(a), 1e-3);
  let scale = 1;
  let block: Float64Array = a;
  let m = n;
  for (const e of directions) {
    const largest = norm(e);
    if (largest === 0) return new Float64Array(n * n);
    const factor = Number.isFinite(largest) ? 2 ** Math.round(Math.log2(size / largest)) : 1;
    scale /= factor;
    block = doubled(
      block,
      m,
      e.map((v) => v * factor),
      n,
    );
    m *= 2;
  }
  const power = expmKernel(block, m);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) out[i * n + j] = scale * power[i * m + (m - n) + j]!;
  }
  return out;
}

const matrixExpOp: OpRecord<None> = withDifferentials({
  name: 'matrixExp',
  at: expmAt,
  adjoint: 'transposed',
  formula: (a) => call('expm', a),
  samples: [
    { inputs: [{ shape: [3, 3] }] },
    { inputs: [{ shape: [2, 2, 2] }] },
    { inputs: [{ shape: [2, 2] }, { shape: [2, 2] }] },
    { inputs: [{ shape: [2, 2], values: [0, 0, 0, 0] }] },
    { inputs: [{ shape: [1, 1] }] },
    { inputs: [{ shape: [0, 0] }] },
  ],
});

/** The matrix exponential Σ Aᵏ/k!, [..., n, n]. */
export function matrixExp(A: Tensor): Tensor {
  return apply(matrixExpOp, [matrixArgument('matrixExp', A)], none);
}
