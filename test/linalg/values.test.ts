// Values against NumPy and SciPy (scripts/reference/linalg-operations.py), in float64 and float32.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exp, linalg, log, sqrt, type Tensor } from '../../src/index.ts';
import { type Data, tensor } from '../../src/tensor/create.ts';
import type { FloatDType } from '../../src/tensor/dtype.ts';
import { jvp } from '../../src/transforms/jvp.ts';

type Nested = number | readonly Nested[];

const reference = JSON.parse(readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8')) as {
  readonly inputs: Readonly<Record<string, Nested>>;
  readonly values: Readonly<Record<string, Nested>>;
};

type Inputs = Readonly<Record<'A' | 'B' | 'b' | 'T' | 'S' | 'P' | 'M' | 'W' | 'D' | 'batch' | 'c', Tensor>>;

const inputsOf = (dtype: FloatDType): Inputs =>
  Object.fromEntries(
    Object.entries(reference.inputs).map(([name, value]) => [name, tensor(value as Data, { dtype })]),
  ) as unknown as Inputs;

const flat = (x: Nested): number[] => (typeof x === 'number' ? [x] : x.flatMap(flat));

function expectNear(actual: Tensor, name: string, relative: number): void {
  const expected = flat(reference.values[name]!);
  const numbers = Array.from(actual.toTypedArray(), Number);
  const size = Math.max(...expected.map(Math.abs), 1e-300);
  expect(numbers.length).toBe(expected.length);
  numbers.forEach((v, i) => {
    expect(Math.abs(v - expected[i]!), `${name}[${i}]: ${v} is not ${expected[i]}`).toBeLessThanOrEqual(
      relative * size,
    );
  });
}

const { Infinity: inf } = globalThis;
const orders: Readonly<Record<string, linalg.MatrixOrd>> = {
  fro: 'fro',
  nuc: 'nuc',
  1: 1,
  '-1': -1,
  2: 2,
  '-2': -2,
  inf,
  '-inf': -inf,
};

const functions: Readonly<Record<string, (x: Inputs) => Tensor>> = {
  'inv(A)': ({ A }) => linalg.inv(A),
  'inv(batch)': ({ batch }) => linalg.inv(batch),
  'det(A)': ({ A }) => linalg.det(A),
  'det(batch)': ({ batch }) => linalg.det(batch),
  'logdet(P)': ({ P }) => linalg.logdet(P),
  'solve(A,B)': ({ A, B }) => linalg.solve(A, B),
  'solve(A,b)': ({ A, b }) => linalg.solve(A, b),
  'solve from the right': ({ A, B }) => linalg.solve(A, B.transpose(), { left: false }),
  'cholesky(P)': ({ P }) => linalg.cholesky(P),
  'choleskySolve(P,B)': ({ P, B }) => linalg.choleskySolve(linalg.cholesky(P, { upper: true }), B, { upper: true }),
  'qr(M).Q': ({ M }) => linalg.qr(M)[0],
  'qr(M).R': ({ M }) => linalg.qr(M)[1],
  'qr(W).Q': ({ W }) => linalg.qr(W)[0],
  'qr(W).R': ({ W }) => linalg.qr(W)[1],
  'lu(A).P': ({ A }) => linalg.lu(A)[0],
  'lu(A).L': ({ A }) => linalg.lu(A)[1],
  'lu(A).U': ({ A }) => linalg.lu(A)[2],
  'lu(M).L': ({ M }) => linalg.lu(M)[1],
  'lu(M).U': ({ M }) => linalg.lu(M)[2],
  'lu(W).L': ({ W }) => linalg.lu(W)[1],
  'lu(W).U': ({ W }) => linalg.lu(W)[2],
  'eigvalsh(S)': ({ S }) => linalg.eigvalsh(S),
  'svdvals(M)': ({ M }) => linalg.svdvals(M),
  'svdvals(W)': ({ W }) => linalg.svdvals(W),
  'pinv(M)': ({ M }) => linalg.pinv(M),
  'pinv(W)': ({ W }) => linalg.pinv(W),
  'pinv(D)': ({ D }) => linalg.pinv(D),
  'lstsq(M,c)': ({ M, c }) => linalg.lstsq(M, c),
  'lstsq(D,c)': ({ D, c }) => linalg.lstsq(D, c),
  'lstsq(W,c)': ({ W, c }) => linalg.lstsq(W, c.at([0, 3])),
  'matrixExp(A)': ({ A }) => linalg.matrixExp(A),
  'matrixExp(batch)': ({ batch }) => linalg.matrixExp(batch),
  'Frechet derivative of exp at A along S': ({ A, S }) => jvp(linalg.matrixExp, [A], [S])[1] as Tensor,
  'norm(batch)': ({ batch }) => linalg.norm(batch),
  'norm(batch,nuc,[1,2])': ({ batch }) => linalg.norm(batch, 'nuc', [1, 2]),
  'norm(batch,1,[0,2])': ({ batch }) => linalg.norm(batch, 1, [0, 2]),
  'matrixRank(D)': ({ D }) => linalg.matrixRank(D),
  'matrixRank(batch)': ({ batch }) => linalg.matrixRank(batch),
  'trace(M)': ({ M }) => linalg.trace(M),
  'sqrt(P)': ({ P }) => linalg.symmetricFunction(P, sqrt),
  'log(P)': ({ P }) => linalg.symmetricFunction(P, log),
  'exp(S)': ({ S }) => linalg.symmetricFunction(S, exp),
  ...Object.fromEntries(
    Object.entries(orders).flatMap(([name, ord]) => [
      [`norm(M,${name})`, ({ M }: Inputs) => linalg.norm(M, ord)],
      [`cond(A,${name})`, ({ A }: Inputs) => linalg.cond(A, ord)],
    ]),
  ),
  ...Object.fromEntries(
    [0, 1, 2, 3, 0.5, -1, inf, -inf].map((ord) => [
      `norm(b,${String(ord).replace('Infinity', 'inf')})`,
      ({ b }: Inputs) => linalg.norm(b, ord),
    ]),
  ),
  ...Object.fromEntries(
    [0, 1, 2, 3, 7, -1, -2, -5].map((n) => [`matrixPower(A,${n})`, ({ A }: Inputs) => linalg.matrixPower(A, n)]),
  ),
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 6, 7].map((k) => {
      const options = { lower: (k & 4) > 0, unit: (k & 2) > 0, transpose: (k & 1) > 0 };
      const name = `solveTriangular(${options.lower},${options.unit},${options.transpose})`;
      return [name, ({ T, B }: Inputs) => linalg.solveTriangular(options.lower ? T : T.transpose(), B, options)];
    }),
  ),
};

describe.each([
  ['float64', 1e-12],
  ['float32', 2e-4],
] as const)('%s', (dtype, relative) => {
  const x = inputsOf(dtype);
  test.each(Object.entries(functions))('%s', (name, f) => {
    const y = f(x);
    if (y.dtype !== 'int32') expect(y.dtype).toBe(dtype);
    expectNear(y, name, relative);
  });
  test('slogdet(A)', () => {
    const parts = linalg.slogdet(x.A).map((v) => v.item() as number);
    const expected = flat(reference.values['slogdet(A)']!);
    expect(parts[0]).toBe(expected[0]);
    expect(Math.abs(parts[1]! - expected[1]!)).toBeLessThan(relative);
  });
});

test('every value of the fixture is asked for', () => {
  expect(new Set([...Object.keys(functions), 'slogdet(A)'])).toEqual(new Set(Object.keys(reference.values)));
});
