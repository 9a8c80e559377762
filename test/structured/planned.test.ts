// Random programs: the planned Jacobian and Hessian are those of n products, entry by entry, as entries and as typed values.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../../src/index.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { mean } from '../../src/ops/reduction.ts';
import { reshapeTo } from '../../src/ops/spread.ts';
import { sin } from '../../src/ops/trig.ts';
import { traceFlat } from '../../src/program/trace.ts';
import { StructuredMatrix } from '../../src/structured/matrix.ts';
import { type Kind, makePlan } from '../../src/structured/plan.ts';
import { evaluatePlan } from '../../src/structured/planner.ts';
import type { DenseTensor, Tensor } from '../../src/tensor/tensor.ts';
import { jacobian } from '../../src/transforms/derivatives.ts';
import { hessian } from '../../src/transforms/second-order.ts';
import { programs, type RandomProgram, show, valuesOf, vector } from '../property/program.ts';

type Functions = (...x: Tensor[]) => Tensor[];

function inputsOf({ inputs, point }: RandomProgram): DenseTensor[] {
  let start = 0;
  return inputs.map((shape) => {
    const count = shape.reduce((n, m) => n * m, 1);
    const own = vector(point.slice(start, start + count));
    start += count;
    return reshapeTo(own, shape).concrete('test');
  });
}

const flat = (x: Tensor): ArrayLike<number> => x.concrete('test').values();

function expectSame(what: string, actual: Tensor, expected: Tensor): void {
  expect(actual.shape, what).toEqual(expected.shape);
  const [a, b] = [flat(actual), flat(expected)];
  let largest = 1;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(b[i]!));
  for (let i = 0; i < b.length; i++) {
    if (!(Math.abs(a[i]! - b[i]!) <= 1e-11 * largest)) {
      throw new Error(`${what}: entry ${i} is ${a[i]}, products give ${b[i]}`);
    }
  }
}

const text = (program: RandomProgram): string => {
  try {
    return show(program);
  } catch {
    return JSON.stringify(program);
  }
};

function compare(kind: Kind, program: RandomProgram, f: Functions): void {
  const x = inputsOf(program);
  const argnums = x.map((_, i) => i);
  const many = { argnums, chunkSize: 1000 };
  const expected = (
    kind === 'jacobian' ? jacobian(f, many) : [hessian((...v: Tensor[]) => f(...v)[0], many)]
  ) as unknown;
  const rows =
    kind === 'jacobian'
      ? ((expected as (...v: Tensor[]) => Tensor[][])(...x) as Tensor[][])
      : ((expected as ((...v: Tensor[]) => Tensor[][])[])[0]!(...x) as Tensor[][]);
  const traced = traceFlat('test', (...v) => f(...v), x);
  for (const structured of [false, true]) {
    const plan = makePlan(kind, traced, x.length, structured);
    if (!plan) throw new Error('no plan');
    const blocks = evaluatePlan(plan, x, structured);
    if (!blocks) throw new Error('a value is not finite');
    rows.forEach((row, o) => {
      row.forEach((block, i) => {
        const own = blocks[o]![i]!;
        const name = `${kind} ${structured ? String(own) : 'entries'} of output ${o} in input ${i} of ${text(program)}`;
        expectSame(name, own instanceof StructuredMatrix ? own.toDense() : own, block);
      });
    });
  }
}

// What is compared is the plan; compiling every program once would take most of the time.
beforeAll(() => setBackend('js'));
afterAll(() => setBackend('wasm'));

describe('random programs', () => {
  test('the Jacobian of all late values', () => {
    fc.assert(
      fc.property(programs, (program) => {
        compare('jacobian', { ...program, lines: program.lines.slice(0, 25) }, (...x) =>
          valuesOf({ ...program, lines: program.lines.slice(0, 25) }, x).slice(-2),
        );
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('the Hessian of their sum', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const short = { ...program, lines: program.lines.slice(0, 12) };
        compare('hessian', short, (...x) => [
          valuesOf(short, x)
            .map((v) => mean(sin(v)))
            .reduce((a, b) => add(a, b)),
        ]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
