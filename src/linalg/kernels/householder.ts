// Householder reflections H = I - tau v vᵀ, with v scaled so that its first entry is 1, as LAPACK's dlarfg:
// H x = beta e₁ with beta = -sign(x₁) |x|, which never cancels; a vector that is already a multiple of e₁ is left alone (tau = 0).
// Here v is indexed by the row (or column) it acts on, and is zero before its first entry.

export interface Reflector {
  readonly tau: number;
  /** What the first entry of x becomes. */
  readonly beta: number;
}

/** Overwrites x[from..to) with the vector v of the reflection that maps it onto its first axis. */
export function makeReflector(x: Float64Array, from: number, to: number): Reflector {
  const alpha = x[from]!;
  const rest = euclideanNorm(x, from + 1, to);
  x[from] = 1;
  if (rest === 0) return { tau: 0, beta: alpha };
  const size = Math.hypot(alpha, rest);
  const beta = alpha < 0 ? size : -size;
  const divisor = alpha - beta;
  for (let i = from + 1; i < to; i++) x[i]! /= divisor;
  return { tau: (beta - alpha) / beta, beta };
}

/** A block of a row-major matrix: rows [top, bottom), columns [left, right) of an array with `stride` columns. */
export interface Block {
  readonly stride: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Block <- H block; v is indexed by row. Both passes, wᵀ = vᵀ A and A -= tau v wᵀ, run along the rows. */
export function reflectFromLeft(v: Float64Array, tau: number, a: Float64Array, block: Block): void {
  if (tau === 0) return;
  const { stride, top, bottom, left, right } = block;
  const w = new Float64Array(right);
  for (let i = top; i < bottom; i++) {
    const vi = v[i]!;
    const row = i * stride;
    for (let j = left; j < right; j++) w[j]! += vi * a[row + j]!;
  }
  for (let i = top; i < bottom; i++) {
    const scale = tau * v[i]!;
    const row = i * stride;
    for (let j = left; j < right; j++) a[row + j]! -= scale * w[j]!;
  }
}

/** Block <- block H; v is indexed by column. */
export function reflectFromRight(v: Float64Array, tau: number, a: Float64Array, block: Block): void {
  if (tau === 0) return;
  const { stride, top, bottom, left, right } = block;
  for (let i = top; i < bottom; i++) {
    const row = i * stride;
    let dot = 0;
    for (let j = left; j < right; j++) dot += a[row + j]! * v[j]!;
    const scale = tau * dot;
    for (let j = left; j < right; j++) a[row + j]! -= scale * v[j]!;
  }
}

/**
 * Qᵀ (n×n) for Q = H₀ H₁ ⋯, where the vector of H_k is row k of `vectors` and starts at entry k + shift.
 * Built from the last reflection back, so that only the trailing block is touched.
 */
export function transposedProduct(vectors: Float64Array, taus: Float64Array, n: number, shift: number): Float64Array {
  const qt = new Float64Array(n * n);
  for (let i = 0; i < n; i++) qt[i * n + i] = 1;
  for (let k = taus.length - 1; k >= 0; k--) {
    const first = k + shift;
    const v = vectors.subarray(k * n, (k + 1) * n);
    reflectFromRight(v, taus[k]!, qt, { stride: n, top: first, bottom: n, left: first, right: n });
  }
  return qt;
}

function euclideanNorm(x: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]! * x[i]!;
  if (sum > 1e-280 && sum < 1e300) return Math.sqrt(sum);
  // Squares overflow or underflow: divide by the largest entry first.
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (!(largest > 0 && largest < Infinity)) return largest;
  sum = 0;
  for (let i = from; i < to; i++) sum += (x[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}
