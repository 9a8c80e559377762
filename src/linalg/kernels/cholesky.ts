// Cholesky factorisation A = L Lᵀ of a symmetric positive definite matrix, row by row (Cholesky–Banachiewicz):
// l_ij = (a_ij - <l_i, l_j>) / l_jj over the first j entries, l_ii = sqrt(a_ii - <l_i, l_i>). No pivoting is needed
// for stability (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 10.1).

export interface CholeskyFactor {
  /** n×n lower triangle, zeros above; all NaN when ok is false, so that a caller who forgets ok sees it. */
  readonly l: Float64Array;
  /** False when a is not (numerically) positive definite. */
  readonly ok: boolean;
}

/** Factors the n×n matrix a, of which only the lower triangle is read. */
export function choleskyFactor(a: Float64Array, n: number): CholeskyFactor {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let rest = a[row + j]!;
      for (let k = 0; k < j; k++) rest -= l[row + k]! * l[other + k]!;
      if (j < i) {
        l[row + j] = rest / l[other + j]!;
      } else if (rest > 0 && rest < Infinity) {
        l[row + i] = Math.sqrt(rest);
      } else {
        return { l: l.fill(NaN), ok: false };
      }
    }
  }
  return { l, ok: true };
}
