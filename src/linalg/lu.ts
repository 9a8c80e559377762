// A = P L U with partial pivoting; P is piecewise constant.  With C = Pᵀ dA, L₁ and U₁ the leading squares of L and U,
// C₁ that of C, and F = L₁⁻¹ C₁ U₁⁻¹:
//   dL₁ = L₁ tril₋₁(F),  dU₁ = triu(F) U₁,  dL₂ = (C₂ − L₂ dU₁) U₁⁻¹ (rows below),  dU₂ = L₁⁻¹ (C₂ − dL₁ U₂) (columns beside)
import { sub } from '../ops/arithmetic.ts';
import { concat } from '../ops/joining.ts';
import { type None, none } from '../ops/linear.ts';
import { matmul } from '../ops/products.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { block, lowerPart, matrixArgument, stackRows, t, upperPart } from './arrange.ts';
import { luFactor } from './kernels/index.ts';
import { matrixOp } from './matrix-op.ts';
import { solveTriangularOp } from './triangular.ts';

/** L₁⁻¹ X. */
const afterL = (L1: Tensor, X: Tensor): Tensor =>
  apply(solveTriangularOp, [L1, X], { lower: true, unit: true, transpose: false });
/** X U₁⁻¹. */
const beforeU = (U1: Tensor, X: Tensor): Tensor =>
  t(apply(solveTriangularOp, [U1, t(X)], { lower: false, unit: false, transpose: true }));

const luOp: OpRecord<None> = matrixOp({
  name: 'lu',
  core: ([a]) => {
    const [m, n] = a;
    const k = Math.min(m, n);
    return [
      [m, m],
      [m, k],
      [k, n],
    ];
  },
  each: ([a], [[m, n]]) => {
    const k = Math.min(m, n);
    const { lu, pivots } = luFactor(a!, m, n);
    const [p, l, u] = [new Float64Array(m * m), new Float64Array(m * k), new Float64Array(k * n)];
    for (let i = 0; i < m; i++) {
      p[pivots[i]! * m + i] = 1;
      for (let j = 0; j < Math.min(i, k); j++) l[i * k + j] = lu[i * n + j]!;
      if (i >= k) continue;
      l[i * k + i] = 1;
      for (let j = i; j < n; j++) u[i * n + j] = lu[i * n + j]!;
    }
    return [p, l, u];
  },
  jvp: ([A], [dA], _p, y) => {
    if (!dA) return [null, null, null];
    const [m, n] = A!.shape.slice(-2) as [number, number];
    const k = Math.min(m, n);
    const [P, L, U] = y() as [Tensor, Tensor, Tensor];
    const C = matmul(t(P), dA);
    const L1 = block(L, [0, k], [0, k]);
    const U1 = block(U, [0, k], [0, k]);
    const F = beforeU(U1, afterL(L1, block(C, [0, k], [0, k])));
    const dL1 = matmul(L1, lowerPart(F, false));
    const dU1 = matmul(upperPart(F, true), U1);
    const dL =
      m > n ? stackRows(dL1, beforeU(U1, sub(block(C, [k, m], [0, k]), matmul(block(L, [k, m], [0, k]), dU1)))) : dL1;
    const dU =
      n > m ? concat([dU1, afterL(L1, sub(block(C, [0, k], [k, n]), matmul(dL1, block(U, [0, k], [k, n]))))], -1) : dU1;
    return [null, dL, dU];
  },
  formula: ([a]) => call('lu', a!),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'invertible' }] },
    { inputs: [{ shape: [3, 2], kind: 'invertible' }] },
    { inputs: [{ shape: [2, 3], kind: 'invertible' }] },
    { inputs: [{ shape: [2, 2, 2], kind: 'invertible' }] },
    { inputs: [{ shape: [0, 0] }] },
  ],
});

/**
 * [P, L, U] with A = P L U: P [..., m, m] a permutation, L [..., m, k] with unit diagonal, U [..., k, n], k = min(m, n).
 * The derivative needs a leading square of full rank and throws LinalgError without it.
 */
export function lu(A: Tensor): [P: Tensor, L: Tensor, U: Tensor] {
  const [P, L, U] = bind(luOp, [matrixArgument('lu', A)], none) as [Tensor, Tensor, Tensor];
  return [P, L, U];
}
