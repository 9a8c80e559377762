import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../src/transforms/evaluate.ts';
import * as nn from '../../src/nn/index.ts';
import { logSoftmax } from '../../src/ops/softmax.ts';
import { ones, tensor, zeros } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad, jacobian } from '../../src/transforms/derivatives.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { vmap } from '../../src/transforms/vmap.ts';

const f64 = { dtype: 'float64' } as const;
const int = (values: number[] | number[][] | number) => tensor(values, { dtype: 'int32' });
const values = (x: Tensor): number[] => [...x.toTypedArray()];
const finite = (x: Tensor): boolean => values(x).every(Number.isFinite);
const gradient = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => grad(f)(x) as Tensor;
const hessian = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => jacobian((v: Tensor) => grad(f)(v))(x) as Tensor;

describe('crossEntropy', () => {
  it('has finite derivatives at every order for logits of ±1000', () => {
    const x = tensor(
      [
        [1000, -1000, 0],
        [-1000, -1000, 1000],
      ],
      f64,
    );
    for (const target of [
      int([0, 0]),
      int([1, 2]),
      tensor(
        [
          [0.2, 0.3, 0.5],
          [0, 0, 1],
        ],
        f64,
      ),
    ]) {
      for (const labelSmoothing of [0, 0.1]) {
        const f = (v: Tensor) => nn.crossEntropy(v, target, { labelSmoothing });
        expect(Number.isFinite(f(x).item())).toBe(true);
        expect(finite(gradient(f, x))).toBe(true);
        expect(finite(hessian(f, x))).toBe(true);
      }
    }
    expect(values(nn.crossEntropy(x, int([0, 0]), { reduction: 'none' })).map(Math.abs)).toEqual([0, 2000]);
  });

  it('has the gradient (p − onehot) / N and a Hessian whose rows sum to zero', () => {
    const logits = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(logits, fc.nat(2), fc.nat(2), (list, a, b) => {
        const x = tensor(list, { ...f64, shape: [2, 3] });
        const f = (v: Tensor) => nn.crossEntropy(v, int([a, b]));
        const g = values(gradient(f, x));
        for (let n = 0; n < 2; n++) {
          const row = list.slice(3 * n, 3 * n + 3);
          const total = row.reduce((s, v) => s + Math.exp(v), 0);
          row.forEach((v, c) => {
            expect(g[3 * n + c]).toBeCloseTo((Math.exp(v) / total - Number(c === [a, b][n])) / 2, 12);
          });
        }
        const h = values(hessian(f, x));
        for (let i = 0; i < 6; i++) {
          expect(h.slice(6 * i, 6 * i + 6).reduce((s, v) => s + v, 0)).toBeCloseTo(0, 12);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('gives ignored targets no loss and no gradient, even with infinite logits', () => {
    const x = tensor(
      [
        [1, 2],
        [Infinity, -Infinity],
        [0, -Infinity],
      ],
      f64,
    );
    const f = (v: Tensor) => nn.crossEntropy(v, int([0, -100, 0]));
    const alone = nn.crossEntropy(
      tensor(
        [
          [1, 2],
          [0, -Infinity],
        ],
        f64,
      ),
      int([0, 0]),
    );
    expect(f(x).item()).toBe(alone.item());
    expect(values(gradient(f, x)).slice(2)).toEqual([0, 0, 0, 0]);
  });

  it('is 0 as a sum and NaN as a mean where all targets are ignored, the gradient of the sum 0', () => {
    const x = ones([2, 3]);
    const none = int([-100, -100]);
    expect(nn.crossEntropy(x, none, { reduction: 'sum' }).item()).toBe(0);
    expect(nn.crossEntropy(x, none).item()).toBeNaN();
    expect(new Set(values(gradient((v) => nn.crossEntropy(v, none, { reduction: 'sum' }), x)))).toEqual(new Set([0]));
  });

  it('counts a class that logits and distribution both exclude as nothing', () => {
    const x = tensor([[0, 0, -Infinity]], f64);
    const t = tensor([[0.5, 0.5, 0]], f64);
    const f = (v: Tensor) => nn.crossEntropy(v, t);
    expect(f(x).item()).toBeCloseTo(Math.log(2), 14);
    expect(values(gradient(f, x))).toEqual([0, 0, 0]);
    expect(finite(hessian(f, x))).toBe(true);
  });

  it('maps over examples with their targets, and forward mode agrees with reverse', () => {
    const x = tensor(
      [
        [1, 2, -1],
        [0.5, -0.3, 2],
      ],
      f64,
    );
    const t = int([2, -100]);
    const each = vmap((v: Tensor, k: Tensor) => nn.crossEntropy(v, k, { reduction: 'sum' }))(x, t) as Tensor;
    expect(values(each)).toEqual(values(nn.crossEntropy(x, t, { reduction: 'none' })));
    const f = (v: Tensor) => nn.crossEntropy(v, t);
    const [, dy] = jvp(f, [x], [ones([2, 3], f64)]) as [Tensor, Tensor];
    expect(dy.item()).toBeCloseTo(
      values(gradient(f, x)).reduce((a, b) => a + b, 0),
      14,
    );
  });

  it('of an empty batch has an empty gradient', () => {
    const f = (v: Tensor) => nn.crossEntropy(v, zeros([0], { dtype: 'int32' }), { reduction: 'sum' });
    expect(f(zeros([0, 3])).item()).toBe(0);
    expect(gradient(f, zeros([0, 3])).shape).toEqual([0, 3]);
  });

  const x = ones([4, 3]);
  it.each([
    [() => nn.crossEntropy(x, int([0, 1, 3, 0])), 'crossEntropy: target 3 is not one of the 3 classes of shape [4,3].'],
    [
      () => nn.crossEntropy(x, int([0, 1, -1, 0])),
      'crossEntropy: target -1 is not one of the 3 classes of shape [4,3].',
    ],
    [
      () => nn.crossEntropy(x, tensor([0, 1, 2, 0])),
      'crossEntropy: class numbers have dtype int32, got float32 [4] for logits [4,3].',
    ],
    [() => nn.crossEntropy(x, int([0, 1])), 'crossEntropy: target has shape [2], expected [4] for [4,3].'],
    [
      () => nn.crossEntropy(x, int([0, 1, 2, 0]), { weight: ones([4]) }),
      'crossEntropy: weight has shape [4], expected [3].',
    ],
    [
      () => nn.crossEntropy(x, int([0, 1, 2, 0]), { labelSmoothing: 2 }),
      'crossEntropy: labelSmoothing must be between 0 and 1, got 2.',
    ],
    [
      () => nn.crossEntropy(x, int([0, 1, 2, 0]), { reduction: 'average' as nn.Reduction }),
      'crossEntropy: reduction must be one of mean, sum, none, got average.',
    ],
    [
      () => vmap((t: Tensor) => nn.crossEntropy(ones([3]), t))(int([0, -1])),
      'index 3 is out of range for axis 0 with size 3.',
    ],
    [() => nn.crossEntropy(tensor(1), int(0)), 'crossEntropy: a scalar has no class axis'],
  ])('errors name the target, %#', (call, message) => {
    expect(call).toThrow(message);
  });
});

describe('losses of extreme predictions', () => {
  it('bceWithLogits is exact and has finite derivatives at ±1000', () => {
    const x = tensor([1000, -1000, 1000, -1000], f64);
    const t = tensor([1, 1, 0, 0], f64);
    expect(nn.bceWithLogits(x, t, { reduction: 'none' }).toArray()).toEqual([0, 1000, 1000, 0]);
    const f = (v: Tensor) => nn.bceWithLogits(v, t, { reduction: 'sum', posWeight: tensor(2, f64) });
    expect(values(gradient(f, x))).toEqual([0, -2, 1, 0].map((v) => v + 0));
    expect(finite(hessian(f, x))).toBe(true);
  });

  it('bce is bounded by 100 at 0 and 1, with finite derivatives', () => {
    const p = tensor([0, 1, 0, 1], f64);
    const t = tensor([1, 0, 0, 1], f64);
    const f = (v: Tensor) => nn.bce(v, t, { reduction: 'sum' });
    expect(values(nn.bce(p, t, { reduction: 'none' })).map(Math.abs)).toEqual([100, 100, 0, 0]);
    expect(values(gradient(f, p))).toEqual([0, 0, 1, -1]);
    expect(finite(hessian(f, p))).toBe(true);
  });

  it('klDiv counts impossible outcomes as nothing', () => {
    const t = tensor([0, 1], f64);
    const x = tensor([-Infinity, 0], f64);
    const f = (v: Tensor) => nn.klDiv(v, t, { reduction: 'sum' });
    const g = (v: Tensor) => nn.klDiv(v, tensor([-Infinity, 0], f64), { reduction: 'sum', logTarget: true });
    for (const h of [f, g]) {
      expect(h(x).item()).toBe(0);
      expect(values(gradient(h, x)).map(Math.abs)).toEqual([0, 1]);
    }
  });

  it('klDiv of a distribution from itself is 0, where its gradient is −t', () => {
    const x = logSoftmax(tensor([[1, 2, 3]], f64));
    const f = (v: Tensor) => nn.klDiv(v, x, { reduction: 'batchmean', logTarget: true });
    expect(f(x).item()).toBe(0);
    expect(values(gradient(f, x)).reduce((a, b) => a + b, 0)).toBeCloseTo(-1, 14);
  });

  it('huber and smoothL1 do not overflow far away, and have slope 0 at 0', () => {
    const x = tensor([1e300, -1e300, 0], f64);
    for (const loss of [nn.huber, nn.smoothL1]) {
      const f = (v: Tensor) => loss(v, 0, { reduction: 'sum' });
      expect(finite(loss(x, 0, { reduction: 'none' }))).toBe(true);
      expect(values(gradient(f, x))).toEqual([1, -1, 0]);
    }
    expect(values(gradient((v) => nn.l1(v, 0, { reduction: 'sum' }), x))).toEqual([1, -1, 0]);
  });
});

describe('errors of losses', () => {
  it('shapes must be equal: [N, 1] against [N] is a mistake', () => {
    const message = 'mse: prediction and target have different shapes: [4,1] and [4].';
    expect(() => nn.mse(ones([4, 1]), ones([4]))).toThrow(message);
    expect(nn.mse(ones([4, 1]), 3).item()).toBe(4);
  });
  it.each([
    [() => nn.huber(ones([2]), 0, { delta: 0 }), 'huber: delta must be positive, got 0.'],
    [() => nn.smoothL1(ones([2]), 0, { beta: -1 }), 'smoothL1: beta must not be negative, got -1.'],
    [() => nn.bce(ones([2]), ones([2]), { weight: ones([3, 2]) }), 'bce: weight [3,2] does not broadcast to [2].'],
    [() => nn.mse([1, 2] as unknown as Tensor, 1), 'mse: expected a tensor or a number, got an array.'],
  ])('%#', (call, message) => {
    expect(call).toThrow(message);
  });
});
