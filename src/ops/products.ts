// Products of vectors and matrices by NumPy's rules, all of them contractions.
import { ArgumentError, ShapeError } from '../errors.ts';
import { broadcastShapes, normalizeAxis, tryBroadcast } from '../tensor/shape.ts';
import { matmulMessage, showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { composite } from './composite.ts';
import { contract, type Labels } from './contract.ts';
import { checkAccepted } from './map.ts';
import { expandDims, moveaxis } from './movement.ts';
import { describe, onlyTensor, promoted, type TensorLike } from './operands.ts';
import { roll } from './repetition.ts';
import { reshapeTo } from './spread.ts';

const M = 0;
const K = 1;
const N = 2;
const FIRST_BATCH = 3;

/**
 * The matrix product with NumPy's rank rules: [m,k]@[k,n], vectors on either side, leading axes broadcast as batches.
 * Throws ShapeError when the inner sizes differ or an operand is a scalar.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [x, y] = pair('matmul', onlyTensor('matmul', a), onlyTensor('matmul', b));
  if (x.ndim === 0 || y.ndim === 0) throw new ShapeError(matmulMessage(x.shape, y.shape));
  const inner = y.ndim === 1 ? y.shape[0] : y.shape[y.ndim - 2];
  if (x.shape[x.ndim - 1] !== inner) throw new ShapeError(matmulMessage(x.shape, y.shape));
  const leftCore = x.ndim === 1 ? [K] : [M, K];
  const rightCore = y.ndim === 1 ? [K] : [K, N];
  const outCore = [...(x.ndim === 1 ? [] : [M]), ...(y.ndim === 1 ? [] : [N])];
  const leftBatch = (x.shape as readonly number[]).slice(0, x.ndim - leftCore.length);
  const rightBatch = (y.shape as readonly number[]).slice(0, y.ndim - rightCore.length);
  const batch = tryBroadcast(leftBatch, rightBatch);
  if (batch === undefined) throw new ShapeError(matmulMessage(x.shape, y.shape));
  // A batch axis that one operand lacks, or has with size 1 where the other has more, stays out of its label list.
  const side = (v: Tensor, own: readonly number[], core: readonly number[]): [Tensor, number[]] => {
    const lead = batch.length - own.length;
    const labels = own.flatMap((n, i) => (n === batch[lead + i] ? [FIRST_BATCH + lead + i] : []));
    const kept = own.filter((n, i) => n === batch[lead + i]);
    const shape = [...kept, ...v.shape.slice(own.length)];
    return [reshapeTo(v, shape), [...labels, ...core]];
  };
  const [left, a_] = side(x, leftBatch, leftCore);
  const [right, b_] = side(y, rightBatch, rightCore);
  return contract(left, right, { a: a_, b: b_, out: [...batch.map((_, i) => FIRST_BATCH + i), ...outCore] });
}

/** Both operands as tensors of one dtype that has products and sums; numbers are scalars. */
function pair(op: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const [x, y] = promoted(op, [a, b]) as [Tensor, Tensor];
  checkAccepted(op, x.dtype, 'number');
  return [x, y];
}

const DOT: Labels = { a: [0], b: [0], out: [] };

/** Σ over the paired axes of a and b; the other axes follow each other, those of a first. */
function contractAxes(a: Tensor, b: Tensor, axesA: readonly number[], axesB: readonly number[]): Tensor {
  if (a.ndim === 1 && b.ndim === 1 && axesA.length === 1) return contract(a, b, DOT);
  const labelsA = Array.from({ length: a.ndim }, (_, i) => i);
  const labelsB = Array.from({ length: b.ndim }, (_, i) => (axesB.includes(i) ? axesA[axesB.indexOf(i)]! : a.ndim + i));
  return contract(a, b, {
    a: labelsA,
    b: labelsB,
    out: [...labelsA.filter((i) => !axesA.includes(i)), ...labelsB.filter((label) => label >= a.ndim)],
  });
}

function checkInner(op: string, a: Tensor, b: Tensor, axisA: number, axisB: number): void {
  const [m, n] = [a.shape[axisA]!, b.shape[axisB]!];
  if (m !== n) {
    throw new ShapeError(
      `${op}: axis ${axisA} of shape ${showShape(a.shape)} and axis ${axisB} of shape ${showShape(b.shape)} have sizes ${m} and ${n}.`,
    );
  }
}

/**
 * NumPy's dot: the inner product of vectors, the product of matrices, a multiple where one is a scalar; in general Σ over
 * the last axis of a and the last but one of b, with shape a.shape[:-1] ++ b.shape without that axis.
 */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('dot', a, b);
  if (x.ndim === 0 || y.ndim === 0) return mul(x, y);
  const [left, right] = [x.ndim - 1, Math.max(0, y.ndim - 2)];
  checkInner('dot', x, y, left, right);
  return contractAxes(x, y, [left], [right]);
}

/** Σ over the last axes of both: shape a.shape[:-1] ++ b.shape[:-1]; a multiple where one is a scalar. */
export function inner(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('inner', a, b);
  if (x.ndim === 0 || y.ndim === 0) return mul(x, y);
  checkInner('inner', x, y, x.ndim - 1, y.ndim - 1);
  return contractAxes(x, y, [x.ndim - 1], [y.ndim - 1]);
}

/** All products of an element of a and one of b, as a matrix [a.size, b.size]; both are flattened first. */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('outer', a, b);
  return contractAxes(reshapeTo(x, [x.size]), reshapeTo(y, [y.size]), [], []);
}

/**
 * Σ over several axes of a and b: the last `axes` of a with the first of b for a number, or the two lists of axes that are
 * paired. The other axes follow each other, those of a first.
 */
export function tensordot(
  a: Tensor,
  b: Tensor,
  axes: number | readonly [number | readonly number[], number | readonly number[]] = 2,
): Tensor {
  const [x, y] = pair('tensordot', onlyTensor('tensordot', a), onlyTensor('tensordot', b));
  const list = (v: number | readonly number[], shape: readonly number[]) =>
    (typeof v === 'number' ? [v] : v).map((axis) => normalizeAxis('tensordot', axis, shape));
  if (typeof axes === 'number') {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(x.ndim, y.ndim)) {
      throw new ShapeError(
        `tensordot: ${axes} axes cannot be paired for shapes ${showShape(x.shape)} and ${showShape(y.shape)}.`,
      );
    }
  } else if (!Array.isArray(axes) || axes.length !== 2) {
    throw new ArgumentError(`tensordot: axes must be a number or two lists, got ${describe(axes)}.`);
  }
  const count = typeof axes === 'number' ? Array.from({ length: axes }, (_, i) => i) : [];
  const axesA = typeof axes === 'number' ? count.map((i) => x.ndim - axes + i) : list(axes[0], x.shape);
  const axesB = typeof axes === 'number' ? count : list(axes[1], y.shape);
  if (axesA.length !== axesB.length || new Set(axesA).size !== axesA.length || new Set(axesB).size !== axesB.length) {
    throw new ShapeError(
      `tensordot: axes ${showShape(axesA)} and ${showShape(axesB)} must be equally many distinct axes.`,
    );
  }
  axesA.forEach((axis, i) => {
    checkInner('tensordot', x, y, axis, axesB[i]!);
  });
  return contractAxes(x, y, axesA, axesB);
}

/** Σ x·y over one axis, the others broadcast; both operands have that axis, of the same size. */
export function vecdot(x: Tensor, y: Tensor, axis = -1): Tensor {
  const [a, b] = pair('vecdot', onlyTensor('vecdot', x), onlyTensor('vecdot', y));
  const along = (v: Tensor) => moveaxis(v, normalizeAxis('vecdot', axis, v.shape), -1);
  const [left, right] = [along(a), along(b)];
  checkInner('vecdot', left, right, left.ndim - 1, right.ndim - 1);
  broadcastShapes('vecdot', left.shape, right.shape);
  const product = matmul(expandDims(left, -2), expandDims(right, -1));
  return reshapeTo(product, product.shape.slice(0, -2));
}

/** The Kronecker product: block (i, j, …) of the result is a[i, j, …] · b. The lower rank is filled up with 1 in front. */
export function kron(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('kron', a, b);
  const rank = Math.max(x.ndim, y.ndim);
  const fill = (shape: readonly number[]) => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [m, n] = [fill(x.shape), fill(y.shape)];
  const blocks = contract(reshapeTo(x, m), reshapeTo(y, n), {
    a: m.map((_, i) => 2 * i),
    b: n.map((_, i) => 2 * i + 1),
    out: m.flatMap((_, i) => [2 * i, 2 * i + 1]),
  });
  return reshapeTo(
    blocks,
    m.map((size, i) => size * n[i]!),
  );
}

/** The cross product of vectors of 3 along `axis`, the other axes broadcast: zᵢ = xᵢ₊₁ yᵢ₊₂ − xᵢ₊₂ yᵢ₊₁. */
export function cross(x: Tensor, y: Tensor, axis = -1): Tensor {
  const [a, b] = pair('cross', onlyTensor('cross', x), onlyTensor('cross', y)).map((v) =>
    moveaxis(v, normalizeAxis('cross', axis, v.shape), -1),
  ) as [Tensor, Tensor];
  if (a.shape[a.ndim - 1] !== 3 || b.shape[b.ndim - 1] !== 3) {
    throw new ShapeError(
      `cross: axis ${axis} of shapes ${showShape(x.shape)} and ${showShape(y.shape)} must have size 3.`,
    );
  }
  const ahead = (v: Tensor, k: number) => roll(v, -k, -1);
  const product = sub(mul(ahead(a, 1), ahead(b, 2)), mul(ahead(a, 2), ahead(b, 1)));
  return moveaxis(product, -1, axis);
}

/**
 * The product of a chain of matrices, bracketed so that it needs the fewest multiplications (dynamic programming, Cormen et
 * al., Introduction to Algorithms, 15.2). The first and the last may be vectors.
 */
export function multiDot(list: readonly Tensor[]): Tensor {
  if (!Array.isArray(list) || list.length === 0) {
    throw new ArgumentError(`multiDot: expected a non-empty list of matrices, got ${describe(list)}.`);
  }
  const x = promoted(
    'multiDot',
    Array.from(list, (v) => onlyTensor('multiDot', v)),
  );
  const last = x.length - 1;
  x.forEach((v, i) => {
    if (v.ndim !== 2 && !(v.ndim === 1 && (i === 0 || i === last))) {
      throw new ShapeError(`multiDot: factor ${i} has shape ${showShape(v.shape)}, expected a matrix.`);
    }
  });
  const rows = (v: Tensor) => (v.ndim === 1 ? 1 : v.shape[0]!);
  // Factor i is sizes[i] by sizes[i + 1]; a vector in front is a row and one at the end a column.
  const sizes = [rows(x[0]!), ...x.map((v, i) => (v.ndim === 1 && i === last && i > 0 ? 1 : v.shape[v.ndim - 1]!))];
  const cuts = cheapestBrackets(sizes);
  const multiply = (i: number, j: number): Tensor => {
    if (i === j) return x[i]!;
    const k = cuts[i]![j]!;
    return matmul(multiply(i, k), multiply(k + 1, j));
  };
  return multiply(0, last);
}

/** cuts[i][j] = k: factors i … j are cheapest as (i … k)(k + 1 … j). */
function cheapestBrackets(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const cuts = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let length = 1; length < n; length++) {
    for (let i = 0, j = length; j < n; i++, j++) {
      cost[i]![j] = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const total = cost[i]![k]! + cost[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (total < cost[i]![j]!) {
          cost[i]![j] = total;
          cuts[i]![j] = k;
        }
      }
    }
  }
  return cuts;
}

const vectors = [{ shape: [3] }, { shape: [3] }];
composite('matmul', matmul, [
  { inputs: [{ shape: [2, 3] }, { shape: [3, 4] }] },
  { inputs: [{ shape: [3] }, { shape: [3, 2] }] },
  { inputs: [{ shape: [2, 1, 2, 3] }, { shape: [4, 3, 2] }] },
]);
composite('dot', dot, [{ inputs: vectors }, { inputs: [{ shape: [2, 3] }, { shape: [2, 3, 2] }] }]);
composite('inner', inner, [{ inputs: vectors }, { inputs: [{ shape: [2, 3] }, { shape: [4, 3] }] }]);
composite('outer', outer, [{ inputs: [{ shape: [2] }, { shape: [3] }] }]);
composite('tensordot', tensordot, [
  { inputs: [{ shape: [2, 3, 4] }, { shape: [3, 4, 2] }] },
  {
    inputs: [{ shape: [2, 3, 4] }, { shape: [4, 2] }],
    params: [
      [
        [2, 0],
        [0, 1],
      ],
    ],
  },
]);
composite('vecdot', vecdot, [{ inputs: [{ shape: [2, 3] }, { shape: [3] }] }]);
composite('kron', kron, [
  { inputs: [{ shape: [2, 2] }, { shape: [3, 1] }] },
  { inputs: [{ shape: [2] }, { shape: [2, 2] }] },
]);
composite('cross', cross, [
  { inputs: [{ shape: [2, 3] }, { shape: [3] }] },
  { inputs: [{ shape: [3, 2] }, { shape: [3, 2] }], params: [0] },
]);
composite('multiDot', (a: Tensor, b: Tensor, c: Tensor): Tensor => multiDot([a, b, c]), [
  { inputs: [{ shape: [2, 3] }, { shape: [3, 4] }, { shape: [4] }] },
]);
