// RMSprop (Tieleman and Hinton 2012): s ← α s + (1 - α) g², p ← p - lr·g / (√s + ε); centred, √(s - m²) with the mean m of g
// takes the place of √s.
import { checkOptions } from '../nn/options.ts';
import { add, div, square, sub } from '../ops/arithmetic.ts';
import { sqrt } from '../ops/power.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { checkNumber, type LearningRate, times } from './rule.ts';

export interface RmspropOptions extends LearningRate {
  /** α, default 0.99. */
  readonly alpha?: number;
  /** ε, default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly momentum?: number;
  readonly centered?: boolean;
  /** λ of the term λ p added to the gradient, default 0. */
  readonly weightDecay?: number;
}

/** RMSprop. Default lr 0.01. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const op = 'optim.rmsprop';
  checkOptions(op, options, ['lr', 'alpha', 'eps', 'momentum', 'centered', 'weightDecay']);
  const { lr = 1e-2, alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  checkNumber(op, 'alpha', alpha, 0, 1);
  for (const [what, value] of Object.entries({ eps, momentum, weightDecay })) checkNumber(op, what, value);
  const withMomentum = momentum > 0;
  return optimizer(
    {
      name: 'rmsprop',
      slots: { square: 0, ...(centered ? { mean: 0 } : {}), ...(withMomentum ? { momentum: 0 } : {}) },
      begin: ({ lr: rate }) => {
        const average = (old: Tensor, now: Tensor): Tensor => add(times(old, alpha), times(now, 1 - alpha));
        return (p, gradient, old) => {
          const g = weightDecay === 0 ? gradient : add(gradient, times(p, weightDecay));
          const slots: Record<string, Tensor> = { square: average(old.square!, square(g)) };
          if (centered) slots.mean = average(old.mean!, g);
          const variance = centered ? sub(slots.square!, square(slots.mean!)) : slots.square!;
          const direction = div(g, add(sqrt(variance), eps));
          if (!withMomentum) return { p: sub(p, times(direction, rate)), slots };
          slots.momentum = add(times(old.momentum!, momentum), direction);
          return { p: sub(p, times(slots.momentum, rate)), slots };
        };
      },
    },
    lr,
  );
}
