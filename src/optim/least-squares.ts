// Minimising ½ |r(x)|² with the curvature JᵀJ, which needs no second derivatives and is the Hessian where r = 0.
//   Gauss–Newton          d minimises |J d + r|, then a backtracking line search
//   Levenberg–Marquardt   d minimises |J d + r|² + λ |D^½ d|², D the largest squared columns of J so far (Marquardt 1963, Moré
//                         1978); λ follows the ratio of actual to predicted decrease (Nielsen 1999)
import { checkOptions } from '../nn/options.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { maximum } from '../ops/binary.ts';
import { equal } from '../ops/comparison.ts';
import { where } from '../ops/select.ts';
import type { PatternInput } from '../structured/pattern.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type AnyFunction, checkFunction, flattenTensors, requireFloat } from '../transforms/call.ts';
import { backtrack } from './line-search.ts';
import { type LinearModel, linearizer } from './linearized-residuals.ts';
import type { MinimizeOptions, Minimum } from './minimize.ts';
import { checkNumber } from './rule.ts';
import { inner, largest, ravel, unravelTree } from './vector.ts';

export interface LeastSquaresOptions extends MinimizeOptions {
  /** Stops when a step is smaller than this share of x; default 1e-12, and 1e-7 where a parameter is float32. */
  readonly stepTolerance?: number;
  /** Where the Jacobian [residuals, parameters] may differ from zero; found in the function unless given. */
  readonly pattern?: PatternInput;
}

export interface LevenbergMarquardtOptions extends LeastSquaresOptions {
  /** The first λ; default 1e-3. */
  readonly damping?: number;
}

export interface LeastSquaresMinimum<P> extends Minimum<P> {
  /** The residuals at x, float64, flat. */
  readonly residuals: Tensor;
}

/** A point with its residuals. */
interface Point {
  readonly x: Tensor;
  readonly r: Tensor;
  /** ½ |r|² */
  readonly value: number;
}

/** The step from a point, undefined where there is none; `model` is linear there. */
type Step = (at: Point, model: LinearModel, evaluate: (x: Tensor) => Point) => Point | undefined;

const common = ['maxIterations', 'gradientTolerance', 'stepTolerance', 'pattern'];

function solveProblem<P>(
  op: string,
  residuals: AnyFunction,
  x0: P,
  options: LeastSquaresOptions,
  step: Step,
): LeastSquaresMinimum<P> {
  checkFunction(op, residuals);
  const start = flattenTensors(op, x0);
  requireFloat(op, start.leaves);
  const single = start.leaves.some((x) => x.dtype === 'float32');
  const {
    maxIterations = 200,
    gradientTolerance = single ? 1e-4 : 1e-8,
    stepTolerance = single ? 1e-7 : 1e-12,
  } = options;
  for (const [name, value] of Object.entries({ maxIterations, gradientTolerance, stepTolerance })) {
    checkNumber(op, name, value);
  }
  const f = (x: Tensor): Tensor => {
    const { leaves } = flattenTensors(op, residuals(unravelTree(x, start)));
    requireFloat(op, leaves);
    return ravel(leaves);
  };
  let evaluations = 0;
  const evaluate = (x: Tensor): Point => {
    evaluations++;
    const r = f(x);
    return { x, r, value: inner(r, r) / 2 };
  };
  let at = evaluate(ravel(start.leaves));
  const linearize = linearizer(f, at.x, options.pattern);
  for (let iterations = 0; ; iterations++) {
    const model = linearize(at.x, at.r);
    const gradientNorm = largest(model.gradient);
    const finish = (converged: boolean): LeastSquaresMinimum<P> => ({
      x: unravelTree(at.x, start) as P,
      value: at.value,
      gradientNorm,
      iterations,
      evaluations,
      converged,
      residuals: at.r,
    });
    if (gradientNorm <= gradientTolerance) return finish(true);
    if (iterations >= maxIterations || !Number.isFinite(gradientNorm)) return finish(false);
    const next = step(at, model, evaluate);
    if (!next) return finish(false);
    const moved = largest(sub(next.x, at.x));
    at = next;
    if (moved <= stepTolerance * (largest(at.x) + stepTolerance)) {
      return { ...finish(true), gradientNorm: largest(linearize(at.x, at.r).gradient), iterations: iterations + 1 };
    }
  }
}

/**
 * A minimum of ½ |residuals(x)|² near the tree `x0` by Levenberg and Marquardt's method; `residuals` gives a tensor or tree.
 * The Jacobian is sparse and solved as such where its pattern allows. `converged` says that the gradient Jᵀ r, or the step,
 * became small enough. Default: at most 200 iterations.
 *
 *     optim.levenbergMarquardt(({ a, k }) => a.mul(exp(t.mul(k))).sub(y), { a: tensor(1), k: tensor(0) })
 */
export function levenbergMarquardt<P>(
  residuals: AnyFunction,
  x0: P,
  options: LevenbergMarquardtOptions = {},
): LeastSquaresMinimum<P> {
  const op = 'optim.levenbergMarquardt';
  checkOptions(op, options, [...common, 'damping']);
  const { damping = 1e-3 } = options;
  checkNumber(op, 'damping', damping);
  let lambda = damping;
  let factor = 2;
  let scale: Tensor | undefined;
  return solveProblem(op, residuals, x0, options, (at, model, evaluate) => {
    const squares = where(equal(model.squares, 0), 1, model.squares);
    scale = scale ? maximum(scale, squares) : squares;
    for (let tries = 0; tries < 60; tries++) {
      const d = model.step(lambda, scale);
      const next = evaluate(add(at.x, d));
      const predicted = (lambda * inner(d, mul(scale, d)) - inner(d, model.gradient)) / 2;
      const ratio = (at.value - next.value) / predicted;
      if (ratio > 0 && Number.isFinite(next.value)) {
        lambda = Math.max(lambda * Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3), 1e-15);
        factor = 2;
        return next;
      }
      lambda *= factor;
      factor *= 2;
    }
    return undefined;
  });
}

/**
 * A minimum of ½ |residuals(x)|² near the tree `x0` by Gauss and Newton's method with a line search: fast where the
 * residuals are small or nearly linear and J has independent columns. Default: at most 200 iterations.
 */
export function gaussNewton<P>(
  residuals: AnyFunction,
  x0: P,
  options: LeastSquaresOptions = {},
): LeastSquaresMinimum<P> {
  checkOptions('optim.gaussNewton', options, common);
  return solveProblem('optim.gaussNewton', residuals, x0, options, (at, model, evaluate) => {
    const d = model.step(0, model.squares);
    let found: Point | undefined;
    const slope = inner(model.gradient, d);
    const alpha = backtrack(
      (step) => {
        found = evaluate(add(at.x, mul(d, step)));
        return found.value;
      },
      { alpha: 0, value: at.value, slope },
    );
    return alpha === undefined ? undefined : found;
  });
}
