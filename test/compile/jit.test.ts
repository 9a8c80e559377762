// jit on compiled code: what is recorded stays recorded, what changes is seen, and the backends can be exchanged at any time.
import { afterEach, describe, expect, it } from 'vitest';
import * as nabla from '../../src/index.ts';
import { getBackend, grad, jit, noGrad, setBackend, type Tensor, tensor, vmap } from '../../src/index.ts';
import type { DenseTensor } from '../../src/tensor/tensor.ts';

const { add, exp, matmul, mul, sort, sum, transpose } = nabla as unknown as Record<string, (...x: unknown[]) => Tensor>;

afterEach(() => setBackend('wasm'));

describe('jit on wasm', () => {
  it('is the default', () => {
    expect(getBackend()).toBe('wasm');
  });

  it('refuses a backend that does not exist', () => {
    expect(() => setBackend('cuda' as 'js')).toThrow("setBackend: unknown backend 'cuda'.\n  hint: use 'js' or 'wasm'");
  });

  it('gives the same on both backends, also when they are exchanged between calls', () => {
    const f = jit((a: Tensor, b: Tensor) => ({ y: matmul!(a, b), s: sum!(mul!(a, a), 0) }));
    const a = tensor([[1, 2, 3], [4, 5, 6]]); // biome-ignore format: a matrix
    const b = tensor([[1, 0], [0, 1], [2, 2]]); // biome-ignore format: a matrix
    const results = (['wasm', 'js', 'wasm'] as const).map((name) => {
      setBackend(name);
      const { y, s } = f(a, b) as { y: Tensor; s: Tensor };
      return [y.toArray(), s.toArray()];
    });
    expect(results[0]).toEqual([[[7, 8], [16, 17]], [17, 29, 45]]); // biome-ignore format: two results
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('sees other values, shapes and views of its arguments', () => {
    const f = jit((x: Tensor) => sum!(mul!(x, 2), 0));
    const x = tensor([[1, 2], [3, 4], [5, 6]]); // biome-ignore format: a matrix
    expect(f(x).toArray()).toEqual([18, 24]);
    expect(f(transpose!(x)).toArray()).toEqual([6, 14, 22]);
    expect(f(tensor([[0, 0], [1, 1], [2, 2]])).toArray()).toEqual([6, 6]); // biome-ignore format: a matrix
  });

  it('returns views of its arguments as such, without copies', () => {
    const x = nabla.ones([3, 4]) as Tensor as DenseTensor;
    const f = jit((x: Tensor) => [transpose!(x), nabla.flip(x, 0)]);
    for (const y of f(x) as DenseTensor[]) expect(y.sharesStorage(x)).toBe(true);
  });

  it('is recorded where an argument or a captured value requires grad', () => {
    const f = jit((x: Tensor) => sum!(mul!(x, x)));
    const x = tensor([1, 2, 3], { requiresGrad: true });
    f(x).backward();
    expect(x.grad!.toArray()).toEqual([2, 4, 6]);
    expect(noGrad(() => f(x)).requiresGrad).toBe(false);
    const w = tensor([3, 4], { requiresGrad: true });
    const g = jit((v: Tensor) => sum!(mul!(v, w)));
    g(tensor([5, 6])).backward();
    expect(w.grad!.toArray()).toEqual([5, 6]);
  });

  it('sees a captured parameter that an optimizer has moved', () => {
    const w = tensor([3, 4], { requiresGrad: true });
    const s = tensor([2], { requiresGrad: true });
    const g = jit((v: Tensor, one: Tensor) => [sum!(mul!(v, w)), mul!(one, s)]);
    const values = () => noGrad(() => g(tensor([1, 1]), tensor([1]))).map((v) => v.toArray());
    expect(values()).toEqual([7, [2]]);
    const optimizer = new nabla.optim.SGD([w, s], { lr: 1 });
    w.grad = tensor([1, 1]);
    s.grad = tensor([-1]);
    optimizer.step();
    expect(values()).toEqual([5, [3]]);
  });

  it('works inside transforms and around them', () => {
    const f = jit((x: Tensor) => sum!(exp!(x)));
    const x = tensor([0, 1]);
    expect((grad(f as never)(x as never) as Tensor).toArray()).toEqual(
      jit(grad(f as never) as never as typeof f)(x).toArray(),
    );
    const rows = tensor([[0, 1], [2, 3]]); // biome-ignore format: a matrix
    expect((vmap(f as never) as never as typeof f)(rows).toArray()).toEqual([
      f(tensor([0, 1])).item(),
      f(tensor([2, 3])).item(),
    ]);
  });

  it('mixes code and operations that only the reference knows', () => {
    const f = jit((x: Tensor) => add!(sort!(mul!(x, -1)), 1));
    expect(f(tensor([3, 1, 2])).toArray()).toEqual([-2, -1, 0]);
  });

  it('does not hand out memory that a later call overwrites', () => {
    const f = jit((x: Tensor) => add!(x, 1));
    const first = f(tensor([1, 2]));
    f(tensor([10, 20]));
    expect(first.toArray()).toEqual([2, 3]);
  });
});
