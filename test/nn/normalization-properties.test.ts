import { describe, expect, it } from 'vitest';
import '../../src/transforms/evaluate.ts';
import * as nn from '../../src/nn/index.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { mean, sum } from '../../src/ops/reduction.ts';
import { variance } from '../../src/ops/statistics.ts';
import { full, ones, tensor, zeros } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad, jacobian } from '../../src/transforms/derivatives.ts';

const f64 = { dtype: 'float64' } as const;
const values = (x: Tensor): number[] => [...x.toTypedArray()];
const finite = (x: Tensor): boolean => values(x).every(Number.isFinite);
const weights = tensor([1, -2, 3], f64);

describe('normalization', () => {
  it.each<[string, (x: Tensor) => Tensor]>([
    ['layerNorm', (x) => nn.layerNorm(x, [3])],
    ['rmsNorm', (x) => nn.rmsNorm(x, 3)],
    ['normalize', (x) => nn.normalize(x)],
    ['normalize with p = 1', (x) => nn.normalize(x, { p: 1 })],
    ['cosineSimilarity', (x) => nn.cosineSimilarity(x, ones([2, 3], f64))],
  ])('%s of zeros has finite derivatives of order one and two', (_name, f) => {
    const x = zeros([2, 3], f64);
    const loss = (v: Tensor) => {
      const y = f(v);
      return sum(mul(y, y.ndim === 2 ? weights : 1));
    };
    expect(finite(f(x))).toBe(true);
    expect(finite(grad(loss)(x) as Tensor)).toBe(true);
    expect(finite(jacobian((v: Tensor) => grad(loss)(v))(x) as Tensor)).toBe(true);
  });

  it('keeps its digits in float32 far from zero', () => {
    const x = tensor([10000, 10001, 10002]);
    values(nn.layerNorm(x, [3])).forEach((v, i) => {
      expect(v).toBeCloseTo([-1.2247, 0, 1.2247][i]!, 4);
    });
  });

  it('does not change under shifts, so gradients sum to zero', () => {
    const x = tensor(
      [
        [0.3, -1, 2],
        [4, 5, 9],
      ],
      f64,
    );
    const g = grad((v: Tensor) => sum(mul(nn.layerNorm(v, [3]), weights)))(x) as Tensor;
    values(sum(g, 1)).forEach((v) => {
      expect(v).toBeCloseTo(0, 12);
    });
  });

  it('of an empty batch is empty', () => {
    const x = zeros([0, 4, 3]);
    const all = [nn.layerNorm(x, [4, 3]), nn.groupNorm(x, 2), nn.instanceNorm(x), nn.rmsNorm(x, 3), nn.normalize(x)];
    expect(all.map((y) => y.shape)).toEqual(all.map(() => [0, 4, 3]));
  });
});

describe('batchNorm', () => {
  const x = tensor(
    [
      [1, 2],
      [3, 6],
      [5, 1],
    ],
    f64,
  );

  it('gives zero mean and unit variance when training, and moves the running statistics', () => {
    const state = { runningMean: zeros([2], f64), runningVar: ones([2], f64) };
    const [y, m, v] = nn.batchNorm(x, { ...state, training: true, eps: 0 });
    values(mean(y, 0)).forEach((n) => {
      expect(n).toBeCloseTo(0, 14);
    });
    values(variance(y, 0, { correction: 0 })).forEach((n) => {
      expect(n).toBeCloseTo(1, 14);
    });
    expect(values(m).map((n) => +n.toFixed(12))).toEqual([0.3, 0.3]);
    expect(values(v).map((n) => +n.toFixed(12))).toEqual([1.3, 1.6]);
  });

  it('has statistics without a gradient', () => {
    const f = (v: Tensor) => {
      const [, m, s] = nn.batchNorm(v, { training: true });
      return sum(add(m, s));
    };
    expect(new Set(values(grad(f)(x) as Tensor))).toEqual(new Set([0]));
  });

  it('evaluates with what training returned, each example by itself', () => {
    const [, runningMean, runningVar] = nn.batchNorm(x, { training: true });
    const [y, m, v] = nn.batchNorm(x, { runningMean, runningVar });
    expect([m, v]).toEqual([runningMean, runningVar]);
    const first = tensor([[1, 2]], f64);
    expect(values(nn.batchNorm(first, { runningMean, runningVar })[0])).toEqual(values(y).slice(0, 2));
  });

  it('leaves the statistics alone for an empty batch', () => {
    const [y, m] = nn.batchNorm(zeros([0, 2]), { training: true, runningMean: full([2], 3), runningVar: ones([2]) });
    expect([y.shape, m.toArray()]).toEqual([
      [0, 2],
      [3, 3],
    ]);
  });
});

describe('errors of normalization', () => {
  it.each([
    [() => nn.layerNorm(ones([2, 3]), [2]), 'layerNorm: input of shape [2,3] does not end in [2].'],
    [() => nn.layerNorm(ones([2, 3]), {} as number[]), 'layerNorm: the normalized shape is a list of sizes.'],
    [() => nn.layerNorm(ones([2, 3]), [3], { weight: ones([2]) }), 'layerNorm: weight has shape [2], expected [3].'],
    [() => nn.groupNorm(ones([2, 3]), 2), 'groupNorm: 3 channels of shape [2,3] do not make 2 groups.'],
    [
      () => nn.instanceNorm(ones([2, 3])),
      'instanceNorm: input of shape [2,3] has 2 axes, expected at least 3: [batch, channels, positions, …].',
    ],
    [() => nn.batchNorm(ones([2, 3])), 'batchNorm: runningMean and runningVar are needed when not training.'],
    [
      () => nn.batchNorm(ones([1, 3]), { training: true }),
      'batchNorm: training needs more than one value a channel, got shape [1,3].',
    ],
    [
      () => nn.batchNorm(ones([2, 3]), { runningMean: ones([2]), runningVar: ones([3]) }),
      'batchNorm: runningMean has shape [2], expected [3].',
    ],
  ])('%#', (call, message) => {
    expect(call).toThrow(message);
  });
});
