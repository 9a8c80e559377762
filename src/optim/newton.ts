// Newton's method: the direction of newton-direction.ts, which always points downhill, then a backtracking line search
// (Nocedal and Wright, algorithm 3.2).
import { add, mul } from '../ops/arithmetic.ts';
import type { AnyFunction } from '../transforms/call.ts';
import { backtrack } from './line-search.ts';
import { type MinimizeOptions, type Minimum, problem } from './minimize.ts';
import { curvatureOf } from './newton-direction.ts';
import { inner, largest, ravel, unravelTree } from './vector.ts';

/**
 * A minimum of the scalar function `f` near the tree `x0`, by damped Newton steps; quadratic convergence at minima with a
 * positive definite Hessian. The structure of a large Hessian is used: sparse, Kronecker, diagonal plus low rank;
 * otherwise n² numbers are formed for n elements. Default: at most 100 iterations.
 */
export function newton<P>(f: AnyFunction, x0: P, options: MinimizeOptions = {}): Minimum<P> {
  const p = problem('optim.newton', f, x0, options, ['maxIterations', 'gradientTolerance']);
  const { maxIterations = 100 } = options;
  let x = ravel(p.start.leaves);
  const curvature = curvatureOf(p.f, x);
  let evaluations = 0;
  for (let iterations = 0; ; iterations++) {
    const at = curvature(x);
    evaluations++;
    const value = at.value.item() as number;
    const gradientNorm = largest(at.gradient);
    const converged = gradientNorm <= p.tolerance;
    const finish = (): Minimum<P> => ({
      x: unravelTree(x, p.start) as P,
      value,
      gradientNorm,
      iterations,
      evaluations,
      converged,
    });
    if (converged || iterations >= maxIterations || !Number.isFinite(gradientNorm)) return finish();
    const d = at.direction();
    if (!d) return finish();
    const alpha = backtrack(
      (step) => {
        evaluations++;
        return p.f(add(x, mul(d, step))).item() as number;
      },
      { alpha: 0, value, slope: inner(at.gradient, d) },
    );
    if (alpha === undefined) return finish();
    x = add(x, mul(d, alpha));
  }
}
