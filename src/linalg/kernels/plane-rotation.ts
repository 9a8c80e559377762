// Givens rotations of two rows, the inner loop of the QR iterations: (x, y) <- (c x + s y, c y - s x).
// Singular and eigenvectors are kept as rows so that this loop is contiguous.

/**
 * sqrt(x² + y²), the r of a rotation c = x / r, s = y / r. The plain square root is preferred to Math.hypot where no square
 * overflows or underflows: its smaller error leaves c² + s² nearer to 1, which adds up over hundreds of rotations of a row.
 */
export function rotationRadius(x: number, y: number): number {
  const sum = x * x + y * y;
  return sum > 1e-280 && sum < 1e300 ? Math.sqrt(sum) : Math.hypot(x, y);
}

/** Rotates rows i and j of the matrix with n columns. */
export function rotateRows(a: Float64Array, n: number, i: number, j: number, c: number, s: number): void {
  if (s === 0 && c === 1) return;
  const first = i * n;
  const second = j * n;
  for (let k = 0; k < n; k++) {
    const x = a[first + k]!;
    const y = a[second + k]!;
    a[first + k] = c * x + s * y;
    a[second + k] = c * y - s * x;
  }
}
