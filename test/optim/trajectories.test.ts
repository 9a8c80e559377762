// Every rule follows PyTorch's path, as a pure function, under jit, and as a class that moves leaves of the tape.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { add, cos, exp, grad, jit, matmul, mul, sin, square, sum, type Tensor, tensor } from '../../src/index.ts';
import * as optim from '../../src/optim/index.ts';

interface Case {
  readonly name: 'sgd' | 'adam' | 'adamw' | 'rmsprop' | 'adagrad';
  readonly class: 'SGD' | 'Adam' | 'AdamW' | 'RMSprop' | 'Adagrad';
  readonly options: Record<string, never>;
  readonly path: readonly { readonly w: number[][]; readonly b: number[] }[];
}
type Params = { readonly w: Tensor; readonly b: Tensor };

const fixture = JSON.parse(readFileSync(new URL('./fixtures/trajectories.json', import.meta.url), 'utf8'));
const { sgd, adam, adamw, rmsprop, adagrad, SGD, Adam, AdamW, RMSprop, Adagrad } = optim;
const first = { sgd, adam, adamw, rmsprop, adagrad };
const tape = { SGD, Adam, AdamW, RMSprop, Adagrad };
const cases = fixture.cases as readonly Case[];
const A = tensor(fixture.A, { dtype: 'float64' });
const tolerance = 1e-13;

const leaf = (data: number[] | number[][], requiresGrad = false): Tensor =>
  tensor(data, { dtype: 'float64', requiresGrad });
const start = (requiresGrad = false): Params => ({
  w: leaf(fixture.start.w, requiresGrad),
  b: leaf(fixture.start.b, requiresGrad),
});

function loss({ w, b }: Params): Tensor {
  const u = add(matmul(A, w), b);
  const cosh = mul(add(exp(u), exp(mul(u, -1))), 0.5);
  return add(add(sum(cosh), sum(sin(mul(w, 3)))), mul(sum(square(b)), 0.5));
}

function expectAt({ w, b }: Params, expected: { w: number[][]; b: number[] }): void {
  const actual = [...w.toTypedArray(), ...b.toTypedArray()];
  [...expected.w.flat(), ...expected.b].forEach((v, i) => {
    expect(Math.abs(actual[i]! - v)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(v)));
  });
}

describe.each(cases)('$name $options', ({ name, class: Class, options, path }) => {
  it('pure, trees in and out', () => {
    const opt = first[name](options);
    let params = start();
    let state = opt.init(params);
    for (const expected of path) {
      [params, state] = opt.update(grad(loss)(params), state, params);
      expectAt(params, expected);
    }
    expect(state.step.item()).toBe(path.length);
  });

  it('under jit, gradient included', () => {
    const opt = first[name](options);
    const step = jit((params: Params, state: optim.OptimizerState) => opt.update(grad(loss)(params), state, params));
    let params = start();
    let state = opt.init(params);
    for (const expected of path) {
      [params, state] = step(params, state);
      expectAt(params, expected);
    }
  });

  it('on the tape', () => {
    const params = start(true);
    const opt = new tape[Class]([params.w, params.b], options);
    for (const expected of path) {
      opt.zeroGrad();
      loss(params).backward();
      opt.step();
      expectAt(params, expected);
    }
  });
});

describe('schedules', () => {
  const at = (schedule: optim.Schedule): number[] =>
    fixture.schedules.cosine.map((_: number, i: number) => {
      const lr = schedule(tensor(i, { dtype: 'float64' }));
      return typeof lr === 'number' ? lr : (lr as Tensor).item();
    });
  const expectRates = (actual: number[], expected: number[]): void => {
    actual.forEach((v, i) => void expect(v).toBeCloseTo(expected[i]!, 14));
  };
  it('exponential, staircase and cosine are those of PyTorch', () => {
    const { exponential, staircase, cosine } = fixture.schedules;
    expectRates(at(optim.exponentialSchedule(0.5, { rate: 0.9 })), exponential);
    expectRates(at(optim.exponentialSchedule(0.5, { rate: 0.5, every: 4, staircase: true })), staircase);
    expectRates(at(optim.cosineSchedule(0.5, 12, { floor: 0.1 })), cosine);
    expect(at(optim.cosineSchedule(0.5, 4))[11]).toBe(0);
    expect(at(optim.constantSchedule(0.5))[3]).toBe(0.5);
  });
  it('warmup climbs a line to where the schedule begins', () => {
    expectRates(at(optim.warmupSchedule(0.5, 4)).slice(0, 6), [0, 0.125, 0.25, 0.375, 0.5, 0.5]);
    const warm = at(optim.warmupSchedule(optim.cosineSchedule(1, 8), 4, { from: 0.2 }));
    expectRates(warm.slice(0, 5), [0.2, 0.4, 0.6, 0.8, 1]);
    expect(warm[8]).toBeCloseTo(0.5, 14);
  });
  it('drive an optimizer, under jit and on the tape, by the steps made before', () => {
    const lr: optim.Schedule = (step) => add(mul(cos(step), 0.1), 0.2);
    const expected = [0, 1, 2].reduce((p, i) => p - (0.2 + 0.1 * Math.cos(i)), 1);
    const opt = optim.sgd({ lr });
    const step = jit((p: Tensor, s: optim.OptimizerState) => opt.update(tensor(1, { dtype: 'float64' }), s, p));
    let p = tensor(1, { dtype: 'float64' }) as Tensor;
    let state = opt.init(p);
    const leafP = tensor(1, { dtype: 'float64', requiresGrad: true });
    const tape = new optim.SGD([leafP], { lr });
    for (let i = 0; i < 3; i++) {
      [p, state] = step(p, state);
      tape.zeroGrad();
      leafP.backward();
      tape.step();
    }
    expect(p.item()).toBeCloseTo(expected, 14);
    expect(leafP.item()).toBeCloseTo(expected, 14);
  });
});
