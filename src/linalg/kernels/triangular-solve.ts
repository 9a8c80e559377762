// Forward and back substitution with many right-hand sides: T X = B or Tᵀ X = B.
// Each row of X is its row of B minus multiples of the rows already solved, over its diagonal entry; backward stable row
// by row (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 8.1).

export interface TriangularForm {
  /** Whether t is read as a lower triangle (before the transposition); the other triangle is ignored. */
  readonly lower: boolean;
  /** The diagonal counts as ones and is not read. */
  readonly unit?: boolean;
  /** Solves with tᵀ. */
  readonly transpose?: boolean;
}

/** X (n×k) for t (n×n) and b (n×k). A zero on the diagonal gives infinities or NaN; the caller checks for it. */
export function solveTriangularKernel(
  t: Float64Array,
  n: number,
  b: Float64Array,
  k: number,
  form: TriangularForm,
): Float64Array {
  const x = b.slice();
  const transpose = form.transpose ?? false;
  const unit = form.unit ?? false;
  const rowStride = transpose ? 1 : n;
  const columnStride = transpose ? n : 1;
  const forward = form.lower !== transpose;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    const row = i * k;
    const first = forward ? 0 : i + 1;
    const last = forward ? i : n;
    for (let j = first; j < last; j++) {
      const coefficient = t[i * rowStride + j * columnStride]!;
      const solved = j * k;
      for (let c = 0; c < k; c++) x[row + c]! -= coefficient * x[solved + c]!;
    }
    if (unit) continue;
    const diagonal = t[i * n + i]!;
    for (let c = 0; c < k; c++) x[row + c]! /= diagonal;
  }
  return x;
}
