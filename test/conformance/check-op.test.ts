// The checks themselves: each catches the operation that is wrong in just its way, and passes the right one.
import { describe, expect, test } from 'vitest';
import { mul, square } from '../../src/ops/arithmetic.ts';
import { leadingAxes } from '../../src/ops/spread.ts';
import { stopGradient } from '../../src/ops/stop-gradient.ts';
import { apply } from '../../src/tensor/dispatch.ts';
import { allocate, type TypedArray } from '../../src/tensor/dtype.ts';
import { call, name } from '../../src/tensor/formula.ts';
import type { OpRecord } from '../../src/tensor/op.ts';
import { type DenseTensor, dense, type Tensor } from '../../src/tensor/tensor.ts';
import { checkVmap } from './check-batching.ts';
import { checkHigher, checkJvp, checkTranspose, checkZeroCotangent } from './check-derivatives.ts';
import { checkFloat32, checkFormula, checkTrace, checkViews } from './check-evaluation.ts';
import { checkTape } from './check-tape.ts';
import { type Differentiable, differentiable, type Subject } from './subject.ts';

type Fields = Partial<Omit<OpRecord, 'name'>>;

/** The differential dy = rate(x) dx. */
const withRate =
  (rate: (x: Tensor) => Tensor): OpRecord['jvp'] =>
  ([x], [dx]) => [dx ? mul(rate(x!), dx) : null];

const mapped = (x: DenseTensor, values: TypedArray, f: (v: number) => number): DenseTensor[] => {
  const out = allocate(x.dtype, x.size);
  for (let i = 0; i < out.length; i++) out[i] = f(values[i]!);
  return [dense(x.dtype, x.shape, out)];
};

/** x³ with some fields replaced: never entered into the table. */
function cube(fields: Fields): (x: Tensor) => Tensor {
  const op: OpRecord = {
    name: 'cube',
    type: (x) => [x[0]!],
    evaluate: ([x]) => mapped(x!, x!.values(), (v) => v ** 3),
    jvp: withRate((x) => mul(square(x), 3)),
    batch: leadingAxes(() => op),
    formula: ([x]) => call('cube', x!),
    samples: [],
    ...fields,
  };
  return (x) => apply(op, [x], {});
}

function subject(fields: Fields = {}): Subject {
  const f = cube(fields);
  return {
    table: 'primitive',
    name: 'cube',
    key: 'cube',
    sample: { inputs: [{ shape: [2, 3] }] },
    call: (x) => [f(x!)],
    formula: (x) => (fields.formula ? fields.formula(x, {}) : call('cube', ...x)),
  };
}

const derived =
  (check: (point: Differentiable) => void) =>
  (wrong: Subject): void =>
    check(differentiable(wrong)!);
const order = (n: 2 | 3) => derived((point) => checkHigher(point, n));

/** 3x², with the second derivative cut off: right at the first order only. */
const rateOp: OpRecord = {
  name: 'rate',
  type: (x) => [x[0]!],
  evaluate: ([x]) => mapped(x!, x!.values(), (v) => 3 * v * v),
  jvp: withRate((x) => mul(stopGradient(x), 6)),
  batch: leadingAxes(() => rateOp),
  formula: ([x]) => call('rate', x!),
  samples: [],
};
const constantCurvature = withRate((x) => apply(rateOp, [x], {}));

const checks: Record<string, (s: Subject) => void> = {
  jvp: derived(checkJvp),
  transpose: derived(checkTranspose),
  zero: derived(checkZeroCotangent),
  second: order(2),
  third: order(3),
  tape: derived(checkTape),
  vmap: checkVmap,
  float32: checkFloat32,
  views: checkViews,
  trace: checkTrace,
  formula: checkFormula,
};

const wrongs: readonly [check: string, how: string, fields: Fields, message: RegExp][] = [
  ['jvp', 'a rate off by one in a million', { jvp: withRate((x) => mul(square(x), 3.000003)) }, /finite differences/],
  ['jvp', 'no rate', { jvp: () => [null] }, /finite differences/],
  [
    'transpose',
    'a transpose of its own that disagrees',
    { savesNothing: true, transpose: ([gy]) => [gy ? mul(gy, 2) : null] },
    /⟨gy, J dx⟩/,
  ],
  ['zero', 'a tangent that moves by itself', { jvp: ([x], [dx]) => [dx ? mul(dx, 3).add(x!) : null] }, /zero tangent/],
  ['zero', 'a rule that is not linear', { jvp: (_x, [dx]) => [dx ? square(dx) : null] }, /0\.75 u/],
  ['second', 'a rate that is a constant', { jvp: withRate((x) => mul(square(stopGradient(x)), 3)) }, /jvp/],
  ['third', 'a curvature that is a constant', { jvp: constantCurvature }, /jvp/],
  ['vmap', 'a batch rule of something else', { batch: ([x]) => ({ outs: [mul(x!, 2)], batched: [true] }) }, /vmap/],
  [
    'float32',
    'a float32 result with half the digits',
    {
      evaluate: ([x]) =>
        mapped(x!, x!.values(), (v) => (x!.dtype === 'float32' ? Number((v ** 3).toPrecision(4)) : v ** 3)),
    },
    /float32/,
  ],
  [
    'views',
    'reading storage as if it were row-major',
    { evaluate: ([x]) => mapped(x!, x!.storage, (v) => v ** 3) },
    /views/,
  ],
  ['formula', 'a formula without its input', { formula: () => name('c') }, /does not mention x0/],
];

describe('checks', () => {
  test.each(Object.entries(checks))('%s passes a right operation', (_name, check) => check(subject()));

  test.each(wrongs)('%s catches %s', (check, _how, fields, message) => {
    expect(() => checks[check]!(subject(fields))).toThrow(message);
  });

  test('a curvature that is a constant passes the second order, which it has right', () => {
    checks.second!(subject({ jvp: constantCurvature }));
  });
});
