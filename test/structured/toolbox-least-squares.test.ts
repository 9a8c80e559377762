// Minimisers that use curvature: least squares against SciPy's MINPACK, sparse problems against their dense way, Newton's
// method with a sparse Hessian.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hashed } from '../../bench/inputs.ts';
import * as nabla from '../../src/index.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

const { optim } = nabla;
const float64 = { dtype: 'float64' } as const;
const fixture = JSON.parse(readFileSync(new URL('./fixtures/toolbox.json', import.meta.url), 'utf8'));
const vector = (values: number[]): Tensor => nabla.tensor(values, float64);
const distance = (a: Tensor, b: Tensor): number => nabla.max(nabla.abs(nabla.sub(a, b))).item();

// The functions of scripts/reference/toolbox.py.
const bardData = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const count = vector(bardData.map((_, i) => i + 1));
const problems: Record<string, (x: Tensor) => Tensor> = {
  rosenbrock: (x) => nabla.stack([x.at(1).sub(x.at(0).square()).mul(10), nabla.sub(1, x.at(0))]),
  powellSingular: (x) =>
    nabla.stack([
      x.at(0).add(x.at(1).mul(10)),
      x.at(2).sub(x.at(3)).mul(Math.sqrt(5)),
      x.at(1).sub(x.at(2).mul(2)).square(),
      x.at(0).sub(x.at(3)).square().mul(Math.sqrt(10)),
    ]),
  bard: (x) => {
    const v = nabla.sub(16, count);
    const w = nabla.minimum(count, v);
    return vector(bardData).sub(x.at(0).add(count.div(v.mul(x.at(1)).add(w.mul(x.at(2))))));
  },
  freudensteinRoth: (x) => {
    const [a, b] = [x.at(0), x.at(1)];
    return nabla.stack([
      a.sub(13).add(nabla.sub(5, b).mul(b).sub(2).mul(b)),
      a.sub(29).add(b.add(1).mul(b).sub(14).mul(b)),
    ]);
  },
};

describe('levenbergMarquardt', () => {
  for (const [name, f] of Object.entries(problems)) {
    it(`${name}: SciPy's minimum`, () => {
      const { start, x, cost } = fixture.leastSquares[name];
      const found = optim.levenbergMarquardt(f, vector(start), { gradientTolerance: 1e-13, maxIterations: 500 });
      expect(Math.abs(found.value - cost)).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, cost));
      // The Hessian of Powell's function is singular at its minimum: the way there is long and x inexact.
      const tolerance = name === 'powellSingular' ? 1e-3 : 1e-5;
      expect(distance(found.x, vector(x))).toBeLessThan(tolerance);
      expect(found.residuals.size).toBe(f(vector(start)).size);
      expect(found.value).toBeCloseTo(nabla.sum(nabla.square(found.residuals)).item() / 2, 12);
    });
  }

  it('fits a tree of parameters, also in float32', () => {
    for (const dtype of ['float64', 'float32'] as const) {
      const t = nabla.linspace(0, 2, 21, { dtype });
      const y = nabla.exp(t.mul(-1.5)).mul(2).add(0.5);
      const residuals = (p: { a: Tensor; k: Tensor; c: Tensor }): Tensor =>
        p.a
          .mul(nabla.exp(t.mul(p.k)))
          .add(p.c)
          .sub(y);
      const start = { a: nabla.tensor(1, { dtype }), k: nabla.tensor(0, { dtype }), c: nabla.tensor(0, { dtype }) };
      const found = optim.levenbergMarquardt(residuals, start);
      expect(found.converged).toBe(true);
      const digits = dtype === 'float64' ? 8 : 3;
      expect(found.x.a.item()).toBeCloseTo(2, digits);
      expect(found.x.k.item()).toBeCloseTo(-1.5, digits);
      expect(found.x.c.item()).toBeCloseTo(0.5, digits);
      expect(found.x.a.dtype).toBe(dtype);
    }
  });

  it('a parameter without effect and residuals that are not finite elsewhere do no harm', () => {
    const f = (x: Tensor): Tensor => nabla.stack([nabla.log(x.at(0)).sub(1), x.at(1).mul(0).add(x.at(0).mul(0))]);
    const found = optim.levenbergMarquardt(f, vector([20, 3]));
    expect(found.converged).toBe(true);
    expect(found.x.at(0).item()).toBeCloseTo(Math.E, 6);
    expect(found.x.at(1).item()).toBe(3);
  });

  it('says so when it stops early, and refuses what is no problem', () => {
    const stopped = optim.levenbergMarquardt(problems.rosenbrock!, vector([-1.2, 1]), { maxIterations: 2 });
    expect(stopped).toMatchObject({ converged: false, iterations: 2 });
    expect(() => optim.levenbergMarquardt(3 as never, vector([1]))).toThrow(
      'optim.levenbergMarquardt: expected a function',
    );
    expect(() => optim.levenbergMarquardt(problems.bard!, vector([1, 1, 1]), { damping: -1 })).toThrow(
      'damping must be',
    );
    expect(() => optim.gaussNewton(problems.bard!, vector([1, 1, 1]), { tol: 1 } as never)).toThrow(
      'optim.gaussNewton',
    );
    expect(() => optim.levenbergMarquardt((x: Tensor) => x.to('int32'), vector([1]))).toThrow(nabla.NablaError);
  });
});

/** Broyden's tridiagonal equations, More, Garbow and Hillstrom 30. */
const broyden = (x: Tensor): Tensor => {
  const n = x.shape[0]!;
  const wide = nabla.pad(x, [[1, 1]]);
  return x
    .mul(nabla.sub(3, x.mul(2)))
    .sub(wide.at([0, n]))
    .sub(wide.at([2, n + 2]).mul(2))
    .add(1);
};

describe('sparse least squares', () => {
  it('gaussNewton and levenbergMarquardt solve ten thousand tridiagonal equations', () => {
    const start = nabla.full([10_000], -1, float64);
    for (const method of [optim.gaussNewton, optim.levenbergMarquardt]) {
      const found = method(broyden, start);
      expect(found.converged).toBe(true);
      expect(distance(broyden(found.x), nabla.zeros([10_000], float64))).toBeLessThan(1e-7);
      expect(found.iterations).toBeLessThan(20);
    }
  });

  it('takes the steps that the dense way takes', () => {
    const data = vector(Array.from({ length: 79 }, (_, i) => hashed(3, i)));
    // Smoothing: values close to the data, differences close to a nonlinear function of the values.
    const f = (x: Tensor): Tensor => {
      const [a, b] = [x.at([0, 39]), x.at([1, 40])];
      return nabla.concat([x.sub(data.at([0, 40])), nabla.sub(b, nabla.sin(a.mul(3))).mul(2)]);
    };
    // Through a rotation and back all entries count, and the dense way is taken.
    const Q = nabla.linalg.qr(vector(Array.from({ length: 1600 }, (_, i) => hashed(5, i))).reshape([40, 40]))[0];
    const mixed = (x: Tensor): Tensor => f(Q.matmul(Q.transpose().matmul(x)));
    const start = nabla.zeros([40], float64);
    const [sparse, dense] = [f, mixed].map((g) => optim.levenbergMarquardt(g, start));
    expect(sparse!.iterations).toBe(dense!.iterations);
    expect(distance(sparse!.x, dense!.x)).toBeLessThan(1e-9);
    expect(sparse!.gradientNorm).toBeLessThan(1e-8);
    const given = Array.from({ length: 79 }, (_, i): [number, number][] =>
      i < 40
        ? [[i, i]]
        : [
            [i, i - 40],
            [i, i - 39],
          ],
    ).flat();
    expect(distance(optim.levenbergMarquardt(f, start, { pattern: given }).x, sparse!.x)).toBeLessThan(1e-12);
    expect(() => optim.levenbergMarquardt(f, start, { pattern: [[0, 40]] })).toThrow('outside of shape [79,40]');
  });

  it("gaussNewton stops at SciPy's minimum too, and stands dependent columns", () => {
    const { start, x } = fixture.leastSquares.bard;
    expect(distance(optim.gaussNewton(problems.bard!, vector(start)).x, vector(x))).toBeLessThan(1e-6);
    const dependent = optim.gaussNewton((v: Tensor) => nabla.stack([v.at(0).add(v.at(1)).sub(2)]), vector([0, 0]));
    expect(distance(dependent.x, vector([1, 1]))).toBeLessThan(1e-12);
  });
});

describe("Newton's method with a sparse Hessian", () => {
  const chained = (x: Tensor): Tensor => {
    const n = x.shape[0]!;
    const [a, b] = [x.at([0, n - 1]), x.at([1, n])];
    return b.sub(a.square()).square().mul(100).add(nabla.sub(1, a).square()).sum();
  };

  it('finds the minimum of a chained Rosenbrock function of five thousand variables', () => {
    const n = 5000;
    const start = vector(Array.from({ length: n }, (_, i) => 1 + 0.2 * (2 * hashed(1, i) - 1)));
    const found = optim.newton(chained, start, { maxIterations: 200 });
    expect(found.converged).toBe(true);
    expect(distance(found.x, nabla.ones([n], float64))).toBeLessThan(1e-8);
  });

  it('needs no full Hessian where its diagonal has zeros: variables that do not count, or count linearly', () => {
    const n = 40_000;
    const bowl = (x: Tensor): Tensor =>
      nabla.sum(
        x
          .at([0, n / 2])
          .sub(1)
          .square(),
      );
    const found = optim.newton(bowl, nabla.zeros([n], float64));
    expect(found.converged).toBe(true);
    const least = vector(Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 : 0)));
    expect(distance(found.x, least)).toBeLessThan(1e-8);
    const sloped = optim.newton((x) => bowl(x).add(x.sum()), nabla.zeros([n], float64), { maxIterations: 1 });
    expect(sloped.x.at(0).item()).toBeGreaterThan(0);
    expect(sloped.x.at(n - 1).item()).toBeLessThan(0);
  });

  it('goes downhill where the Hessian is indefinite, as the dense method does', () => {
    const n = 80;
    const f = (x: Tensor): Tensor =>
      nabla.sum(x.square().square().sub(x.square())).add(nabla.sum(x.at([1, n]).mul(x.at([0, n - 1]))).mul(0.1));
    const start = vector(Array.from({ length: n }, (_, i) => 0.3 * (2 * hashed(2, i) - 1)));
    const found = optim.newton(f, start);
    expect(found.converged).toBe(true);
    const H = nabla.jacfwd(nabla.grad(f))(found.x) as Tensor;
    expect(nabla.min(nabla.linalg.eigvalsh(H)).item()).toBeGreaterThan(0);
    const dense = optim.newton((x: Tensor) => f(x).add(nabla.sum(x).square().mul(0)), start);
    expect(found.value).toBeCloseTo(dense.value, 8);
  });

  it('solves a factorisation through its Kronecker product, and a separable sum through its low rank, in one step', () => {
    const [m, k, n] = [60, 4, 30];
    const fill = (seed: number, shape: number[]): Tensor =>
      vector(Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => 2 * hashed(seed, i) - 1)).reshape(shape);
    const [Y, V] = [fill(1, [m, n]), fill(2, [n, k])];
    const f = (U: Tensor): Tensor => nabla.sum(nabla.square(Y.sub(U.matmul(V.transpose()))));
    const found = optim.newton(f, fill(3, [m, k]));
    expect(found.iterations).toBeLessThanOrEqual(2);
    const exact = nabla.linalg.solve(V.transpose().matmul(V), V.transpose().matmul(Y.transpose())).transpose();
    expect(distance(found.x, exact)).toBeLessThan(1e-10);
    const g = (x: Tensor): Tensor => nabla.sum(nabla.exp(x)).add(nabla.square(nabla.sum(x)));
    const lowRank = optim.newton(g, nabla.zeros([200], float64));
    expect(lowRank.converged).toBe(true);
    expect(nabla.max(nabla.abs(nabla.grad(g)(lowRank.x) as Tensor)).item()).toBeLessThan(1e-8);
  });
});
