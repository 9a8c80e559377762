// The Moore–Penrose pseudoinverse by SVD, singular values up to rcond · s_max counting as zero.  While the rank stays,
//   dP = −P dA P + P Pᵀ dAᵀ (I − A P) + (I − P A) dAᵀ Pᵀ P        (Golub & Pereyra, SIAM J. Numer. Anal. 10, 1973)
import { add, sub } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import { matmul } from '../ops/products.ts';
import { leadingAxes } from '../ops/spread.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type OpRecord, register, type TensorType } from '../tensor/op.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { matrixArgument, matrixArguments, t } from './arrange.ts';
import { svdFactor } from './kernels/index.ts';
import { epsilonOf, matrixOp } from './matrix-op.ts';
import { withVector } from './solve.ts';
import { svdvals } from './svd.ts';

interface RankParam {
  /** Relative to the largest singular value; undefined: max(m, n) times the spacing of the dtype. */
  readonly rcond: number | undefined;
}

/** Singular values at or below this are zero. */
function cutoff(largest: number, m: number, n: number, { rcond }: RankParam, type: TensorType): number {
  return (rcond ?? Math.max(m, n) * epsilonOf(type)) * largest;
}

const pinvOp: OpRecord<RankParam> = matrixOp<RankParam>({
  name: 'pinv',
  core: ([a]) => [[a[1], a[0]]],
  each: ([a], [[m, n]], p, _place, type) => {
    const k = Math.min(m, n);
    const { u, s, vt } = svdFactor(a!, m, n, false);
    const zero = cutoff(s[0] ?? 0, m, n, p, type);
    const out = new Float64Array(n * m);
    for (let q = 0; q < k; q++) {
      if (s[q]! <= zero) continue;
      for (let i = 0; i < n; i++) {
        const weight = vt[q * n + i]! / s[q]!;
        for (let j = 0; j < m; j++) out[i * m + j]! += weight * u[j * k + q]!;
      }
    }
    return [out];
  },
  jvp: ([A], [dA], _p, y) => {
    if (!dA) return [null];
    const P = y()[0]!;
    const right = matmul(matmul(P, t(P)), t(dA));
    const left = matmul(t(dA), matmul(t(P), P));
    const outside = add(sub(right, matmul(matmul(right, A!), P)), sub(left, matmul(P, matmul(A!, left))));
    return [sub(outside, matmul(P, matmul(dA, P)))];
  },
  formula: ([a]) => call('pinv', a!),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'invertible' }], params: { rcond: undefined } },
    { inputs: [{ shape: [3, 2] }], params: { rcond: undefined } },
    { inputs: [{ shape: [2, 2, 3] }], params: { rcond: 1e-10 } },
    { inputs: [{ shape: [0, 2] }], params: { rcond: undefined } },
  ],
});

export interface PinvOptions {
  /** Singular values up to rcond times the largest count as zero; default max(m, n) times the spacing of the dtype. */
  readonly rcond?: number;
}

/** The pseudoinverse, [..., n, m] for [..., m, n]; its derivative is that among matrices of the same rank. */
export function pinv(A: Tensor, { rcond }: PinvOptions = {}): Tensor {
  return apply(pinvOp, [matrixArgument('pinv', A)], { rcond });
}

/**
 * The X of least Frobenius norm among those that minimise ‖A X − B‖: A [..., m, n] of any rank, B [..., m, k] or a
 * vector [m].
 */
export function lstsq(A: Tensor, B: Tensor, options: PinvOptions = {}): Tensor {
  return withVector('lstsq', B, true, (columns) => {
    const [a, b] = matrixArguments('lstsq', A, columns);
    return matmul(pinv(a, options), b);
  });
}

interface CountParam extends RankParam {
  readonly sides: readonly [number, number];
}

const countAboveOp: OpRecord<CountParam> = register<CountParam>({
  name: 'countSingularValues',
  type: ([s]) => [{ shape: s!.shape.slice(0, -1), dtype: 'int32' as const }],
  evaluate: ([s], p, [y]) => {
    const k = s!.shape.at(-1)!;
    const values = s!.values();
    const out = allocate('int32', sizeOf(y!.shape));
    for (let row = 0; row < out.length; row++) {
      const own = values.subarray(row * k, (row + 1) * k);
      const zero = cutoff(own[0] ?? 0, ...p.sides, p, s!);
      out[row] = own.filter((v) => v > zero).length;
    }
    return [dense('int32', y!.shape, out)];
  },
  jvp: () => [null],
  batch: leadingAxes(() => countAboveOp),
  formula: ([s]) => call('countSingularValues', s!),
  samples: [{ inputs: [{ shape: [3], values: [3, 2, 0] }], params: { rcond: undefined, sides: [3, 4] } }],
});

/** The number of singular values above the cutoff of pinv, int32 [...]. */
export function matrixRank(A: Tensor, { rcond }: PinvOptions = {}): Tensor {
  const a = matrixArgument('matrixRank', A);
  return apply(countAboveOp, [svdvals(a)], { rcond, sides: a.shape.slice(-2) as [number, number] });
}

composite('linalg.lstsq', lstsq, [
  { inputs: [{ shape: [3, 2] }, { shape: [3] }] },
  { inputs: [{ shape: [2, 3] }, { shape: [2, 2] }] },
]);
composite('linalg.matrixRank', matrixRank, [{ inputs: [{ shape: [2, 3, 2] }] }]);
