// Matrix norms from vector norms: 'fro' of all entries, 1 and ±Infinity of column and row sums, 'nuc' and ±2 of the singular
// values. At a kink they have the subgradient of the vector norm that they end in; condition numbers are made of them.

import { ArgumentError, ShapeError } from '../errors.ts';
import { div, mul } from '../ops/arithmetic.ts';
import { greater } from '../ops/comparison.ts';
import { composite } from '../ops/composite.ts';
import { max, min } from '../ops/extremes.ts';
import { expandDims, moveaxis } from '../ops/movement.ts';
import { provideNuclearNorm, norm as vectorNormOf } from '../ops/norm.ts';
import { onlyTensor } from '../ops/operands.ts';
import { sum } from '../ops/reduction.ts';
import { abs } from '../ops/rounding.ts';
import { where } from '../ops/select.ts';
import { type Axes, normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { matrixArgument } from './arrange.ts';
import { checkSquare, epsilonOf } from './matrix-op.ts';
import { inv } from './solve.ts';
import { svdvals } from './svd.ts';

export interface NormOptions {
  readonly keepdims?: boolean;
}

export interface MatrixNormOptions extends NormOptions {
  /** The two axes of the matrices, default the last two. */
  readonly axis?: readonly [number, number];
}

export type MatrixOrd = 'fro' | 'nuc' | 1 | -1 | 2 | -2 | number;

/** ‖x‖_p over the axes, all by default: any p, ±Infinity for the extremes, 0 for the number of nonzeros. */
export function vectorNorm(x: Tensor, p = 2, axis?: Axes, options?: NormOptions): Tensor {
  onlyTensor('vectorNorm', x);
  return vectorNormOf(x, p, axis, options);
}

/**
 * Norms of matrices: 'fro' (default), 'nuc' (sum of singular values), 2 and −2 (largest, smallest singular value),
 * 1 and −1 (largest, smallest column sum of |A|), ±Infinity (of the row sums).
 */
export function matrixNorm(A: Tensor, ord: MatrixOrd = 'fro', options: MatrixNormOptions = {}): Tensor {
  const a = matrixArgument('matrixNorm', A);
  if (a.ndim < 2) throw new ShapeError(`matrixNorm: needs matrices, got ${showShape(a.shape)}.`);
  const [first, second] = options.axis ?? [-2, -1];
  const rows = normalizeAxis('matrixNorm', first, a.shape);
  const columns = normalizeAxis('matrixNorm', second, a.shape);
  if (rows === columns) throw new ShapeError(`matrixNorm: axis ${showShape([first, second])} names an axis twice.`);
  const y = ofLastTwo(moveaxis(a, [rows, columns], [-2, -1]), ord);
  return options.keepdims ? expandDims(y, [rows, columns]) : y;
}

function ofLastTwo(a: Tensor, ord: MatrixOrd): Tensor {
  switch (ord) {
    case 'fro':
      return vectorNormOf(a, 2, [-2, -1]);
    case 'nuc':
      return nuclearNorm(a);
    case 2:
      return vectorNormOf(svdvals(a), Number.POSITIVE_INFINITY, -1);
    case -2:
      return min(svdvals(a), -1);
    case 1:
      return max(sum(abs(a), -2), -1);
    case -1:
      return min(sum(abs(a), -2), -1);
    case Number.POSITIVE_INFINITY:
      return max(sum(abs(a), -1), -1);
    case Number.NEGATIVE_INFINITY:
      return min(sum(abs(a), -1), -1);
    default:
      throw new ArgumentError(
        `matrixNorm: ord must be 'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity, got ${String(ord)}.`,
        'vectorNorm takes any number',
      );
  }
}

/** Singular values that are zero but for rounding are left out: U_r V_rᵀ is the subgradient of least norm. */
function nuclearNorm(a: Tensor): Tensor {
  const s = svdvals(a);
  if (s.shape.at(-1) === 0) return sum(s, -1);
  const noise = mul(max(s, -1, { keepdims: true }), Math.max(...a.shape.slice(-2)) * epsilonOf(a));
  return sum(where(greater(s, noise), s, 0), -1);
}

/**
 * NumPy's norm: without ord the 2-norm of all entries (over `axis` if given); with ord a matrix norm where there are two
 * axes (or axis names two), a vector norm where there is one.
 */
export function norm(x: Tensor, ord?: MatrixOrd, axis?: Axes, options: NormOptions = {}): Tensor {
  const v = matrixArgument('norm', x);
  if (ord === undefined) return vectorNormOf(v, 2, axis, options);
  const list = axis === undefined ? v.shape.map((_, i) => i) : typeof axis === 'number' ? [axis] : axis;
  if (list.length === 2) return matrixNorm(v, ord, { ...options, axis: list as unknown as [number, number] });
  if (list.length === 1 && typeof ord === 'number') return vectorNormOf(v, ord, list, options);
  throw new ArgumentError(
    `norm: ord ${String(ord)} does not apply to ${list.length} axes of shape ${showShape(v.shape)}.`,
    "one axis takes a number, two axes a matrix norm ('fro', 'nuc', 1, 2, Infinity, ...)",
  );
}

/**
 * The condition number: of the singular values (any [..., m, n]) without p or for ±2, else ‖A‖_p ‖A⁻¹‖_p of square
 * matrices, which throws LinalgError for singular ones. A singular matrix has Infinity for p = 2.
 */
export function cond(A: Tensor, p: MatrixOrd = 2): Tensor {
  const a = matrixArgument('cond', A);
  if (p === 2 || p === -2) {
    const s = svdvals(a);
    const [largest, smallest] = [max(s, -1), min(s, -1)];
    return p === 2 ? div(largest, smallest) : div(smallest, largest);
  }
  checkSquare('cond', a);
  return mul(matrixNorm(a, p), matrixNorm(inv(a), p));
}

provideNuclearNorm((x, axis, options) => matrixNorm(x, 'nuc', { ...options, axis }));

composite('linalg.vectorNorm', vectorNorm, [{ inputs: [{ shape: [3, 2] }], params: [3, 0] }]);
composite('linalg.matrixNorm', matrixNorm, [
  { inputs: [{ shape: [3, 2] }] },
  { inputs: [{ shape: [2, 3, 2] }], params: ['nuc', { axis: [0, 2], keepdims: true }] },
  { inputs: [{ shape: [3, 3] }], params: [2] },
  { inputs: [{ shape: [3, 3], kind: 'invertible' }], params: [-2] },
  { inputs: [{ shape: [2, 3] }], params: [1] },
  { inputs: [{ shape: [2, 3] }], params: [-1] },
  { inputs: [{ shape: [2, 3] }], params: [Number.POSITIVE_INFINITY] },
  { inputs: [{ shape: [2, 3] }], params: [Number.NEGATIVE_INFINITY] },
]);
composite('linalg.norm', norm, [
  { inputs: [{ shape: [3, 2] }] },
  { inputs: [{ shape: [3, 2] }], params: ['fro'] },
  { inputs: [{ shape: [2, 3, 2] }], params: ['nuc', [0, 1], { keepdims: true }] },
  { inputs: [{ shape: [2, 3] }], params: [3, 1] },
]);
composite('linalg.cond', cond, [
  { inputs: [{ shape: [3, 3], kind: 'invertible' }] },
  { inputs: [{ shape: [2, 2], kind: 'invertible' }], params: [1] },
]);
