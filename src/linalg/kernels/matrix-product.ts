// The plain product C = A B of row-major matrices, as sums of multiples of the rows of B: the inner loop is contiguous in
// both B and C. Four rows of B go into one pass over the row of C, which saves three of four loads and stores.

/** C (m×n) for a (m×inner) and b (inner×n). */
export function multiply(a: Float64Array, b: Float64Array, m: number, inner: number, n: number): Float64Array {
  const c = new Float64Array(m * n);
  const blocked = inner - (inner % 4);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    const source = i * inner;
    for (let k = 0; k < blocked; k += 4) {
      const a0 = a[source + k]!;
      const a1 = a[source + k + 1]!;
      const a2 = a[source + k + 2]!;
      const a3 = a[source + k + 3]!;
      const b0 = k * n;
      const b1 = b0 + n;
      const b2 = b1 + n;
      const b3 = b2 + n;
      for (let j = 0; j < n; j++) {
        c[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + (a2 * b[b2 + j]! + a3 * b[b3 + j]!);
      }
    }
    for (let k = blocked; k < inner; k++) {
      const ak = a[source + k]!;
      const bk = k * n;
      for (let j = 0; j < n; j++) c[row + j]! += ak * b[bk + j]!;
    }
  }
  return c;
}
