// Triangular systems: op(T) X = B, op(T) = T or Tᵀ, T one triangle of the given matrix, with ones on the diagonal if unit.
//   dX = op(T)⁻¹ (dB − op(dT) X),   dT the same triangle of the tangent;   linear in B with transpose op(T)⁻ᵀ
import { LinalgError, ShapeError } from '../errors.ts';
import { neg, sub } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import { matmul } from '../ops/products.ts';
import { apply } from '../tensor/dispatch.ts';
import { call, infix, postfix } from '../tensor/formula.ts';
import type { Cotangent, OpRecord } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { lowerPart, matrixArguments, t, upperPart } from './arrange.ts';
import { solveTriangularKernel } from './kernels/index.ts';
import { checkSquare, matrixOp } from './matrix-op.ts';
import { type SideOptions, withVector } from './solve.ts';

interface Triangle {
  readonly lower: boolean;
  readonly unit: boolean;
  readonly transpose: boolean;
}

const lower: Triangle = { lower: true, unit: false, transpose: false };

export const solveTriangularOp: OpRecord<Triangle> = matrixOp<Triangle>({
  name: 'solveTriangular',
  core: ([a, b], [x, y]) => {
    checkSquare('solveTriangular', x!);
    if (a[1] !== b![0]) {
      throw new ShapeError(
        `solveTriangular: sizes do not fit: ${showShape(x!.shape)} and ${showShape(y!.shape)} need ${a[1]} = ${b![0]}.`,
      );
    }
    return [b!];
  },
  each: ([a, b], [, core], p, place) => {
    const [n, k] = core!;
    for (let i = 0; i < n && !p.unit; i++) {
      if (a![i * n + i] === 0) {
        throw new LinalgError(`solveTriangular: ${place()} is singular (zero at diagonal entry ${i}).`);
      }
    }
    return [solveTriangularKernel(a!, n, b!, k, p)];
  },
  jvp: ([T], [dT, dB], p, y) => {
    const triangle = dT && (p.lower ? lowerPart(dT, !p.unit) : upperPart(dT, !p.unit));
    const moved = triangle && matmul(p.transpose ? t(triangle) : triangle, y()[0]!);
    const right: Cotangent = moved && dB ? sub(dB, moved) : moved ? neg(moved) : dB!;
    return [right && apply(solveTriangularOp, [T!, right], p)];
  },
  transpose: ([gy], [T], p) => [
    undefined,
    gy && T ? apply(solveTriangularOp, [T, gy], { ...p, transpose: !p.transpose }) : null,
  ],
  formula: ([a, b], p) => infix('*', 'product', call('inv', p.transpose ? postfix("'", a!) : a!), b!),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'triangular' }, { shape: [3, 2] }], params: lower },
    { inputs: [{ shape: [2, 2, 2], kind: 'triangular' }, { shape: [2, 2, 1] }], params: { ...lower, transpose: true } },
    { inputs: [{ shape: [3, 3] }, { shape: [3, 2] }], params: { lower: false, unit: true, transpose: false } },
    { inputs: [{ shape: [0, 0] }, { shape: [0, 2] }], params: lower },
  ],
});

export interface TriangularOptions extends SideOptions {
  /** Which triangle of T is read; the other one is ignored. Default: the upper. */
  readonly lower?: boolean;
  /** The diagonal counts as ones and is not read. */
  readonly unit?: boolean;
  /** Solves with Tᵀ. */
  readonly transpose?: boolean;
}

/**
 * X with T X = B for a triangular T [..., n, n] and B [..., n, k] or a vector [n]; with `transpose` Tᵀ X = B, with
 * `left: false` X T = B. Throws LinalgError for a zero on the diagonal.
 */
export function solveTriangular(T: Tensor, B: Tensor, options: TriangularOptions = {}): Tensor {
  const { left = true } = options;
  const p = { lower: options.lower ?? false, unit: options.unit ?? false, transpose: options.transpose ?? false };
  return withVector('solveTriangular', B, left, (columns) => {
    const [a, b] = matrixArguments('solveTriangular', T, columns);
    checkSquare('solveTriangular', a);
    if (left) return apply(solveTriangularOp, [a, b], p);
    return t(apply(solveTriangularOp, [a, t(b)], { ...p, transpose: !p.transpose }));
  });
}

composite('linalg.solveTriangular', solveTriangular, [
  { inputs: [{ shape: [3, 3], kind: 'triangular' }, { shape: [3] }], params: [{ lower: true }] },
  { inputs: [{ shape: [2, 2], kind: 'triangular' }, { shape: [3, 2] }], params: [{ lower: true, left: false }] },
  {
    inputs: [{ shape: [2, 2], kind: 'triangular' }, { shape: [2, 2] }],
    params: [{ lower: true, left: false, transpose: true }],
  },
]);
