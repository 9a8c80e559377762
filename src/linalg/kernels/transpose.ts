// Transposed copy of a row-major matrix: the kernels keep factors by rows while they rotate them, callers want columns.

/** aᵀ (n×m) of a (m×n). */
export function transposed(a: Float64Array, m: number, n: number): Float64Array {
  const t = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) t[j * m + i] = a[i * n + j]!;
  }
  return t;
}
