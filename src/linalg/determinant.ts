// det, and sign and logarithm of |det|, by LU.
//   d det = ⟨cof(A), dA⟩     (Jacobi; cof is a polynomial, so this holds at every order and for singular A)
//   d log|det| = tr(A⁻¹ dA)
import { less } from '../ops/comparison.ts';
import { composite } from '../ops/composite.ts';
import { type None, none } from '../ops/linear.ts';
import { where } from '../ops/select.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { inner, matrixArgument, t } from './arrange.ts';
import { cofactorOp } from './cofactor.ts';
import { luFactor } from './kernels/index.ts';
import { checkSquare, matrixOp } from './matrix-op.ts';
import { inv } from './solve.ts';

const detOp: OpRecord<None> = matrixOp({
  name: 'det',
  core: (_cores, [x]) => {
    checkSquare('det', x!);
    return [[]];
  },
  each: ([a], [[n]]) => {
    const { lu, sign } = luFactor(a!, n, n);
    let det: number = sign;
    for (let i = 0; i < n; i++) det *= lu[i * n + i]!;
    return [Float64Array.of(det + 0)]; // a singular matrix has 0, not −0
  },
  jvp: ([A], [dA]) => [dA ? inner(apply(cofactorOp, [A!], none), dA) : null],
  samples: [
    { inputs: [{ shape: [3, 3] }] },
    { inputs: [{ shape: [3, 3], values: [1, 2, 3, 2, 4, 6, 1, 0, 1] }] },
    { inputs: [{ shape: [2, 2, 2] }] },
    { inputs: [{ shape: [1, 1] }] },
    { inputs: [{ shape: [0, 0] }] },
    { inputs: [{ shape: [0, 2, 2] }] },
  ],
});

/** The determinant, [...]; its derivatives are exact for singular matrices too. */
export function det(A: Tensor): Tensor {
  return apply(detOp, [matrixArgument('det', A)], none);
}

const slogdetOp: OpRecord<None> = matrixOp({
  name: 'slogdet',
  core: (_cores, [x]) => {
    checkSquare('slogdet', x!);
    return [[], []];
  },
  each: ([a], [[n]]) => {
    const { lu, sign } = luFactor(a!, n, n);
    let direction: number = sign;
    let logSize = 0;
    for (let i = 0; i < n; i++) {
      direction *= Math.sign(lu[i * n + i]!);
      logSize += Math.log(Math.abs(lu[i * n + i]!));
    }
    return [Float64Array.of(direction + 0), Float64Array.of(logSize)];
  },
  jvp: ([A], [dA]) => [null, dA ? inner(t(inv(A!)), dA) : null],
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'invertible' }] },
    { inputs: [{ shape: [2, 2, 2], kind: 'invertible' }] },
    { inputs: [{ shape: [0, 0] }] },
  ],
  formula: ([a]) => call('slogdet', a!),
});

/**
 * [sign, log|det A|], both [...]: free of overflow. A singular matrix gives [0, −∞], where the derivative does not exist
 * and asking for it throws LinalgError.
 */
export function slogdet(A: Tensor): [sign: Tensor, logabsdet: Tensor] {
  const [sign, logabsdet] = bind(slogdetOp, [matrixArgument('slogdet', A)], none) as [Tensor, Tensor];
  return [sign, logabsdet];
}

/** log det A, [...]; NaN for a negative determinant, −∞ for a singular matrix. */
export function logdet(A: Tensor): Tensor {
  const [sign, logabsdet] = slogdet(matrixArgument('logdet', A));
  return where(less(sign, 0), Number.NaN, logabsdet);
}

composite('linalg.logdet', logdet, [
  { inputs: [{ shape: [3, 3], kind: 'spd' }] },
  { inputs: [{ shape: [2, 2, 2], kind: 'spd' }] },
]);
