// A = Q R, Q with orthonormal columns, R upper triangular, signs as LAPACK's.  For A = [A₁ A₂], A₁ of min(m, n) columns and
// R₁ its triangle: C = dA₁ R₁⁻¹, B = Qᵀ C, Ω = QᵀdQ the skew matrix with the lower triangle of B,
//   dQ = Q Ω + (C − Q B),   dR = Qᵀ dA − Ω R       (Walter & Lehmann, arXiv:1009.6112)
import { ArgumentError, NotDifferentiableError } from '../errors.ts';
import { add, sub } from '../ops/arithmetic.ts';
import { matmul } from '../ops/products.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { block, lowerPart, matrixArgument, t, upperPart } from './arrange.ts';
import { type QrMode, qrFactor } from './kernels/index.ts';
import { matrixOp } from './matrix-op.ts';
import { solveTriangularOp } from './triangular.ts';

interface QrParam {
  readonly mode: QrMode;
}

const qrOp: OpRecord<QrParam> = matrixOp<QrParam>({
  name: 'qr',
  core: ([a], _x, { mode }) => {
    const [m, n] = a;
    const k = mode === 'complete' ? m : Math.min(m, n);
    return [
      [m, k],
      [k, n],
    ];
  },
  each: ([a], [[m, n]], { mode }) => {
    const { q, r } = qrFactor(a!, m, n, mode);
    return [q, r];
  },
  jvp: ([A], [dA], { mode }, y) => {
    if (!dA) return [null, null];
    const [m, n] = A!.shape.slice(-2) as [number, number];
    if (mode === 'complete' && m > n) {
      throw new NotDifferentiableError(
        `qr: the last ${m - n} columns of the complete Q of a [${m},${n}] matrix have no derivative: any basis of their space will do.`,
        "use mode 'reduced'",
      );
    }
    const [Q, R] = y() as [Tensor, Tensor];
    const k = Math.min(m, n);
    const R1 = block(R, [0, k], [0, k]);
    const dA1 = block(dA, [0, m], [0, k]);
    const C = t(apply(solveTriangularOp, [R1, t(dA1)], { lower: false, unit: false, transpose: true }));
    const B = matmul(t(Q), C);
    const below = lowerPart(B, false);
    const turn = sub(below, t(below));
    const inside = matmul(Q, turn);
    const dQ = m > n ? add(inside, sub(C, matmul(Q, B))) : inside;
    return [dQ, upperPart(sub(matmul(t(Q), dA), matmul(turn, R)), true)];
  },
  formula: ([a]) => call('qr', a!),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'invertible' }], params: { mode: 'reduced' } },
    { inputs: [{ shape: [3, 2], kind: 'invertible' }], params: { mode: 'reduced' } },
    { inputs: [{ shape: [2, 3], kind: 'invertible' }], params: { mode: 'complete' } },
    { inputs: [{ shape: [2, 3, 2], kind: 'invertible' }], params: { mode: 'reduced' } },
    { inputs: [{ shape: [0, 2] }], params: { mode: 'reduced' } },
  ],
});

export interface QrOptions {
  /** 'reduced' (default): Q [..., m, min(m, n)]; 'complete': Q [..., m, m], not differentiable for m > n. */
  readonly mode?: QrMode;
}

/** [Q, R] with A = Q R. The derivative needs independent leading columns and throws LinalgError without them. */
export function qr(A: Tensor, { mode = 'reduced' }: QrOptions = {}): [Q: Tensor, R: Tensor] {
  if (mode !== 'reduced' && mode !== 'complete') {
    throw new ArgumentError(`qr: mode must be 'reduced' or 'complete', got ${String(mode)}.`);
  }
  const [Q, R] = bind(qrOp, [matrixArgument('qr', A)], { mode }) as [Tensor, Tensor];
  return [Q, R];
}
