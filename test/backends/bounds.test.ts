// What is known of numbers before they are computed: no result is below its bound, and logarithms that rely on one are the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastOf } from '../../src/backends/wasm/bounds.ts';
import * as nabla from '../../src/index.ts';
import { jit, type Tensor, tensor } from '../../src/index.ts';
import { primitives } from '../../src/tensor/op.ts';
import { evaluateRecord } from '../expand/record.ts';

const arities = { 1: 'square exp exp2 abs sqrt relu sigmoid softplus cosh', 2: 'hypot maximum minimum add mul div' };
const operations = Object.entries(arities).flatMap(([n, names]) =>
  names.split(' ').map((name) => [name, Number(n)] as const),
);

describe('bounds', () => {
  test.each(operations)('%s is not below its bound', (name, arity) => {
    expect(primitives.has(name)).toBe(true);
    const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity));
    const operand = fc.record({ x: number, slack: fc.double({ min: 0, noNaN: true }), known: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operand, { minLength: arity, maxLength: arity }), (operands) => {
        const bounds = operands.map(({ x, slack, known }) =>
          known && !Number.isNaN(x - slack) ? x - slack : undefined,
        );
        const least = leastOf(name, bounds);
        const [y] = evaluateRecord(
          name,
          operands.map(({ x }) => Float64Array.of(x)),
          {},
        );
        if (least !== undefined) expect(y! < least).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('nothing is known of what may be negative', () => {
    for (const name of ['sub', 'neg', 'sin', 'log', 'tanh']) expect(leastOf(name, [1, 1])).toBeUndefined();
    expect(leastOf('mul', [-1, 2])).toBeUndefined();
    expect(leastOf('add', [undefined, 1])).toBeUndefined();
    expect(leastOf('div', [1, 0])).toBeUndefined();
  });
});

const special = [0, -0, 1, -1, 1e-30, -1e-30, 1e-45, 2.5, 1e19, -3e38, Infinity, -Infinity, Number.NaN];
const functions: Record<string, (x: Tensor) => Tensor> = {
  'log(1 + x²)': (x) => x.square().add(1).log(),
  'log(1 + eˣ)': (x) => x.exp().add(1).log(),
  'log max(x, 1)': (x) => nabla.maximum(x, 1).log(),
  'log x²': (x) => x.square().log(),
  'log(x² + 1e-45)': (x) => x.square().add(1e-45).log(),
  'log cosh x': (x) => x.cosh().log(),
  'log min(x², 2)': (x) => nabla.minimum(x.square(), 2).log(),
};

test.each(Object.entries(functions))('%s compiled, at the ends too', (_name, f) => {
  for (const dtype of ['float32', 'float64'] as const) {
    const x = tensor([...special, ...Array.from({ length: 50 }, (_, i) => (i - 25) / 7)], { dtype });
    const got = jit(f)(x).toTypedArray();
    const want = f(x).toTypedArray();
    const unit = dtype === 'float32' ? 2 ** -23 : 2 ** -52;
    got.forEach((y, i) => {
      const w = want[i]!;
      if (Number.isFinite(w)) expect(Math.abs(y - w)).toBeLessThanOrEqual(8 * unit * Math.max(Math.abs(w), 2 ** -20));
      else expect(y).toBe(w);
    });
  }
});
