// Test matrices, norms and the few products that state what a factorisation promises; everything row-major.

import fc from 'fast-check';

export const seed: number = 20250117;

export interface Matrix {
  readonly m: number;
  readonly n: number;
  readonly a: Float64Array;
}

export function matrix(m: number, n: number, entry: (i: number, j: number) => number): Matrix {
  return { m, n, a: Float64Array.from({ length: m * n }, (_, index) => entry(Math.floor(index / n), index % n)) };
}

export const identity = (n: number): Matrix => matrix(n, n, (i, j) => (i === j ? 1 : 0));
export const zeros = (m: number, n: number): Matrix => matrix(m, n, () => 0);
export const hilbert = (n: number): Matrix => matrix(n, n, (i, j) => 1 / (i + j + 1));
export const diagonal = (...d: number[]): Matrix => matrix(d.length, d.length, (i, j) => (i === j ? d[i]! : 0));

/** Deterministic entries in [-1, 1) without a generator: enough for fixed sizes. */
export const scattered = (m: number, n: number): Matrix =>
  matrix(m, n, (i, j) => {
    const x = Math.sin(12.9898 * (i + 1) + 78.233 * (j + 1)) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });

/** A symmetric matrix with entries from 1e-150 to 1e150: largest at one corner, or in no order. */
export const graded = (n: number, corner: 'first' | 'last' | 'mixed'): Matrix =>
  matrix(n, n, (i, j) => {
    const base = scattered(n, n).a[i <= j ? i * n + j : j * n + i]!;
    const position = corner === 'mixed' ? ((i * 7 + j * 7) % (2 * n)) / (2 * n) : (i + j) / (2 * n - 2);
    return base * 10 ** (150 - 300 * (corner === 'last' ? 1 - position : position));
  });

export function product(x: Matrix, y: Matrix): Matrix {
  return matrix(x.m, y.n, (i, j) => {
    let sum = 0;
    for (let k = 0; k < x.n; k++) sum += x.a[i * x.n + k]! * y.a[k * y.n + j]!;
    return sum;
  });
}

export const transpose = (x: Matrix): Matrix => matrix(x.n, x.m, (i, j) => x.a[j * x.n + i]!);
export const symmetrised = (x: Matrix): Matrix =>
  matrix(x.n, x.n, (i, j) => x.a[Math.max(i, j) * x.n + Math.min(i, j)]!);
export const permutedRows = (x: Matrix, rows: Int32Array): Matrix =>
  matrix(x.m, x.n, (i, j) => x.a[rows[i]! * x.n + j]!);

export const largest = (a: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x) => (Number.isNaN(x) ? NaN : Math.max(most, Math.abs(x))), 0);

/** Largest difference of entries over the largest entry of y (1 when y is zero). */
export function relativeDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) return Infinity;
  const scale = largest(y) || 1;
  return largest(Array.from(x, (value, i) => value / scale - y[i]! / scale));
}

/** Largest entry of QᵀQ - I. */
export function orthogonalityDefect(q: Matrix): number {
  const gram = product(transpose(q), q);
  return largest(gram.a.map((x, index) => x - (Math.floor(index / q.n) === index % q.n ? 1 : 0)));
}

/** Rounding allowance of a backward stable algorithm on sizes up to n. */
export const tolerance = (n: number): number => 4e-15 * Math.max(1, n);

/** Random m×n matrices: ordinary entries, with zeros, repeats and a few extreme magnitudes mixed in. */
export function arbitraryMatrix(sizes: { min: number; max: number; square?: boolean }): fc.Arbitrary<Matrix> {
  const entry = fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
    { weight: 3, arbitrary: fc.constantFrom(0, 1, -1, 2) },
    { weight: 1, arbitrary: fc.constantFrom(1e-150, -1e-8, 1e8) },
  );
  const size = fc.integer({ min: sizes.min, max: sizes.max });
  return fc
    .tuple(size, size)
    .map(([m, n]) => [m, sizes.square ? m : n] as const)
    .chain(([m, n]) =>
      fc.array(entry, { minLength: m * n, maxLength: m * n }).map((values) => ({ m, n, a: Float64Array.from(values) })),
    );
}
