// Adam (Kingma and Ba 2015): m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - lr·m̂ / (√v̂ + ε), where
// m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ). AdamW (Loshchilov and Hutter 2019) shrinks p by lr·λ instead of adding λ p to g;
// AMSGrad (Reddi, Kale and Kumar 2018) divides by the largest v so far.
import { checkOptions } from '../nn/options.ts';
import { add, div, mul, square, sub } from '../ops/arithmetic.ts';
import { maximum } from '../ops/binary.ts';
import { pow, sqrt } from '../ops/power.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { checkNumber, type LearningRate, times } from './rule.ts';

export interface AdamOptions extends LearningRate {
  /** Decay of the means of g and g², default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** ε, default 1e-8. */
  readonly eps?: number;
  /** λ, default 0 for adam and 0.01 for adamw. */
  readonly weightDecay?: number;
  readonly amsgrad?: boolean;
}

function build(name: string, options: AdamOptions, defaultDecay: number, decoupled: boolean): Optimizer {
  const op = `optim.${name}`;
  checkOptions(op, options, ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad']);
  const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = defaultDecay, amsgrad = false } = options;
  const [beta1, beta2] = betas;
  checkNumber(op, 'betas[0]', beta1, 0, 1);
  checkNumber(op, 'betas[1]', beta2, 0, 1);
  for (const [what, value] of Object.entries({ eps, weightDecay })) checkNumber(op, what, value);
  return optimizer(
    {
      name,
      slots: amsgrad ? { mean: 0, square: 0, largest: 0 } : { mean: 0, square: 0 },
      begin: ({ t, lr: rate }) => {
        const stepSize = div(rate, sub(1, pow(beta1, t)));
        const correction = div(1, sqrt(sub(1, pow(beta2, t))));
        const shrink = sub(1, mul(rate, weightDecay));
        return (p, gradient, slots) => {
          const start = decoupled ? times(p, shrink) : p;
          const g = decoupled || weightDecay === 0 ? gradient : add(gradient, times(p, weightDecay));
          const mean = add(times(slots.mean!, beta1), times(g, 1 - beta1));
          const second = add(times(slots.square!, beta2), times(square(g), 1 - beta2));
          const largest = amsgrad ? maximum(slots.largest!, second) : second;
          const next = sub(start, times(div(mean, add(times(sqrt(largest), correction), eps)), stepSize));
          return { p: next, slots: { mean, square: second, ...(amsgrad ? { largest } : {}) } };
        };
      },
    },
    lr,
  );
}

/** Adam; weight decay adds to the gradient. Default lr 0.001. */
export function adam(options: AdamOptions = {}): Optimizer {
  return build('adam', options, 0, false);
}

/** Adam with decoupled weight decay, 0.01 by default. Default lr 0.001. */
export function adamw(options: AdamOptions = {}): Optimizer {
  return build('adamw', options, 0.01, true);
}
