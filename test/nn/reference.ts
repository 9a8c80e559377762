// Cases computed by PyTorch (scripts/reference/nn.py): arguments, value, and the gradients of Σ value · weights.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mul } from '../../src/ops/arithmetic.ts';
import { stack } from '../../src/ops/joining.ts';
import { sum } from '../../src/ops/reduction.ts';
import { tensor } from '../../src/tensor/create.ts';
import type { DType } from '../../src/tensor/dtype.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad } from '../../src/transforms/derivatives.ts';

interface Stored {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

interface Case {
  readonly name: string;
  readonly args: readonly Stored[];
  readonly extra: readonly unknown[];
  readonly options: Record<string, unknown>;
  readonly tensors: Record<string, Stored>;
  readonly value: Stored;
  readonly weights: Stored;
  readonly gradients: readonly (Stored | null)[];
  readonly running?: readonly Stored[];
}

type Call = (...args: never[]) => unknown;

const load = ({ dtype, shape, values }: Stored, asFloat: 'float32' | 'float64'): Tensor =>
  tensor(values.map(Number), { dtype: dtype === 'float64' ? asFloat : dtype, shape });

function expectClose(actual: Tensor, expected: Stored, tolerance: number, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape);
  const got = actual.toTypedArray();
  expected.values.forEach((v, i) => {
    const error = Math.abs(got[i]! - Number(v));
    if (!(error <= tolerance * Math.max(1, Math.abs(Number(v))))) {
      expect.fail(`${what}[${i}]: ${got[i]} instead of ${v}`);
    }
  });
}

function describeCase({ name, args, extra, options, tensors }: Case): string {
  const shapes = [...args, ...Object.values(tensors)].map(({ shape }) => `[${shape}]`).join(' ');
  return `${name} ${shapes} ${JSON.stringify([...extra, options])}`;
}

/** One test a case: `functions` finds the function of a name, called as (...args, ...extra, { ...options, ...tensors }). */
export function matchesPyTorch(fixture: string, functions: Record<string, Call>): void {
  const cases: Case[] = JSON.parse(readFileSync(new URL(`fixtures/${fixture}.json`, import.meta.url), 'utf8'));
  cases.forEach((c, index) => {
    it(`${index}: ${describeCase(c)}`, () => check(c, functions[c.name] as (...args: unknown[]) => unknown));
  });
}

function check(c: Case, f: (...args: unknown[]) => unknown): void {
  const keys = Object.keys(c.tensors);
  const stored = [...c.args, ...Object.values(c.tensors)];
  const options = Object.fromEntries(Object.entries(c.options).map(([k, v]) => [k, v === 'Infinity' ? Infinity : v]));
  const call = (x: readonly Tensor[]): unknown => {
    const named = Object.fromEntries(keys.map((key, i) => [key, x[c.args.length + i]!]));
    const rest = keys.length + Object.keys(options).length > 0 ? [{ ...options, ...named }] : [];
    return f(...x.slice(0, c.args.length), ...c.extra, ...rest);
  };
  const value = (x: readonly Tensor[]): Tensor => {
    const y = call(x);
    if (!Array.isArray(y)) return y as Tensor;
    return c.running ? y[0] : stack(y);
  };
  for (const [dtype, tolerance] of [
    ['float64', 1e-10],
    ['float32', 2e-4],
  ] as const) {
    const x = stored.map((s) => load(s, dtype));
    expectClose(value(x), c.value, tolerance, `${dtype} value`);
    if (c.running) {
      const [, ...running] = call(x) as Tensor[];
      running.forEach((v, i) => {
        expectClose(v, c.running![i]!, tolerance, `${dtype} running statistic ${i}`);
      });
    }
    const argnums = stored.flatMap((s, i) => (s.dtype === 'float64' ? [i] : []));
    const weights = load(c.weights, dtype);
    const gradients = grad((...v: Tensor[]) => sum(mul(value(v), weights)), { argnums })(...x) as Tensor[];
    gradients.forEach((g, i) => {
      const expected = c.gradients[i];
      expect(g.dtype).toBe(dtype);
      if (expected) expectClose(g, expected, dtype === 'float64' ? 1e-9 : 1e-3, `${dtype} gradient ${i}`);
    });
  }
}
