// The singular value decomposition A = U diag(s) Vᵀ.  With P = Uᵀ dA V, k = min(m, n):
//   ds = diag(P)
//   dU = U X + (I − U Uᵀ) dA V S⁻¹,      X = ½ (F ∘ (P + Pᵀ) + G ∘ (P − Pᵀ)),   F_ij = 1 / (s_j − s_i), F_ii = 0
//   dV = V Y + (I − V Vᵀ) dAᵀ U S⁻¹,     Y = ½ (F ∘ (P + Pᵀ) − G ∘ (P − Pᵀ)),   G_ij = 1 / (s_j + s_i)
// (Townsend 2016, "Differentiating the singular value decomposition", with 1/(s_j² − s_i²) split into F and G, so that no
// square is taken.) Equal and zero singular values leave vectors open; what depends on that choice has no finite derivative.

import { NotDifferentiableError } from '../errors.ts';
import { chainOp } from '../ops/addition.ts';
import { add, mul, reciprocal, sub } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import { none } from '../ops/linear.ts';
import { onlyTensor } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { broadcastInto } from '../ops/spread.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { asColumn, asRow, columnwise, matrixArgument, t } from './arrange.ts';
import { reciprocalGapsOp } from './eigh.ts';
import { svdFactor } from './kernels/index.ts';
import { matrixOp } from './matrix-op.ts';

interface SvdParam {
  readonly fullMatrices: boolean;
}

const chain = (rate: Tensor, d: Tensor): Tensor => apply(chainOp, [broadcastInto(rate, d.shape), d], none);

/** (I − Q Qᵀ) M S⁻¹: how columns of Q leave their span. */
function outOfSpan(Q: Tensor, M: Tensor, s: Tensor): Tensor {
  return chain(asRow(reciprocal(s)), sub(M, matmul(Q, matmul(t(Q), M))));
}

const svdOp: OpRecord<SvdParam> = matrixOp<SvdParam>({
  name: 'svd',
  core: ([a], _x, { fullMatrices }) => {
    const [m, n] = a;
    const k = Math.min(m, n);
    return [[m, fullMatrices ? m : k], [k], [fullMatrices ? n : k, n]];
  },
  each: ([a], [[m, n]], { fullMatrices }) => {
    const { u, s, vt } = svdFactor(a!, m, n, fullMatrices);
    return [u, s, vt];
  },
  jvp: ([A], [dA], { fullMatrices }, y) => {
    if (!dA) return [null, null, null];
    const [m, n] = A!.shape.slice(-2) as [number, number];
    if (fullMatrices && m !== n) {
      throw new NotDifferentiableError(
        `svd: with fullMatrices the ${Math.abs(m - n)} extra vectors of a [${m},${n}] matrix have no derivative: any basis of their space will do.`,
        'use fullMatrices: false, or svdvals for the singular values',
      );
    }
    const [U, s, Vt] = y() as [Tensor, Tensor, Tensor];
    const V = t(Vt);
    const dAV = matmul(dA, V);
    const P = matmul(t(U), dAV);
    const half = mul(P, 0.5);
    const even = chain(apply(reciprocalGapsOp, [s], none), add(half, t(half)));
    const odd = chain(reciprocal(add(asRow(s), asColumn(s))), sub(half, t(half)));
    const inU = matmul(U, add(even, odd));
    const inV = matmul(V, sub(even, odd));
    const dU = m > n ? add(inU, outOfSpan(U, dAV, s)) : inU;
    const dV = n > m ? add(inV, outOfSpan(V, matmul(t(dA), U), s)) : inV;
    return [dU, columnwise(U, dAV), t(dV)];
  },
  formula: ([a]) => call('svd', a!),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'invertible' }], params: { fullMatrices: false } },
    { inputs: [{ shape: [3, 2] }], params: { fullMatrices: false } },
    { inputs: [{ shape: [2, 3] }], params: { fullMatrices: false } },
    { inputs: [{ shape: [2, 2, 2] }], params: { fullMatrices: true } },
    { inputs: [{ shape: [0, 2] }], params: { fullMatrices: false } },
  ],
});

export interface SvdOptions {
  /** Square U [..., m, m] and Vᵀ [..., n, n]; not differentiable unless m = n. Default false. */
  readonly fullMatrices?: boolean;
}

/**
 * [U, s, Vᵀ] with A = U diag(s) Vᵀ: U [..., m, k], s [..., k] descending, Vᵀ [..., k, n], k = min(m, n).
 * Derivatives of s exist wherever singular values are distinct or enter symmetrically.
 */
export function svd(A: Tensor, { fullMatrices = false }: SvdOptions = {}): [U: Tensor, s: Tensor, Vt: Tensor] {
  const [U, s, Vt] = bind(svdOp, [matrixArgument('svd', A)], { fullMatrices }) as [Tensor, Tensor, Tensor];
  return [U, s, Vt];
}

/** The singular values, descending, [..., min(m, n)]. */
export function svdvals(A: Tensor): Tensor {
  onlyTensor('svdvals', A);
  return svd(A)[1];
}

composite('linalg.svdvals', svdvals, [{ inputs: [{ shape: [3, 2] }] }]);
