// Golub–Kahan bidiagonalisation A = U B Vᵀ of a square matrix, B upper bidiagonal: reflections from the left clear the
// columns below the diagonal, reflections from the right the rows beyond the superdiagonal
// (Golub & Van Loan, Matrix Computations, 4th ed., 5.4.8).

import { makeReflector, reflectFromLeft, reflectFromRight, transposedProduct } from './householder.ts';

export interface Bidiagonal {
  readonly diagonal: Float64Array;
  /** Entry i stands right of diagonal entry i; its length is that of the diagonal, the last entry being zero. */
  readonly superdiagonal: Float64Array;
  /** Uᵀ by rows. */
  readonly ut: Float64Array;
  /** Vᵀ by rows. */
  readonly vt: Float64Array;
}

/** Reduces the n×n matrix in `work`, which is overwritten. */
export function bidiagonalise(work: Float64Array, n: number): Bidiagonal {
  const diagonal = new Float64Array(n);
  const superdiagonal = new Float64Array(n);
  const leftVectors = new Float64Array(n * n);
  const leftTaus = new Float64Array(Math.max(0, n - 1));
  const rightVectors = new Float64Array(n * n);
  const rightTaus = new Float64Array(Math.max(0, n - 2));
  for (let k = 0; k < n - 1; k++) {
    const u = leftVectors.subarray(k * n, (k + 1) * n);
    for (let i = k; i < n; i++) u[i] = work[i * n + k]!;
    const left = makeReflector(u, k, n);
    leftTaus[k] = left.tau;
    diagonal[k] = left.beta;
    reflectFromLeft(u, left.tau, work, { stride: n, top: k, bottom: n, left: k + 1, right: n });

    if (k === n - 2) {
      superdiagonal[k] = work[k * n + k + 1]!;
      break;
    }
    const v = rightVectors.subarray(k * n, (k + 1) * n);
    for (let j = k + 1; j < n; j++) v[j] = work[k * n + j]!;
    const right = makeReflector(v, k + 1, n);
    rightTaus[k] = right.tau;
    superdiagonal[k] = right.beta;
    reflectFromRight(v, right.tau, work, { stride: n, top: k + 1, bottom: n, left: k + 1, right: n });
  }
  if (n >= 1) diagonal[n - 1] = work[n * n - 1]!;
  return {
    diagonal,
    superdiagonal,
    ut: transposedProduct(leftVectors, leftTaus, n, 0),
    vt: transposedProduct(rightVectors, rightTaus, n, 1),
  };
}
