// Section B: grad modes, alone and with transforms.
import { describe, expect, test } from 'vitest';
import { enableGrad, inferenceMode, isGradEnabled, noGrad } from '../../src/eager/modes.ts';
import { AutogradError, add, mul, square, type Tensor, tensor } from '../../src/index.ts';
import '../../src/eager/methods.ts';
import { sum } from '../../src/ops/reduction.ts';
import { stopGradient } from '../../src/ops/stop-gradient.ts';
import { grad, jacobian } from '../../src/transforms/derivatives.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { vmap } from '../../src/transforms/vmap.ts';

const leaf = (data: number | number[]): Tensor => tensor(data, { dtype: 'float64', requiresGrad: true });
const plain = (data: number | number[]): Tensor => tensor(data, { dtype: 'float64' });
const at = (f: (x: Tensor) => unknown, x: number): unknown => (grad(f)(plain(x)) as Tensor).item();

describe('noGrad and enableGrad', () => {
  test('B35 results of noGrad do not require grad; enableGrad inside turns it on again', () => {
    const x = leaf(3);
    expect(noGrad(() => x.square()).requiresGrad).toBe(false);
    expect(noGrad(() => enableGrad(() => x.square())).requiresGrad).toBe(true);
    expect(noGrad(() => enableGrad(() => noGrad(() => isGradEnabled())))).toBe(false);
    expect([isGradEnabled(), noGrad(isGradEnabled), enableGrad(isGradEnabled)]).toEqual([true, false, true]);
  });

  test('B35 the mode is restored after a throw', () => {
    const fail = (): never => {
      throw new Error('inside');
    };
    expect(() => noGrad(() => enableGrad(fail))).toThrow('inside');
    expect(isGradEnabled()).toBe(true);
    expect(() =>
      noGrad(() => expect(() => enableGrad(fail)).toThrow() ?? expect(isGradEnabled()).toBe(false)),
    ).not.toThrow();
  });

  test('B35 leaves can be made inside noGrad', () => {
    const x = noGrad(() => leaf(3));
    expect([x.requiresGrad, x.square().requiresGrad]).toEqual([true, true]);
  });

  test('B36 an async function is refused, and its continuation does not see the mode', async () => {
    const seen: boolean[] = [];
    const late = async (): Promise<void> => {
      seen.push(isGradEnabled());
      await Promise.resolve();
      seen.push(isGradEnabled());
    };
    expect(() => noGrad(late)).toThrow(/noGrad: the function is async; it returned a Promise/);
    await Promise.resolve();
    await Promise.resolve();
    expect(seen).toEqual([false, true]);
  });

  test('B36 a generator is refused; using the mode inside one does not leak across yield', () => {
    expect(() =>
      noGrad(function* () {
        yield 1;
      }),
    ).toThrow('noGrad: the function is a generator');
    const generator = (function* () {
      yield noGrad(isGradEnabled);
      yield isGradEnabled();
    })();
    expect([generator.next().value, isGradEnabled(), generator.next().value]).toEqual([false, true, true]);
  });

  test('anything but a function is refused', () => {
    expect(() => noGrad(leaf(3).square() as never)).toThrow('noGrad: expected a function, got a tensor.');
  });
});

describe('inferenceMode', () => {
  test('B37 its results cannot be saved for backward later', () => {
    const c = inferenceMode(() => plain([1, 2]).square());
    const w = leaf([3, 4]);
    expect(() => w.mul(c)).toThrow(AutogradError);
    expect(() => w.mul(c)).toThrow(
      'mul: a tensor of shape [2] made in inferenceMode would have to be saved for backward.',
    );
  });

  test('B37 they are fine where nothing is saved, and as ordinary constants', () => {
    const c = inferenceMode(() => plain([1, 2]).square());
    const w = leaf([3, 4]);
    sum(add(w, c)).backward();
    expect(w.grad!.toArray()).toEqual([1, 1]);
    expect(c.square().toArray()).toEqual([1, 16]);
    expect(w.mul(c.add(0)).requiresGrad).toBe(true);
  });

  test('B37 they do not require grad, also under enableGrad, and cannot become leaves outside', () => {
    const x = leaf(3);
    const c = inferenceMode(() => enableGrad(() => x.square()));
    expect(c.requiresGrad).toBe(false);
    expect(() => Object.assign(c, { requiresGrad: true })).toThrow(
      'made in inferenceMode cannot require grad outside it',
    );
    expect(inferenceMode(() => Object.assign(x.square(), { requiresGrad: true })).requiresGrad).toBe(true);
    expect(inferenceMode(isGradEnabled)).toBe(false);
  });
});

describe('constants', () => {
  test('B38 detach shares the value and cuts the graph', () => {
    const x = leaf(3);
    const d = x.square().detach();
    expect([d.item(), d.requiresGrad, d.isLeaf, d.gradFn]).toEqual([9, false, true, null]);
    mul(x, x.detach()).backward();
    expect(x.grad!.item()).toBe(3);
  });

  test('B39 stopGradient inside grad, jvp, hessian, vmap and on the tape: d(x stop(x)) = x', () => {
    for (const stop of [stopGradient, (v: Tensor) => v.detach()]) {
      const f = (x: Tensor): Tensor => mul(x, stop(x));
      expect(at(f, 3)).toBe(3);
      expect((jvp(f, [plain(3)], [plain(1)])[1] as Tensor).item()).toBe(3);
      expect((jacobian(jacobian(f))(plain(3)) as Tensor).item()).toBe(0);
      expect((vmap(grad(f))(plain([3, 4])) as Tensor).toArray()).toEqual([3, 4]);
      const x = leaf(3);
      f(x).backward();
      expect(x.grad!.item()).toBe(3);
    }
  });
});

describe('noGrad and transforms', () => {
  const shifted = (x: Tensor): Tensor => x.square().sub(noGrad(() => mul(x.square(), x)));

  test('B40 noGrad inside a transformed function cuts that part', () => {
    expect(at(shifted, 3)).toBe(6);
    expect((jvp(shifted, [plain(3)], [plain(1)])[1] as Tensor).item()).toBe(6);
    expect((vmap(grad(shifted))(plain([1, 2])) as Tensor).toArray()).toEqual([2, 4]);
    expect((grad(grad(shifted))(plain(3)) as Tensor).item()).toBe(2);
    const x = leaf(3);
    (grad(shifted)(x) as Tensor).backward();
    expect(x.grad!.item()).toBe(2);
  });

  test('B40 its results are constants of every transform around it', () => {
    const f = (x: Tensor): Tensor =>
      mul(
        x,
        noGrad(() => x.square()),
      );
    expect(at(f, 3)).toBe(9);
    expect((grad(grad(f))(plain(3)) as Tensor).item()).toBe(0);
  });

  test('B40 noGrad outside does not disable grad(f), whose result has no graph', () => {
    const x = leaf(3);
    const g = noGrad(() => grad(square)(x) as Tensor);
    expect([g.item(), g.requiresGrad]).toEqual([6, false]);
    expect(noGrad(() => at((v) => (isGradEnabled() ? v.square() : v), 3))).toBe(6);
  });

  test('B40 noGrad on both sides, and enableGrad inside it', () => {
    const x = leaf(3);
    const g = noGrad(() => grad(shifted)(x) as Tensor);
    expect([g.item(), g.requiresGrad]).toEqual([6, false]);
    expect(at((v) => noGrad(() => enableGrad(() => v.square())), 3)).toBe(6);
    expect(at((v) => inferenceMode(() => v.square()).add(v), 3)).toBe(1);
  });

  test('B40 a transform inside noGrad inside a transform', () => {
    expect(
      at((x) => mul(x.square(), x).sub(noGrad(() => grad((v: Tensor) => v.square().square())(x) as Tensor)), 2),
    ).toBe(12);
  });

  test('B41 vjp, jvp, jacobian under noGrad work and return no graph', () => {
    const x = leaf([1, 2]);
    noGrad(() => {
      const [y, pullback] = vjp(square, x) as [Tensor, (gy: Tensor) => Tensor[]];
      const [, dy] = jvp(square, [x], [plain([1, 1])]) as [Tensor, Tensor];
      const results = [y, pullback(plain([1, 1]))[0]!, dy, jacobian(square)(x) as Tensor];
      expect(results.map((v) => v.requiresGrad)).toEqual([false, false, false, false]);
      expect(results[3]!.toArray()).toEqual([
        [2, 0],
        [0, 4],
      ]);
    });
  });
});
