// Derivatives of reductions where they are delicate: zeros in products, −∞ in logarithms of sums, ties, zeros in norms.
import { describe, expect, test } from 'vitest';
import { grad, jacobian, mul, type Tensor, tensor, vmap } from '../../src/index.ts';
import { cumprod, logcumsumexp } from '../../src/ops/cumulative.ts';
import { max } from '../../src/ops/extremes.ts';
import { take } from '../../src/ops/indexing.ts';
import { nanmean, nanvar } from '../../src/ops/nan-reductions.ts';
import { norm } from '../../src/ops/norm.ts';
import { quantile } from '../../src/ops/quantiles.ts';
import { prod, sum } from '../../src/ops/reduction.ts';
import { logSoftmax, softmax } from '../../src/ops/softmax.ts';
import { rows } from '../conformance/conventions-reductions.ts';

type ScalarFunction = (x: Tensor) => Tensor;

const point = (values: readonly number[]): Tensor => tensor([...values], { dtype: 'float64' });
const numbersOf = (x: Tensor): number[] => Array.from(x.toTypedArray());
const gradient = (f: ScalarFunction, at: readonly number[]): number[] => numbersOf(grad(f)(point(at)));
/** All n³ third derivatives. */
const third = (f: ScalarFunction, at: readonly number[]): number[] => numbersOf(jacobian(jacobian(grad(f)))(point(at)));
const finite = (values: readonly number[]): boolean => values.every(Number.isFinite);

describe('the table of conventions', () => {
  for (const { behaviour, at, ours, check } of rows) test(`[${behaviour}] ${at}: ${ours}`, check);
});

/** ∂³ Πx / ∂xᵢ∂xⱼ∂xₖ: the product of the rest where i, j, k differ. */
function thirdOfProduct(x: readonly number[]): number[] {
  const n = x.length;
  return Array.from({ length: n ** 3 }, (_, at) => {
    const picked = new Set([Math.floor(at / n / n), Math.floor(at / n) % n, at % n]);
    return picked.size < 3 ? 0 : x.reduce((y, v, i) => (picked.has(i) ? y : y * v), 1);
  });
}

test.each([[[2, 3, 5, 7]], [[2, 0, 5, 7]], [[0, 3, 0, 7]], [[0, 0, 0, 7]], [[0, 0, 0, 0]]])(
  'third derivatives of the product of %j, by prod and by cumprod',
  (x) => {
    expect(third((v) => prod(v), x)).toEqual(thirdOfProduct(x));
    const last = point(x.map((_, i) => (i === x.length - 1 ? 1 : 0)));
    expect(third((v) => sum(mul(cumprod(v, 0), last)), x)).toEqual(thirdOfProduct(x));
  },
);

test('masked entries leave no NaN in softmax, logSoftmax and logcumsumexp up to third order', () => {
  const masked = [0.5, -Infinity, 1, -Infinity];
  const plain = [0.5, 1];
  const kept = (values: number[], n: number, order: number): number[] =>
    values.filter((_, at) =>
      Array.from({ length: order }, (_, k) => Math.floor(at / n ** k) % n).every((i) => i % 2 === 0),
    );
  const weights = point([1, 0, 3, 0]);
  const short = point([1, 3]);
  const pairs: [ScalarFunction, ScalarFunction][] = [
    [(x) => sum(mul(softmax(x), weights)), (x) => sum(mul(softmax(x), short))],
    [(x) => sum(take(logSoftmax(x), tensor([0, 2], { dtype: 'int32' }))), (x) => sum(logSoftmax(x))],
    [(x) => take(logcumsumexp(x, 0), 3), (x) => take(logcumsumexp(x, 0), 1)],
  ];
  for (const [f, g] of pairs) {
    expect(finite(gradient(f, masked))).toBe(true);
    expect(finite(third(f, masked))).toBe(true);
    const [a, b] = [kept(third(f, masked), 4, 3), third(g, plain)];
    a.forEach((v, i) => {
      expect(v).toBeCloseTo(b[i]!, 12);
    });
  }
});

test('entries of +∞ share softmax, with a finite derivative', () => {
  expect(gradient((x) => sum(mul(softmax(x), point([1, 2, 3]))), [0, Infinity, Infinity])).toEqual([0, -0.25, 0.25]);
});

test('norms at zero entries have exact higher derivatives where they exist', () => {
  // ‖(h, 1)‖₂ = 1 + h²/2 and ‖(h, 1)‖₄ = 1 + h⁴/4 near h = 0.
  const along = (p: number) => (h: Tensor) => norm(mul(h, point([1, 0])).add(point([0, 1])), p);
  const derivative = (f: ScalarFunction, order: number): number => {
    let g = f;
    for (let k = 0; k < order; k++) g = grad(g);
    return Number(g(tensor(0, { dtype: 'float64' })).item());
  };
  expect([1, 2, 3].map((k) => derivative(along(2), k))).toEqual([0, 1, 0]);
  expect([1, 2, 3, 4].map((k) => derivative(along(4), k))).toEqual([0, 0, 0, 6]);
  expect([1, 2].map((k) => derivative(along(3), k))).toEqual([0, 0]);
  expect(gradient((x) => norm(x, 0.5), [0, 1])).toEqual([0, 1]);
  expect(gradient((x) => norm(x, 0), [0, 1])).toEqual([0, 0]);
  expect(gradient((x) => norm(x, -1), [0, 1])).toEqual([0, 0]);
  expect(gradient((x) => norm(x), [3e200, 4e200])[0]).toBeCloseTo(0.6, 14);
});

test('a NaN that is left out has gradient 0 and changes nothing', () => {
  expect(gradient((x) => nanmean(x), [1, NaN, 3])).toEqual([0.5, 0, 0.5]);
  expect(gradient((x) => nanvar(x), [1, NaN, 3])).toEqual([-2, 0, 2]);
});

test('the quantile is differentiable in q: the gap between neighbours times n − 1', () => {
  expect(Number(grad((q: Tensor) => quantile(point([5, 1, 2]), q))(tensor(0.75, { dtype: 'float64' })).item())).toBe(6);
});

test('ties under vmap are shared within each example', () => {
  const x = tensor(
    [
      [1, 1],
      [0, 2],
      [3, 3],
    ],
    { dtype: 'float64' },
  );
  expect(vmap(grad((v: Tensor) => max(v)))(x).toArray()).toEqual([
    [0.5, 0.5],
    [0, 1],
    [0.5, 0.5],
  ]);
});
