// Scaling by a power of two is exact, so an iterative factorisation may bring its matrix to entries near 1 first and can
// then compare, square and multiply without overflow; entries that underflow are below the rounding error of the largest.

/** Exponent e with |largest entry| / 2^e about 1 (0 for a zero or empty matrix; NaN when an entry is not finite). */
export function scalingExponent(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]!));
  if (largest === 0) return 0;
  if (!(largest < Infinity)) return NaN;
  // 2^±1000 is as far as the factor goes, so that both it and its reciprocal are normal numbers.
  return Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
}

/** 2^exponent · a as a new array. */
export function scaledByPowerOfTwo(a: Float64Array, exponent: number): Float64Array {
  const factor = 2 ** exponent;
  return a.map((x) => x * factor);
}
