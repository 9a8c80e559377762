// Values of reductions, running reductions and order statistics against NumPy and SciPy (scripts/reference/reductions.py),
// and what the table of references cannot hold: accuracy, range, stability, error texts.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DType, ShapeError, type Tensor, tensor, zeros } from '../../src/index.ts';
import { corrcoef, cov } from '../../src/ops/covariance.ts';
import { cumprod, cumsum, diff, logcumsumexp } from '../../src/ops/cumulative.ts';
import { cummax, cummin } from '../../src/ops/cumulative-extremes.ts';
import { argmax, argmin, max, min } from '../../src/ops/extremes.ts';
import { nanmean, nansum, nanvar } from '../../src/ops/nan-reductions.ts';
import { norm } from '../../src/ops/norm.ts';
import { median, quantile } from '../../src/ops/quantiles.ts';
import { all, any, countNonzero, mean, prod, sum } from '../../src/ops/reduction.ts';
import { logSoftmax, logsumexp, softmax } from '../../src/ops/softmax.ts';
import { argsort, sort, topk } from '../../src/ops/sorting.ts';
import { std, variance } from '../../src/ops/statistics.ts';
import { dense } from '../../src/tensor/tensor.ts';

type Stored = { shape: number[]; dtype: DType; values: (number | string)[] };
type Case = { f: string; x: Stored[]; args: unknown[]; y: Stored };

const cases: Case[] = JSON.parse(readFileSync(new URL('./fixtures/reductions.json', import.meta.url), 'utf8'));
const functions: Record<string, (...args: never[]) => Tensor> = {
  ...{ sum, mean, prod, max, min, any, all, countNonzero, logsumexp, softmax, logSoftmax, nansum, nanmean, nanvar },
  ...{ argmax, argmin, cumsum, cumprod, cummax, cummin, logcumsumexp, sort, argsort, median, quantile, norm, diff },
  ...{ cov, corrcoef, std, var: variance },
};

const f64 = { dtype: 'float64' } as const;
const restored = (x: Stored): Tensor => tensor(Float64Array.from(x.values, Number), { dtype: x.dtype, shape: x.shape });
const numbersOf = (x: Tensor): number[] => Array.from(x.toTypedArray());
const argument = (v: unknown): unknown => {
  if (v === null) return undefined;
  return v === 'Infinity' || v === '-Infinity' ? Number(v) : v;
};

describe('NumPy and SciPy give the same', () => {
  test.each(cases.map((c, i) => ({ ...c, text: `${i}: ${c.f}(${JSON.stringify(c.args)}) of [${c.x[0]!.shape}]` })))(
    '$text',
    ({ f, x, args, y }) => {
      const result = functions[f]!(...([...x.map(restored), ...args.map(argument)] as never[]));
      expect(result.shape).toEqual(y.shape);
      expect(result.dtype).toBe(y.dtype);
      const expected = y.values.map(Number);
      numbersOf(result).forEach((v, i) => {
        const e = expected[i]!;
        if (Number.isFinite(e)) expect(Math.abs(v - e)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(e)));
        else expect(v).toBe(e);
      });
    },
  );
});

describe('range and accuracy', () => {
  test('a float32 sum of ten million terms keeps its digits', () => {
    const n = 10_000_000;
    expect(sum(dense('float32', [n], new Float32Array(n).fill(0.1))).item()).toBeCloseTo(n * Math.fround(0.1), -1);
  });

  test('norms neither overflow nor underflow', () => {
    expect(Math.abs(Number(norm(tensor([3e200, 4e200], f64)).item()) / 5e200 - 1)).toBeLessThan(3e-16);
    expect(norm(tensor([3e-310, 4e-310], f64)).item()).toBeCloseTo(5e-310, 320);
    expect(norm(tensor([3e20, 4e20])).item()).toBe(Math.fround(5e20));
    expect(norm(tensor([2 ** 1000, 2 ** 1000], f64), 3).item()).toBeCloseTo(2 ** 1000 * 2 ** (1 / 3), -290);
    expect(norm(tensor([1, Infinity], f64)).item()).toBe(Infinity);
    expect(norm(tensor([1, NaN], f64)).item()).toBeNaN();
  });

  test('products that stay in range do, whatever their order', () => {
    expect(numbersOf(cumprod(tensor([1e-300, 1e200, 1e200], f64), 0))).toEqual([1e-300, 1e-100, 1e100]);
  });

  test('infinite entries of softmax keep their limits', () => {
    expect(softmax(tensor([0, -Infinity, Infinity, Infinity], f64)).toArray()).toEqual([0, 0, 0.5, 0.5]);
    expect(softmax(tensor([-Infinity, -Infinity], f64)).toArray()).toEqual([0, 0]);
    expect(logSoftmax(tensor([-Infinity, -Infinity], f64)).toArray()).toEqual([-Infinity, -Infinity]);
    expect(logsumexp(tensor([1, Infinity], f64)).item()).toBe(Infinity);
    expect(logsumexp(tensor([-Infinity], f64)).item()).toBe(-Infinity);
  });
});

describe('sorting', () => {
  const row = tensor([3, NaN, 1, 3, -Infinity], f64);

  test('is stable and puts NaN last in either direction', () => {
    expect(argsort(row).toArray()).toEqual([4, 2, 0, 3, 1]);
    expect(argsort(row, 0, { descending: true }).toArray()).toEqual([0, 3, 2, 4, 1]);
    expect(sort(row, 0, { descending: true }).toArray()).toEqual([3, 3, 1, -Infinity, NaN]);
  });

  test('topk takes the largest or the smallest, first of equals first', () => {
    const [values, indices] = topk(row, 3);
    expect([values.toArray(), indices.toArray(), indices.dtype]).toEqual([[3, 3, 1], [0, 3, 2], 'int32']);
    expect(topk(row, 2, 0, { largest: false })[1].toArray()).toEqual([4, 2]);
    expect(
      topk(
        tensor(
          [
            [1, 2],
            [4, 3],
          ],
          f64,
        ),
        1,
        0,
      )[0].toArray(),
    ).toEqual([[4, 3]]);
  });

  test('agrees with a sort by comparison on random rows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 }), (values) => {
        expect(sort(tensor(values, f64)).toArray()).toEqual([...values].sort((a, b) => a - b));
        const places = argsort(tensor(values, { dtype: 'int32' })).toArray() as number[];
        places.slice(1).forEach((place, i) => {
          const before = places[i]!;
          expect(values[before]! < values[place]! || (values[before] === values[place] && before < place)).toBe(true);
        });
      }),
    );
  });
});

test('running functions of every prefix are the functions of the prefix', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 12 }), (values) => {
      const x = tensor(values, f64);
      const pairs = [
        [cumsum, sum],
        [cumprod, prod],
        [cummax, max],
        [cummin, min],
        [logcumsumexp, logsumexp],
      ] as const;
      for (const [running, whole] of pairs) {
        const all = numbersOf(running(x, 0));
        values.forEach((_, i) => {
          expect(all[i]).toBeCloseTo(Number(whole(tensor(values.slice(0, i + 1), f64)).item()), 10);
        });
      }
    }),
  );
});

describe('errors', () => {
  const x = tensor([[1, 2, 3]], f64);
  const text = (f: () => unknown): string => {
    try {
      f();
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing was thrown';
  };

  test('an extreme of nothing has no value', () => {
    expect(() => max(zeros([0, 3]), 0)).toThrow(ShapeError);
    expect(text(() => max(zeros([0, 3]), 0))).toBe(
      'max: a reduction over 0 elements has no value: shape [0,3], axis 0.',
    );
    expect(text(() => min(zeros([0, 3])))).toBe(
      'min: a reduction over 0 elements has no value: shape [0,3], axes [0,1].',
    );
    expect(text(() => argmax(zeros([2, 0]), 1))).toBe(
      'argmax: a reduction over 0 elements has no value: shape [2,0], axis 1.',
    );
    expect(text(() => median(zeros([0])))).toBe('median: a reduction over 0 elements has no value: shape [0], axis 0.');
    expect(text(() => norm(zeros([0]), Infinity))).toBe(
      'norm: a reduction over 0 elements has no value: shape [0], axis 0.',
    );
    expect(max(zeros([0, 3]), 1).shape).toEqual([0]);
  });

  test('axes and arguments are checked by name', () => {
    expect(text(() => sum(x, 2))).toMatch(/^sum: /);
    expect(text(() => mean(x, [0, -2]))).toMatch(/^mean: .*twice/);
    expect(text(() => softmax(x, 5))).toMatch(/^softmax: /);
    expect(text(() => cumsum(x, 2))).toMatch(/^cumsum: /);
    expect(text(() => sum([1, 2] as never))).toMatch(/^sum: expected a tensor, got an array/);
    expect(text(() => topk(x, 4))).toBe('topk: k must be an integer from 0 to 3, the size of axis 1, got 4.');
    expect(text(() => quantile(x, 1.5))).toBe('quantile: q must lie between 0 and 1, got 1.5.');
    expect(text(() => quantile(x, tensor([0.5, NaN])))).toBe('quantile: q must lie between 0 and 1, got NaN.');
    expect(text(() => diff(x, -1))).toBe('diff: n must be an integer >= 0, got -1.');
    expect(text(() => norm(x, 'max' as never))).toBe(
      "norm: ord must be a number, Infinity, -Infinity, 'fro' or 'nuc', got max.\n  hint: the other norms of matrices are in linalg.norm",
    );
    expect(text(() => cov(zeros([2, 2, 2])))).toBe('cov: expected a vector or a matrix: [2,2,2] has 3 axes.');
    expect(text(() => cov(zeros([2, 3]), zeros([2])))).toBe(
      'cov: numbers of observations differ: [2,3] has 3, [2] has 2.',
    );
  });
});
