// A pattern that a user gives may have too many entries, never too few: a Jacobian that it cannot hold is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';
import type { DenseTensor, Tensor } from '../../src/tensor/tensor.ts';

type Matrix = nabla.structured.StructuredMatrix;
type Pair = [number, number];
const { prepare } = nabla.structured;
const lacks = /^pattern: the Jacobian has entries in (row|column) \d+ that the pattern lacks\.\n {2}hint: add them/;
const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray());

/** A matrix with entries of 0 and others, as data of a linear and of a nonlinear map. */
const matrices = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
  .chain(([m, n]) =>
    fc.tuple(
      fc.constant([m, n] as const),
      fc.array(fc.constantFrom(0, 0, 0, 1, 1, -2, 0.25), { minLength: m * n, maxLength: m * n }),
    ),
  );

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  test('a pattern without one of the entries is refused, one with others besides is not', () => {
    fc.assert(
      fc.property(matrices, fc.nat(), fc.nat(), ([[m, n], entries], drop, extra) => {
        const A = nabla.tensor(entries, { shape: [m, n], dtype });
        const f = (x: Tensor): Tensor => nabla.matmul(A, nabla.tanh(x)) as Tensor;
        const x = nabla.tensor(
          Array.from({ length: n }, (_, i) => 0.1 * (i + 1)),
          { dtype },
        );
        const all = entries.flatMap((v, k): Pair[] => (v === 0 ? [] : [[Math.floor(k / n), k % n]]));
        const spare: Pair = [extra % m, extra % n];
        const J = prepare(f, x, { pattern: [...all, spare] }).evaluate(x) as Matrix;
        const expected = numbers(nabla.jacfwd(f)(x) as Tensor);
        numbers(J.toDense()).forEach((v, k) => {
          expect(v).toBeCloseTo(expected[k]!, 5);
        });
        if (all.length === 0) return;
        const less = all.filter((_, k) => k !== drop % all.length);
        expect(() => prepare(f, x, { pattern: less })).toThrow(lacks);
      }),
      { numRuns: 150 },
    );
  });
});

test('stencils whose missing entries have equal weights are refused', () => {
  const n = 40;
  const f = (x: Tensor): Tensor =>
    nabla
      .roll(x, 1, 0)
      .add(nabla.roll(x, -1, 0))
      .sub(x.mul(2));
  const x = nabla.ones([n], { dtype: 'float64' });
  const diagonal = Array.from({ length: n }, (_, i): Pair => [i, i]);
  expect(() => prepare(f, x, { pattern: diagonal })).toThrow(lacks);
  expect(() => prepare(f, x, { pattern: [] })).toThrow(lacks);
});

test('an entry that is only there at other arguments is missed there', () => {
  const f = (x: Tensor): Tensor => nabla.where(nabla.greater(x, 0), x, nabla.flip(x, 0));
  const pattern: Pair[] = [
    [0, 0],
    [1, 1],
    [2, 2],
  ];
  const plan = prepare(f, nabla.tensor([1, 2, 3]), { pattern });
  expect(plan.explain()).toContain('colours × products: 1 products and one that checks the pattern');
  expect(plan.evaluate(nabla.tensor([3, 2, 1]))).toMatchObject({ kind: 'Sparse' });
  expect(() => plan.evaluate(nabla.tensor([-1, 2, 1]))).toThrow(
    'pattern: the Jacobian has entries in row 0 that the pattern lacks.',
  );
});

test('a Hessian whose pattern lacks entries is refused', () => {
  const f = (x: Tensor): Tensor => nabla.sum(nabla.square(x.at([1, null]).sub(x.at([null, -1])))) as Tensor;
  const x = nabla.ones([6], { dtype: 'float64' });
  const band = (width: number): Pair[] =>
    Array.from({ length: 36 }, (_, k): Pair => [Math.floor(k / 6), k % 6]).filter(([i, j]) => Math.abs(i - j) <= width);
  const H = prepare(f, x, { kind: 'hessian', pattern: band(1) }).evaluate(x) as Matrix;
  expect(numbers(H.diag())).toEqual([2, 4, 4, 4, 4, 2]);
  expect(() => prepare(f, x, { kind: 'hessian', pattern: band(0) })).toThrow(lacks);
});

test('functions with rows only are checked by a product from the left', () => {
  const square = nabla.customVjp(
    (x: Tensor) => x.square(),
    (x: Tensor) => [x.square(), x],
    (x: Tensor, gy: Tensor) => [gy.mul(x).mul(2)],
  );
  const x = nabla.tensor([1, 2, 3, 4]);
  const f = (v: Tensor): Tensor => nabla.concat([square(v).sum().reshape([1]), square(v).at([2, null])]);
  const arrow: Pair[] = [0, 1, 2, 3].map((j): Pair => [0, j]).concat([[1, 2]], [[2, 3]]); // biome-ignore format: pairs
  const J = prepare(f, x, { pattern: arrow }).evaluate(x) as Matrix;
  expect((J.toDense() as DenseTensor).toArray()).toEqual([
    [2, 4, 6, 8],
    [0, 0, 6, 0],
    [0, 0, 0, 8],
  ]);
  expect(() => prepare(f, x, { pattern: arrow.slice(0, 5) })).toThrow(lacks);
});

test('levenbergMarquardt refuses it too', () => {
  const residuals = (x: Tensor): Tensor => nabla.concat([x.sub(1), x.at([1, null]).sub(x.at([null, -1]))]);
  const pattern = [0, 1, 2, 3].map((i): Pair => [i, i]);
  expect(() => nabla.optim.levenbergMarquardt(residuals, nabla.zeros([4]), { pattern })).toThrow(lacks);
});

test('rounding in a derivative that cancels does not make a complete pattern look incomplete', () => {
  const n = 12;
  const f = (x: Tensor): Tensor => {
    const steep = x.mul(3e7);
    return steep
      .add(nabla.roll(x, 1, 0).mul(0.37))
      .sub(steep.mul(0.99999999))
      .sub(x.mul(0.1234567));
  };
  const x = nabla.tensor(Array.from({ length: n }, (_, i) => 0.3 + i));
  const pattern = Array.from({ length: n }, (_, i): Pair[] => [[i, i], [i, (i + n - 1) % n]]).flat(); // biome-ignore format: pairs
  const J = prepare(f, x, { pattern }).evaluate(x) as Matrix;
  expect(numbers(J.toDense())).toEqual(numbers(nabla.jacfwd(f)(x) as Tensor));
});
