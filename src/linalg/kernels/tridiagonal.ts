// Householder tridiagonalisation A = Q T Qᵀ of a symmetric matrix (Golub & Van Loan, Matrix Computations, 4th ed., 8.3.1).
// Step k reflects row k right of its first off-diagonal entry; the trailing block takes the symmetric rank-two update
// H A H = A - v wᵀ - w vᵀ with w = tau A v - (tau²/2)(vᵀ A v) v. Only the upper triangle is kept, so all loops run along rows.

import { makeReflector, transposedProduct } from './householder.ts';

export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry i couples i and i + 1; its length is that of the diagonal, the last entry being zero. */
  readonly offDiagonal: Float64Array;
  /** Qᵀ by rows. */
  readonly qt: Float64Array;
}

/** Reduces the symmetric n×n matrix whose upper triangle is in `upper`, which is overwritten. */
export function tridiagonalise(upper: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  const steps = Math.max(0, n - 2);
  const vectors = new Float64Array(steps * n);
  const taus = new Float64Array(steps);
  const w = new Float64Array(n);
  for (let k = 0; k < steps; k++) {
    const v = vectors.subarray(k * n, (k + 1) * n);
    for (let j = k + 1; j < n; j++) v[j] = upper[k * n + j]!;
    const { tau, beta } = makeReflector(v, k + 1, n);
    taus[k] = tau;
    diagonal[k] = upper[k * n + k]!;
    offDiagonal[k] = beta;
    if (tau !== 0) reflectBothSides(upper, n, k + 1, v, tau, w);
  }
  if (n >= 2) {
    diagonal[n - 2] = upper[(n - 2) * n + n - 2]!;
    offDiagonal[n - 2] = upper[(n - 2) * n + n - 1]!;
  }
  if (n >= 1) diagonal[n - 1] = upper[n * n - 1]!;
  return { diagonal, offDiagonal, qt: transposedProduct(vectors, taus, n, 1) };
}

/** The block from `first` on becomes H block H. */
function reflectBothSides(
  upper: Float64Array,
  n: number,
  first: number,
  v: Float64Array,
  tau: number,
  w: Float64Array,
): void {
  w.fill(0);
  for (let i = first; i < n; i++) {
    const row = i * n;
    const vi = v[i]!;
    let dot = upper[row + i]! * vi;
    for (let j = i + 1; j < n; j++) {
      const entry = upper[row + j]!;
      dot += entry * v[j]!;
      w[j]! += entry * vi; // the mirror image of the entry, below the diagonal
    }
    w[i]! += dot;
  }
  let vw = 0;
  for (let i = first; i < n; i++) {
    w[i]! *= tau;
    vw += w[i]! * v[i]!;
  }
  const correction = (tau / 2) * vw;
  for (let i = first; i < n; i++) w[i]! -= correction * v[i]!;
  for (let i = first; i < n; i++) {
    const row = i * n;
    const vi = v[i]!;
    const wi = w[i]!;
    for (let j = i; j < n; j++) upper[row + j]! -= vi * w[j]! + wi * v[j]!;
  }
}
