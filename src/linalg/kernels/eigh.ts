// Eigendecomposition A = V diag(w) Vᵀ of a symmetric matrix: Householder tridiagonalisation, then implicit QR steps with
// Wilkinson's shift, which chase a bulge down the tridiagonal matrix by plane rotations (Golub & Van Loan, Matrix
// Computations, 4th ed., 8.3). Normwise backward stable: |A V - V W| and |Vᵀ V - I| are a small multiple of n·eps·|A|.

import { rotateRows, rotationRadius } from './plane-rotation.ts';
import { scaledByPowerOfTwo, scalingExponent } from './power-of-two-scaling.ts';
import { tridiagonalise } from './tridiagonal.ts';
import { conventionalSign } from './vector-sign.ts';

const MAX_STEPS_PER_VALUE = 60;
/** Entries below it are zero: the matrix has been scaled to entries near 1. */
const NEGLIGIBLE = 1e-300;

export interface EighFactors {
  /** Eigenvalues, ascending. */
  readonly w: Float64Array;
  /** n×n; column i belongs to w[i], and its entry of largest magnitude (the first of ties) is positive. */
  readonly v: Float64Array;
}

/**
 * Eigenvalues and orthonormal eigenvectors of the symmetric n×n matrix a, of which only the lower triangle is read.
 * A matrix with an entry that is not finite gives NaN throughout.
 */
export function eighFactor(a: Float64Array, n: number): EighFactors {
  const upper = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) upper[j * n + i] = a[i * n + j]!;
  }
  const exponent = scalingExponent(upper);
  if (Number.isNaN(exponent)) {
    return { w: new Float64Array(n).fill(NaN), v: new Float64Array(n * n).fill(NaN) };
  }
  const { diagonal, offDiagonal, qt } = tridiagonalise(scaledByPowerOfTwo(upper, -exponent), n);
  diagonaliseTridiagonal(diagonal, offDiagonal, qt, n);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[i]! - diagonal[j]!);
  const w = scaledByPowerOfTwo(
    Float64Array.from(order, (i) => diagonal[i]!),
    exponent,
  );
  const v = new Float64Array(n * n);
  order.forEach((source, column) => {
    const sign = conventionalSign(qt, n, source);
    for (let k = 0; k < n; k++) v[k * n + column] = sign * qt[source * n + k]!;
  });
  return { w, v };
}

/** Turns d into the eigenvalues and rotates the rows of vt along with them. */
function diagonaliseTridiagonal(d: Float64Array, e: Float64Array, vt: Float64Array, n: number): void {
  let budget = MAX_STEPS_PER_VALUE * n;
  let hi = n - 1;
  while (hi > 0) {
    let lo = hi;
    while (lo > 0 && !isNegligible(d, e, lo - 1)) lo--;
    if (lo > 0) e[lo - 1] = 0;
    if (lo === hi) {
      hi--;
      continue;
    }
    if (budget-- === 0) {
      throw new Error(`eigh: the QR iteration did not converge: [${n},${n}]. Check the matrix for extreme entries.`);
    }
    chaseBulge(d, e, vt, n, lo, hi);
  }
}

function isNegligible(d: Float64Array, e: Float64Array, i: number): boolean {
  const size = Math.abs(e[i]!);
  return size <= NEGLIGIBLE || size <= (Number.EPSILON / 2) * (Math.abs(d[i]!) + Math.abs(d[i + 1]!));
}

/** One implicit QR step on the unreduced block lo..hi. */
function chaseBulge(d: Float64Array, e: Float64Array, vt: Float64Array, n: number, lo: number, hi: number): void {
  let x = d[lo]! - wilkinsonShift(d[hi - 1]!, e[hi - 1]!, d[hi]!);
  let bulge = e[lo]!;
  for (let k = lo; k < hi; k++) {
    const r = rotationRadius(x, bulge);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : bulge / r;
    if (k > lo) e[k - 1] = r;
    const coupling = e[k]!;
    // The 2×2 similarity, written as a correction to the diagonal so that its trace is kept.
    const h = s * (d[k]! - d[k + 1]!) - 2 * c * coupling;
    d[k]! -= s * h;
    d[k + 1]! += s * h;
    e[k] = -(c * h + coupling);
    x = e[k]!;
    if (k < hi - 1) {
      bulge = s * e[k + 1]!;
      e[k + 1]! *= c;
    }
    rotateRows(vt, n, k, k + 1, c, s);
  }
}

/** The eigenvalue of [[p, e], [e, q]] nearer to q. */
function wilkinsonShift(p: number, e: number, q: number): number {
  const half = (p - q) / 2;
  const radius = Math.hypot(half, e);
  return q - e * (e / (half + (half < 0 ? -radius : radius)));
}
