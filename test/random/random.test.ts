// Samples have the distributions they claim (fixed keys, so the tests cannot fail by chance), pass through transforms, and
// refuse arguments that make no sense.
import { describe, expect, it } from 'vitest';
import { grad, type Tensor, tensor, vmap } from '../../src/index.ts';
import { erf } from '../../src/ops/erf.ts';
import * as random from '../../src/random/index.ts';
import { jit } from '../../src/transforms/staging.ts';

const key = random.key(2024);
const n = 20000;
const dtype = 'float64';
const list = (x: Tensor): number[] => [...x.toTypedArray()];

/** The Kolmogorov-Smirnov distance to a distribution function; 1.95/√n is exceeded with probability 0.1 %. */
function distance(samples: number[], distribution: (x: number) => number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, i) => Math.max(Math.abs(distribution(x) - i / n), Math.abs(distribution(x) - (i + 1) / n))),
  );
}
const normalDistribution = (x: number): number => (1 + (erf(tensor(x / Math.SQRT2, { dtype })).item() as number)) / 2;
const bound = 1.95 / Math.sqrt(n);

describe('distributions', () => {
  const a = normalDistribution(-0.5);
  const b = normalDistribution(1.5);
  it.each<[string, Tensor, (x: number) => number]>([
    ['uniform', random.uniform(key, [n], { dtype }), (x) => x],
    ['uniform float32', random.uniform(key, [n]), (x) => x],
    ['uniform between', random.uniform(key, [n], { low: -2, high: 3 }), (x) => (x + 2) / 5],
    ['normal', random.normal(key, [n]), normalDistribution],
    ['normal loc scale', random.normal(key, [n], { loc: 3, scale: 2 }), (x) => normalDistribution((x - 3) / 2)],
    ['exponential', random.exponential(key, [n], { scale: 2 }), (x) => 1 - Math.exp(-x / 2)],
    ['gumbel', random.gumbel(key, [n]), (x) => Math.exp(-Math.exp(-x))],
    ['truncatedNormal', random.truncatedNormal(key, -0.5, 1.5, [n]), (x) => (normalDistribution(x) - a) / (b - a)],
  ])('%s', (_name, samples, distribution) => {
    expect(distance(list(samples), distribution)).toBeLessThan(bound);
  });

  it('normal samples have the moments 0, 1, 0, 3', () => {
    const x = list(random.normal(key, [n], { dtype }));
    const moment = (k: number): number => x.reduce((sum, v) => sum + v ** k, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  it('every bit is set half of the time', () => {
    const words = list(random.bits(key, [n]));
    for (let bit = 0; bit < 32; bit++) {
      const set = words.filter((w) => (w >>> bit) & 1).length;
      expect(Math.abs(set / n - 0.5)).toBeLessThan(2 / Math.sqrt(n));
    }
  });

  it('bernoulli, categorical, randint and choice have their frequencies', () => {
    const frequencies = (x: Tensor, size: number): number[] => {
      const counts = new Array<number>(size).fill(0);
      for (const v of list(x)) counts[v]! += 1 / n;
      return counts;
    };
    const expectNear = (actual: number[], expected: number[]): void => {
      actual.forEach((f, i) => void expect(Math.abs(f - expected[i]!)).toBeLessThan(2.2 / Math.sqrt(n)));
    };
    const p = [0.1, 0.2, 0.3, 0.4];
    const logits = tensor(p.map(Math.log));
    expectNear(frequencies(random.bernoulli(key, 0.3, [n]), 2), [0.7, 0.3]);
    expectNear(frequencies(random.categorical(key, logits, { shape: [n] }), 4), p);
    expectNear(frequencies(random.choice(key, 4, { shape: [n], p: tensor(p) }), 4), p);
    expectNear(frequencies(random.randint(key, [n], 0, 5), 5), [0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  it('randint is even over wide ranges too, where 32 bits would not be', () => {
    const span = 3 * 2 ** 30;
    const x = list(random.randint(key, [n], -(2 ** 31), -(2 ** 31) + span));
    expect(distance(x, (v) => (v + 2 ** 31) / span)).toBeLessThan(bound);
  });

  it('each key of a split has its own numbers', () => {
    const [a, b] = random.split(key).map((k) => list(random.normal(k!, [n], { dtype })));
    const correlation = a!.reduce((sum, v, i) => sum + v * b![i]!, 0) / n;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(n));
  });
});

describe('permutations', () => {
  it('hold every integer once', () => {
    for (const size of [0, 1, 2, 100]) {
      expect(list(random.permutation(key, size)).sort((a, b) => a - b)).toEqual([...new Array(size).keys()]);
    }
  });
  it('of three are equally likely', () => {
    const counts = new Map<string, number>();
    for (const k of random.split(key, 1200)) {
      const order = list(random.permutation(k, 3)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60);
  });
  it('reorder a tensor along an axis', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const order = list(random.permutation(key, 3));
    expect(random.permutation(key, x, { axis: 1 }).toArray()).toEqual([
      order.map((i) => i + 1),
      order.map((i) => i + 4),
    ]);
  });
  it('choice without replacement repeats nothing and follows the weights', () => {
    const p = tensor([0.7, 0.1, 0.1, 0.1, 0]);
    const draws = random.split(key, 200).map((k) => list(random.choice(k, 5, { shape: [3], replace: false, p })));
    for (const draw of draws) expect(new Set(draw).size).toBe(3);
    expect(draws.some((draw) => draw.includes(4))).toBe(false);
    expect(draws.filter((draw) => draw[0] === 0).length).toBeGreaterThan(120);
  });
});

describe('transforms', () => {
  const samplers: Record<string, (k: Tensor) => Tensor> = {
    uniform: (k) => random.uniform(k, [3], { low: -1, high: 2 }),
    normal: (k) => random.normal(k, [3], { dtype }),
    truncatedNormal: (k) => random.truncatedNormal(k, -1, 1, [3]),
    exponential: (k) => random.exponential(k, [3]),
    gumbel: (k) => random.gumbel(k, [3]),
    bits: (k) => random.bits(k, [3]),
    bernoulli: (k) => random.bernoulli(k, 0.4, [3]),
    categorical: (k) => random.categorical(k, tensor([0, 1, 2]), { shape: [3] }),
    randint: (k) => random.randint(k, [3], 0, 1000),
    permutation: (k) => random.permutation(k, 4),
    split: (k) => random.split(k, 2, { stacked: true }),
    foldIn: (k) => random.foldIn(k, 3),
    choice: (k) => random.choice(k, 5, { shape: [2], replace: false }),
  };
  // Compiled exponentials and logarithms may differ from the reference in the last digits; everything else is exact.
  const transcendental = new Set(['normal', 'truncatedNormal', 'exponential', 'gumbel']);
  const largestGap = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((v, i) => Math.abs(v - b[i]!) / Math.max(1, Math.abs(v))));
  it.each(Object.entries(samplers))('%s: jit gives the same numbers, vmap those of each key', (name, draw) => {
    const eager = draw(key).toArray();
    const compiled = jit(draw)(key).toArray();
    if (transcendental.has(name)) expect(largestGap(eager, compiled)).toBeLessThanOrEqual(3e-7);
    else expect(compiled).toEqual(eager);
    const keys = random.split(key, 3);
    const batch = vmap(draw)(random.split(key, 3, { stacked: true })) as Tensor;
    expect(batch.toArray()).toEqual(keys.map((k) => draw(k).toArray()));
  });

  it('gradients flow through loc and scale: y = loc + scale ε', () => {
    const mean = (loc: Tensor, scale: Tensor): Tensor => random.normal(key, [100], { loc, scale, dtype }).mean();
    const [dLoc, dScale] = grad(mean, { argnums: [0, 1] })(tensor(1, { dtype }), tensor(2, { dtype })) as Tensor[];
    expect(dLoc!.item()).toBeCloseTo(1, 14);
    expect(dScale!.item()).toBeCloseTo(random.normal(key, [100], { dtype }).mean().item() as number, 14);
  });

  it('keys under a float function are constants', () => {
    const f = (x: Tensor): Tensor => x.mul(random.normal(key, [3], { dtype })).sum();
    const x = tensor([1, 2, 3], { dtype });
    expect((grad(f)(x) as Tensor).toArray()).toEqual(random.normal(key, [3], { dtype }).toArray());
  });
});

describe('rand and randn', () => {
  it('repeat with a seed and after setSeed, and differ without', () => {
    expect(random.randn([3], { seed: 5 }).toArray()).toEqual(random.normal(random.key(5), [3]).toArray());
    random.setSeed(1);
    const first = [random.rand([2]), random.randn([2])].map((x) => x.toArray());
    const second = [random.rand([2]), random.randn([2])].map((x) => x.toArray());
    expect(first).not.toEqual(second);
    random.setSeed(1);
    expect([random.rand([2]), random.randn([2])].map((x) => x.toArray())).toEqual(first);
  });
  it('take a dtype', () => {
    expect(random.randn([2], { dtype: 'float64' }).dtype).toBe('float64');
    expect(random.rand().shape).toEqual([]);
  });
});

describe('errors', () => {
  const cases: [() => unknown, string][] = [
    [() => random.key(0.5), 'random.key: the seed must be an integer, got 0.5.'],
    [() => random.normal(3 as never, [2]), 'random.normal: expected a key, got a number.'],
    [() => random.normal(tensor([1, 2]), [2]), 'random: the key has dtype float32, expected int32.'],
    [() => random.normal(random.split(key, 3, { stacked: true }), [2]), 'expected one key of shape [2], got [3,2].'],
    [() => random.uniform(key, [2], { low: 1, high: 1 }), 'random.uniform: low 1 must be less than high 1.'],
    [() => random.uniform(key, [2], { max: 1 } as never), "random.uniform: unknown option 'max'."],
    [() => random.uniform(key, [2], { dtype: 'int32' }), 'random.uniform: dtype int32 is not a float dtype.'],
    [() => random.uniform(key, 3 as never), 'random.uniform: a shape is a list of sizes, got'],
    [() => random.normal(key, [2], { scale: -1 }), 'random.normal: scale -1 must not be negative.'],
    [() => random.normal(key, [], { loc: tensor([1, 2]) }), 'does not fit samples []'],
    [() => random.bernoulli(key, 1.5), 'random.bernoulli: the probability 1.5 is not between 0 and 1.'],
    [() => random.bernoulli(key, tensor([0.5, Number.NaN])), 'the probability NaN is not between 0 and 1.'],
    [() => random.randint(key, [2], 3, 3), 'random.randint: low 3 must be less than high 3.'],
    [() => random.randint(key, [2], 0, 2 ** 40), 'random.randint: high must be an int32 number'],
    [() => random.truncatedNormal(key, 1, 0), 'random.truncatedNormal: lower 1 must be less than upper 0.'],
    [() => random.choice(key, 3, { shape: [4], replace: false }), 'cannot draw 4 of 3 entries without replacement.'],
    [() => random.choice(key, 0, { shape: [1] }), 'random.choice: cannot draw 1 of 0 entries.'],
    [() => random.choice(key, 3, { p: tensor([1, 2]) }), 'the probabilities have shape [2], expected [3].'],
    [() => random.categorical(key, tensor([[1, 2]]), { shape: [3] }), 'does not end with [1]'],
    [() => random.split(key, 1.5), 'expected a number of samples'],
  ];
  it.each(cases)('%#', (f, message) => {
    expect(f).toThrow(message);
  });
});
