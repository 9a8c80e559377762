// L-BFGS (Liu and Nocedal 1989): the last few steps s and changes of the gradient y = ∇f(x + s) - ∇f(x) stand for a Hessian
// that is never formed; two loops over them give the direction -H⁻¹g, and a strong Wolfe line search keeps sᵀy > 0.
import { add, mul, neg, sub } from '../ops/arithmetic.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AnyFunction } from '../transforms/call.ts';
import { valueAndGrad } from '../transforms/derivatives.ts';
import { strongWolfe, type Trial } from './line-search.ts';
import { type MinimizeOptions, type Minimum, problem } from './minimize.ts';
import { checkNumber } from './rule.ts';
import { inner, largest, ravel, unravelTree } from './vector.ts';

export interface Evaluation {
  readonly x: Tensor;
  readonly value: number;
  readonly gradient: Tensor;
}

interface Pair {
  readonly s: Tensor;
  readonly y: Tensor;
  /** 1 / sᵀy */
  readonly rho: number;
}

/** Minimises step by step; what it remembers outlives a call of `run`. */
export class Lbfgs {
  private readonly evaluate: (x: Tensor) => Evaluation;
  private readonly history: number;
  private pairs: readonly Pair[] = [];

  constructor(evaluate: (x: Tensor) => Evaluation, history: number) {
    this.evaluate = evaluate;
    this.history = history;
  }

  /** -H⁻¹g by the two-loop recursion. */
  private direction(g: Tensor): Tensor {
    let q = neg(g);
    const alphas = [...this.pairs].reverse().map(({ s, y, rho }) => {
      const alpha = rho * inner(s, q);
      q = sub(q, mul(y, alpha));
      return alpha;
    });
    const last = this.pairs.at(-1);
    if (last) q = mul(q, 1 / (last.rho * inner(last.y, last.y)));
    for (const { s, y, rho } of this.pairs) q = add(q, mul(s, alphas.pop()! - rho * inner(y, q)));
    return q;
  }

  private remember(from: Evaluation, to: Evaluation): void {
    const s = sub(to.x, from.x);
    const y = sub(to.gradient, from.gradient);
    const curvature = inner(s, y);
    if (curvature > 1e-10 * inner(y, y)) {
      this.pairs = [...this.pairs, { s, y, rho: 1 / curvature }].slice(-this.history);
    }
  }

  /** One step with the first trial length `lr`; undefined where no lower point was found. */
  private step(from: Evaluation, lr: number): Evaluation | undefined {
    let d = this.direction(from.gradient);
    let slope = inner(from.gradient, d);
    if (!(slope < 0)) {
      this.pairs = [];
      d = neg(from.gradient);
      slope = inner(from.gradient, d);
    }
    // Without curvature the first guess moves by one unit at most.
    const first = this.pairs.length > 0 ? lr : lr * Math.min(1, 1 / Math.sqrt(-slope));
    const start: Trial & Evaluation = { ...from, alpha: 0, slope };
    const found = strongWolfe(
      (alpha) => {
        const at = this.evaluate(add(from.x, mul(d, alpha)));
        return { ...at, alpha, slope: inner(at.gradient, d) };
      },
      start,
      first,
    );
    if (found) this.remember(from, found);
    return found;
  }

  /** Up to `maxIterations` steps, until the gradient is within the tolerance or no step helps. */
  run(start: Evaluation, maxIterations: number, tolerance: number, lr = 1): { at: Evaluation; iterations: number } {
    let at = start;
    for (let iterations = 0; ; iterations++) {
      if (iterations >= maxIterations || !(largest(at.gradient) > tolerance)) return { at, iterations };
      const next = this.step(at, lr);
      if (next) at = next;
      else if (this.pairs.length === 0) return { at, iterations };
      else this.pairs = [];
    }
  }
}

export interface LbfgsOptions extends MinimizeOptions {
  /** How many steps are remembered, default 10. */
  readonly history?: number;
}

/**
 * A minimum of the scalar function `f` near the tree `x0`, by L-BFGS with a strong Wolfe line search. Default: at most 1000
 * iterations.
 */
export function lbfgs<P>(f: AnyFunction, x0: P, options: LbfgsOptions = {}): Minimum<P> {
  const p = problem('optim.lbfgs', f, x0, options, ['maxIterations', 'gradientTolerance', 'history']);
  const { maxIterations = 1000, history = 10 } = options;
  checkNumber('optim.lbfgs', 'history', history, 1);
  const derivatives = valueAndGrad(p.f);
  let evaluations = 0;
  const evaluate = (x: Tensor): Evaluation => {
    evaluations++;
    const [value, gradient] = derivatives(x) as [Tensor, Tensor];
    return { x, value: value.item() as number, gradient };
  };
  const { at, iterations } = new Lbfgs(evaluate, history).run(
    evaluate(ravel(p.start.leaves)),
    maxIterations,
    p.tolerance,
  );
  const gradientNorm = largest(at.gradient);
  return {
    x: unravelTree(at.x, p.start) as P,
    value: at.value,
    gradientNorm,
    iterations,
    evaluations,
    converged: gradientNorm <= p.tolerance,
  };
}
