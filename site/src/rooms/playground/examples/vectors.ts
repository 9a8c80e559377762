// Functions with vectors for values, for Jacobians and their structure.
import { type Example, given } from './example.ts';

export const vectors: readonly Example[] = [
  {
    id: 'elementwise',
    title: 'Entry by entry: a diagonal Jacobian',
    code: `import { exp, sin, type Tensor } from 'nabla';

// Each output depends on one input: the Jacobian
// is diagonal, and is kept so.
export function f(x: Tensor<[6]>) {
  return sin(x.mul(2)).mul(exp(x.square().neg()));
}
`,
    inputs: [given('x', [6], [-1.5, -0.9, -0.3, 0.3, 0.9, 1.5])],
    tab: 'jacobian',
  },
  {
    id: 'tanh-layer',
    title: 'A layer of neurons',
    code: `import { tanh, type Tensor } from 'nabla';

// y = tanh(Wx + b), with the Jacobian diag(1 − y²) W.
export function f(
  x: Tensor<[3]>,
  W: Tensor<[4, 3]>,
  b: Tensor<[4]>,
) {
  return tanh(W.matmul(x).add(b));
}
`,
    inputs: [
      given('x', [3], [0.5, -1, 0.25]),
      given('W', [4, 3], [0.4, -0.2, 0.7, -0.6, 0.1, 0.3, 0.9, 0.5, -0.8, -0.1, 0.8, 0.2]),
      given('b', [4], [0.1, -0.2, 0, 0.3]),
    ],
    tab: 'jacobian',
  },
  {
    id: 'softmax',
    title: 'Softmax',
    code: `import { softmax, type Tensor } from 'nabla';

// Probabilities from scores: the Jacobian is
// diag(p) − p pᵀ.
export function f(x: Tensor<[4]>) {
  return softmax(x);
}
`,
    inputs: [given('x', [4], [1, 2, 0.5, -1])],
    tab: 'jacobian',
  },
  {
    id: 'attention',
    title: 'Attention',
    code: `import { softmax, type Tensor } from 'nabla';

// Each row of Q asks, the rows of K answer, and
// the rows of V are averaged accordingly.
export function f(
  Q: Tensor<[3, 2]>,
  K: Tensor<[4, 2]>,
  V: Tensor<[4, 2]>,
) {
  const products = Q.matmul(K.transpose());
  const scores = products.div(Math.sqrt(2));
  return softmax(scores).matmul(V);
}
`,
    inputs: [
      given('Q', [3, 2], [1, 0, 0, 1, 1, -1]),
      given('K', [4, 2], [1, 0.5, -1, 0.5, 0, 1, 0.5, -0.5]),
      given('V', [4, 2], [1, 0, 0, 1, 2, 1, -1, 0.5]),
    ],
    tab: 'graph',
  },
];
