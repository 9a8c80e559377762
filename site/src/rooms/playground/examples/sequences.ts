// Functions made of many steps.
import { type Example, given } from './example.ts';

export const sequences: readonly Example[] = [
  {
    id: 'kalman',
    title: 'A Kalman filter',
    code: `import { exp, log, tensor, type Tensor } from 'nabla';

const observed = [1.1, 0.8, 1.4, 2.2, 1.9, 2.6];

// Minus the log-likelihood of a random walk seen
// through noise: x holds the logarithms of the
// variances of its steps and of the noise.
export function f(x: Tensor<[2]>) {
  const q = exp(x.at(0));
  const r = exp(x.at(1));
  let mean: Tensor = tensor(0);
  let variance: Tensor = tensor(1);
  let loss: Tensor = tensor(0);
  for (const y of observed) {
    const predicted = variance.add(q);
    const total = predicted.add(r);
    const error = mean.neg().add(y);
    const fit = error.square().div(total);
    loss = loss.add(log(total).add(fit).mul(0.5));
    const gain = predicted.div(total);
    mean = mean.add(gain.mul(error));
    variance = predicted.sub(gain.mul(predicted));
  }
  return loss;
}
`,
    inputs: [given('x', [2], [-1, -1])],
    xRange: [-4, 2],
    yRange: [-4, 2],
    tab: 'landscape',
  },
  {
    id: 'smoothing',
    title: 'Smoothing a signal',
    code: `import type { Tensor } from 'nabla';

// Near the data, and near the neighbours: the
// Hessian has three diagonals.
export function f(x: Tensor<[12]>, y: Tensor<[12]>) {
  const steps = x.at([1, null]).sub(x.at([null, -1]));
  const fit = x.sub(y).square().sum();
  return fit.add(steps.square().sum().mul(4));
}
`,
    inputs: [given('x', [12], [0]), given('y', [12], [0.1, 0.4, 0.2, 0.9, 1.3, 0.9, 1.6, 1.2, 1.9, 1.7, 2.3, 2])],
    tab: 'hessian',
  },
  {
    id: 'logistic-map',
    title: 'The logistic map',
    code: `import type { Tensor } from 'nabla';

// x ← r x (1 − x), thirty times: how far a small
// difference grows.
export function f(x: Tensor<[]>, r: Tensor<[]>) {
  for (let step = 0; step < 30; step++) {
    x = r.mul(x).mul(x.neg().add(1));
  }
  return x;
}
`,
    inputs: [given('x', [], [0.3]), given('r', [], [2.9])],
    x: { input: 0, element: 0 },
    y: { input: 1, element: 0 },
    xRange: [0.05, 0.95],
    yRange: [2, 3.3],
    tab: 'steps',
  },
  {
    id: 'deep',
    title: 'Ten thousand operations',
    code: `import { sin, type Tensor } from 'nabla';

// A chain of 10,000 operations: its graph is
// folded until you open it.
export function f(x: Tensor<[3]>) {
  for (let step = 0; step < 3333; step++) {
    x = sin(x).mul(0.5).add(x);
  }
  return x.sum();
}
`,
    inputs: [given('x', [3], [0.1, 0.5, 1.5])],
    tab: 'graph',
  },
];
