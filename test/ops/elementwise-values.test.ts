// Values of the public elementwise functions against NumPy 2 and SciPy 1.17, and of the families that higher derivatives lead
// to against mpmath with 60 digits (numerical differentiation of the definition).
import { describe, expect, it } from 'vitest';
import '../../src/index.ts';
import * as activation from '../../src/ops/activation.ts';
import * as binary from '../../src/ops/binary.ts';
import * as exponential from '../../src/ops/exponential.ts';
import * as hyperbolic from '../../src/ops/hyperbolic.ts';
import * as power from '../../src/ops/power.ts';
import * as rectifier from '../../src/ops/rectifier.ts';
import * as rounding from '../../src/ops/rounding.ts';
import * as special from '../../src/ops/special.ts';
import * as trig from '../../src/ops/trig.ts';
import { tensor } from '../../src/tensor/create.ts';
import { apply } from '../../src/tensor/dispatch.ts';
import { primitives } from '../../src/tensor/op.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import fixture from './fixtures/elementwise.json' with { type: 'json' };

type Function = (...x: Tensor[]) => Tensor;

const functions: Record<string, Function> = {
  ...activation,
  ...binary,
  ...exponential,
  ...hyperbolic,
  ...power,
  ...rectifier,
  ...rounding,
  ...special,
  ...trig,
  softplus: (x: Tensor) => apply(primitives.get('softplus')!, [x], {}),
  polygamma1: (x: Tensor) => special.polygamma(1, x),
  polygamma3: (x: Tensor) => special.polygamma(3, x),
  multigammaln3: (x: Tensor) => special.multigammaln(x, 3),
} as unknown as Record<string, Function>;

const scalar = (x: number): Tensor => tensor(x, { dtype: 'float64' });

function check(f: Function, rows: readonly (readonly number[])[], rtol: number, atol = 1e-15): void {
  for (const row of rows) {
    const [x, expected] = [row.slice(0, -1), row.at(-1)!];
    const actual = f(...x.map(scalar)).item() as number;
    if (!Number.isFinite(expected)) expect(actual).toBe(expected);
    else {
      const message = `f(${x.join(', ')}) = ${actual}, expected ${expected}`;
      expect(Math.abs(actual - expected), message).toBeLessThanOrEqual(rtol * Math.abs(expected) + atol);
    }
  }
}

describe('values', () => {
  it.each(Object.keys(fixture.values))('%s', (name) => {
    check(functions[name]!, fixture.values[name as keyof typeof fixture.values], 1e-13);
  });
});

/** The k-th derivative of f in argument i, for each entry [i, k] of `orders`. */
function differentiate(f: Function, orders: readonly (readonly [number, number])[]): Function {
  let g = f;
  for (const [i, k] of orders) {
    for (let step = 0; step < k; step++) {
      const before = g;
      g = (...x) =>
        jvp(
          before,
          x,
          x.map((_, j) => scalar(j === i ? 1 : 0)),
        )[1] as Tensor;
    }
  }
  return g;
}

describe('derivatives of the families', () => {
  it.each(Object.keys(fixture.families))('%s', (key) => {
    const [name, orders] = key.split('/') as [string, string];
    const digits = (orders.match(/\d/g) ?? []).map(Number);
    const rows = fixture.families[key as keyof typeof fixture.families];
    const bessel = (...x: Tensor[]) => apply(primitives.get(name)!, x, { n: digits[0] });
    const f = functions[name];
    check(
      f
        ? differentiate(
            f,
            digits.map((k, i) => [i, k]),
          )
        : bessel,
      rows,
      1e-10,
      1e-13,
    );
  });
});
