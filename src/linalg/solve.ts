// Linear systems by LU with partial pivoting.
//   X = A⁻¹ B:   dX = A⁻¹ (dB − dA X),   linear in B with transpose A⁻ᵀ
//   Y = A⁻¹:     dY = −Y dA Y
import { LinalgError, ShapeError } from '../errors.ts';
import { neg, sub } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import { type None, none } from '../ops/linear.ts';
import { expandDims, moveaxis, squeeze } from '../ops/movement.ts';
import { onlyTensor } from '../ops/operands.ts';
import { matmul } from '../ops/products.ts';
import { leadingAxes, reshapeTo } from '../ops/spread.ts';
import { apply } from '../tensor/dispatch.ts';
import { call, infix } from '../tensor/formula.ts';
import type { Cotangent, OpRecord } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { matrixArgument, matrixArguments, t } from './arrange.ts';
import { type LuFactors, luFactor, solveTriangularKernel } from './kernels/index.ts';
import { checkSquare, matrixOp, type Place } from './matrix-op.ts';

/** LU factors of a matrix that must be invertible. */
function factorInvertible(name: string, a: Float64Array, n: number, place: Place): LuFactors {
  const factors = luFactor(a, n, n);
  for (let i = 0; i < n; i++) {
    if (factors.lu[i * n + i] === 0) throw new LinalgError(`${name}: ${place()} is singular (zero pivot ${i}).`);
  }
  return factors;
}

/** A⁻¹ B from the factors of A, B with k columns. */
function solveFactored({ lu, pivots }: LuFactors, n: number, b: Float64Array, k: number): Float64Array {
  const permuted = new Float64Array(n * k);
  for (let i = 0; i < n; i++) permuted.set(b.subarray(pivots[i]! * k, (pivots[i]! + 1) * k), i * k);
  const y = solveTriangularKernel(lu, n, permuted, k, { lower: true, unit: true });
  return solveTriangularKernel(lu, n, y, k, { lower: false });
}

function identityKernel(n: number): Float64Array {
  const eye = new Float64Array(n * n);
  for (let i = 0; i < n; i++) eye[i * n + i] = 1;
  return eye;
}

const invOp: OpRecord<None> = matrixOp({
  name: 'inv',
  core: ([a], [x]) => {
    checkSquare('inv', x!);
    return [a];
  },
  each: ([a], [[n]], _p, place) => {
    return [solveFactored(factorInvertible('inv', a!, n, place), n, identityKernel(n), n)];
  },
  jvp: (_x, [dA], _p, y) => [dA ? neg(matmul(y()[0]!, matmul(dA, y()[0]!))) : null],
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'invertible' }] },
    { inputs: [{ shape: [2, 2, 2], kind: 'invertible' }] },
    { inputs: [{ shape: [1, 1], domain: [0.5, 2] }] },
    { inputs: [{ shape: [0, 0] }] },
    { inputs: [{ shape: [0, 2, 2] }] },
  ],
});

/** The inverse matrix, [..., n, n]. Throws LinalgError for a singular matrix; prefer solve to multiplying by it. */
export function inv(A: Tensor): Tensor {
  return apply(invOp, [matrixArgument('inv', A)], none);
}

const solveOp: OpRecord<None> = matrixOp({
  name: 'solve',
  core: ([a, b], [x, y]) => {
    checkSquare('solve', x!);
    if (a[1] !== b![0]) {
      throw new ShapeError(
        `solve: sizes do not fit: ${showShape(x!.shape)} and ${showShape(y!.shape)} need ${a[1]} = ${b![0]}.`,
      );
    }
    return [b!];
  },
  each: ([a, b], [, core], _p, place) => {
    const [n, k] = core!;
    return [solveFactored(factorInvertible('solve', a!, n, place), n, b!, k)];
  },
  jvp: ([A], [dA, dB], _p, y) => {
    const moved = dA && matmul(dA, y()[0]!);
    const right: Cotangent = moved && dB ? sub(dB, moved) : moved ? neg(moved) : dB!;
    return [right && apply(solveOp, [A!, right], none)];
  },
  transpose: ([gy], [A]) => [undefined, gy && A ? apply(solveOp, [t(A), gy], none) : null],
  batch: (x, batched, size, p) => {
    if (batched[0]) return leadingAxes(() => solveOp)(x, batched, size, p);
    // One matrix for the whole batch of right-hand sides: they become columns, and A is factored once.
    const [A, B] = x as [Tensor, Tensor];
    const columns = moveaxis(B, 0, -2);
    const shape = columns.shape as readonly number[];
    const wide = reshapeTo(columns, [...shape.slice(0, -2), shape.at(-2)! * shape.at(-1)!]);
    const X = reshapeTo(apply(solveOp, [A, wide], none), shape);
    return { outs: [moveaxis(X, -2, 0)], batched: [true] };
  },
  formula: ([a, b]) => infix('*', 'product', call('inv', a!), b!),
  samples: [
    { inputs: [{ shape: [3, 3], kind: 'invertible' }, { shape: [3, 2] }] },
    { inputs: [{ shape: [2, 2, 2], kind: 'invertible' }, { shape: [2, 2, 1] }] },
    { inputs: [{ shape: [0, 0] }, { shape: [0, 2] }] },
    { inputs: [{ shape: [2, 2], kind: 'invertible' }, { shape: [2, 0] }] },
  ],
});

export interface SideOptions {
  /** false solves X A = B. */
  readonly left?: boolean;
}

/** Calls `f` with B as a matrix; a vector B, [n], is one column (one row on the right) and comes back as a vector. */
export function withVector(name: string, B: Tensor, left: boolean, f: (B: Tensor) => Tensor): Tensor {
  if (onlyTensor(name, B).ndim !== 1) return f(B);
  const axis = left ? -1 : -2;
  return squeeze(f(expandDims(B, axis)), axis);
}

/**
 * X with A X = B (X A = B with left: false): A [..., n, n], B [..., n, k] or a vector [n]; batch axes broadcast.
 * Throws LinalgError for a singular A.
 */
export function solve(A: Tensor, B: Tensor, { left = true }: SideOptions = {}): Tensor {
  return withVector('solve', B, left, (columns) => {
    const [a, b] = matrixArguments('solve', A, columns);
    checkSquare('solve', a);
    return left ? apply(solveOp, [a, b], none) : t(apply(solveOp, [t(a), t(b)], none));
  });
}

composite('linalg.solve', solve, [
  { inputs: [{ shape: [3, 3], kind: 'invertible' }, { shape: [3] }] },
  { inputs: [{ shape: [2, 2], kind: 'invertible' }, { shape: [3, 2] }], params: [{ left: false }] },
  { inputs: [{ shape: [2, 2, 2], kind: 'invertible' }, { shape: [2, 3] }] },
]);
