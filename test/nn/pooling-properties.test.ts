import { describe, expect, it } from 'vitest';
import '../../src/transforms/evaluate.ts';
import * as nn from '../../src/nn/index.ts';
import { mul, square } from '../../src/ops/arithmetic.ts';
import { sum } from '../../src/ops/reduction.ts';
import { ones, tensor, zeros } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad, jacobian } from '../../src/transforms/derivatives.ts';

describe('maxPool', () => {
  it('gives the first of equal elements the whole gradient', () => {
    const x = tensor([[1, 1, 0, 2, 2, 2]]);
    expect((grad((v: Tensor) => sum(nn.maxPool1d(v, 3)))(x) as Tensor).toArray()).toEqual([[1, 0, 0, 1, 0, 0]]);
    const plane = tensor([
      [
        [3, 3],
        [3, 3],
      ],
    ]);
    expect((grad((v: Tensor) => sum(nn.maxPool2d(v, 2)))(plane) as Tensor).toArray()).toEqual([
      [
        [1, 0],
        [0, 0],
      ],
    ]);
  });

  it('never takes the padding, whatever the elements are', () => {
    const x = tensor([[-5, -1e30, -3, -Infinity]]);
    const y = nn.maxPool1d(x, 2, { padding: 1 });
    expect(y.toArray()).toEqual([[-5, -3, -Infinity]].map((r) => [r[0], r[1], -Infinity]));
    const g = grad((v: Tensor) => sum(nn.maxPool1d(v, 2, { padding: 1 })))(x) as Tensor;
    expect(g.toArray()).toEqual([[1, 0, 1, 1]]);
  });

  it('has the second derivative of what it picks', () => {
    const x = tensor([[1, 3, 2, -4]], { dtype: 'float64' });
    const f = (v: Tensor) => sum(mul(square(nn.maxPool1d(v, 2)), tensor([1, 2], { dtype: 'float64' })));
    const h = jacobian((v: Tensor) => grad(f)(v))(x) as Tensor;
    expect(h.toArray()).toEqual([[[[0, 0, 0, 0]], [[0, 2, 0, 0]], [[0, 0, 4, 0]], [[0, 0, 0, 0]]]]);
  });

  it('passes NaN on', () => {
    expect(nn.maxPool1d(tensor([[1, Number.NaN, 2, 3]]), 2).toArray()).toEqual([[Number.NaN, 3]]);
  });
});

describe('avgPool', () => {
  it('of ones is one wherever padding does not count', () => {
    const y = nn.avgPool2d(ones([1, 7, 5]), 3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false });
    expect(new Set(y.toTypedArray())).toEqual(new Set([1]));
  });
});

describe('adaptiveAvgPool', () => {
  it('keeps infinities in their own windows', () => {
    expect(nn.adaptiveAvgPool1d(tensor([[1, 3, 5, 7, Infinity]]), 3).toArray()).toEqual([[2, 5, Infinity]]);
  });
  it('of size 1 is the mean', () => {
    expect(
      nn
        .adaptiveAvgPool2d(
          tensor([
            [
              [1, 2],
              [3, 6],
            ],
          ]),
          1,
        )
        .toArray(),
    ).toEqual([[[3]]]);
  });
});

describe('pooling', () => {
  it('of an empty batch is empty', () => {
    const x = zeros([0, 2, 4, 6]);
    const shapes = [nn.maxPool2d(x, 2), nn.avgPool2d(x, 2), nn.adaptiveAvgPool2d(x, [3, 4])].map((y) => y.shape);
    expect(shapes).toEqual([
      [0, 2, 2, 3],
      [0, 2, 2, 3],
      [0, 2, 3, 4],
    ]);
    expect((grad((v: Tensor) => sum(nn.maxPool2d(v, 2)))(x) as Tensor).shape).toEqual([0, 2, 4, 6]);
  });

  it.each([
    [
      () => nn.maxPool2d(ones([1, 1, 4, 4]), 2, { padding: 2 }),
      'maxPool2d: padding 2 is more than half of a window of 2.',
    ],
    [() => nn.maxPool2d(ones([1, 4]), 2), 'maxPool2d: input of shape [1,4] has 2 axes, expected 4 or 3.'],
    [
      () => nn.avgPool1d(ones([1, 2, 2]), 3),
      'avgPool1d: a window of [3] does not fit into [2], the spatial sizes of [1,2,2].',
    ],
    [
      () => nn.avgPool1d(ones([1, 2, 2]), 0),
      'avgPool1d: kernel must be an integer >= 1 or a list of one integer, got 0.',
    ],
    [
      () => nn.avgPool1d(ones([1, 2, 2]), 2, { dilation: 2 } as nn.AveragePoolingOptions),
      "avgPool1d: unknown option 'dilation'.",
    ],
    [
      () => nn.adaptiveAvgPool1d(ones([1, 2, 0]), 2),
      'adaptiveAvgPool1d: input of shape [1,2,0] has no elements to average.',
    ],
  ])('errors name the sizes, %#', (call, message) => {
    expect(call).toThrow(message);
  });
});
