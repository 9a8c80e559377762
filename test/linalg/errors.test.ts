// What linear algebra refuses, in which words, and that inputs without numbers come back instead of hanging.
import { describe, expect, test } from 'vitest';
import { jit, LinalgError, linalg, ShapeError, type Tensor, vmap } from '../../src/index.ts';
import { type Data, tensor, zeros } from '../../src/tensor/create.ts';
import { dense } from '../../src/tensor/tensor.ts';
import { numbers } from './matrices.ts';

const point = (values: Data): Tensor => tensor(values, { dtype: 'float64' });
const singular = point([
  [1, 2],
  [2, 4],
]);
const batch = point([
  [
    [1, 0],
    [0, 1],
  ],
  [
    [1, 2],
    [2, 4],
  ],
]);

describe('texts', () => {
  test.each<[string, () => unknown, string]>([
    ['not square', () => linalg.inv(zeros([2, 3])), 'inv: needs square matrices, got [2,3].'],
    ['a vector', () => linalg.det(zeros([3])), 'det: needs matrices, got [3].'],
    ['det not square', () => linalg.det(zeros([4, 2, 3])), 'det: needs square matrices, got [4,2,3].'],
    [
      'solve sizes',
      () => linalg.solve(zeros([2, 2]), zeros([3, 1])),
      'solve: sizes do not fit: [2,2] and [3,1] need 2 = 3.',
    ],
    ['power', () => linalg.matrixPower(zeros([2, 2]), 0.5), 'matrixPower: the power must be an integer, got 0.5.'],
    ['singular', () => linalg.inv(singular), 'inv: the matrix is singular (zero pivot 1).'],
    ['singular in a batch', () => linalg.inv(batch), 'inv: matrix [1] of the batch is singular (zero pivot 1).'],
    ['singular system', () => linalg.solve(singular, point([1, 1])), 'solve: the matrix is singular (zero pivot 1).'],
    [
      'triangular',
      () =>
        linalg.solveTriangular(
          point([
            [1, 2],
            [0, 0],
          ]),
          point([1, 1]),
        ),
      'solveTriangular: the matrix is singular (zero at diagonal entry 1).',
    ],
    [
      'indefinite',
      () =>
        linalg.cholesky(
          point([
            [1, 2],
            [2, 1],
          ]),
        ),
      'cholesky: the matrix is not positive definite.',
    ],
    [
      'indefinite in a batch',
      () => linalg.cholesky(batch),
      'cholesky: matrix [1] of the batch is not positive definite.',
    ],
  ])('%s', (_name, f, text) => {
    expect(f).toThrow(text);
  });
  test('classes', () => {
    expect(() => linalg.inv(zeros([2, 3]))).toThrow(ShapeError);
    expect(() => linalg.inv(singular)).toThrow(LinalgError);
    expect(() => linalg.cholesky(batch)).toThrow(LinalgError);
  });
});

test('under vmap and jit the error comes when the matrix is known', () => {
  expect(() => vmap((x: Tensor) => linalg.inv(x))(batch)).toThrow('matrix [1] of the batch is singular');
  expect(() => jit((x: Tensor) => linalg.inv(x))(singular)).toThrow(LinalgError);
});

test('a singular matrix has determinant 0 and [0, −∞], and log det of a negative determinant is NaN', () => {
  expect(linalg.det(singular).item()).toBe(0);
  expect(linalg.slogdet(singular).map((v) => v.item())).toEqual([0, -Infinity]);
  expect(linalg.logdet(singular).item()).toBe(-Infinity);
  expect(
    linalg
      .logdet(
        point([
          [0, 1],
          [1, 0],
        ]),
      )
      .item(),
  ).toBeNaN();
});

describe.each([Number.NaN, Number.POSITIVE_INFINITY])('a matrix with the entry %d', (bad) => {
  const A = point([
    [1, 2, 0],
    [2, bad, 1],
    [0, 1, 3],
  ]);
  test.each<[string, (x: Tensor) => Tensor]>([
    ['inv', (x) => linalg.inv(x)],
    ['det', (x) => linalg.det(x)],
    ['eigvalsh', (x) => linalg.eigvalsh(x)],
    ['svdvals', (x) => linalg.svdvals(x)],
    ['qr', (x) => linalg.qr(x)[1]],
    ['pinv', (x) => linalg.pinv(x)],
    ['matrixExp', (x) => linalg.matrixExp(x)],
    ['symmetricFunction', (x) => linalg.symmetricFunction(x, (w) => w.exp())],
    ['cond', (x) => linalg.cond(x)],
  ])('%s returns, and not with finite numbers only', (_name, f) => {
    expect(numbers(f(A)).every(Number.isFinite)).toBe(false);
  });
  test('cholesky throws', () => {
    expect(() => linalg.cholesky(A)).toThrow(LinalgError);
  });
});

test('empty matrices and empty batches', () => {
  const none = dense('float64', [0, 0], new Float64Array(0));
  const noMatrices = dense('float64', [0, 2, 2], new Float64Array(0));
  expect(linalg.det(none).item()).toBe(1);
  expect(linalg.slogdet(none).map((v) => v.item())).toEqual([1, 0]);
  expect(linalg.inv(noMatrices).shape).toEqual([0, 2, 2]);
  expect(linalg.eigh(noMatrices).map((v) => v.shape)).toEqual([
    [0, 2],
    [0, 2, 2],
  ]);
  expect(linalg.svd(noMatrices).map((v) => v.shape)).toEqual([
    [0, 2, 2],
    [0, 2],
    [0, 2, 2],
  ]);
  expect(linalg.solve(noMatrices, zeros([2, 3], { dtype: 'float64' })).shape).toEqual([0, 2, 3]);
  expect(linalg.norm(none, 'nuc').item()).toBe(0);
});
