// Section E, 63-70: functions with a backward of their own, in PyTorch's style.
import { describe, expect, test } from 'vitest';
import * as autograd from '../../src/eager/autograd.ts';
import { add, mul, NotDifferentiableError, type Tensor, tensor } from '../../src/index.ts';
import '../../src/eager/methods.ts';
import { exp } from '../../src/ops/exponential.ts';
import { sum } from '../../src/ops/reduction.ts';
import { grad } from '../../src/transforms/derivatives.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { jit } from '../../src/transforms/staging.ts';
import { vmap } from '../../src/transforms/vmap.ts';

const leaf = (data: number | number[]): Tensor => tensor(data, { dtype: 'float64', requiresGrad: true });
const plain = (data: number | number[]): Tensor => tensor(data, { dtype: 'float64' });

const cube = autograd.customFunction({
  forward(ctx, x: Tensor) {
    ctx.save(x);
    return mul(x.square(), x);
  },
  backward(ctx, gy) {
    const [x] = ctx.saved as [Tensor];
    return mul(mul(x.square(), 3), gy);
  },
});

describe('customFunction', () => {
  test('E63 forward, save, backward on the tape', () => {
    const x = leaf([1, 2]);
    const y = cube(x);
    expect(y.toArray()).toEqual([1, 8]);
    sum(y).backward();
    expect(x.grad!.toArray()).toEqual([3, 12]);
  });

  test('E63 second and third derivatives through a differentiable backward', () => {
    const x = leaf(2);
    const [g] = autograd.grad(cube(x), x, { createGraph: true });
    const [h] = autograd.grad(g!, x, { createGraph: true });
    const [third] = autograd.grad(h!, x);
    expect([g!.item(), h!.item(), third!.item()]).toEqual([12, 12, 6]);
  });

  test('E63 the backward is used, not the derivative of forward', () => {
    const clipped = autograd.customFunction({
      forward: (_ctx, x: Tensor) => mul(x, 100),
      backward: (_ctx, gy) => gy,
    });
    const x = leaf([1, 2]);
    sum(clipped(x)).backward();
    expect(x.grad!.toArray()).toEqual([1, 1]);
  });

  test('E63 a property of ctx carries anything from forward to backward', () => {
    const power = autograd.customFunction({
      forward(ctx, x: Tensor, n: number) {
        ctx.save(x);
        ctx.n = n;
        let y: Tensor = x;
        for (let k = 1; k < n; k++) y = mul(y, x);
        return y;
      },
      backward(ctx, gy) {
        const [x] = ctx.saved as [Tensor];
        let rate: Tensor = mul(gy, ctx.n as number);
        for (let k = 1; k < (ctx.n as number); k++) rate = mul(rate, x);
        return [rate, null];
      },
    });
    const x = leaf(2);
    power(x, 4).backward();
    expect(x.grad!.item()).toBe(32);
  });

  test('E64 onceDifferentiable: the second derivative raises', () => {
    const once = autograd.customFunction({
      forward(ctx, x: Tensor) {
        ctx.save(x);
        return x.square();
      },
      backward: (ctx, gy) => mul(mul(ctx.saved[0]!, 2), gy),
      onceDifferentiable: true,
    });
    const x = leaf(3);
    const [g] = autograd.grad(once(x), x, { createGraph: true });
    expect([g!.item(), g!.requiresGrad]).toEqual([6, true]);
    expect(() => g!.backward()).toThrow(NotDifferentiableError);
    expect(() => grad(grad(once))(plain(3))).toThrow(/onceDifferentiable/);
  });

  test('E65 the wrong number of gradients raises with both counts, a wrong shape with both shapes', () => {
    const missing = autograd.customFunction({
      forward: (_ctx, a: Tensor, b: Tensor) => mul(a, b),
      backward: (_ctx, gy) => [gy],
    });
    expect(() => missing(leaf(1), leaf(2)).backward()).toThrow('backward returned 1 gradient for 2 arguments.');
    const misshapen = autograd.customFunction({
      forward: (_ctx, a: Tensor) => a.square(),
      backward: () => plain([1, 2, 3]),
    });
    expect(() => sum(misshapen(leaf([1, 2]))).backward()).toThrow(/shape \[3\], expected \[2\]/);
  });

  test('E66 null stands for a zero gradient', () => {
    const first = autograd.customFunction({
      forward: (_ctx, a: Tensor, b: Tensor) => add(a, b),
      backward: (_ctx, gy) => [gy, null],
    });
    const [a, b] = [leaf(1), leaf(2)];
    first(a, b).backward();
    expect([a.grad!.item(), b.grad!.item()]).toEqual([1, 0]);
  });

  test('E67 needsInputGrad tells which inputs matter', () => {
    const seen: (readonly boolean[])[] = [];
    const product = autograd.customFunction({
      forward(ctx, a: Tensor, b: Tensor) {
        ctx.save(a, b);
        return mul(a, b);
      },
      backward(ctx, gy) {
        seen.push(ctx.needsInputGrad);
        const [a, b] = ctx.saved as [Tensor, Tensor];
        return [ctx.needsInputGrad[0] ? mul(gy, b) : null, ctx.needsInputGrad[1] ? mul(gy, a) : null];
      },
    });
    const a = leaf(2);
    product(a, plain(5)).backward();
    expect([a.grad!.item(), seen]).toEqual([5, [[true, false]]]);
  });

  test('E67 cotangents of unused outputs are zeros, or null with setMaterializeGrads(false)', () => {
    const seen: unknown[] = [];
    const pair = (materialize: boolean) =>
      autograd.customFunction({
        forward(ctx, x: Tensor): Tensor[] {
          ctx.setMaterializeGrads(materialize);
          return [mul(x, 2), mul(x, 3)];
        },
        backward(_ctx, g, h: Tensor | null) {
          seen.push(h === null ? null : h.item());
          return h === null ? mul(g, 2) : add(mul(g, 2), mul(h, 3));
        },
      });
    const x = leaf(1);
    pair(true)(x)[0]!.backward();
    pair(false)(x)[0]!.backward();
    expect([seen, x.grad!.item()]).toEqual([[0, null], 4]);
  });

  test('E68 outputs marked non-differentiable do not require grad', () => {
    const split = autograd.customFunction({
      forward(ctx, x: Tensor): Tensor[] {
        const constant = mul(x, 10);
        ctx.markNonDifferentiable(constant);
        return [x.square(), constant];
      },
      backward: (_ctx, gy) => mul(gy, 7),
    });
    const x = leaf(3);
    const [y, constant] = split(x) as [Tensor, Tensor];
    expect([y.requiresGrad, constant.requiresGrad]).toEqual([true, false]);
    add(y, constant).backward();
    expect(x.grad!.item()).toBe(7);
  });

  test('E69 with jvp it works in forward mode; without, a clear error', () => {
    const both = autograd.customFunction({
      forward(ctx, x: Tensor) {
        const y = exp(x);
        ctx.save(y);
        return y;
      },
      backward: (ctx, gy) => mul(ctx.saved[0]!, gy),
      jvp: (ctx, dx) => mul(ctx.saved[0]!, dx),
    });
    expect((jvp(both, [plain(1)], [plain(2)])[1] as Tensor).item()).toBe(2 * Math.E);
    expect(() => jvp(cube, [plain(1)], [plain(2)])).toThrow(NotDifferentiableError);
  });

  test('E70 under grad, vmap and jit', () => {
    expect((grad(cube)(plain(2)) as Tensor).item()).toBe(12);
    expect((vmap(grad(cube))(plain([1, 2, 3])) as Tensor).toArray()).toEqual([3, 12, 27]);
    expect((grad((x: Tensor) => sum(vmap(cube)(x) as Tensor))(plain([1, 2])) as Tensor).toArray()).toEqual([3, 12]);
    expect((jit(grad(cube))(plain(2)) as Tensor).item()).toBe(12);
    const x = leaf([1, 2]);
    sum(vmap(cube)(x) as Tensor).backward();
    expect(x.grad!.toArray()).toEqual([3, 12]);
  });

  test('N61 errors of forward and backward keep their message', () => {
    const failing = autograd.customFunction({
      forward: (_ctx, x: Tensor) => x.square(),
      backward: () => {
        throw new RangeError('mine');
      },
    });
    const x = leaf(3);
    expect(() => failing(x).backward()).toThrow(new RangeError('mine'));
    cube(x).backward();
    expect(x.grad!.item()).toBe(27);
  });
});
