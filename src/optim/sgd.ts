// Gradient descent: b ← μ b + (1 - d) g, p ← p - lr·b; with Nesterov's look-ahead p ← p - lr·(g + μ b).
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../nn/options.ts';
import { add, sub } from '../ops/arithmetic.ts';
import { equal } from '../ops/comparison.ts';
import { where } from '../ops/select.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { checkNumber, type LearningRate, times } from './rule.ts';

export interface SgdOptions extends LearningRate {
  /** μ, default 0. */
  readonly momentum?: number;
  /** d, default 0; does not hold for the first step, as in PyTorch. */
  readonly dampening?: number;
  readonly nesterov?: boolean;
  /** λ of the term λ p added to the gradient, default 0. */
  readonly weightDecay?: number;
}

/** Gradient descent with momentum. Default lr 0.001, as in PyTorch. */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions('optim.sgd', options, ['lr', 'momentum', 'dampening', 'nesterov', 'weightDecay']);
  const { lr = 1e-3, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  for (const [what, value] of Object.entries({ momentum, weightDecay })) checkNumber('optim.sgd', what, value);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new ArgumentError('optim.sgd: nesterov needs a momentum greater than 0 and no dampening.');
  }
  return optimizer(
    {
      name: 'sgd',
      slots: momentum === 0 ? {} : { momentum: 0 },
      begin: ({ t, lr: rate }) => {
        return (p, gradient, slots) => {
          const g = weightDecay === 0 ? gradient : add(gradient, times(p, weightDecay));
          if (momentum === 0) return { p: sub(p, times(g, rate)), slots };
          const later = add(times(slots.momentum!, momentum), times(g, 1 - dampening));
          const b = dampening === 0 ? later : where(equal(t, 1), g, later);
          const direction = nesterov ? add(g, times(b, momentum)) : b;
          return { p: sub(p, times(direction, rate)), slots: { momentum: b } };
        };
      },
    },
    lr,
  );
}
