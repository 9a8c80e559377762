import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../src/transforms/evaluate.ts';
import * as nn from '../../src/nn/index.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { swapaxes } from '../../src/ops/movement.ts';
import { sum } from '../../src/ops/reduction.ts';
import { ones, tensor, zeros } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad } from '../../src/transforms/derivatives.ts';
import { vmap } from '../../src/transforms/vmap.ts';

/** Integers, so that every sum is exact. */
const filledWith = (shape: readonly number[], seed: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, (_, i) => ((i * 7 + seed * 13) % 11) - 5);
  return tensor(values, { shape, dtype: 'float64' });
};

const axis = fc.record({
  extra: fc.nat(4),
  size: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.nat(2),
  dilation: fc.integer({ min: 1, max: 2 }),
});
const setting = fc.record({
  axes: fc.array(axis, { minLength: 1, maxLength: 3 }),
  batch: fc.nat(2),
  groups: fc.integer({ min: 1, max: 2 }),
  inner: fc.integer({ min: 1, max: 2 }),
  outer: fc.integer({ min: 1, max: 2 }),
});
type Setting = typeof setting extends fc.Arbitrary<infer S> ? S : never;

function operands({ axes, batch, groups, inner, outer }: Setting) {
  const lengths = axes.map(({ extra, size, dilation }) => (size - 1) * dilation + 1 + extra);
  const x = filledWith([batch, groups * inner, ...lengths], 1);
  const w = filledWith([groups * outer, inner, ...axes.map(({ size }) => size)], 2);
  const options = {
    groups,
    stride: axes.map(({ stride }) => stride),
    padding: axes.map(({ padding }) => padding),
    dilation: axes.map(({ dilation }) => dilation),
  };
  const rank = axes.length - 1;
  const forward = [nn.conv1d, nn.conv2d, nn.conv3d][rank]!;
  const backward = [nn.convTranspose1d, nn.convTranspose2d, nn.convTranspose3d][rank]!;
  return { lengths, x, w, options, forward, backward };
}

/** All index lists below the given sizes. */
const indices = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>((all, n) => all.flatMap((i) => Array.from({ length: n }, (_, k) => [...i, k])), [[]]);

/** The definition, index by index. */
function byDefinition(
  { axes, groups, inner, outer }: Setting,
  x: Tensor,
  w: Tensor,
  shape: readonly number[],
): number[] {
  const at = (v: Tensor, index: readonly number[]): number => {
    if (index.some((i, k) => i < 0 || i >= v.shape[k]!)) return 0;
    return v.toTypedArray()[index.reduce((flat, i, k) => flat * v.shape[k]! + i, 0)]!;
  };
  return indices(shape).map(([n, o, ...p]) => {
    const group = Math.floor(o! / outer);
    let total = 0;
    for (const [c, ...k] of indices([groups * inner === 0 ? 0 : inner, ...axes.map(({ size }) => size)])) {
      const place = axes.map(({ stride, dilation, padding }, i) => p[i]! * stride + k[i]! * dilation - padding);
      total += at(x, [n!, group * inner + c!, ...place]) * at(w, [o!, c!, ...k]);
    }
    return total;
  });
}

describe('convolution', () => {
  it('is its definition, for any strides, paddings, dilations and groups', () => {
    fc.assert(
      fc.property(setting, (s) => {
        fc.pre(s.axes.reduce((n, { extra }) => n * (extra + 1), 1) < 40);
        const { x, w, options, forward } = operands(s);
        const y = forward(x, w, options);
        expect([...y.toTypedArray()]).toEqual(byDefinition(s, x, w, y.shape).map((v) => v + 0));
      }),
      { numRuns: 60 },
    );
  });

  it('has the transposed convolution as its adjoint: ⟨conv(x, w), y⟩ = ⟨x, convTranspose(y, w)⟩', () => {
    fc.assert(
      fc.property(setting, (s) => {
        fc.pre(s.batch > 0);
        const { lengths, x, w, options, forward, backward } = operands(s);
        const out = forward(x, w, options);
        const y = filledWith(out.shape, 3);
        // The end that no window reached is what outputPadding restores.
        const outputPadding = s.axes.map(({ stride, padding, size, dilation }, i) => {
          return (lengths[i]! + 2 * padding - (size - 1) * dilation - 1) % stride;
        });
        const back = backward(y, w, { ...options, outputPadding });
        expect(back.shape).toEqual(x.shape);
        expect(sum(mul(back, x)).item()).toBe(sum(mul(out, y)).item());
        const pulled = grad((v: Tensor) => sum(mul(forward(v, w, options), y)))(x) as Tensor;
        expect([...pulled.toTypedArray()]).toEqual([...back.toTypedArray()]);
      }),
      { numRuns: 60 },
    );
  });

  it('maps over examples and over weights at once', () => {
    const x = filledWith([3, 2, 5, 4], 1);
    const w = filledWith([3, 2, 2, 3, 2], 2);
    const y = vmap((a: Tensor, b: Tensor) => nn.conv2d(a, b, { padding: 1 }))(x, w) as Tensor;
    const each = (x.toArray() as number[][][][]).map((a, i) =>
      nn.conv2d(tensor(a), tensor((w.toArray() as number[][][][][])[i]!), { padding: 1 }).toArray(),
    );
    expect(y.toArray()).toEqual(each);
  });

  it('of 64-bit floats stays in 64 bits, and of an empty batch is empty, with zero gradients of the weight', () => {
    const w = filledWith([2, 3, 2, 2], 1);
    const empty = zeros([0, 3, 4, 4], { dtype: 'float64' });
    const y = nn.conv2d(empty, w);
    expect([y.shape, y.dtype]).toEqual([[0, 2, 3, 3], 'float64']);
    const g = grad((v: Tensor) => sum(nn.conv2d(empty, v)))(w) as Tensor;
    expect(new Set(g.toTypedArray())).toEqual(new Set([0]));
    expect(nn.convTranspose2d(empty, swapaxes(w, 0, 1)).shape).toEqual([0, 2, 5, 5]);
  });
});

describe('errors of convolution name the shapes', () => {
  const x = ones([8, 3, 5, 5]);
  it.each([
    [
      () => nn.conv2d(x, ones([6, 4, 3, 3])),
      'conv2d: input has 3 channels but the weight expects 4: [8,3,5,5] with [6,4,3,3].\n  hint: the weight is [outChannels, inChannels, kernel…]',
    ],
    [
      () => nn.conv2d(x, ones([6, 2, 3, 3]), { groups: 2 }),
      'conv2d: input has 3 channels but the weight expects 2 groups of 2: [8,3,5,5] with [6,2,3,3].',
    ],
    [
      () => nn.conv2d(x, ones([4, 1, 3, 3]), { groups: 3 }),
      'conv2d: 4 output channels of weight [4,1,3,3] do not make 3 groups.',
    ],
    [() => nn.conv2d(x, ones([4, 3, 3])), 'conv2d: weight of shape [4,3,3] has 3 axes, expected 4.'],
    [() => nn.conv1d(x, ones([4, 3, 3])), 'conv1d: input of shape [8,3,5,5] has 4 axes, expected 3 or 2.'],
    [
      () => nn.conv2d(x, ones([4, 3, 7, 7])),
      'conv2d: a window of [7,7] does not fit into [5,5], the spatial sizes of [8,3,5,5].',
    ],
    [() => nn.conv2d(x, ones([4, 3, 3, 3]), { bias: ones([3]) }), 'conv2d: bias has shape [3], expected [4].'],
    [
      () => nn.conv2d(x, ones([4, 3, 3, 3]), { stride: 0 }),
      'conv2d: stride must be an integer >= 1 or a list of 2 integers, got 0.',
    ],
    [
      () => nn.conv2d(x, ones([4, 3, 3, 3]), { stride: [1, 1, 1] }),
      'conv2d: stride must be an integer >= 1 or a list of 2 integers, got 1,1,1.',
    ],
    [
      () => nn.conv2d(x, ones([4, 3, 3, 3]), { stride: 2, padding: 'same' }),
      "conv2d: padding 'same' needs stride 1, got [2,2].",
    ],
    [
      () => nn.conv2d(x, ones([4, 3, 3, 3]), { strides: 2 } as nn.ConvolutionOptions),
      "conv2d: unknown option 'strides'.\n  hint: it takes bias, stride, padding, dilation, groups",
    ],
    [
      () => nn.conv2d(x, ones([4, 3, 3, 3]), ones([4]) as unknown as nn.ConvolutionOptions),
      'conv2d: expected an object of options last, got a ',
    ],
    [
      () => nn.convTranspose2d(x, ones([4, 3, 3, 3])),
      'convTranspose2d: input has 3 channels but the weight expects 4: [8,3,5,5] with [4,3,3,3].',
    ],
    [
      () => nn.convTranspose2d(x, ones([3, 4, 3, 3]), { stride: 2, outputPadding: 2 }),
      'convTranspose2d: outputPadding 2 must be smaller than the stride 2 or the dilation 1.',
    ],
  ])('%#', (call, message) => {
    expect(call).toThrow(message);
  });
});
