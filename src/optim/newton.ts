// Newton's method: (H + τI) d = -g, then a backtracking line search. τ is 0 where H is positive definite, else it grows until
// the Cholesky factorisation succeeds, so that d always points downhill (Nocedal and Wright, algorithms 3.2 and 3.3).
import { LinalgError } from '../errors.ts';
import { cholesky, choleskySolve } from '../linalg/cholesky.ts';
import { add, mul, neg } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { diagonal } from '../ops/diagonals.ts';
import { min } from '../ops/extremes.ts';
import { eye } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AnyFunction } from '../transforms/call.ts';
import { valueGradHessian } from '../transforms/second-order.ts';
import { backtrack } from './line-search.ts';
import { type MinimizeOptions, type Minimum, problem } from './minimize.ts';
import { inner, largest, ravel, unravelTree } from './vector.ts';

/** The Cholesky factor of H + τI with the first τ for which there is one. */
function factor(H: Tensor): Tensor {
  const n = H.shape[0]!;
  const least = min(diagonal(H)).item() as number;
  const unit = 1e-3 * (largest(H) || 1);
  for (let tau = least > 0 ? 0 : unit - least; ; tau = Math.max(4 * tau, unit)) {
    try {
      return cholesky(tau === 0 ? H : add(H, mul(eye(n, n, { dtype: 'float64' }), tau)));
    } catch (error) {
      if (!(error instanceof LinalgError) || !Number.isFinite(tau)) throw error;
    }
  }
}

/**
 * A minimum of the scalar function `f` near the tree `x0`, by damped Newton steps; quadratic convergence at minima with a
 * positive definite Hessian, which is formed (n² numbers for n elements). Default: at most 100 iterations.
 */
export function newton<P>(f: AnyFunction, x0: P, options: MinimizeOptions = {}): Minimum<P> {
  const p = problem('optim.newton', f, x0, options, ['maxIterations', 'gradientTolerance']);
  const { maxIterations = 100 } = options;
  const derivatives = valueGradHessian(p.f);
  let x = ravel(p.start.leaves);
  let evaluations = 0;
  for (let iterations = 0; ; iterations++) {
    const [y, g, H] = derivatives(x) as [Tensor, Tensor, Tensor];
    evaluations++;
    const value = y.item() as number;
    const gradientNorm = largest(g);
    const converged = gradientNorm <= p.tolerance;
    const finish = (): Minimum<P> => ({
      x: unravelTree(x, p.start) as P,
      value,
      gradientNorm,
      iterations,
      evaluations,
      converged,
    });
    if (converged || iterations >= maxIterations || !Number.isFinite(gradientNorm) || !Number.isFinite(largest(H))) {
      return finish();
    }
    const d = neg(choleskySolve(factor(cast(H, 'float64')), g));
    const alpha = backtrack(
      (step) => {
        evaluations++;
        return p.f(add(x, mul(d, step))).item() as number;
      },
      { alpha: 0, value, slope: inner(g, d) },
    );
    if (alpha === undefined) return finish();
    x = add(x, mul(d, alpha));
  }
}
