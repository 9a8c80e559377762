// Section D: hooks, graph access, saved values, anomaly mode.
import { describe, expect, test } from 'vitest';
import * as autograd from '../../src/eager/autograd.ts';
import { enableGrad } from '../../src/eager/modes.ts';
import {
  AnomalyError,
  AutogradError,
  add,
  GraphFreedError,
  mul,
  ShapeError,
  square,
  type Tensor,
  tensor,
} from '../../src/index.ts';
import '../../src/eager/methods.ts';
import { exp, log } from '../../src/ops/exponential.ts';
import { sqrt } from '../../src/ops/power.ts';
import { sum } from '../../src/ops/reduction.ts';

const leaf = (data: number | number[]): Tensor => tensor(data, { dtype: 'float64', requiresGrad: true });
const plain = (data: number | number[]): Tensor => tensor(data, { dtype: 'float64' });

describe('hooks', () => {
  test('D50 a hook gets the complete gradient once, and what it returns replaces it', () => {
    const x = leaf(3);
    const m = mul(x, 2);
    const seen: unknown[] = [];
    m.registerHook((g) => {
      seen.push(g.item());
      return mul(g, 10);
    });
    m.retainGrad();
    add(m.square(), m).backward(); // dm = 2m + 1 = 13
    expect(seen).toEqual([13]);
    expect([m.grad!.item(), x.grad!.item()]).toEqual([130, 260]);
  });

  test('D50 a hook on a leaf runs before accumulation, and in autograd.grad', () => {
    const x = leaf(3);
    x.registerHook((g) => g.mul(-1));
    x.square().backward();
    expect(x.grad!.item()).toBe(-6);
    expect(autograd.grad(x.square(), x)[0]!.item()).toBe(-6);
  });

  test('D50 a hook that returns another shape or no tensor raises', () => {
    const [x, y] = [leaf([1, 2]), leaf([1, 2])];
    x.registerHook(() => plain([1, 2, 3]));
    expect(() => sum(x.square()).backward()).toThrow(ShapeError);
    y.registerHook((() => 3) as never);
    expect(() => sum(y.square()).backward()).toThrow('registerHook: the hook returned a number.');
  });

  test('D51 hooks run in the order registered, and remove() stops one', () => {
    const x = leaf(3);
    const order: string[] = [];
    const note = (name: string) => (): undefined => {
      order.push(name);
      return undefined;
    };
    const handles = ['a', 'b', 'c'].map((name) => x.registerHook(note(name)));
    x.square().backward();
    handles[1]!.remove();
    x.square().backward();
    expect(order.join('')).toBe('abcac');
  });

  test('D52 a hook on a tensor without requiresGrad raises', () => {
    expect(() => plain(3).registerHook(() => undefined)).toThrow(AutogradError);
    expect(() => plain(3).registerHook(() => undefined)).toThrow(
      'registerHook: this tensor of shape [] does not require grad',
    );
    expect(() => plain(3).retainGrad()).toThrow('retainGrad: this tensor of shape [] does not require grad');
  });

  test('D53 a post-accumulate hook runs after .grad is written, on leaves only', () => {
    const x = leaf(3);
    const seen: unknown[] = [];
    x.registerPostAccumulateGradHook((v) => {
      seen.push(v.grad!.item());
      v.grad = null;
    });
    x.square().backward();
    x.square().backward();
    expect([seen, x.grad]).toEqual([[6, 6], null]);
    expect(() => x.square().registerPostAccumulateGradHook(() => {})).toThrow('gradients accumulate at leaves only');
  });

  test('D54 a multi-grad hook runs once all gradients are known, null for those not reached', () => {
    const [a, b, c] = [leaf(2), leaf(3), leaf(4)];
    const m = mul(a, b);
    const all: unknown[] = [];
    const any: unknown[] = [];
    autograd.registerMultiGradHook([a, m, c], (list: readonly (Tensor | null)[]) => {
      all.push(list.map((g) => g?.item() ?? null));
    });
    const handle = autograd.registerMultiGradHook([a, m, c], (g: Tensor) => void any.push(g.item()), { mode: 'any' });
    const y = m.square();
    y.backward(null, { retainGraph: true });
    handle.remove();
    y.backward();
    expect(all).toEqual([
      [36, 12, null],
      [36, 12, null],
    ]);
    expect(any).toEqual([12]);
  });

  test('N61 an error in a hook keeps its message and leaves the engine usable', () => {
    const x = leaf(3);
    const handle = x.registerHook(() => {
      throw new RangeError('mine');
    });
    expect(() => x.square().backward()).toThrow(new RangeError('mine'));
    handle.remove();
    x.square().backward();
    expect([x.grad!.item(), x.square().requiresGrad]).toEqual([6, true]);
  });

  test('A23 backward may be called inside a hook, where enableGrad records', () => {
    const [z, w] = [leaf(3), leaf(5)];
    z.registerHook(() => {
      enableGrad(() => w.square()).backward();
      return undefined;
    });
    z.square().backward();
    expect([z.grad!.item(), w.grad!.item()]).toEqual([6, 10]);
  });
});

describe('the graph', () => {
  test('D55 gradFn has a name and nextFunctions, which end in AccumulateGrad', () => {
    const x = leaf([1, 2]);
    const y = sum(mul(x.square(), plain([3, 4])));
    const names: string[] = [];
    for (let node = y.gradFn; node; node = node.nextFunctions[0]?.[0] ?? null) names.push(node.name);
    expect(names).toEqual(['sum', 'mul', 'square', 'AccumulateGrad']);
    expect(x.gradFn).toBe(null);
    expect(y.gradFn!.nextFunctions[0]![0].nextFunctions[1]).toBe(null);
    expect(y.gradFn).toBe(y.gradFn);
  });

  test('D55 node hooks see and replace cotangents before and after the pullback', () => {
    const x = leaf(3);
    const y = x.square();
    const seen: unknown[] = [];
    y.gradFn!.registerPrehook(([gy]) => [mul(gy!, 2)]);
    y.gradFn!.registerHook(([gx], [gy]) => {
      seen.push([gx!.item(), gy!.item()]);
      return [mul(gx!, 10)];
    });
    y.backward();
    expect([seen, x.grad!.item()]).toEqual([[[12, 2]], 120]);
    const z = x.square();
    z.gradFn!.registerHook(() => []);
    expect(() => z.backward()).toThrow('gradFn.registerHook: the hook returned 0 cotangents in place of 1 cotangents.');
  });

  test('D56 saved values are readable until freed', () => {
    const x = leaf(3);
    const y = x.square();
    const { gradFn } = y;
    expect(gradFn!.savedTensors.x[0]!.item()).toBe(3);
    y.backward();
    expect(() => gradFn!.savedTensors).toThrow(GraphFreedError);
  });

  test('D56 an operation linear in its variable does not keep it', () => {
    const x = leaf([1, 2]);
    expect(mul(x, plain([3, 4])).gradFn!.savedTensors.x.map((v) => v?.toArray() ?? null)).toEqual([null, [3, 4]]);
    expect(add(x, x).gradFn!.savedTensors).toEqual({ x: [null, null], y: [] });
  });
});

describe('savedTensorsHooks', () => {
  const text = {
    pack: (x: Tensor): string => JSON.stringify(x.toArray()),
    unpack: (s: string): Tensor => tensor(JSON.parse(s), { dtype: 'float64' }),
  };

  test('D58 packs at save and unpacks at use', () => {
    const x = leaf([1, 2]);
    const log: string[] = [];
    const y = autograd.savedTensorsHooks(
      (v) => {
        log.push('pack');
        return text.pack(v);
      },
      (s) => {
        log.push('unpack');
        return text.unpack(s);
      },
      () => sum(exp(mul(x, 2))),
    );
    const packs = log.length;
    y.backward();
    expect(log.slice(0, packs).every((step) => step === 'pack')).toBe(true);
    expect(log.length).toBe(2 * packs);
    expect(x.grad!.toArray()).toEqual([2 * Math.exp(2), 2 * Math.exp(4)]);
  });

  test('D58 the inner pair wins, and the outer one is back afterwards', () => {
    const x = leaf(3);
    const used: string[] = [];
    const hooks = (name: string) => {
      const pack = (v: Tensor): Tensor => {
        used.push(name);
        return v;
      };
      return [pack, (v: Tensor) => v] as const;
    };
    autograd.savedTensorsHooks(...hooks('a'), () => {
      x.square();
      autograd.savedTensorsHooks(...hooks('b'), () => x.square());
      x.square();
    });
    x.square();
    expect([...new Set(used)]).toEqual(['a', 'b']);
    expect(used.lastIndexOf('a')).toBeGreaterThan(used.lastIndexOf('b'));
  });

  test('D58 unpack must give back the shape and dtype', () => {
    const y = autograd.savedTensorsHooks(
      () => 0,
      () => plain([1, 2]),
      () => leaf(3).square(),
    );
    expect(() => y.backward()).toThrow(
      'unpack returned a float64 tensor of shape [2], expected a float64 tensor of shape []',
    );
  });

  test('D59 second derivatives go through packed values', () => {
    const x = leaf([1, 2]);
    const y = autograd.savedTensorsHooks(text.pack, text.unpack, () => sum(mul(x.square(), exp(x))));
    const [g] = autograd.grad(y, x, { createGraph: true });
    const [h] = autograd.grad(sum(g!), x);
    const expected = [1, 2].map((v) => (v * v + 4 * v + 2) * Math.exp(v)); // (x² eˣ)''
    for (const [i, v] of (h!.toArray() as number[]).entries()) expect(v).toBeCloseTo(expected[i]!, 10);
  });
});

describe('anomaly mode', () => {
  test('D57 the first NaN in backward raises with the operation and the line of its forward call', () => {
    const x = leaf([0, 1]);
    const run = (): void =>
      autograd.detectAnomaly(() => {
        const y = sum(mul(sqrt(x), mul(log(x), 0))); // ∞ · 0
        y.backward();
      });
    expect(run).toThrow(AnomalyError);
    expect(run).toThrow(
      /^\w+: its backward gave NaN in the gradient of input \d of shape \[2\]\.\n.*called at .*hooks\.test\.ts:\d+:\d+/,
    );
  });

  test('D57 without NaN nothing happens, and checkNan: false is the off switch', () => {
    const x = leaf([0, 1]);
    autograd.detectAnomaly(() => sum(square(x)).backward());
    autograd.detectAnomaly(() => sum(mul(sqrt(x), mul(log(x), 0))).backward(), { checkNan: false });
    expect(Number.isNaN((x.grad!.toArray() as number[])[0])).toBe(true);
  });

  test('D57 a forward call outside anomaly mode: the message says so', () => {
    const x = leaf([0, 1]);
    const y = sum(mul(sqrt(x), mul(log(x), 0)));
    expect(() => autograd.detectAnomaly(() => y.backward())).toThrow(
      /run the forward pass inside detectAnomaly as well/,
    );
  });
});
