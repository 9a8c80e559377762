// QR factorisation A = Q R by Householder reflections (Golub & Van Loan, Matrix Computations, 4th ed., 5.2).
// Signs are those of LAPACK and NumPy: r_kk = -sign(x₁) |x|, so the diagonal of R is not made positive.

import { makeReflector, reflectFromLeft } from './householder.ts';

export type QrMode = 'reduced' | 'complete';

export interface QrFactors {
  /** Orthonormal columns: m×min(m, n) when reduced, m×m when complete. */
  readonly q: Float64Array;
  /** Upper triangular (trapezoidal): min(m, n)×n when reduced, m×n when complete. */
  readonly r: Float64Array;
}

/** Factors the m×n matrix a. */
export function qrFactor(a: Float64Array, m: number, n: number, mode: QrMode): QrFactors {
  const steps = Math.min(m, n);
  const inner = mode === 'reduced' ? steps : m;
  const work = a.slice();
  const vectors = new Float64Array(steps * m); // row k is the vector of reflection k
  const taus = new Float64Array(steps);
  for (let k = 0; k < steps; k++) {
    const v = vectors.subarray(k * m, (k + 1) * m);
    for (let i = k; i < m; i++) v[i] = work[i * n + k]!;
    const { tau, beta } = makeReflector(v, k, m);
    taus[k] = tau;
    work[k * n + k] = beta;
    reflectFromLeft(v, tau, work, { stride: n, top: k, bottom: m, left: k + 1, right: n });
  }

  const r = new Float64Array(inner * n);
  for (let i = 0; i < steps; i++) {
    for (let j = i; j < n; j++) r[i * n + j] = work[i * n + j]!;
  }

  const q = new Float64Array(m * inner);
  for (let i = 0; i < inner; i++) q[i * inner + i] = 1;
  for (let k = steps - 1; k >= 0; k--) {
    const v = vectors.subarray(k * m, (k + 1) * m);
    reflectFromLeft(v, taus[k]!, q, { stride: inner, top: k, bottom: m, left: k, right: inner });
  }
  return { q, r };
}
