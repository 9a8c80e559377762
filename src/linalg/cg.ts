// Conjugate gradients (Hestenes and Stiefel 1952) for A x = b with A symmetric and positive definite, known by its
// products only; preconditioned by M ≈ A⁻¹. The loop is an operation of its own: derivatives do not go through it but follow
// from A x = b, dx = A⁻¹ (db − dA x), by another solution with A.
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { maximum } from '../ops/binary.ts';
import { cast } from '../ops/cast.ts';
import { greater, less, lessEqual, logicalAnd } from '../ops/comparison.ts';
import { stack } from '../ops/joining.ts';
import { slice } from '../ops/movement.ts';
import { sqrt } from '../ops/power.ts';
import { where } from '../ops/select.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { stopGradient } from '../ops/stop-gradient.ts';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { type Flat, flattenTensors, matching, requireFloat, restore } from '../transforms/call.ts';
import { customLinearSolve } from '../transforms/implicit.ts';
import { whileLoop } from '../transforms/loops.ts';
import { applied, type LinearOperator } from './operator.ts';

export interface CgOptions {
  /** Where to start; default zero. A tree like b. */
  readonly x0?: unknown;
  /** Stops when |b − A x| is at most the larger of `tol` |b| (default 1e-5) and `atol` (default 0). */
  readonly tol?: number;
  readonly atol?: number;
  /** Default ten times the number of unknowns. */
  readonly maxiter?: number;
  /** M ≈ A⁻¹, symmetric and positive definite. */
  readonly preconditioner?: LinearOperator;
}

export interface CgResult<B> {
  readonly x: B;
  /** int32 scalar. */
  readonly iterations: Tensor;
  /** |b − A x| as the iteration knows it, a float64 scalar. */
  readonly residualNorm: Tensor;
  /** bool scalar; false also where a direction with pᵀ A p <= 0 was met, for then A is not positive definite. */
  readonly converged: Tensor;
}

interface State {
  readonly x: readonly Tensor[];
  readonly r: readonly Tensor[];
  readonly p: readonly Tensor[];
  /** rᵀ M r and rᵀ r. */
  readonly gamma: Tensor;
  readonly square: Tensor;
  readonly count: Tensor;
}

const number = (value: number): Tensor => filled([], value, 'float64');

/** Σ aᵢ bᵢ over all leaves, in float64. */
function inner(a: readonly Tensor[], b: readonly Tensor[]): Tensor {
  const terms = a.map((v, i) => {
    const product = mul(cast(v, 'float64'), cast(b[i]!, 'float64'));
    return sumOver(
      product,
      product.shape.map((_, axis) => axis),
    );
  });
  return terms.reduce((s, t) => add(s, t), number(0));
}

/** x + c·y, c a float64 scalar. */
const moved = (x: readonly Tensor[], c: Tensor, y: readonly Tensor[]): Tensor[] =>
  x.map((v, i) => add(v, mul(cast(c, v.dtype), y[i]!)));

/**
 * x with A x = b by conjugate gradients, for a symmetric positive definite A: a matrix, an object with `matvec`, or a linear
 * function of trees like b. Gives `{ x, iterations, residualNorm, converged }`; x can be differentiated with respect to b
 * and to all that A closes over. Works under jit and vmap.
 *
 *     const { x } = linalg.cg((v) => hvp(f, w, v)[1], gradient, { tol: 1e-8 })
 */
export function cg<B>(A: LinearOperator, b: B, options: CgOptions = {}): CgResult<B> {
  const op = 'linalg.cg';
  checkOptions(op, options, 'x0', 'tol', 'atol', 'maxiter', 'preconditioner');
  const apply = applied(op, A);
  const precondition = options.preconditioner === undefined ? undefined : applied(op, options.preconditioner);
  const right = flattenTensors(op, b);
  requireFloat(op, right.leaves);
  const { tol = 1e-5, atol = 0, maxiter = 10 * right.leaves.reduce((n, v) => n + v.size, 0) } = options;
  for (const [name, value] of Object.entries({ tol, atol })) checkNumber(op, name, value);
  if (maxiter !== Infinity) checkInteger(op, 'maxiter', maxiter, 0);
  const times = (v: readonly Tensor[]): Tensor[] => matching(op, 'the product', apply(restore(right, v)), right);
  const start = options.x0 === undefined ? undefined : matching(op, 'x0', options.x0, right);
  const residual = start ? times(start).map((v, i) => sub(right.leaves[i]!, v)) : right.leaves;
  const least = start ? stopGradient(mul(sqrt(inner(right.leaves, right.leaves)), tol)) : number(0);
  // What is known about the iteration travels as a second part of the system, which the identity acts on.
  const [step, report] = customLinearSolve(
    ([v, info]: [Tensor[], Tensor]) => [times(v), info],
    [residual, stack([least, number(0), number(0)])],
    (map: (v: unknown) => [Tensor[], Tensor], [rhs, info]: [Tensor[], Tensor]) => {
      const product = (v: readonly Tensor[]): Tensor[] => map([v, info])[0];
      const inverse = (v: readonly Tensor[]): readonly Tensor[] =>
        precondition ? matching(op, 'the preconditioner', precondition(restore(right, v)), right) : v;
      return iterate(product, inverse, rhs, reshapeTo(slice(info, [0], [1]), []), { tol, atol, maxiter });
    },
    { symmetric: true },
  ) as [Tensor[], Tensor];
  const facts = stopGradient(report);
  const fact = (k: number): Tensor => reshapeTo(slice(facts, [k], [k + 1]), []);
  return {
    x: restore(right as Flat, start ? start.map((v, i) => add(v, step[i]!)) : step) as B,
    iterations: cast(fact(0), 'int32'),
    residualNorm: fact(1),
    converged: cast(fact(2), 'bool'),
  };
}

function iterate(
  product: (v: readonly Tensor[]) => readonly Tensor[],
  inverse: (v: readonly Tensor[]) => readonly Tensor[],
  b: readonly Tensor[],
  least: Tensor,
  { tol, atol, maxiter }: Required<Pick<CgOptions, 'tol' | 'atol' | 'maxiter'>>,
): [x: readonly Tensor[], report: Tensor] {
  const z = inverse(b);
  const square = inner(b, b);
  const threshold = maximum(maximum(mul(sqrt(square), tol), atol), least);
  const initial: State = {
    x: b.map((v) => mul(v, 0)),
    r: b,
    p: z,
    gamma: inner(b, z),
    square,
    count: mul(square, 0),
  };
  const going = ({ square, count }: State): Tensor =>
    logicalAnd(greater(sqrt(square), threshold), less(count, maxiter));
  const end = whileLoop(
    going,
    ({ x, r, p, gamma, count }: State): State => {
      const Ap = product(p);
      const curvature = inner(p, Ap);
      const positive = greater(curvature, 0);
      const alpha = where(positive, div(gamma, where(positive, curvature, 1)), 0);
      const left = moved(r, mul(alpha, -1), Ap);
      const z = inverse(left);
      const next = inner(left, z);
      return {
        x: moved(x, alpha, p),
        r: left,
        p: moved(z, div(next, gamma), p),
        gamma: next,
        square: inner(left, left),
        count: where(positive, add(count, 1), maxiter),
      };
    },
    initial,
  ) as State;
  const norm = sqrt(end.square);
  return [end.x, stack([end.count, norm, cast(lessEqual(norm, threshold), 'float64')])];
}
