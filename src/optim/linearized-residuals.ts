// The linear least-squares problem inside Gauss–Newton: the step d that minimises |J d + r|² + λ |D^½ d|².
//   dense    QR of J with λ^½ D^½ below it, which does not square the condition of J
//   sparse   one sparse solution of  [I  J; Jᵀ  −λ D] [u; d] = [−r; 0],  where u = −(r + J d)
import { LinalgError, TracedValueError } from '../errors.ts';
import { lstsq } from '../linalg/pinv.ts';
import { qr } from '../linalg/qr.ts';
import { solveTriangular } from '../linalg/triangular.ts';
import { mul, neg, square } from '../ops/arithmetic.ts';
import { diag } from '../ops/diagonals.ts';
import { take } from '../ops/indexing.ts';
import { concat } from '../ops/joining.ts';
import { slice, transpose } from '../ops/movement.ts';
import { sqrt } from '../ops/power.ts';
import { matmul } from '../ops/products.ts';
import { sumOver } from '../ops/spread.ts';
import { traceFlat } from '../program/trace.ts';
import { type Pattern, type PatternInput, transposePattern } from '../structured/pattern.ts';
import { Sparse } from '../structured/sparse.ts';
import { planSparse } from '../structured/sparse-plan.ts';
import { dense, filled, type Tensor } from '../tensor/tensor.ts';
import { jacobian } from '../transforms/derivatives.ts';

/** The residuals' linear model at a point. */
export interface LinearModel {
  /** Jᵀ r, [n]. */
  readonly gradient: Tensor;
  /** The squared lengths of the columns of J, [n]. */
  readonly squares: Tensor;
  /** The d that minimises |J d + r|² + λ |D^½ d|², D diagonal with the entries `scale`. */
  step(lambda: number, scale: Tensor): Tensor;
}

export type Linearize = (x: Tensor, residuals: Tensor) => LinearModel;

/** Fewer entries than this share of all make the sparse way worthwhile. */
const SPARSE_SHARE = 0.25;
const SMALLEST_SPARSE = 32;

/** How to linearize the residuals [m] of a vector [n]: with a sparse Jacobian where few entries differ from zero. */
export function linearizer(f: (x: Tensor) => Tensor, x: Tensor, pattern: PatternInput | undefined): Linearize {
  const plan = pattern !== undefined || x.size >= SMALLEST_SPARSE ? sparsePlanOf(f, x, pattern) : undefined;
  if (plan && (pattern !== undefined || plan.entries <= SPARSE_SHARE * plan.pattern.shape[0] * x.size)) {
    const system = augmented(plan.pattern);
    return (at, r) => sparseModel(plan.evaluate([at]), r, system);
  }
  const J = jacobian(f);
  return (at, r) => denseModel(J(at) as Tensor, r);
}

function sparsePlanOf(f: (x: Tensor) => Tensor, x: Tensor, pattern: PatternInput | undefined) {
  try {
    const program = traceFlat('optim', (v) => [f(v!)], [x]);
    return planSparse({
      program,
      input: 0,
      output: 0,
      symmetric: false,
      ...(pattern === undefined ? {} : { pattern }),
    });
  } catch (error) {
    if (error instanceof TracedValueError) return undefined; // f reads its numbers: it is run, never traced
    throw error;
  }
}

function denseModel(J: Tensor, r: Tensor): LinearModel {
  const n = J.shape[1]!;
  return {
    gradient: matmul(r, J),
    squares: sumOver(square(J), [0]),
    step(lambda, scale) {
      if (lambda === 0) return lstsq(J, neg(r));
      const [Q, R] = qr(concat([J, diag(sqrt(mul(scale, lambda)))]));
      const right = concat([neg(r), filled([n], 0, 'float64')]);
      return solveTriangular(R, matmul(transpose(Q), right));
    },
  };
}

interface Augmented {
  readonly pattern: Pattern;
  /** Where each entry of the system stands in [1 …, entries of J, −λ D]. */
  readonly slots: Tensor;
}

function augmented(pattern: Pattern): Augmented {
  const [m, n] = pattern.shape;
  const { transposed, places } = transposePattern(pattern);
  const count = pattern.indices.length;
  const size = m + n;
  const indptr = new Int32Array(size + 1);
  const indices = new Int32Array(2 * count + size);
  const slots = new Int32Array(2 * count + size);
  let at = 0;
  const put = (column: number, slot: number): void => {
    indices[at] = column;
    slots[at++] = slot;
  };
  for (let i = 0; i < m; i++) {
    put(i, i);
    for (let k = pattern.indptr[i]!; k < pattern.indptr[i + 1]!; k++) put(m + pattern.indices[k]!, m + k);
    indptr[i + 1] = at;
  }
  for (let j = 0; j < n; j++) {
    for (let k = transposed.indptr[j]!; k < transposed.indptr[j + 1]!; k++) put(transposed.indices[k]!, m + places[k]!);
    put(m + j, m + count + j);
    indptr[m + j + 1] = at;
  }
  return { pattern: { shape: [size, size], indptr, indices }, slots: dense('int32', [slots.length], slots) };
}

function sparseModel(J: Sparse, r: Tensor, { pattern, slots }: Augmented): LinearModel {
  const [m, n] = J.shape;
  const solve = (weights: Tensor): Tensor => {
    const values = take(concat([filled([m], 1, 'float64'), J.values, weights]), slots, 0);
    const right = concat([neg(r), filled([n], 0, 'float64')]);
    return slice(new Sparse(values, pattern).solve(right), [m], [m + n]);
  };
  return {
    gradient: J.rmatvec(r),
    squares: new Sparse(square(J.values), J.pattern).rmatvec(filled([m], 1, 'float64')),
    step(lambda, scale) {
      try {
        return solve(mul(scale, -lambda));
      } catch (error) {
        if (!(error instanceof LinalgError) || lambda > 0) throw error;
        return solve(mul(scale, -1e-12)); // dependent columns: close to the shortest of many steps
      }
    },
  };
}
