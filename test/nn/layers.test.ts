import { describe, expect, it } from 'vitest';
import '../../src/transforms/evaluate.ts';
import * as nn from '../../src/nn/index.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { max } from '../../src/ops/extremes.ts';
import { tanh } from '../../src/ops/hyperbolic.ts';
import { sliceAxis } from '../../src/ops/joining.ts';
import { sum } from '../../src/ops/reduction.ts';
import { abs } from '../../src/ops/rounding.ts';
import { key, split } from '../../src/random/keys.ts';
import { ones, tensor, zeros } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { leaves } from '../../src/tensor/tree.ts';
import { grad } from '../../src/transforms/derivatives.ts';
import { vmap } from '../../src/transforms/vmap.ts';
import { matchesPyTorch } from './reference.ts';

type T = Tensor;
const recurrent = (weightIh: T, weightHh: T, biasIh: T, biasHh: T) => ({ weightIh, weightHh, biasIh, biasHh });

/** PyTorch packs the three projections into one matrix. */
function packedAttention(inWeight: T, inBias: T, outWeight: T, outBias: T, x: T): T {
  const part = (i: number) => ({
    weight: sliceAxis(inWeight, 0, 6 * i, 6 * i + 6),
    bias: sliceAxis(inBias, 0, 6 * i, 6 * i + 6),
  });
  const params = { query: part(0), key: part(1), value: part(2), out: { weight: outWeight, bias: outBias } };
  return nn.multiHeadAttention(params, x, { heads: 2 });
}

describe('values and gradients are those of PyTorch', () => {
  matchesPyTorch('layers', {
    rnnCell: (a: T, b: T, c: T, d: T, h: T, x: T) => nn.rnnCell(recurrent(a, b, c, d), h, x),
    lstmCell: (a: T, b: T, c: T, d: T, h: T, cell: T, x: T) => nn.lstmCell(recurrent(a, b, c, d), [h, cell], x),
    gruCell: (a: T, b: T, c: T, d: T, h: T, x: T) => nn.gruCell(recurrent(a, b, c, d), h, x),
    multiHeadAttention: (...x: T[]) => packedAttention(...(x.slice(0, 5) as [T, T, T, T, T])),
  });
});

describe('parameters', () => {
  it('are uniform within 1 / sqrt(inputs) and depend on the key only', () => {
    const { weight, bias } = nn.initLinear(key(1), 400, 50, { dtype: 'float64' });
    expect([weight.shape, bias?.shape, weight.dtype]).toEqual([[50, 400], [50], 'float64']);
    const largest = max(abs(weight)).item() as number;
    expect(largest).toBeLessThanOrEqual(0.05);
    expect(largest).toBeGreaterThan(0.0499);
    expect(nn.initLinear(key(1), 400, 50, { dtype: 'float64' }).weight.toArray()).toEqual(weight.toArray());
    expect(nn.initLinear(key(2), 400, 50, { dtype: 'float64' }).weight.toArray()).not.toEqual(weight.toArray());
    expect(nn.initLinear(key(1), 3, 2, { bias: false })).not.toHaveProperty('bias');
  });

  it('fit the functions they are for', () => {
    const x = ones([2, 3]);
    expect(nn.mlp(nn.initMlp(key(0), [3, 5, 4]), x).shape).toEqual([2, 4]);
    const conv = nn.initConv(key(0), 3, 4, [2, 2]);
    expect(nn.conv2d(ones([1, 3, 3, 3]), conv.weight, { bias: conv.bias }).shape).toEqual([1, 4, 2, 2]);
    expect(nn.multiHeadAttention(nn.initAttention(key(0), 6), ones([2, 4, 6]), { heads: 3 }).shape).toEqual([2, 4, 6]);
    const h = zeros([2, 4]);
    expect(nn.rnnCell(nn.initRecurrent(key(0), 'rnn', 3, 4), h, x).shape).toEqual([2, 4]);
    expect(nn.gruCell(nn.initRecurrent(key(0), 'gru', 3, 4, { bias: false }), h, x).shape).toEqual([2, 4]);
    expect(nn.lstmCell(nn.initRecurrent(key(0), 'lstm', 3, 4), [h, h], x).map((v) => v.shape)).toEqual([
      [2, 4],
      [2, 4],
    ]);
  });

  it('are a tree that grad takes as it is', () => {
    const params = nn.initMlp(key(3), [2, 3, 1]);
    const gradients = grad((p: typeof params) => sum(nn.mlp(p, ones([4, 2]), { activation: tanh as (x: T) => T })))(
      params,
    );
    expect((leaves(gradients) as T[]).map((g) => g.shape)).toEqual([[3, 2], [3], [1, 3], [1]]);
  });
});

describe('dropout', () => {
  const x = ones([2000]);
  it('keeps the mean, and drops the same elements for the same key', () => {
    const y = nn.dropout(x, { p: 0.25, key: key(7) });
    const zeroCount = (y.toArray() as number[]).filter((v) => v === 0).length;
    expect(Math.abs(zeroCount / 2000 - 0.25)).toBeLessThan(0.05);
    expect(max(y).item()).toBeCloseTo(4 / 3, 6);
    expect(nn.dropout(x, { p: 0.25, key: key(7) }).toArray()).toEqual(y.toArray());
    expect(nn.dropout(x, { p: 0.25, key: key(8) }).toArray()).not.toEqual(y.toArray());
    const slope = grad((v: T) => sum(nn.dropout(v, { p: 0.25, key: key(7) })))(x) as T;
    expect(slope.toArray()).toEqual(y.toArray());
  });
  it('is the identity at p = 0 and zero at p = 1, with derivatives', () => {
    const f = (p: number) => grad((v: T) => sum(nn.dropout(v, { p, key: key(0) })))(ones([3])) as T;
    expect(nn.dropout(x, { p: 0, key: key(0) })).toBe(x);
    expect([f(0).toArray(), f(1).toArray()]).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });
  it('drops other elements of every example when mapped over keys', () => {
    const keys = split(key(0), 2, { stacked: true });
    const y = vmap((k: T) => nn.dropout(ones([64]), { key: k }))(keys) as T;
    const [a, b] = y.toArray() as number[][];
    expect(a).not.toEqual(b);
  });
  it('asks for a key', () => {
    expect(() => nn.dropout(x, {} as nn.DropoutOptions)).toThrow('dropout: a random key is needed.');
    expect(() => nn.dropout(x, { p: 2, key: key(0) })).toThrow('dropout: p must be between 0 and 1, got 2.');
  });
});

describe('embedding', () => {
  const table = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  it('adds the gradients of rows that are looked up twice, and leaves out the padding row', () => {
    const index = tensor([0, 2, 0, 1], { dtype: 'int32' });
    const g = grad((w: T) => sum(nn.embedding(index, w, { paddingIdx: 1 })))(table) as T;
    expect(g.toArray()).toEqual([
      [2, 2],
      [0, 0],
      [1, 1],
    ]);
  });
  it('refuses float positions', () => {
    expect(() => nn.embedding(tensor([0, 1]), table)).toThrow(
      'embedding: the index has dtype float32, expected int32.',
    );
  });
});

it('unrolled cells learn through time: the first input has a gradient', () => {
  const p = nn.initRecurrent(key(5), 'lstm', 2, 3, { dtype: 'float64' });
  const f = (first: T): T => {
    let state: [T, T] = [zeros([3], { dtype: 'float64' }), zeros([3], { dtype: 'float64' })];
    for (const x of [first, ones([2], { dtype: 'float64' })]) state = nn.lstmCell(p, state, x);
    return sum(add(state[0], state[1]));
  };
  const x = tensor([0.3, -0.2], { dtype: 'float64' });
  const g = (grad(f)(x) as T).toTypedArray();
  const h = 1e-6;
  const at = (d: number[]) => f(tensor([0.3 + d[0]!, -0.2 + d[1]!], { dtype: 'float64' })).item() as number;
  expect(g[0]).toBeCloseTo((at([h, 0]) - at([-h, 0])) / (2 * h), 7);
  expect(g[1]).toBeCloseTo((at([0, h]) - at([0, -h])) / (2 * h), 7);
});
