// Adagrad (Duchi, Hazan and Singer 2011): s ← s + g², p ← p - lr·g / (√s + ε), lr falling as lr / (1 + (t - 1) decay).
import { checkOptions } from '../nn/options.ts';
import { add, div, mul, square, sub } from '../ops/arithmetic.ts';
import { sqrt } from '../ops/power.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { checkNumber, type LearningRate, times } from './rule.ts';

export interface AdagradOptions extends LearningRate {
  /** Default 0. */
  readonly lrDecay?: number;
  /** ε, default 1e-10. */
  readonly eps?: number;
  /** What the sums of squares start from, default 0. */
  readonly initialAccumulator?: number;
  /** λ of the term λ p added to the gradient, default 0. */
  readonly weightDecay?: number;
}

/** Adagrad. Default lr 0.01. */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const op = 'optim.adagrad';
  checkOptions(op, options, ['lr', 'lrDecay', 'eps', 'initialAccumulator', 'weightDecay']);
  const { lr = 1e-2, lrDecay = 0, eps = 1e-10, initialAccumulator = 0, weightDecay = 0 } = options;
  for (const [what, value] of Object.entries({ lrDecay, eps, initialAccumulator, weightDecay })) {
    checkNumber(op, what, value);
  }
  return optimizer(
    {
      name: 'adagrad',
      slots: { sum: initialAccumulator },
      begin: ({ t, lr: rate }) => {
        const stepSize = div(rate, add(mul(sub(t, 1), lrDecay), 1));
        return (p, gradient, slots) => {
          const g = weightDecay === 0 ? gradient : add(gradient, times(p, weightDecay));
          const sum = add(slots.sum!, square(g));
          return { p: sub(p, times(div(g, add(sqrt(sum), eps)), stepSize)), slots: { sum } };
        };
      },
    },
    lr,
  );
}
