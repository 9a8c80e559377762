// The table itself: it names records, its common entries stay short, and values saturate without turning back.
import { describe, expect, test } from 'vitest';
import { type Expansion, expansions } from '../../src/ops/expand/index.ts';
import { primitives } from '../../src/tensor/op.ts';
import { batchLanes } from './batch-lanes.ts';
import { scalarReference } from './record.ts';

function run(name: string, bits: 32 | 64, values: readonly number[]): { y: number[]; operations: number } {
  const lanes = batchLanes({ bits, size: values.length, fused: false, reference: scalarReference({}) });
  const x = bits === 32 ? Float32Array.from(values) : Float64Array.from(values);
  const y = [...(expansions.get(name) as Expansion).expand(lanes, [x], {})];
  return { y, operations: lanes.count() };
}

test('every expansion belongs to a record', () => {
  expect([...expansions.keys()].filter((name) => !primitives.has(name))).toEqual([]);
});

test.each([
  ['exp', 22, 27],
  ['tanh', 33, 28],
  ['log', 37, 38],
  ['sin', 37, 45],
  ['sigmoid', 30, 35],
  ['silu', 32, 37],
  ['erf', 60, 84],
] as const)('%s takes at most %d operations at 32 bits and %d at 64', (name, narrow, wide) => {
  expect(run(name, 32, [1]).operations).toBeLessThanOrEqual(narrow);
  expect(run(name, 64, [1]).operations).toBeLessThanOrEqual(wide);
});

describe.each([32, 64] as const)('at %d bits', (bits) => {
  test.each(['exp', 'exp2', 'expm1', 'sinh', 'tanh', 'sigmoid', 'erf', 'atan', 'softplus'])(
    '%s never turns back',
    (name) => {
      const steps = Array.from({ length: 2400 }, (_, i) => (i - 1200) * 0.95);
      const { y } = run(name, bits, [-Infinity, -1e30, ...steps, 1e30, Infinity]);
      expect(y.every((value, i) => i === 0 || value >= y[i - 1]!)).toBe(true);
    },
  );

  test('sines stay within [-1, 1]', () => {
    const angles = Array.from({ length: 4000 }, (_, k) => (k - 2000) * (Math.PI / 2));
    for (const name of ['sin', 'cos']) expect(Math.max(...run(name, bits, angles).y.map(Math.abs))).toBe(1);
  });
});

test.each([32, 64] as const)('pow at %d bits is exact where the power is a small integer', (bits) => {
  const pairs = [2, 3, 5, 6, 7, 10].flatMap((a) => [0, 1, 2, 3, 4, 5, 6].map((n) => [a, n] as const));
  const floats = (k: 0 | 1) => {
    const values = pairs.map((pair) => pair[k]);
    return bits === 32 ? Float32Array.from(values) : Float64Array.from(values);
  };
  const lanes = batchLanes({ bits, size: pairs.length, fused: false, reference: scalarReference({}) });
  const y = expansions.get('pow')!.expand(lanes, [floats(0), floats(1)], { logs: 0 });
  expect([...y]).toEqual(pairs.map(([a, n]) => a ** n));
});
