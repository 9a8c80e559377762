// Functions of two numbers, for the pictures of landscapes and races.
import { type Example, given } from './example.ts';

export const surfaces: readonly Example[] = [
  {
    id: 'rosenbrock',
    title: 'Rosenbrock’s valley',
    code: `import type { Tensor } from 'nabla';

// A curved valley: easy to find, slow to follow.
export function f(x: Tensor<[2]>) {
  const a = x.at(0);
  const b = x.at(1);
  const valley = b.sub(a.square()).square().mul(100);
  return valley.add(a.sub(1).square());
}
`,
    inputs: [given('x', [2], [-1.2, 1])],
    xRange: [-2, 2],
    yRange: [-1, 3],
    tab: 'landscape',
  },
  {
    id: 'himmelblau',
    title: 'Himmelblau’s four minima',
    code: `import type { Tensor } from 'nabla';

// Four minima of the same depth: where one
// arrives depends on the start.
export function f(x: Tensor<[2]>) {
  const a = x.at(0);
  const b = x.at(1);
  const first = a.square().add(b).sub(11);
  const second = a.add(b.square()).sub(7);
  return first.square().add(second.square());
}
`,
    inputs: [given('x', [2], [-0.5, -1])],
    xRange: [-5, 5],
    yRange: [-5, 5],
    tab: 'race',
  },
  {
    id: 'quadratic',
    title: 'A quadratic form',
    code: `import type { Tensor } from 'nabla';

// ½ xᵀAx − bᵀx: the Hessian is A, and Newton’s
// method needs one step.
export function f(
  x: Tensor<[2]>,
  A: Tensor<[2, 2]>,
  b: Tensor<[2]>,
) {
  return x.dot(A.matmul(x)).mul(0.5).sub(b.dot(x));
}
`,
    inputs: [given('x', [2], [-1, 1.5]), given('A', [2, 2], [3, 1, 1, 1]), given('b', [2], [1, 0.5])],
    xRange: [-3, 3],
    yRange: [-3, 3],
    tab: 'hessian',
  },
  {
    id: 'rastrigin',
    title: 'Rastrigin’s egg box',
    code: `import { cos, type Tensor } from 'nabla';

// A bowl with waves: a minimum in every dent.
export function f(x: Tensor<[2]>) {
  const waves = cos(x.mul(2 * Math.PI)).mul(3);
  return x.square().sub(waves).add(3).sum();
}
`,
    inputs: [given('x', [2], [1.7, -1.3])],
    xRange: [-2.5, 2.5],
    yRange: [-2.5, 2.5],
    tab: 'landscape',
  },
];
