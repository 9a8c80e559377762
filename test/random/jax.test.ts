// Keys, bits and samples equal those of JAX for the same seeds, and Threefry its published known answers.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stack, type Tensor, tensor, vmap } from '../../src/index.ts';
import * as random from '../../src/random/index.ts';
import { encrypt } from '../../src/random/threefry.ts';

const jax = JSON.parse(readFileSync(new URL('./fixtures/jax.json', import.meta.url), 'utf8'));
const key = random.key(42);
const dtype = 'float64';
const logits = tensor([Math.log(0.1), Math.log(0.2), Math.log(0.3), Math.log(0.4)], { dtype });

const ulps = (a: number, b: number, digits: number): number =>
  Math.abs(a - b) / (Math.abs(b) * 2 ** -digits + 2 ** -1000);

function expectWithin(x: Tensor, expected: readonly number[], count: number, digits = 52): void {
  const actual = x.toArray() as number[];
  expect(Math.max(...actual.map((v, i) => ulps(v, expected[i]!, digits)))).toBeLessThanOrEqual(count);
  expect(actual.length).toBe(expected.length);
}

describe('threefry2x32-20 gives the known answers of Random123', () => {
  const cases = [
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ] as const;
  it.each(cases)('key %i %i counter %i %i', (k0, k1, c0, c1, r0, r1) => {
    const out = new Int32Array(2);
    encrypt(k0 | 0, k1 | 0, c0 | 0, c1 | 0, out, 0);
    expect([...new Uint32Array(out.buffer)]).toEqual([r0, r1]);
  });
});

describe('equal to jax.random', () => {
  it('key', () => {
    for (const [seed, words] of jax.keys) expect(random.key(seed).toArray()).toEqual(words);
  });
  it('split, as a list and stacked', () => {
    expect(random.split(key, 5).map((k) => k.toArray())).toEqual(jax.split);
    expect(random.split(key, 5, { stacked: true }).toArray()).toEqual(jax.split);
  });
  it('foldIn', () => {
    for (const [data, words] of jax.foldIn) {
      expect(random.foldIn(key, data).toArray()).toEqual(words);
      expect(random.foldIn(key, tensor(data, { dtype: 'int32' })).toArray()).toEqual(words);
    }
  });
  it('bits, also of a batch of keys', () => {
    expect(random.bits(key, [3, 4]).toArray()).toEqual(jax.bits);
    const keys = random.split(random.key(7), 3, { stacked: true });
    expect(vmap((k: Tensor) => random.bits(k, [4]))(keys).toArray()).toEqual(jax.bitsOfKeys);
    expect(stack(random.split(random.key(7), 3).map((k) => random.bits(k, [4]))).toArray()).toEqual(jax.bitsOfKeys);
  });
  it('uniform, exactly', () => {
    expect(random.uniform(key, [2, 5]).toArray()).toEqual(jax.uniform32);
    expect(random.uniform(key, [2, 5], { dtype }).toArray()).toEqual(jax.uniform64);
  });
  it('uniform between bounds, to rounding', () => {
    expectWithin(random.uniform(key, [8], { dtype, low: -3, high: 5 }), jax.uniformBetween, 4);
  });
  it('normal, to the accuracy of erfinv there', () => {
    expectWithin(random.normal(key, [10]), jax.normal32, 8, 23);
    expectWithin(random.normal(key, [10], { dtype }), jax.normal64, 64);
  });
  it('truncatedNormal, exponential, gumbel', () => {
    expectWithin(random.truncatedNormal(key, -1, 2, [10], { dtype }), jax.truncatedNormal, 256);
    expectWithin(random.exponential(key, [10], { dtype }), jax.exponential, 4);
    expectWithin(random.gumbel(key, [10], { dtype }), jax.gumbel, 16);
  });
  it('bernoulli', () => {
    expect((random.bernoulli(key, 0.3, [20]).toArray() as boolean[]).map(Number)).toEqual(jax.bernoulli);
  });
  it('categorical, along any axis', () => {
    expect(random.categorical(key, logits, { shape: [20] }).toArray()).toEqual(jax.categorical);
    const rows = stack([logits, logits.flip()], 1);
    expect(random.categorical(key, rows, { axis: 0 }).toArray()).toEqual(jax.categoricalRows);
  });
  it('randint up to 65536 values', () => {
    for (const [low, high, values] of jax.randint) {
      if (high - low <= 65536) expect(random.randint(key, [12], low, high).toArray()).toEqual(values);
    }
  });
  it('permutation, and choice without replacement', () => {
    expect(random.permutation(key, 20).toArray()).toEqual(jax.permutation);
    expect(random.choice(key, 10, { shape: [6], replace: false }).toArray()).toEqual(jax.choiceWithout);
  });
});
