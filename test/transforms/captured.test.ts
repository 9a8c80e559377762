// Parameters that a jitted function closes over: what it computes follows them when an optimizer moves them.
import { describe, expect, test } from 'vitest';
import { grad, jit, mul, noGrad, optim, reshape, square, sum, type Tensor, tensor } from '../../src/index.ts';
import { expectClose, T } from './numbers.ts';

const parameter = (): Tensor => tensor([1, 2], { dtype: 'float64', requiresGrad: true });

/** One step with gradient 1: p falls by 1/2. */
function move(p: Tensor): void {
  const optimizer = new optim.SGD([p], { lr: 0.5 });
  p.grad = T([1, 1]);
  optimizer.step();
}

describe('a parameter that is closed over', () => {
  const uses: Readonly<Record<string, (p: Tensor) => (x: Tensor) => Tensor>> = {
    directly: (p) => (x) => mul(x, p),
    'after operations on it alone': (p) => (x) => mul(x, square(mul(p, 2))),
    'broadcast to the shape of the argument': (p) => (x) => mul(reshape(p, [1, 2]), reshape(x, [1, 2])),
    'under grad': (p) => (x) => grad((v: Tensor) => sum(mul(square(v), mul(p, 3))))(x) as Tensor,
  };
  for (const [name, use] of Object.entries(uses)) {
    test(name, () => {
      const p = parameter();
      const f = use(p);
      const jitted = jit(f);
      const x = T([3, 5]);
      for (let step = 0; step < 4; step++) {
        noGrad(() => expectClose(jitted(x), f(x)));
        expectClose(jitted(x), f(x));
        move(p);
      }
    });
  }
  test('still gets gradients through the program', () => {
    const p = parameter();
    const jitted = jit((x: Tensor) => sum(mul(x, square(p))));
    jitted(T([3, 5])).backward();
    expectClose(p.grad, [6, 20]);
    expect(p.requiresGrad).toBe(true);
  });
});
