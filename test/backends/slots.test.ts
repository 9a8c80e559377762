// What stays in linear memory between runs: results that are fed back, arguments that come again, donated ones. Whatever a
// program does with the slots, every tensor keeps its elements until it is donated.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { link, planProgram } from '../../src/backends/wasm/program.ts';
import { Regions } from '../../src/backends/wasm/regions.ts';
import { Kept, slotsOf } from '../../src/backends/wasm/slots.ts';
import { DonatedTensorError } from '../../src/errors.ts';
import {
  arange,
  grad,
  jit,
  optim,
  random,
  setBackend,
  type Tensor,
  take,
  tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { exp } from '../../src/ops/exponential.ts';
import { matmul } from '../../src/ops/products.ts';
import { type DenseTensor, dense } from '../../src/tensor/tensor.ts';
import { traced } from '../compile/compare.ts';

type Function = Parameters<typeof traced>[0];

/** Compiles with slots for everything, however small. */
function compiler(arena = new Arena()) {
  return (f: Function, x: readonly DenseTensor[]) => link(arena, planProgram(traced(f, x), undefined, 0, 1)!);
}

const numbers = (n: number, first = 0): DenseTensor =>
  dense(
    'float32',
    [n],
    Float32Array.from({ length: n }, (_, i) => first + i),
  );
const matrix = (...x: [number, number, number, number]): DenseTensor => dense('float32', [2, 2], Float32Array.from(x));
const list = (x: DenseTensor): number[] => [...x.values()];
const slotOf = (arena: Arena, x: DenseTensor) => (x.kept instanceof Kept ? x.kept.in(slotsOf(arena)) : undefined);

describe('results', () => {
  it('stay where they are until somebody reads them, and keep their elements when the program runs again', () => {
    const arena = new Arena();
    const x = numbers(10);
    const run = compiler(arena)((v) => [add(v!, 1)], [x]);
    const results = Array.from({ length: 8 }, (_, k) => run([numbers(10, k)])![0]!);
    expect(slotOf(arena, results[7]!)).toBeDefined();
    results.forEach((y, k) => {
      expect(list(y)).toEqual(list(numbers(10, k + 1)));
    });
  });

  it('are read in place when they are fed back', () => {
    const arena = new Arena();
    const run = compiler(arena)((v) => [mul(v!, 2)], [numbers(5)]);
    const history = [run([numbers(5)])![0]!];
    for (let k = 0; k < 6; k++) history.push(run([history.at(-1)!])![0]!);
    history.forEach((y, k) => {
      expect(list(y)).toEqual([0, 1, 2, 3, 4].map((i) => i * 2 ** (k + 1)));
    });
    // Two slots are enough: one to read, one to write.
    expect(arena.memory.buffer.byteLength).toBeLessThan(3 << 20);
  });

  it('of one buffer share it: views of a result, and results that are views', () => {
    const arena = new Arena();
    const compile = compiler(arena);
    const run = compile((a) => [exp(a!), exp(a!).t()], [matrix(0, 1, 2, 3)]);
    const [y, yt] = run([matrix(0, 1, 2, 3)]) as [DenseTensor, DenseTensor];
    expect(slotOf(arena, y)).toBe(slotOf(arena, yt));
    const row = y.at(1) as DenseTensor;
    run([matrix(9, 9, 9, 9)]);
    run([matrix(9, 9, 9, 9)]);
    expect(list(row)).toEqual([2, 3].map((v) => Math.fround(Math.exp(v))));
    expect(list(yt)).toEqual([0, 2, 1, 3].map((v) => Math.fround(Math.exp(v))));
  });

  it('of one program are arguments of another, also as a transposed view', () => {
    const compile = compiler();
    const a = matrix(1, 2, 3, 4);
    const double = compile((x) => [mul(x!, 2)], [a]);
    const product = compile((x, y) => [matmul(x!, y!)], [a, a]);
    const [b] = double([a]) as [DenseTensor];
    const [c] = product([b, b.t() as DenseTensor]) as [DenseTensor];
    expect(list(c)).toEqual([20, 44, 44, 100]);
  });
});

describe('arguments', () => {
  it('that come again and again are kept, and others are not', () => {
    const arena = new Arena();
    const run = compiler(arena)((x, y) => [add(x!, y!)], [numbers(4), numbers(4)]);
    const same = numbers(4);
    for (let k = 0; k < 6; k++) {
      const other = numbers(4, k);
      expect(list(run([same, other])![0]!)).toEqual([k, k + 2, k + 4, k + 6]);
      expect(slotOf(arena, other)).toBeUndefined();
    }
    expect(slotOf(arena, same)).toBeDefined();
  });

  it('may be views of a kept storage', () => {
    const arena = new Arena();
    const run = compiler(arena)((x) => [mul(x!, 10)], [numbers(2)]);
    const whole = run([numbers(2)])![0]!;
    const last = whole.view([1], [1], 1);
    const single = compiler(arena)((x) => [add(x!, 1)], [last]);
    expect(list(single([last])![0]!)).toEqual([11]);
  });

  it('of the tape that an optimizer assigns to are seen as they are', () => {
    const w = tensor(new Float32Array(5000).fill(1), { requiresGrad: true });
    const x = tensor(new Float32Array(5000).fill(2));
    const f = jit((w: Tensor, x: Tensor) => w.mul(x).sum());
    const sgd = new optim.SGD([w], { lr: 0.5 });
    for (let k = 0; k < 8; k++) {
      const detached = w.detach();
      expect(f(detached, x).item()).toBe(5000 * 2 * (1 - k));
      sgd.zeroGrad();
      w.mul(x).sum().backward();
      sgd.step();
    }
  });
});

describe.each(['wasm', 'js'] as const)('donated arguments on %s', (backend) => {
  const using = (f: () => void) => () => {
    setBackend(backend);
    try {
      f();
    } finally {
      setBackend('wasm');
    }
  };
  const large = (value: number) => tensor(new Float32Array(6000).fill(value));

  it(
    'are gone after the call, and their results are right',
    using(() => {
      const step = jit((w: Tensor, x: Tensor) => w.sub(x.mul(0.5)), { donateArgnums: 0 });
      const x = large(2);
      let w: Tensor = large(10);
      for (let k = 1; k < 8; k++) {
        const before = w;
        w = step(w, x);
        expect(() => before.toArray()).toThrow(DonatedTensorError);
        expect(() => step(before, x)).toThrow(
          'tensor: the elements were donated to a jitted function and are gone.\n  hint: use what the function returned, or leave the argument out of donateArgnums',
        );
      }
      expect(w.at(0).item()).toBe(3);
      expect(x.at(0).item()).toBe(2);
    }),
  );

  it(
    'may be trees, and be returned as they are',
    using(() => {
      type Params = { a: Tensor; b: Tensor };
      const step = jit(({ a, b }: Params, k: Tensor) => ({ a: a.add(k), b }), { donateArgnums: 0 });
      let p: Params = { a: large(0), b: large(7) };
      const first = p.b;
      for (let k = 0; k < 5; k++) p = step(p, tensor(1));
      expect([p.a.at(5).item(), p.b.at(5).item()]).toEqual([5, 7]);
      expect(() => first.at(0).item()).toThrow(DonatedTensorError);
    }),
  );

  it(
    'stay where a transform outside or the tape needs them',
    using(() => {
      const f = jit((w: Tensor, x: Tensor) => w.mul(x).sum(), { donateArgnums: [0] });
      const w = large(3);
      expect(
        grad((x: Tensor) => f(w, x))(large(1))
          .at(0)
          .item(),
      ).toBe(3);
      expect(w.at(0).item()).toBe(3);
      const leaf = tensor(new Float32Array(6000).fill(3), { requiresGrad: true });
      f(leaf, large(1)).backward();
      expect(leaf.at(0).item()).toBe(3);
      expect(leaf.grad!.at(0).item()).toBe(1);
    }),
  );

  it(
    'may be the same tensor twice',
    using(() => {
      const f = jit((a: Tensor, b: Tensor) => [a.add(1), b.add(a)], { donateArgnums: [0, 1] });
      for (let k = 0; k < 5; k++) {
        const x = large(k);
        const [y, z] = f(x, x) as [Tensor, Tensor];
        const [again] = f(y, y) as [Tensor];
        expect([again.at(0).item(), z.at(0).item()]).toEqual([k + 2, 2 * k]);
      }
    }),
  );
});

describe('donation', () => {
  it('updates in place where a walk reads and writes the same elements', () => {
    const arena = new Arena();
    const run = compiler(arena)((w, g) => [add(w!, mul(g!, 0.5))], [numbers(6), numbers(6)]);
    let w = run([numbers(6), numbers(6)], [true, false])![0]!;
    const { address } = slotOf(arena, w)!;
    for (let k = 0; k < 5; k++) {
      w = run([w, numbers(6)], [true, false])![0]!;
      expect(slotOf(arena, w)!.address).toBe(address);
    }
    expect(list(w)).toEqual([0, 4, 8, 12, 16, 20]);
  });

  it('updates in place in programs that threads could share', () => {
    const arena = new Arena();
    const [w0, g] = [numbers(2e5), numbers(2e5)];
    const run = makeBackend(arena).compile(traced((w, g) => [add(w!, exp(g!))], [w0, g]))!;
    let w = run([w0, g], [true, false])![0]!;
    const { address } = slotOf(arena, w)!;
    for (let k = 0; k < 3; k++) {
      w = run([w, g], [true, false])![0]!;
      expect(slotOf(arena, w)!.address).toBe(address);
    }
  });

  it('does not write over what is read in another order, or later', () => {
    const arena = new Arena();
    const compile = compiler(arena);
    const a = matrix(1, 2, 3, 4);
    const flipped = compile((x) => [add(x!, x!.t())], [a]);
    const later = compile((x) => [add(x!, 1), matmul(x!, x!)], [a]);
    const both = compile((x, y) => [add(x!, y!), mul(x!, y!)], [a, a]);
    const kept = () => compile((x) => [mul(x!, 1.5)], [a])([a])![0]!;
    for (let k = 0; k < 3; k++) {
      expect(list(flipped([kept()], [true])![0]!)).toEqual([3, 7.5, 7.5, 12]);
      const [more, product] = later([kept()], [true]) as [DenseTensor, DenseTensor];
      expect([list(more), list(product)]).toEqual([
        [2.5, 4, 5.5, 7],
        [15.75, 22.5, 33.75, 49.5],
      ]);
      const [sum, mixed] = both([kept(), kept()], [true, true]) as [DenseTensor, DenseTensor];
      expect([list(sum), list(mixed)]).toEqual([
        [3, 6, 9, 12],
        [2.25, 9, 20.25, 36],
      ]);
    }
  });

  it('leaves no wrong numbers behind a call that fails', () => {
    const step = jit((w: Tensor, i: Tensor) => [w.add(1), take(w, i)], { donateArgnums: 0 });
    const w = step(tensor(new Float32Array(6000)), tensor([0], { dtype: 'int32' }))[0] as Tensor;
    expect(() => step(w, tensor([6000], { dtype: 'int32' }))).toThrow('out of range');
    let seen: unknown;
    try {
      seen = w.at(0).item();
    } catch (error) {
      seen = error;
    }
    expect(seen === 1 || seen instanceof DonatedTensorError).toBe(true);
  });

  it('trains as without it', () => {
    const [k1, k2] = random.split(random.key(3)) as Tensor[];
    const x = random.normal(k1!, [64, 100]);
    const y = random.normal(k2!, [64, 60]);
    const loss = (w: Tensor, x: Tensor, y: Tensor) => x.matmul(w).sub(y).square().mean();
    const adam = optim.adam({ lr: 0.01 });
    type State = ReturnType<typeof adam.init>;
    const step = (w: Tensor, state: State, x: Tensor, y: Tensor) => {
      const [value, gradient] = valueAndGrad(loss)(w, x, y);
      return [value, ...adam.update(gradient, state, w)] as const;
    };
    const trained = (run: typeof step) => {
      let w = tensor(new Float32Array(6000), { shape: [100, 60] }) as Tensor;
      let state = adam.init(w);
      const values: number[] = [];
      for (let k = 0; k < 30; k++) {
        const [value, next, after] = run(w, state, x, y);
        values.push(value.item());
        [w, state] = [next as Tensor, after];
      }
      return [values, w.toArray()];
    };
    expect(trained(jit(step, { donateArgnums: [0, 1] }))).toEqual(trained(jit(step)));
  });

  it('refuses positions that are none, or static', () => {
    const x = tensor([1]);
    expect(() => jit((x: Tensor) => x.add(1), { donateArgnums: 1 })(x)).toThrow(
      'jit: donateArgnums 1 is out of range for a call with 1 argument.',
    );
    const both = jit((n: number, x: Tensor) => x.add(n), { staticArgnums: 0, donateArgnums: [0, 1] });
    expect(() => both(1, x)).toThrow(
      'jit: argument 0 is both in staticArgnums and in donateArgnums.\n  hint: a static argument is a value that stays the same, so it cannot be given away',
    );
  });
});

describe('slots', () => {
  it('make room where memory is short, and no tensor loses its elements', () => {
    const arena = new Arena(40); // 2.5 MiB
    const compile = compiler(arena);
    const n = 40_000;
    const runs = [1, 2, 3, 4, 5, 6, 7, 8].map((k) => compile((x) => [mul(x!, k + 1)], [numbers(n)]));
    const results = runs.flatMap((run) => [run([numbers(n)])![0]!, run([numbers(n)])![0]!]);
    results.forEach((y, i) => {
      expect(y.values()[n - 1]).toBe((n - 1) * (2 + Math.floor(i / 2)));
    });
  });

  it('are not taken by a run inside of a run', () => {
    const inner = jit((x: Tensor) => x.mul(3));
    const x = tensor(new Float32Array(8000).fill(2));
    let seen: number[] = [];
    const outer = jit((x: Tensor) => x.add(1).matmul(arange(8000).to('float32')).add(x.sum()));
    for (let k = 0; k < 5; k++) {
      const y = inner(x);
      seen = [outer(y).item(), y.at(7).item()];
    }
    expect(seen).toEqual([7 * ((8000 * 7999) / 2) + 48_000, 6]);
  });
});

describe('Regions', () => {
  it('hands out pieces that do not overlap, and joins what is given back', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(0)), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (steps, picks) => {
        const regions = new Regions();
        regions.give(1000, 500);
        const taken: [number, number][] = [];
        for (const bytes of steps) {
          if (bytes > 0) {
            const at = regions.take(bytes);
            if (at !== undefined) taken.push([at, bytes]);
          } else if (taken.length > 0) {
            const pick = picks.next().value! % taken.length;
            regions.give(...taken.splice(pick, 1)[0]!);
          }
          const order = [...taken].sort((a, b) => a[0] - b[0]);
          order.forEach(([at, bytes], i) => {
            expect(at).toBeGreaterThanOrEqual(1000);
            expect(at + bytes).toBeLessThanOrEqual(order[i + 1]?.[0] ?? 1500);
          });
        }
        for (const piece of taken) regions.give(...piece);
        expect(regions.take(500)).toBe(1000);
      }),
    );
  });
});
