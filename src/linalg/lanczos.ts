// The Lanczos process: an orthonormal basis Q of the Krylov space of A and v in which A is tridiagonal, Qᵀ A Q = T. The
// eigenvalues of T (Ritz values) approach those of A from the ends of the spectrum inwards; |β_k s_k|, s_k the last entry of
// an eigenvector of T, bounds how far each is from an eigenvalue of A (Parlett 1980, section 13.2). The basis is kept and
// every vector is made orthogonal to it twice, for otherwise eigenvalues that have converged come again.
import { ArgumentError, LinalgError } from '../errors.ts';
import { cast } from '../ops/cast.ts';
import { concat } from '../ops/joining.ts';
import { slice } from '../ops/movement.ts';
import { reshapeTo } from '../ops/spread.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { flattenTensors, matching, requireFloat, restore } from '../transforms/call.ts';
import { eigh } from './eigh.ts';
import { applied, type LinearOperator } from './operator.ts';

export interface LanczosResult {
  /** The diagonal of T, [k]. */
  readonly diagonal: Tensor;
  /** Beside it, [k - 1]. */
  readonly offDiagonal: Tensor;
  /** The eigenvalues of T, ascending, [k]: the first and the last are near the extremes of A's. */
  readonly eigenvalues: Tensor;
  /** How far each of them is from an eigenvalue of A at most, [k]. */
  readonly errorBounds: Tensor;
  /** The weight of each in the spectrum that v sees, [k]; they sum to 1 (Gauss quadrature). */
  readonly weights: Tensor;
  /** The orthonormal basis, [k, n]. */
  readonly basis: Tensor;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

/** a − c·b, in place. */
function subtract(a: Float64Array, c: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! -= c * b[i]!;
}

/**
 * At most `steps` steps of the Lanczos process for a symmetric A (a matrix, an object with `matvec`, or a linear function of
 * trees) from the vector `v`, a tensor or tree; fewer where the Krylov space is exhausted. Reads numbers, so it is not for
 * use inside jit or vmap. Throws LinalgError for a zero or not finite start.
 *
 *     const { eigenvalues } = linalg.lanczos((v) => hvp(f, w, v)[1], random.normal(random.key(0), [n]), 30)
 */
export function lanczos(A: LinearOperator, v: unknown, steps: number): LanczosResult {
  const op = 'linalg.lanczos';
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError(`${op}: steps must be an integer >= 1, got ${String(steps)}.`);
  }
  const map = applied(op, A);
  const start = flattenTensors(op, v);
  requireFloat(op, start.leaves);
  const n = start.leaves.reduce((count, x) => count + x.size, 0);
  const flat = (leaves: readonly Tensor[]): Float64Array =>
    concat(leaves.map((x) => cast(reshapeTo(x, [x.size]), 'float64')))
      .concrete(op)
      .values()
      .slice() as Float64Array;
  const times = (x: Float64Array<ArrayBuffer>): Float64Array => {
    let from = 0;
    const vector = dense('float64', [n], x);
    const leaves = start.leaves.map((leaf) => {
      const part = slice(vector, [from], [from + leaf.size]);
      from += leaf.size;
      return cast(reshapeTo(part, leaf.shape), leaf.dtype);
    });
    return flat(matching(op, 'the product', map(restore(start, leaves)), start));
  };

  const first = flat(start.leaves);
  const length = norm(first);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new LinalgError(`${op}: the start vector is zero or not finite.`, 'draw one: random.normal(key, shape)');
  }
  const basis: Float64Array<ArrayBuffer>[] = [Float64Array.from(first, (x) => x / length)];
  const alphas: number[] = [];
  const betas: number[] = [];
  let size = 0;
  for (;;) {
    const q = basis.at(-1)!;
    const w = times(q);
    size = Math.max(size, norm(w));
    alphas.push(dot(q, w));
    for (let round = 0; round < 2; round++) for (const b of basis) subtract(w, dot(b, w), b);
    const beta = norm(w);
    betas.push(beta);
    if (!Number.isFinite(beta)) throw new LinalgError(`${op}: a product with the operator is not finite.`);
    if (alphas.length === Math.min(steps, n) || beta <= 1e-14 * size) break;
    basis.push(Float64Array.from(w, (x) => x / beta));
  }
  return resultOf(alphas, betas, basis, n);
}

function resultOf(
  alphas: readonly number[],
  betas: readonly number[],
  basis: readonly Float64Array[],
  n: number,
): LanczosResult {
  const k = alphas.length;
  const T = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    T[i * k + i] = alphas[i]!;
    if (i + 1 < k) T[i * k + i + 1] = T[(i + 1) * k + i] = betas[i]!;
  }
  const [eigenvalues, vectors] = eigh(dense('float64', [k, k], T));
  const s = vectors.concrete('linalg.lanczos').values();
  const vector = (values: ArrayLike<number>): Tensor => dense('float64', [values.length], Float64Array.from(values));
  const all = new Float64Array(k * n);
  basis.forEach((b, i) => {
    all.set(b, i * n);
  });
  return {
    diagonal: vector(alphas),
    offDiagonal: vector(betas.slice(0, k - 1)),
    eigenvalues,
    errorBounds: vector(Array.from({ length: k }, (_, i) => Math.abs(betas[k - 1]! * s[(k - 1) * k + i]!))),
    weights: vector(Array.from({ length: k }, (_, i) => s[i]! ** 2)),
    basis: dense('float64', [k, n], all),
  };
}
