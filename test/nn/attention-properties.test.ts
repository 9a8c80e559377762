import { describe, expect, it } from 'vitest';
import '../../src/transforms/evaluate.ts';
import * as nn from '../../src/nn/index.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { sliceAxis } from '../../src/ops/joining.ts';
import { sum } from '../../src/ops/reduction.ts';
import { normal } from '../../src/random/continuous.ts';
import { key } from '../../src/random/keys.ts';
import { ones, tensor, zeros } from '../../src/tensor/create.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad, jacobian } from '../../src/transforms/derivatives.ts';

const draw = (seed: number, ...shape: number[]) => normal(key(seed), shape, { dtype: 'float64' });
const values = (x: Tensor): number[] => [...x.toTypedArray()];
const [q, k, v] = [draw(1, 2, 3), draw(2, 4, 3), draw(3, 4, 2)] as const;

describe('attention', () => {
  it.each([
    [
      'bool',
      tensor([
        [true, false, true, true],
        [false, false, false, false],
      ]),
    ],
    [
      'float',
      tensor(
        [
          [0, -Infinity, 0, 0],
          [-Infinity, -Infinity, -Infinity, -Infinity],
        ],
        { dtype: 'float64' },
      ),
    ],
  ])('gives 0 with gradient 0 where a %s mask leaves no key, at order one and two', (_kind, mask) => {
    const weights = draw(4, 2, 2);
    const f = (a: Tensor) => sum(mul(nn.attention(a, k, v, { mask }), weights));
    expect(values(nn.attention(q, k, v, { mask })).slice(2)).toEqual([0, 0]);
    const g = values(grad(f)(q) as Tensor);
    expect(g.slice(3)).toEqual([0, 0, 0]);
    expect(g.slice(0, 3).every((n) => Number.isFinite(n) && n !== 0)).toBe(true);
    expect(values(jacobian((a: Tensor) => grad(f)(a))(q) as Tensor).every(Number.isFinite)).toBe(true);
  });

  it('passes no gradient to masked keys and values', () => {
    const mask = tensor([
      [true, false, true, true],
      [true, false, true, false],
    ]);
    const f = (a: Tensor, b: Tensor) => sum(nn.attention(q, a, b, { mask }));
    const [gk, gv] = grad(f, { argnums: [0, 1] })(k, v) as [Tensor, Tensor];
    expect([...values(gk).slice(3, 6), ...values(gv).slice(2, 4)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('is causal: a query does not see later keys, also together with a mask', () => {
    const x = draw(5, 4, 3);
    const all = nn.attention(x, x, x, { causal: true });
    const start = sliceAxis(x, 0, 0, 2);
    expect(values(nn.attention(start, start, start, { causal: true }))).toEqual(values(all).slice(0, 6));
    const both = nn.attention(x, x, x, { causal: true, mask: tensor([[false, true, true, true]]) });
    expect(values(both).slice(0, 3)).toEqual([0, 0, 0]);
    expect(values(both).slice(3, 6)).toEqual(values(sliceAxis(x, 0, 1, 2)));
  });

  it('stays finite for scores of ±1000', () => {
    const big = mul(q, 1000);
    const g = grad((a: Tensor) => sum(nn.attention(a, mul(k, 1000), v)))(big) as Tensor;
    expect(values(g).every(Number.isFinite)).toBe(true);
  });

  it('of an empty batch, or of no keys, has the right shape', () => {
    expect(nn.attention(zeros([0, 2, 3]), zeros([0, 4, 3]), zeros([0, 4, 5])).shape).toEqual([0, 2, 5]);
    expect(nn.attention(ones([2, 3]), zeros([0, 3]), zeros([0, 5])).toArray()).toEqual(zeros([2, 5]).toArray());
  });

  it.each([
    [() => nn.attention(q, draw(1, 4, 2), v), 'attention: queries have size 3 but keys 2: [2,3], [4,2], [4,2].'],
    [() => nn.attention(q, k, draw(1, 3, 2)), 'attention: there are 4 keys but 3 values: [2,3], [4,3], [3,2].'],
    [
      () => nn.attention(draw(1, 3), k, v),
      'attention: q, k and v need two axes at least, [length, size]: [3], [4,3], [4,2].',
    ],
    [
      () => nn.multiHeadAttention(nn.initAttention(key(0), 6), ones([2, 6]), { heads: 4 }),
      'multiHeadAttention: 6 features do not make 4 heads.',
    ],
    [() => nn.linear(ones([2, 3]), ones([4, 2])), 'linear: input [2,3] does not fit weight [4,2].'],
  ])('errors name the shapes, %#', (call, message) => {
    expect(call).toThrow(message);
  });
});
