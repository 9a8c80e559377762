// Cores whose terms share a square: the entries are those of n products, and only the packed triangles are multiplied.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';
import { traceFlat } from '../../src/program/trace.ts';
import { makePlan } from '../../src/structured/plan.ts';
import { expectClose } from './close.ts';

type Tensor = nabla.Tensor;
const { concat, hessian, jacobian, logSoftmax, matmul, mul, neg, square, sub, sum, tanh } = nabla as unknown as Record<
  string,
  // biome-ignore lint/suspicious/noExplicitAny: functions of tensors of any shape
  (...x: any[]) => any
>;
const random = (seed: number, ...shape: number[]): Tensor => nabla.randn(shape, { seed, dtype: 'float64' });

type Problem = (n: number, d: number, c: number) => { f: (x: Tensor) => Tensor; x: Tensor };
const hessians: Readonly<Record<string, Problem>> = {
  'softmax regression': (n, d, c) => {
    const [X, T] = [random(1, n, d), random(2, n, c)];
    return { f: (W) => neg!(sum!(mul!(T, logSoftmax!(matmul!(X, W), 1)))), x: random(3, d, c) };
  },
  'softmax regression, transposed weights': (n, d, c) => {
    const [X, T] = [random(1, n, d), random(2, n, c)];
    return { f: (W) => neg!(sum!(mul!(T, logSoftmax!(matmul!(W, X.t()), 0).t()))), x: random(3, c, d) };
  },
  'a loss that mixes outputs': (n, d, c) => {
    const [X, M] = [random(1, n, d), random(2, c, c)];
    return { f: (W) => sum!(square!(matmul!(tanh!(matmul!(X, W)), M))), x: random(3, d, c) };
  },
  'the masked factorisation': (n, d, c) => {
    const [V, Y, M] = [random(1, n, d), random(2, c, n), random(4, c, n)];
    return { f: (U) => sum!(mul!(M, square!(sub!(matmul!(U, V.t()), Y)))), x: random(3, c, d) };
  },
  'two layers of one input': (n, d, c) => {
    const [X, Z] = [random(1, n, d), random(2, n, d)];
    const loss = (A: Tensor, W: Tensor) => sum!(logSoftmax!(matmul!(A, W), 1).mul(A.at(':', [0, 1])));
    return { f: (W) => loss(X, W).add(loss(Z, W)), x: random(3, d, c) };
  },
};

describe.each(Object.entries(hessians))('the Hessian of %s', (_name, problem) => {
  const sizes = [
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 9 }),
  ] as const;
  test('has the entries of n products', () => {
    fc.assert(
      fc.property(...sizes, (n, d, c) => {
        const { f, x } = problem(n, d, c);
        const plan = makePlan(
          'hessian',
          traceFlat('test', (v) => [f(v!)], [x]),
          1,
          false,
        )!;
        expect(plan.hasNets).toBe(true);
        const expected = hessian!(f, { chunkSize: 1000 })(x);
        expectClose(nabla.jit(hessian!(f))(x) as Tensor, expected);
        expectClose(
          (
            nabla.structured.prepare(f, x, { kind: 'hessian' }).evaluate(x) as nabla.structured.StructuredMatrix
          ).toDense(),
          expected,
        );
        const H = hessian!(f);
        for (let call = 0; call < 4; call++) expectClose(H(x), expected);
      }),
      { numRuns: 10 },
    );
  });
});

test('softmax regression multiplies a quarter', () => {
  const types = [random(1, 64, 30), random(2, 64, 10), random(3, 30, 10)];
  const f = (X: Tensor, T: Tensor, W: Tensor): Tensor => neg!(sum!(mul!(T, logSoftmax!(matmul!(X, W), 1))));
  const plan = makePlan(
    'hessian',
    traceFlat('test', (...x) => [f(x[0]!, x[1]!, x[2]!)], types),
    1,
    false,
  )!;
  const products = String(plan.cores().program)
    .split('\n')
    .filter((line) => line.includes('contract') && !line.includes('[64,10]'));
  expect(products).toHaveLength(1);
  expect(products[0]).toContain(`[${(10 * 11) / 2},${(30 * 31) / 2}]`);
});

test('a Jacobian with a square that other weights share in one direction only', () => {
  const [X, M] = [random(1, 40, 8), random(2, 6, 5)];
  const f = (W: Tensor): Tensor => matmul!(X.t(), matmul!(tanh!(matmul!(X, W)), M));
  const x = random(3, 8, 6);
  const J = jacobian!(f);
  const expected = jacobian!(f, { chunkSize: 1000 })(x);
  for (let call = 0; call < 4; call++) expectClose(J(x), expected);
  expectClose(jacobian!((W: Tensor) => concat!([f(W), f(W.mul(2))]))(x).at([0, 8]), expected);
});
