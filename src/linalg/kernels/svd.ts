// Singular value decomposition A = U diag(s) Vᵀ: QR first when A is tall (A = Q R, so only the square R is decomposed, and
// a complete Q is the completed basis), then Golub–Kahan bidiagonalisation and QR sweeps. A wide matrix is transposed.
// Normwise backward stable: |A - U S Vᵀ| is a small multiple of n·eps·|A|.

import { bidiagonalise } from './bidiagonal.ts';
import { diagonaliseBidiagonal } from './bidiagonal-svd.ts';
import { multiply } from './matrix-product.ts';
import { scaledByPowerOfTwo, scalingExponent } from './power-of-two-scaling.ts';
import { qrFactor } from './qr.ts';
import { transposed } from './transpose.ts';
import { conventionalSign } from './vector-sign.ts';

export interface SvdFactors {
  /** Orthonormal columns: m×min(m, n), or m×m with full matrices. */
  readonly u: Float64Array;
  /** min(m, n) singular values, descending. */
  readonly s: Float64Array;
  /** Orthonormal rows: min(m, n)×n, or n×n with full matrices. */
  readonly vt: Float64Array;
}

/**
 * Decomposes the m×n matrix a. Each pair of vectors is signed by its shorter one (the row of vt, or the column of u when
 * m < n), whose entry of largest magnitude (the first of ties) is positive; LAPACK leaves the sign open.
 * A matrix with an entry that is not finite gives NaN throughout.
 */
export function svdFactor(a: Float64Array, m: number, n: number, fullMatrices: boolean): SvdFactors {
  if (m < n) {
    const { u, s, vt } = svdFactor(transposed(a, m, n), n, m, fullMatrices);
    return { u: transposed(vt, m, m), s, vt: transposed(u, n, fullMatrices ? n : m) };
  }
  const columns = fullMatrices ? m : n;
  const exponent = scalingExponent(a);
  if (Number.isNaN(exponent)) {
    const filled = (size: number): Float64Array => new Float64Array(size).fill(NaN);
    return { u: filled(m * columns), s: filled(n), vt: filled(n * n) };
  }
  const scaled = scaledByPowerOfTwo(a, -exponent);
  if (m === n) {
    const { u, s, vt } = svdSquare(scaled, n);
    return { u, s: scaledByPowerOfTwo(s, exponent), vt };
  }
  const { q, r } = qrFactor(scaled, m, n, fullMatrices ? 'complete' : 'reduced');
  const square = svdSquare(r.subarray(0, n * n), n);
  const u = rotateLeadingColumns(q, m, columns, square.u, n);
  return { u, s: scaledByPowerOfTwo(square.s, exponent), vt: square.vt };
}

function svdSquare(a: Float64Array, n: number): SvdFactors {
  const b = bidiagonalise(a.slice(), n);
  diagonaliseBidiagonal(b);
  const values = b.diagonal;
  const order = Array.from(values.keys()).sort((i, j) => Math.abs(values[j]!) - Math.abs(values[i]!));
  const s = Float64Array.from(order, (i) => Math.abs(values[i]!));
  const u = new Float64Array(n * n);
  const vt = new Float64Array(n * n);
  order.forEach((source, target) => {
    const sign = conventionalSign(b.vt, n, source);
    const leftSign = values[source]! < 0 ? -sign : sign; // a negative value gives its sign to the left vector
    for (let k = 0; k < n; k++) {
      u[k * n + target] = leftSign * b.ut[source * n + k]!;
      vt[target * n + k] = sign * b.vt[source * n + k]!;
    }
  });
  return { u, s, vt };
}

/** Q · blockdiag(u, I): the first n columns of q (m×columns) are recombined, the others complete the basis. */
function rotateLeadingColumns(q: Float64Array, m: number, columns: number, u: Float64Array, n: number): Float64Array {
  const leading = new Float64Array(m * n);
  for (let i = 0; i < m; i++) leading.set(q.subarray(i * columns, i * columns + n), i * n);
  const product = multiply(leading, u, m, n, n);
  const result = q.slice();
  for (let i = 0; i < m; i++) result.set(product.subarray(i * n, (i + 1) * n), i * columns);
  return result;
}
