// Minimisers find minima; states are trees like any other; steps of the tape's optimizers move the user's leaf and leave
// recorded graphs alone; wrong arguments are refused.
import { describe, expect, it } from 'vitest';
import {
  grad,
  logaddexp,
  matmul,
  mean,
  mul,
  neg,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  vjp,
  vmap,
} from '../../src/index.ts';
import * as optim from '../../src/optim/index.ts';
import * as random from '../../src/random/index.ts';

const dtype = 'float64';

/** Σ 100 (x_{i+1} - x_i²)² + (1 - x_i)² */
function valley(x: Tensor): Tensor {
  const n = x.shape[0]!;
  const [head, tail] = [x.at([0, n - 1]), x.at([1, n])];
  return sum(
    square(sub(tail, square(head)))
      .mul(100)
      .add(square(sub(1, head))),
  );
}

const n = 60;
const X = random.normal(random.key(1), [n, 3], { dtype });
const truth = tensor([1, -2, 0.5], { dtype });
const labels = random.bernoulli(random.key(2), matmul(X, truth).sigmoid()).to(dtype);
const logistic = ({ w, b }: { w: Tensor; b: Tensor }): Tensor => {
  const z = matmul(X, w).add(b);
  return mean(sub(logaddexp(z, 0), mul(labels, z))).add(mul(sum(square(w)), 0.01));
};

const minimisers = { newton: optim.newton, lbfgs: optim.lbfgs };

const expectNear = (x: Tensor, expected: readonly number[], digits: number): void => {
  [...x.toTypedArray()].forEach((v, i) => void expect(v).toBeCloseTo(expected[i]!, digits));
};

describe('minimisers', () => {
  it.each(['newton', 'lbfgs'] as const)('%s finds the minimum of the Rosenbrock valley', (name) => {
    const start = tensor([-1.2, 1], { dtype });
    const result = minimisers[name](valley, start);
    expect(result.converged).toBe(true);
    expectNear(result.x, [1, 1], 7);
    expect(result.iterations).toBeLessThan(60);
    const long = minimisers[name](valley, tensor([0.5, -0.3, 0.8, 0.2, 1.4, 0.1], { dtype }));
    expect(long.converged).toBe(true);
    expectNear(long.x, [1, 1, 1, 1, 1, 1], 6);
  });

  it('newton and lbfgs agree on logistic regression over a tree', () => {
    const start = { w: tensor([0, 0, 0], { dtype }), b: tensor(0, { dtype }) };
    const a = optim.newton(logistic, start);
    const b = optim.lbfgs(logistic, start);
    expect([a.converged, b.converged]).toEqual([true, true]);
    expect(a.iterations).toBeLessThan(12);
    expectNear(b.x.w, a.x.w.toArray() as number[], 6);
    expect(b.x.b.item()).toBeCloseTo(a.x.b.item() as number, 6);
    const g = grad(logistic)(a.x) as typeof start;
    expect(Math.max(...[...g.w.toTypedArray(), g.b.item() as number].map(Math.abs))).toBeLessThan(1e-8);
  });

  it('newton goes downhill where the Hessian is indefinite', () => {
    // x⁴/4 - x²/2 + y² has its maximum in x at 0 and minima at ±1.
    const f = (v: Tensor): Tensor => {
      const x = v.at(0);
      return square(square(x))
        .mul(0.25)
        .sub(square(x).mul(0.5))
        .add(square(v.at(1)));
    };
    const result = optim.newton(f, tensor([0.1, 2], { dtype }));
    expect(result.converged).toBe(true);
    expectNear(result.x, [1, 0], 8);
  });

  it('float32 starts converge to their tolerance and keep their dtype', () => {
    const result = optim.lbfgs(valley, tensor([-1.2, 1]));
    expect(result.x.dtype).toBe('float32');
    expect(result.converged).toBe(true);
    expectNear(result.x, [1, 1], 2);
  });

  it('says so when it stops early', () => {
    const result = optim.lbfgs(valley, tensor([-1.2, 1], { dtype }), { maxIterations: 3 });
    expect(result.converged).toBe(false);
    expect(result.iterations).toBe(3);
    const unbounded = optim.newton((x: Tensor) => neg(sum(x)), tensor([1, 2], { dtype }), { maxIterations: 5 });
    expect(unbounded.converged).toBe(false);
  });
});

describe('states and trees', () => {
  it('have a slot like the parameters, nested as they are', () => {
    const params = [{ w: tensor([1, 2], { dtype }) }, tensor(3)] as const;
    const state = optim.adam().init(params);
    const slots = state.slots as { mean: [{ w: Tensor }, Tensor] };
    expect(slots.mean[0].w.toArray()).toEqual([0, 0]);
    expect(slots.mean[0].w.dtype).toBe('float64');
    expect(slots.mean[1].dtype).toBe('float32');
    expect(state.step.dtype).toBe('int32');
  });
  it('keep the dtype of every leaf, also under a schedule', () => {
    const opt = optim.adamw({ lr: optim.cosineSchedule(0.1, 10) });
    const params = { a: tensor([1, 2]), b: tensor([1, 2], { dtype }) };
    const [next] = opt.update(params, opt.init(params), params);
    expect([next.a.dtype, next.b.dtype]).toEqual(['float32', 'float64']);
  });
  it('can be batched: one optimizer for many runs', () => {
    const opt = optim.adam({ lr: 0.1 });
    const descend = (start: Tensor): Tensor => {
      let p = start;
      let state = opt.init(p);
      for (let i = 0; i < 3; i++) [p, state] = opt.update(grad((x: Tensor) => square(square(x)))(p), state, p);
      return p;
    };
    const starts = tensor([1, 2, 3], { dtype });
    const batch = vmap(descend)(starts) as Tensor;
    expectNear(
      batch,
      [1, 2, 3].map((v) => descend(tensor(v, { dtype })).item() as number),
      14,
    );
  });
});

describe('clipping', () => {
  const g = { a: tensor([3, 0], { dtype }), b: tensor(4) };
  it('clipByGlobalNorm scales a tree to the norm, and leaves smaller ones as they are', () => {
    expect(optim.globalNorm(g).item()).toBe(5);
    const clipped = optim.clipByGlobalNorm(g, 1);
    expectNear(clipped.a, [0.6, 0], 15);
    expect(clipped.b.item()).toBeCloseTo(0.8, 6);
    expect(clipped.b.dtype).toBe('float32');
    expect(optim.clipByGlobalNorm(g, 5).a.toArray()).toEqual([3, 0]);
    expect(optim.clipByGlobalNorm(tensor([0, 0]), 1).toArray()).toEqual([0, 0]);
  });
  it('clipByValue keeps every element within the limit', () => {
    expect(optim.clipByValue({ x: tensor([-3, 0.5, 2]) }, 1).x.toArray()).toEqual([-1, 0.5, 1]);
  });
});

describe('on the tape', () => {
  const leaf = (data: number | number[]): Tensor => tensor(data, { dtype, requiresGrad: true });

  it('a step changes the leaf itself, which stays a leaf', () => {
    const w = leaf([1, 2]);
    const held = w;
    const opt = new optim.SGD([w], { lr: 0.5 });
    sum(square(w)).backward();
    opt.step();
    expect(held.toArray()).toEqual([0, 0]);
    expect([w.isLeaf, w.requiresGrad, w.gradFn]).toEqual([true, true, null]);
    opt.zeroGrad();
    expect(w.grad).toBe(null);
  });
  it('parameters without a gradient stay', () => {
    const [a, b] = [leaf(1), leaf(2)];
    const opt = new optim.Adam({ a, b }, { lr: 0.1 });
    square(a!).backward();
    opt.step();
    expect(b!.item()).toBe(2);
    expect(a!.item()).not.toBe(1);
  });
  it('a graph recorded before a step is differentiated at the old values', () => {
    const w = leaf(3);
    const opt = new optim.SGD([w], { lr: 1 });
    const old = mul(square(w), w);
    const detached = w.detach();
    square(w).backward();
    opt.step();
    expect(w.item()).toBe(-3);
    opt.zeroGrad();
    old.backward(null, { createGraph: true });
    expect(w.grad!.item()).toBe(27);
    expect(detached.item()).toBe(3);
  });
  it('so is a pullback of vjp that closed over the leaf', () => {
    const w = leaf(3);
    const opt = new optim.SGD([w], { lr: 1 });
    const [, pullback] = vjp((x: Tensor) => mul(x, w), tensor(2, { dtype }));
    square(w).backward();
    opt.step();
    expect((pullback(tensor(1, { dtype }))[0] as Tensor).item()).toBe(3);
  });
  it('LBFGS runs its closure until the loss is minimal', () => {
    const w = leaf([-1.2, 1]);
    const opt = new optim.LBFGS([w], { maxIterations: 50 });
    const value = opt.step(() => {
      const loss = valley(w);
      loss.backward();
      return loss;
    });
    expect(value).toBeLessThan(1e-12);
    expectNear(w, [1, 1], 6);
  });
  it('LBFGS keeps its memory from step to step', () => {
    const w = leaf([-1.2, 1]);
    const opt = new optim.LBFGS([w], { maxIterations: 5 });
    for (let i = 0; i < 12; i++) {
      opt.step(() => {
        const loss = valley(w);
        loss.backward();
        return loss;
      });
    }
    expectNear(w, [1, 1], 6);
  });
  it.each([
    [
      'SGD',
      () => optim.sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
      optim.SGD,
      { lr: 0.1, momentum: 0.9, nesterov: true },
    ],
    [
      'Adam',
      () => optim.adam({ lr: optim.cosineSchedule(0.01, 20) }),
      optim.Adam,
      { lr: optim.cosineSchedule(0.01, 20) },
    ],
  ] as const)('%s moves many elements, in a compiled step, as the pure function does', (_name, pure, Tape, options) => {
    const start = random.normal(random.key(5), [90, 100], { dtype });
    const target = random.normal(random.key(6), [90, 100], { dtype });
    const loss = (w: Tensor): Tensor =>
      sum(
        square(sub(w, target))
          .mul(0.5)
          .add(square(square(w)).mul(0.1)),
      );
    const w = tensor(start.toArray(), { dtype, requiresGrad: true });
    const idle = tensor([1], { dtype, requiresGrad: true });
    const steps = new Tape([w, idle], options as never);
    const functions = pure();
    let p: Tensor = start;
    let state = functions.init(p);
    const history: Tensor[] = [];
    for (let k = 0; k < 10; k++) {
      history.push(w.detach());
      steps.zeroGrad();
      loss(w).backward();
      steps.step();
      [p, state] = functions.update(grad(loss)(p), state, p);
      expect(Math.max(...(sub(w.detach(), p).abs().toTypedArray() as Float64Array))).toBeLessThan(1e-13);
    }
    expect(history[0]!.toArray()).toEqual(start.toArray());
    expect(idle.item()).toBe(1);
  });

  it('a closure given to step is run first', () => {
    const w = leaf(1);
    const opt = new optim.SGD([w], { lr: 0.25 });
    const loss = opt.step(() => {
      const y = square(w);
      y.backward();
      return y;
    });
    expect(loss!.item()).toBe(1);
    expect(w.item()).toBe(0.5);
  });
});

describe('errors', () => {
  const params = { w: tensor([1, 2]) };
  const opt = optim.sgd({ lr: 0.1, momentum: 0.9 });
  const f = (x: Tensor): Tensor => sum(x);
  const cases: [() => unknown, string][] = [
    [() => optim.sgd({ lr: -1 }), 'optim.sgd: lr must be a finite number >= 0, got -1.'],
    [() => optim.sgd({ learningRate: 1 } as never), "optim.sgd: unknown option 'learningRate'."],
    [() => optim.sgd({ nesterov: true }), 'optim.sgd: nesterov needs a momentum greater than 0 and no dampening.'],
    [() => optim.adam({ betas: [0.9, 1] }), 'optim.adam: betas[1] must be in [0, 1), got 1.'],
    [() => opt.update({ v: tensor([1, 2]) }, opt.init(params), params), 'optim.sgd: the gradient has the structure'],
    [() => opt.update({ w: tensor([1]) }, opt.init(params), params), 'the gradient has shape [1], expected [2].'],
    [() => opt.update(params, optim.sgd().init(params), params), 'optim.sgd: the state has the structure'],
    [() => optim.clipByGlobalNorm(params, 0), 'optim.clipByGlobalNorm: maxNorm must be'],
    [() => optim.cosineSchedule(1, 0), 'optim.cosineSchedule: the number of steps must be greater than 0, got 0.'],
    [() => new optim.SGD([]), 'optim.SGD: there are no parameters.'],
    [() => new optim.SGD([tensor([1])]), 'optim.SGD: a parameter of shape [1] does not require grad.'],
    [() => new optim.Adam([square(tensor(1, { requiresGrad: true }))]), 'a parameter of shape [] is not a leaf.'],
    [() => optim.newton((x: Tensor) => x, tensor([1, 2])), 'optim.newton: f returned shape [2], expected a scalar.'],
    [() => optim.lbfgs(f, tensor([1]), { tolerance: 1 } as never), "optim.lbfgs: unknown option 'tolerance'."],
    [
      () => new optim.LBFGS([tensor(1, { requiresGrad: true })]).step((() => 1) as never),
      'optim.LBFGS: the closure returned a number, expected the loss.',
    ],
  ];
  it.each(cases)('%#', (call, message) => {
    expect(call).toThrow(message);
  });
});
