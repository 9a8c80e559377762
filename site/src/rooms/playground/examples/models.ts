// Losses of statistical models.
import { type Example, given } from './example.ts';

const points = [0.5, 1.2, -0.3, 0.8, 1.5, -0.4, -1.1, 0.2, -0.7, -1.3, 0.1, -0.9];
const ratings = [5, 3, 1, 1, 4, 3, 1, 1, 1, 1, 5, 4];

export const models: readonly Example[] = [
  {
    id: 'least-squares',
    title: 'Least squares',
    code: `import type { Tensor } from 'nabla';

// ‖Xw − y‖²: gradient 2 Xᵀ(Xw − y), Hessian 2 XᵀX.
export function f(
  w: Tensor<[2]>,
  X: Tensor<[6, 2]>,
  y: Tensor<[6]>,
) {
  return X.matmul(w).sub(y).square().sum();
}
`,
    inputs: [given('w', [2], [0, 0]), given('X', [6, 2], points), given('y', [6], [1, 0.5, 0.8, -0.6, -1.4, -0.5])],
    tab: 'formula',
  },
  {
    id: 'logistic',
    title: 'Logistic regression',
    code: `import { softplus, type Tensor } from 'nabla';

// The mean of log(1 + exp(−y Xw)), and a little
// of ‖w‖²: the Hessian is Xᵀ diag(s) X + λI.
export function f(
  w: Tensor<[2]>,
  X: Tensor<[6, 2]>,
  y: Tensor<[6]>,
) {
  const margins = X.matmul(w).mul(y);
  const loss = softplus(margins.neg()).mean();
  return loss.add(w.square().sum().mul(0.05));
}
`,
    inputs: [given('w', [2], [-1, 2]), given('X', [6, 2], points), given('y', [6], [1, 1, -1, -1, -1, 1])],
    xRange: [-4, 4],
    yRange: [-4, 4],
    tab: 'formula',
  },
  {
    id: 'network',
    title: 'A small network learns XOR',
    code: `import { sigmoid, tanh, tensor, type Tensor } from 'nabla';

const X = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const wanted = tensor([0, 1, 1, 0]);

// Two layers; the squared error over four corners.
export function f(
  W: Tensor<[2, 3]>,
  b: Tensor<[3]>,
  v: Tensor<[3]>,
) {
  const hidden = tanh(X.matmul(W).add(b));
  const output = sigmoid(hidden.matmul(v));
  const loss = output.sub(wanted).square().sum();
  return loss.add(v.square().sum().mul(0.001));
}
`,
    inputs: [
      given('W', [2, 3], [0.9, -0.6, 1.1, -0.8, 0.7, 1.3]),
      given('b', [3], [0.1, -0.2, -0.4]),
      given('v', [3], [1.2, 1, -0.6]),
    ],
    tab: 'graph',
  },
  {
    id: 'factorisation',
    title: 'Matrix factorisation',
    code: `import type { Tensor } from 'nabla';

// ‖R − UVᵀ‖²: the Hessian in U is 2 VᵀV ⊗ I.
export function f(
  U: Tensor<[4, 2]>,
  V: Tensor<[3, 2]>,
  R: Tensor<[4, 3]>,
) {
  return R.sub(U.matmul(V.transpose())).square().sum();
}
`,
    inputs: [
      given('U', [4, 2], [1, 0.5, 0.8, 0.2, 0.1, 1, 0.3, 1.5]),
      given('V', [3, 2], [2, 0.5, 1.5, 0.8, 0.2, 1.4]),
      given('R', [4, 3], ratings),
    ],
    tab: 'hessian',
  },
  {
    id: 'gaussian',
    title: 'A normal distribution',
    code: `import { linalg, type Tensor } from 'nabla';

// ½ (x − μ)ᵀ S⁻¹ (x − μ) + ½ log det S: minus the
// logarithm of the density.
export function f(
  S: Tensor<[2, 2]>,
  x: Tensor<[2]>,
  mu: Tensor<[2]>,
) {
  const d = x.sub(mu);
  const [, logdet] = linalg.slogdet(S);
  return d.dot(linalg.solve(S, d)).add(logdet).mul(0.5);
}
`,
    inputs: [given('S', [2, 2], [2, 0.5, 0.5, 1]), given('x', [2], [1, -0.5]), given('mu', [2], [0.2, 0.3])],
    x: { input: 1, element: 0 },
    y: { input: 1, element: 1 },
    xRange: [-3, 3],
    yRange: [-3, 3],
    wrt: 1,
    tab: 'formula',
  },
];
