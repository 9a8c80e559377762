// LU factorisation with partial pivoting: A[pivots] = L U, Gaussian elimination by outer products.
// |multipliers| <= 1, so the growth of rounding errors is that of U (Golub & Van Loan, Matrix Computations, 4th ed., 3.4).
// The update runs along rows, which are contiguous here.

export interface LuFactors {
  /** m×n: U on and above the diagonal, the multipliers of L (whose diagonal is 1) below it. */
  readonly lu: Float64Array;
  /** Row order of length m: row i of L U is row pivots[i] of A. */
  readonly pivots: Int32Array;
  /** Determinant of the permutation. */
  readonly sign: 1 | -1;
}

/** Factors the m×n matrix a. A singular matrix is fine: its zero pivots stay on the diagonal of U. */
export function luFactor(a: Float64Array, m: number, n: number): LuFactors {
  const lu = a.slice();
  const pivots = Int32Array.from({ length: m }, (_, i) => i);
  let sign: 1 | -1 = 1;
  const steps = Math.min(m, n);
  for (let k = 0; k < steps; k++) {
    const p = pivotRow(lu, m, n, k);
    if (p !== k) {
      swapRows(lu, n, p, k);
      const row = pivots[p]!;
      pivots[p] = pivots[k]!;
      pivots[k] = row;
      sign = sign === 1 ? -1 : 1;
    }
    const pivot = lu[k * n + k]!;
    if (pivot === 0) continue; // the column is zero from here down: its multipliers are the zeros already there
    const top = k * n;
    for (let i = k + 1; i < m; i++) {
      const row = i * n;
      const multiplier = lu[row + k]! / pivot;
      lu[row + k] = multiplier;
      for (let j = k + 1; j < n; j++) lu[row + j]! -= multiplier * lu[top + j]!;
    }
  }
  return { lu, pivots, sign };
}

function pivotRow(lu: Float64Array, m: number, n: number, k: number): number {
  let best = k;
  let largest = Math.abs(lu[k * n + k]!);
  for (let i = k + 1; i < m; i++) {
    const size = Math.abs(lu[i * n + k]!);
    if (size > largest) {
      largest = size;
      best = i;
    }
  }
  return best;
}

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  const row = a.slice(i * n, (i + 1) * n);
  a.copyWithin(i * n, j * n, (j + 1) * n);
  a.set(row, j * n);
}
