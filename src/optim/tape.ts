// Optimizers for users of backward(): they hold the leaves and move them in place of their owner, `opt.step()`. The rules are
// those of the pure functions; a step gives each leaf that has a gradient new storage, so graphs recorded before keep the
// old values.
import { ArgumentError, AutogradError } from '../errors.ts';
import { checkOptions } from '../nn/options.ts';
import { describe } from '../ops/operands.ts';
import { rootInterpreter, within } from '../tensor/dispatch.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { leaves } from '../tensor/tree.ts';
import { evaluator } from '../transforms/evaluate.ts';
import { jit } from '../transforms/staging.ts';
import { type AdagradOptions, adagrad } from './adagrad.ts';
import { type AdamOptions, adam, adamw } from './adam.ts';
import { type Evaluation, Lbfgs } from './lbfgs.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';
import { type RmspropOptions, rmsprop } from './rmsprop.ts';
import { checkNumber } from './rule.ts';
import { type SgdOptions, sgd } from './sgd.ts';
import { ravel, unravel } from './vector.ts';

/** The tensors of a tree, each once; they must be leaves that require grad. */
function parametersOf(op: string, tree: unknown): DenseTensor[] {
  const list = leaves(tree);
  if (list.length === 0) throw new ArgumentError(`${op}: there are no parameters.`);
  for (const p of list) {
    if (!(p instanceof Tensor)) throw new ArgumentError(`${op}: expected a list of tensors, found ${describe(p)}.`);
    if (p instanceof DenseTensor && p.isLeaf && p.requiresGrad) continue;
    throw new AutogradError(
      `${op}: a parameter of shape ${showShape(p.shape)} ${p.isLeaf ? 'does not require grad' : 'is not a leaf'}.`,
      'make it with tensor(data, { requiresGrad: true })',
    );
  }
  return [...new Set(list as DenseTensor[])];
}

abstract class TapeOptimizer {
  readonly parameters: readonly DenseTensor[];

  constructor(op: string, parameters: unknown) {
    this.parameters = parametersOf(op, parameters);
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const p of this.parameters) p.grad = null;
  }
}

/** From so many elements on a step is compiled, once the optimizer has made some. */
const MANY_ELEMENTS = 8192;
const SOME_STEPS = 5;

type Moved = [value: Tensor, state: OptimizerState];

/** Moves every parameter by a rule of first order. */
class RuleOptimizer extends TapeOptimizer {
  private readonly states: (OptimizerState | undefined)[];
  private readonly optimizer: Optimizer;
  private readonly compiled: (g: Tensor[], states: OptimizerState[], p: Tensor[]) => Moved[];
  private steps = 0;

  constructor(op: string, parameters: unknown, optimizer: Optimizer) {
    super(op, parameters);
    this.optimizer = optimizer;
    this.states = this.parameters.map(() => undefined);
    // Nobody but the optimizer has the states.
    this.compiled = jit((g, states, p) => this.moved(g, states, p), { donateArgnums: 1 });
  }

  private moved(g: readonly Tensor[], states: readonly OptimizerState[], p: readonly Tensor[]): Moved[] {
    return p.map((value, i) => this.optimizer.update<Tensor>(g[i]!, states[i]!, value));
  }

  /** Moves the parameters that have a gradient. A closure is run first; its result is returned. */
  step<T>(closure?: () => T): T | undefined {
    const loss = closure?.();
    const moving = this.parameters.flatMap((p, i) => (p.grad === null ? [] : [{ p, g: p.grad.detach(), i }]));
    if (moving.length === 0) return loss;
    const elements = moving.reduce((sum, { p }) => sum + p.size, 0);
    const compiles = elements >= MANY_ELEMENTS && ++this.steps > SOME_STEPS;
    within(compiles ? rootInterpreter() : evaluator, () => {
      const p = moving.map(({ p }) => p.detach());
      const g = moving.map(({ g }) => g);
      const states = moving.map(({ i, p }) => this.states[i] ?? this.optimizer.init(p.detach()));
      const moved = compiles ? this.compiled(g, states, p) : this.moved(g, states, p);
      moved.forEach(([value, state], k) => {
        this.states[moving[k]!.i] = state;
        moving[k]!.p.assign(value.concrete('step()'));
      });
    });
    return loss;
  }
}

/** Gradient descent with momentum: `const opt = new SGD([w, b], { lr: 0.1 })`. */
export class SGD extends RuleOptimizer {
  constructor(parameters: unknown, options: SgdOptions = {}) {
    super('optim.SGD', parameters, sgd(options));
  }
}

/** Adam: `const opt = new Adam(parameters, { lr: 0.001 })`. */
export class Adam extends RuleOptimizer {
  constructor(parameters: unknown, options: AdamOptions = {}) {
    super('optim.Adam', parameters, adam(options));
  }
}

/** Adam with decoupled weight decay. */
export class AdamW extends RuleOptimizer {
  constructor(parameters: unknown, options: AdamOptions = {}) {
    super('optim.AdamW', parameters, adamw(options));
  }
}

export class RMSprop extends RuleOptimizer {
  constructor(parameters: unknown, options: RmspropOptions = {}) {
    super('optim.RMSprop', parameters, rmsprop(options));
  }
}

export class Adagrad extends RuleOptimizer {
  constructor(parameters: unknown, options: AdagradOptions = {}) {
    super('optim.Adagrad', parameters, adagrad(options));
  }
}

export interface LbfgsStepOptions {
  /** The first trial length of a step, default 1. */
  readonly lr?: number;
  /** Iterations in a call of step, default 20. */
  readonly maxIterations?: number;
  /** Default 1e-7. */
  readonly gradientTolerance?: number;
  /** How many steps are remembered, default 10. */
  readonly history?: number;
}

/** L-BFGS with a strong Wolfe line search. `step` needs a closure that computes the loss as often as it is asked. */
export class LBFGS extends TapeOptimizer {
  private readonly options: Required<LbfgsStepOptions>;
  private readonly method: Lbfgs;
  private closure: (() => Tensor) | undefined;

  constructor(parameters: unknown, options: LbfgsStepOptions = {}) {
    const op = 'optim.LBFGS';
    checkOptions(op, options, ['lr', 'maxIterations', 'gradientTolerance', 'history']);
    super(op, parameters);
    this.options = { lr: 1, maxIterations: 20, gradientTolerance: 1e-7, history: 10, ...options };
    for (const name of ['lr', 'maxIterations', 'gradientTolerance'] as const) checkNumber(op, name, this.options[name]);
    checkNumber(op, 'history', this.options.history, 1);
    this.method = new Lbfgs((x) => this.evaluate(x), this.options.history);
  }

  private moveTo(x: Tensor): void {
    unravel(x, this.parameters).forEach((value, i) => {
      this.parameters[i]!.assign(value.concrete('step()'));
    });
  }

  /** Loss and gradient at x, by the closure. */
  private evaluate(x: Tensor): Evaluation {
    within(evaluator, () => this.moveTo(x));
    this.zeroGrad();
    const loss = this.closure!();
    if (!(loss instanceof Tensor)) {
      throw new ArgumentError(
        `optim.LBFGS: the closure returned ${describe(loss)}, expected the loss.`,
        'compute the loss, call loss.backward() and return it',
      );
    }
    const gradient = this.parameters.map((p) => p.grad ?? p.detach().mul(0));
    return { x, value: loss.item() as number, gradient: within(evaluator, () => ravel(gradient)) };
  }

  /**
   * Runs up to maxIterations iterations; the closure computes the loss, calls backward() and returns the loss (gradients are
   * reset before). Returns the loss reached.
   */
  step(closure: () => Tensor): number {
    if (typeof closure !== 'function') {
      throw new ArgumentError(`optim.LBFGS: step needs a closure that returns the loss, got ${describe(closure)}.`);
    }
    this.closure = closure;
    const { lr, maxIterations, gradientTolerance } = this.options;
    const here = this.parameters.map((p) => p.detach());
    const start = this.evaluate(within(evaluator, () => ravel(here)));
    const { at } = this.method.run(start, maxIterations, gradientTolerance, lr);
    within(evaluator, () => this.moveTo(at.x));
    return at.value;
  }
}
