// Staged derivatives: the first calls read the recorded function as it is, later ones run what was compiled for its structure.
// Every call must give what the first gives, and run the function once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  autograd,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacobian,
  jacrev,
  jvp,
  mul,
  random,
  sin,
  square,
  sum,
  type Tensor,
  TracedValueError,
  tensor,
  valueAndGrad,
  valueGradHessian,
  vmap,
} from '../../src/index.ts';
import { keptPlaces, MOST_PLACES } from '../../src/transforms/staged.ts';
import { programs, scalarFunction, vector } from '../property/program.ts';
import { expectClose, numbers, T } from './numbers.ts';

/** Enough for a structure to be compiled, and to be found again. */
const CALLS = 5;
type F = (x: Tensor) => Tensor;
type Anything = (...args: unknown[]) => unknown;

const ways: Readonly<Record<string, (f: F, x: Tensor) => unknown>> = {
  grad: (f, x) => grad(f)(x),
  valueAndGrad: (f, x) => valueAndGrad(f)(x),
  jacobian: (f, x) => jacobian(f)(x),
  jacfwd: (f, x) => jacfwd(f)(x),
  jacrev: (f, x) => jacrev(f)(x),
  hessian: (f, x) => hessian(f)(x),
  valueGradHessian: (f, x) => valueGradHessian(f)(x),
  jvp: (f, x) => jvp(f, x, x),
  hvp: (f, x) => hvp(f, x, x),
  'jvp of grad': (f, x) => jvp(grad(f), x, x),
  'grad of a sum of gradients': (f, x) => grad((v: Tensor) => sum(grad(f)(v)))(x),
};

describe('every call gives what the first gives, and runs the function once', () => {
  const x = T([0.5, -1.2, 2]);
  const f: F = (v) => sum(mul(sin(v), square(v)));
  for (const [name, way] of Object.entries(ways)) {
    test(name, () => {
      let runs = 0;
      const counted: F = (v) => {
        runs++;
        return f(v);
      };
      const first = numbers(way(counted, x));
      for (let call = 2; call <= CALLS; call++) {
        expectClose(way(counted, x), first);
        expect(runs).toBe(call);
      }
    });
  }
  test('vmap, and derivatives of one example under it', () => {
    const rows = T([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    let runs = 0;
    const batched = vmap((v: Tensor) => {
      runs++;
      return f(v);
    });
    const gradients = vmap(grad(f));
    const [first, second] = [numbers(batched(rows)), numbers(gradients(rows))];
    for (let call = 2; call <= CALLS; call++) {
      expectClose(batched(rows), first);
      expectClose(gradients(rows), second);
      expect(runs).toBe(call);
    }
  });
});

test('random programs: gradients of all calls are the same bits, Hessians agree', () => {
  fc.assert(
    fc.property(programs, (program) => {
      const f = scalarFunction(program);
      const x = vector(program.point);
      const [gradient, second] = [grad(f as never) as F, hessian(f as never) as F];
      const [g, h] = [numbers(gradient(x)), numbers(second(x))];
      for (let call = 2; call <= CALLS; call++) expect(numbers(gradient(x))).toEqual(g);
      const scale = Math.max(1, ...h.map(Math.abs));
      for (let call = 2; call <= CALLS; call++) {
        numbers(second(x)).forEach((v, i) => {
          expect(Math.abs(v - h[i]!)).toBeLessThanOrEqual(1e-10 * scale);
        });
      }
    }),
    { numRuns: 40, seed: 20261122 },
  );
});

describe('what may change from call to call', () => {
  test('tensors that f closes over, and numbers in its text', () => {
    for (let call = 1; call <= 2 * CALLS; call++) {
      const c = T([call, 2, 3]);
      const g = grad((v: Tensor) => sum(mul(mul(v, c), call / 7)))(T([1, 1, 1]));
      expectClose(g as Tensor, [(call * call) / 7, (2 * call) / 7, (3 * call) / 7]);
    }
  });
  test('arguments that are not differentiated, of any kind', () => {
    const f = grad((v: Tensor, options: { power: number }, m: Tensor) => sum(mul(v.pow(options.power), m))) as Anything;
    for (let call = 1; call <= CALLS; call++) {
      expectClose(f(T([2]), { power: call }, T([3])) as Tensor, [3 * call * 2 ** (call - 1)]);
    }
  });
  test('branches on values that f reads, and shapes', () => {
    const f = grad((v: Tensor) => (v.at(0).item() > 0 ? sum(square(v)) : sum(v)));
    for (let call = 1; call <= CALLS; call++) {
      expectClose(f(T([1, 2])), [2, 4]);
      expectClose(f(T([-1, 2])), [1, 1]);
      expectClose(f(T(new Array(call).fill(1))), new Array(call).fill(2));
    }
  });
  test('what comes out in aux, tensors or not', () => {
    const f = grad(
      (v: Tensor, step: number) => [sum(square(v)), { step, twice: mul(v, 2), fixed: 'text' }] as const as never,
      { hasAux: true },
    ) as Anything;
    for (let call = 1; call <= CALLS; call++) {
      const [g, aux] = f(T([call]), call) as [Tensor, { step: number; twice: Tensor; fixed: string }];
      expectClose(g, [2 * call]);
      expectClose(aux.twice, [2 * call]);
      expect([aux.step, aux.fixed]).toEqual([call, 'text']);
    }
  });
  test('random numbers from a key', () => {
    const noisy = (seed: number) =>
      grad((v: Tensor) => sum(mul(v, random.normal(random.key(seed), [3]))))(T([1, 1, 1]));
    for (let call = 1; call <= CALLS; call++) {
      expectClose(noisy(call) as Tensor, numbers(random.normal(random.key(call), [3]).to('float64')));
    }
  });
});

test('several arguments, lists of them and trees keep their structure', () => {
  const f = (p: { w: Tensor; b: Tensor }, y: Tensor): Tensor => sum(mul(mul(p.w, y), p.b));
  const p = { w: T([1, 2]), b: T([3, 4]) };
  const all = grad(f as never, { argnums: [1, 0] }) as unknown as Anything;
  for (let call = 1; call <= CALLS; call++) {
    const [gy, gp] = all(p, T([5, 6])) as [Tensor, { w: Tensor; b: Tensor }];
    expectClose(gy, [3, 8]);
    expectClose(gp.w, [15, 24]);
    expectClose(gp.b, [5, 12]);
  }
});

test('derivatives of any order', () => {
  let f = ((v: Tensor) => v.pow(6)) as F;
  const x = T(1.5);
  const expected = [1, 6, 30, 120, 360].map((c, k) => c * 1.5 ** (6 - k));
  for (let order = 1; order <= 4; order++) {
    f = grad(f as never) as F;
    for (let call = 1; call <= CALLS; call++) expectClose(f(x), [expected[order]!]);
  }
});

test('a leaf of the tape that f closes over still gets its gradient', () => {
  const a = tensor([2, 3], { dtype: 'float64', requiresGrad: true });
  const f = grad((v: Tensor) => sum(mul(square(v), a)));
  for (let call = 1; call <= CALLS; call++) {
    a.grad = null;
    sum(f(T([1, 2]))).backward();
    expectClose(a.grad!, [2, 4]);
  }
});

test('a constant result can be made a leaf without harm to the next call', () => {
  const f = grad((v: Tensor) => sum(mul(v, 2)));
  for (let call = 1; call <= CALLS; call++) {
    const g = f(T([1, 2])) as Tensor;
    expect(g.requiresGrad).toBe(false);
    g.requiresGrad = true;
    expectClose(g, [2, 2]);
  }
});

test('the forward of a custom function runs once a call', () => {
  let runs = 0;
  const cube = autograd.customFunction({
    forward(ctx, v: Tensor) {
      runs++;
      ctx.save(v);
      return mul(square(v), v);
    },
    backward: (ctx, gy) => mul(mul(square(ctx.saved[0]!), 3), gy),
  });
  const f = grad((v: Tensor) => sum(cube(v)));
  const x = T([2]);
  for (let call = 1; call <= CALLS; call++) {
    expectClose(f(x), [12]);
    expect(runs).toBe(call);
  }
});

test('errors are those of the plain transform, at every call', () => {
  const notScalar = grad(((v: Tensor) => mul(v, 2)) as never) as Anything;
  const reads = vmap((v: Tensor) => (v.item() > 0 ? v : mul(v, 2)));
  const throws = grad((v: Tensor): Tensor => {
    throw new RangeError(`of its own ${v.shape}`);
  });
  for (let call = 1; call <= CALLS; call++) {
    expect(() => notScalar(T([1, 2]))).toThrow('grad: f must return a scalar (shape []), but returns shape [2]');
    expect(() => reads(T([1, 2]))).toThrow(TracedValueError);
    expect(() => reads(T([1, 2]))).toThrow('inside vmap stands for 2 examples, not one.');
    expect(() => throws(T([1, 2]))).toThrow('of its own 2');
  }
});

test('a batch of another size is another structure', () => {
  const batched = vmap((v: Tensor) => mul(sin(v.at(0)), v)) as F;
  for (let call = 0; call < CALLS; call++) {
    for (const size of [3, 5, 2]) {
      const rows = Array.from({ length: size }, (_, k) => [k + 0.5, call]);
      const wanted = rows.map(([a, b]) => [Math.sin(a!) * a!, Math.sin(a!) * b!]);
      const found = batched(T(rows));
      expect(found.shape).toEqual([size, 2]);
      expectClose(found, wanted.flat());
    }
  }
});

test('structures that come once are forgotten again', () => {
  const x = T([0.5, 0.25]);
  for (let k = 0; k < 3000; k++) {
    const length = 1 + (k % 60);
    grad((v: Tensor) => {
      let y = v;
      for (let i = 0; i < length; i++) y = (k >> (i % 12)) & 1 ? sin(y) : mul(y, v);
      return sum(y);
    })(x);
    expect(keptPlaces()).toBeLessThanOrEqual(MOST_PLACES);
  }
});
