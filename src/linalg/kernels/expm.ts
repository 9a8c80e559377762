// Matrix exponential by scaling and squaring: exp(A) = r₁₃(A / 2^s)^(2^s), r₁₃ the [13/13] Padé approximant
// (Higham, SIAM J. Matrix Anal. Appl. 26, 2005). The number of squarings follows Al-Mohy & Higham (same journal, 31, 2009):
// ‖A⁴‖^(1/4) and ‖A⁶‖^(1/6) take the place of ‖A‖, which for nonnormal A may be far larger and then costs accuracy.
// Norms are 1-norms; the matrix is first scaled by a power of two so that its powers cannot overflow.

import { luFactor } from './lu.ts';
import { multiply } from './matrix-product.ts';
import { scaledByPowerOfTwo, scalingExponent } from './power-of-two-scaling.ts';
import { solveTriangularKernel } from './triangular-solve.ts';

/** Numerator coefficients of r₁₃, b₀ … b₁₃; the denominator is the numerator at -A. */
const PADE = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
] as const;
/** Below this norm r₁₃ has a backward error under the unit roundoff (Al-Mohy & Higham, table 3.1). */
const THETA = 4.25;
/** log₂ of the leading coefficient of that backward error, 1 / (C(26, 13) · 27!), over the unit roundoff 2⁻⁵³. */
const LOG_ERROR_COEFFICIENT = 53 - Math.log2(10400600 * 1.0888869450418352e28);
/** The scaled matrix stays below 2^this, so that products of its sixth powers are finite. */
const MAX_SCALED_EXPONENT = 80;

/** exp(a) for the n×n matrix a; NaN throughout when an entry of a is not finite. */
export function expmKernel(a: Float64Array, n: number): Float64Array {
  if (n === 1) return Float64Array.of(Math.exp(a[0]!));
  const exponent = scalingExponent(a);
  if (Number.isNaN(exponent)) return new Float64Array(n * n).fill(NaN);
  const unit = scaledByPowerOfTwo(a, -exponent);
  const unit2 = multiply(unit, unit, n, n, n);
  const unit4 = multiply(unit2, unit2, n, n, n);
  const unit6 = multiply(unit4, unit2, n, n, n);
  const squarings = countSquarings(unit, norm(unit4, n), norm(unit6, n), n, exponent);

  const e = exponent - squarings; // the scaled matrix is 2^e · unit
  let power = padeApproximant(
    scaledByPowerOfTwo(unit, e),
    scaledByPowerOfTwo(unit2, 2 * e),
    scaledByPowerOfTwo(unit4, 4 * e),
    scaledByPowerOfTwo(unit6, 6 * e),
    n,
  );
  for (let i = 0; i < squarings; i++) power = multiply(power, power, n, n, n);
  return power;
}

function countSquarings(unit: Float64Array, norm4: number, norm6: number, n: number, exponent: number): number {
  const logSize = Math.max(Math.log2(norm4) / 4, Math.log2(norm6) / 6);
  let s = Math.max(0, Math.ceil(logSize + exponent - Math.log2(THETA)), exponent - MAX_SCALED_EXPONENT);
  // The bound above ignores rounding in a strongly nonnormal matrix; ‖|A|²⁷‖ / ‖A‖ puts back what it needs.
  const logGrowth = Math.log2(normOfAbsolutePower(unit, n, 27) / norm(unit, n));
  const logError = LOG_ERROR_COEFFICIENT + logGrowth + 26 * (exponent - s);
  if (logError > 0) s += Math.ceil(logError / 26);
  return s;
}

/** r₁₃ = (V - U)⁻¹ (V + U), U and V the odd and even parts of the numerator, in six products counting those before. */
function padeApproximant(
  a1: Float64Array,
  a2: Float64Array,
  a4: Float64Array,
  a6: Float64Array,
  n: number,
): Float64Array {
  const size = n * n;
  const highOdd = new Float64Array(size);
  const highEven = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    highOdd[i] = PADE[13] * a6[i]! + PADE[11] * a4[i]! + PADE[9] * a2[i]!;
    highEven[i] = PADE[12] * a6[i]! + PADE[10] * a4[i]! + PADE[8] * a2[i]!;
  }
  const odd = multiply(a6, highOdd, n, n, n);
  const even = multiply(a6, highEven, n, n, n);
  for (let i = 0; i < size; i++) {
    odd[i]! += PADE[7] * a6[i]! + PADE[5] * a4[i]! + PADE[3] * a2[i]!;
    even[i]! += PADE[6] * a6[i]! + PADE[4] * a4[i]! + PADE[2] * a2[i]!;
  }
  for (let i = 0; i < n; i++) {
    odd[i * n + i]! += PADE[1];
    even[i * n + i]! += PADE[0];
  }
  const u = multiply(a1, odd, n, n, n);
  return solve(
    even.map((v, i) => v - u[i]!),
    even.map((v, i) => v + u[i]!),
    n,
  );
}

/** X with A X = B, both n×n. */
function solve(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const { lu, pivots } = luFactor(a, n, n);
  const permuted = new Float64Array(n * n);
  for (let i = 0; i < n; i++) permuted.set(b.subarray(pivots[i]! * n, (pivots[i]! + 1) * n), i * n);
  const y = solveTriangularKernel(lu, n, permuted, n, { lower: true, unit: true });
  return solveTriangularKernel(lu, n, y, n, { lower: false });
}

/** Largest column sum of |a|. */
function norm(a: Float64Array, n: number): number {
  return normOfAbsolutePower(a, n, 1);
}

/** ‖|A|^k‖₁, the largest entry of (1, …, 1) |A|^k: vector-matrix products only. */
function normOfAbsolutePower(a: Float64Array, n: number, k: number): number {
  let sums = new Float64Array(n).fill(1);
  for (let step = 0; step < k; step++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) next[j]! += sums[i]! * Math.abs(a[i * n + j]!);
    }
    sums = next;
  }
  return sums.reduce((largest, x) => Math.max(largest, x), 0);
}
