// Eigenvalues and eigenvectors of the symmetric part of A, A = V diag(w) Vᵀ.  With E = Vᵀ dA V:
//   dw = diag(E),   dV = V (F ∘ E),   F_ij = 1 / (w_j − w_i), F_ii = 0         (Giles 2008, "An extended collection …", 3.1)
// Equal eigenvalues: an eigenvector inside their eigenspace has no derivative, F is NaN there, and by the strong zero of
// `chain` only what depends on the choice of that vector sees it. Eigenvalues alone never do.

import { chainOp } from '../ops/addition.ts';
import { neg, square, sub } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import { type None, none } from '../ops/linear.ts';
import { onlyTensor } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { leadingAxes } from '../ops/spread.ts';
import { apply, bind } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { asColumn, asRow, columnwise, matrixArgument, symmetricPart, t } from './arrange.ts';
import { symmetrized } from './cholesky.ts';
import { eighFactor } from './kernels/index.ts';
import { checkSquare, epsilonOf, matrixOp } from './matrix-op.ts';

/** F of the header: [..., n] -> [..., n, n]. Values that differ by rounding only count as equal. */
export const reciprocalGapsOp: OpRecord<None> = register<None>({
  name: 'reciprocalGaps',
  type: ([w]) => [{ shape: [...w!.shape, w!.shape.at(-1)!], dtype: w!.dtype }],
  evaluate: ([w], _p, [y]) => {
    const n = w!.shape.at(-1)!;
    const values = w!.values();
    const out = allocate(w!.dtype, values.length * n);
    for (let start = 0; start < values.length; start += n) {
      let largest = 0;
      for (let i = start; i < start + n; i++) largest = Math.max(largest, Math.abs(values[i]!));
      const noise = n * epsilonOf(w!) * largest;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          if (i === j) continue;
          const gap = values[start + j]! - values[start + i]!;
          out[(start + i) * n + j] = Math.abs(gap) <= noise ? Number.NaN : 1 / gap;
        }
      }
    }
    return [dense(w!.dtype, y!.shape, out)];
  },
  jvp: (_x, [dw], _p, y) => [dw ? apply(chainOp, [neg(square(y()[0]!)), differences(dw)], none) : null],
  batch: leadingAxes(() => reciprocalGapsOp),
  formula: ([w]) => call('reciprocalGaps', w!),
  samples: [
    { inputs: [{ shape: [4], kind: 'distinct' }] },
    { inputs: [{ shape: [2, 3], kind: 'distinct' }] },
    { inputs: [{ shape: [0] }] },
  ],
});

/** d_j − d_i at [i, j]. */
function differences(d: Tensor): Tensor {
  return sub(asRow(d), asColumn(d));
}

const eighOp: OpRecord<None> = matrixOp({
  name: 'eigh',
  core: ([a], [x]) => {
    checkSquare('eigh', x!);
    return [[a[0]], a];
  },
  each: ([a], [[n]]) => {
    const { w, v } = eighFactor(symmetrized(a!, n), n);
    return [w, v];
  },
  jvp: (_x, [dA], _p, y) => {
    if (!dA) return [null, null];
    const [w, V] = y() as [Tensor, Tensor];
    const moved = matmul(symmetricPart(dA), V);
    const E = matmul(t(V), moved);
    return [columnwise(V, moved), matmul(V, apply(chainOp, [apply(reciprocalGapsOp, [w], none), E], none))];
  },
  formula: ([a]) => call('eigh', a!),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'symmetric' }] },
    { inputs: [{ shape: [2, 2, 2], kind: 'symmetric' }] },
    { inputs: [{ shape: [1, 1] }] },
    { inputs: [{ shape: [0, 0] }] },
  ],
});

/**
 * [w, V]: eigenvalues ascending, [..., n], and orthonormal eigenvectors as columns, [..., n, n], each with its largest
 * entry positive. A counts as its symmetric part. Equal eigenvalues leave the vectors of their eigenspace open: a
 * derivative that depends on them is NaN; for a matrix function V f(w) Vᵀ use symmetricFunction, which has no such gap.
 */
export function eigh(A: Tensor): [w: Tensor, V: Tensor] {
  const [w, V] = bind(eighOp, [matrixArgument('eigh', A)], none) as [Tensor, Tensor];
  return [w, V];
}

/** The eigenvalues of the symmetric part of A, ascending, [..., n]. */
export function eigvalsh(A: Tensor): Tensor {
  onlyTensor('eigvalsh', A);
  return eigh(A)[0];
}

composite('linalg.eigvalsh', eigvalsh, [{ inputs: [{ shape: [3, 3], kind: 'symmetric' }] }]);
