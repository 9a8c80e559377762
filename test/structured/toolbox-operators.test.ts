// Methods that know a matrix by its products: conjugate gradients, Lanczos, random trace and diagonal, against dense linear
// algebra and SciPy.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashed } from '../../bench/inputs.ts';
import * as nabla from '../../src/index.ts';
import { Diagonal } from '../../src/structured/diagonal.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

const { linalg } = nabla;
const float64 = { dtype: 'float64' } as const;
const fixture = JSON.parse(readFileSync(new URL('./fixtures/toolbox.json', import.meta.url), 'utf8'));
const random = (seed: number, shape: readonly number[]): Tensor =>
  nabla.tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 2 * hashed(seed, i) - 1),
    { shape },
  );
const spd = (seed: number, n: number): Tensor => {
  const B = random(seed, [n, n]);
  return B.matmul(B.transpose()).add(nabla.eye(n, n, float64));
};
const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray());
const distance = (a: Tensor, b: Tensor): number => nabla.max(nabla.abs(nabla.sub(a, b))).item();

describe('cg', () => {
  it('solves random systems as the dense solver does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1000), (n, seed) => {
        const [A, b] = [spd(seed, n), random(seed + 1, [n])];
        const { x, converged, iterations, residualNorm } = linalg.cg(A, b, { tol: 1e-12 });
        expect(converged.item<boolean>()).toBe(true);
        expect(iterations.item()).toBeLessThanOrEqual(3 * n + 3);
        expect(residualNorm.item()).toBeLessThanOrEqual(1e-12 * linalg.norm(b).item());
        expect(distance(x, linalg.solve(A, b))).toBeLessThan(1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it("takes SciPy's iterations to SciPy's solution", () => {
    const { A, b, x, iterations } = fixture.cg;
    const found = linalg.cg(nabla.tensor(A, float64), nabla.tensor(b, float64), { tol: 1e-8 });
    expect(Math.abs(found.iterations.item() - iterations)).toBeLessThanOrEqual(1);
    expect(distance(found.x, nabla.tensor(x, float64))).toBeLessThan(1e-6);
  });

  it('takes functions of trees, structured matrices and a first guess', () => {
    const A = spd(3, 5);
    const b = { u: random(4, [2]), v: random(5, [3]) };
    const map = ({ u, v }: typeof b): typeof b => {
      const y = A.matmul(nabla.concat([u, v]));
      return { u: y.at([0, 2]), v: y.at([2, 5]) };
    };
    const { x } = linalg.cg(map, b, { tol: 1e-12 });
    const direct = linalg.solve(A, nabla.concat([b.u, b.v]));
    expect(distance(nabla.concat([x.u, x.v]), direct)).toBeLessThan(1e-9);
    const again = linalg.cg(map, b, { tol: 1e-9, x0: x });
    expect(again.iterations.item()).toBe(0);
    const D = new Diagonal(nabla.tensor([1, 2, 4], float64));
    expect(numbers(linalg.cg(D, nabla.tensor([1, 1, 1], float64), { tol: 1e-14 }).x)).toEqual([1, 0.5, 0.25]);
  });

  it('a preconditioner saves iterations', () => {
    const n = 60;
    const scale = nabla.tensor(Float64Array.from({ length: n }, (_, i) => 1 + i ** 2));
    const A = nabla.add(nabla.diag(scale), spd(9, n).mul(0.01));
    const b = random(10, [n]);
    const plain = linalg.cg(A, b, { tol: 1e-10 });
    const helped = linalg.cg(A, b, { tol: 1e-10, preconditioner: (r: Tensor) => nabla.div(r, scale) });
    expect(helped.converged.item<boolean>()).toBe(true);
    expect(helped.iterations.item()).toBeLessThan(plain.iterations.item() / 2);
    expect(distance(helped.x, linalg.solve(A, b))).toBeLessThan(1e-9);
  });

  it('says when it did not converge', () => {
    const A = spd(1, 10);
    expect(linalg.cg(A, random(2, [10]), { maxiter: 1 }).converged.item<boolean>()).toBe(false);
    expect(() => linalg.cg(A, random(2, [10]), { maxiter: -1 })).toThrow(
      'linalg.cg: maxiter must be an integer >= 0, got -1.',
    );
    const indefinite = nabla.diag(nabla.tensor([1, -1], float64));
    expect(linalg.cg(indefinite, nabla.ones([2], float64)).converged.item<boolean>()).toBe(false);
  });

  it('differentiates with respect to the right-hand side and the operator, under jit and vmap too', () => {
    const A = spd(7, 4);
    const b = random(8, [4]);
    const f = (w: Tensor, r: Tensor): Tensor =>
      nabla.sum(nabla.sin(linalg.cg((v: Tensor) => A.matmul(v).add(w.mul(v)), r, { tol: 1e-13 }).x));
    const g = (w: Tensor, r: Tensor): Tensor => nabla.sum(nabla.sin(linalg.solve(A.add(nabla.diag(w)), r)));
    const w = nabla.tensor([1, 2, 0.5, 3], float64);
    const both = (h: typeof f) => nabla.grad(h, { argnums: [0, 1] })(w, b) as Tensor[];
    both(f).forEach((v, i) => {
      expect(distance(v, both(g)[i]!)).toBeLessThan(1e-9);
    });
    expect(distance(nabla.jvp(f, [w, b], [b, w])[1] as Tensor, nabla.jvp(g, [w, b], [b, w])[1] as Tensor)).toBeLessThan(
      1e-9,
    );
    expect(distance(nabla.jit(f)(w, b) as Tensor, f(w, b))).toBeLessThan(1e-12);
    const rows = nabla.stack([b, w]);
    const mapped = nabla.vmap((r: Tensor) => linalg.cg(A, r, { tol: 1e-13 }).x)(rows) as Tensor;
    expect(distance(mapped, nabla.transpose(linalg.solve(A, nabla.transpose(rows))))).toBeLessThan(1e-9);
  });

  it('refuses what is no system', () => {
    expect(() => linalg.cg(nabla.ones([2, 3]), nabla.ones([2]))).toThrow(
      'linalg.cg: needs a square matrix, got shape [2,3].',
    );
    expect(() => linalg.cg(3 as never, nabla.ones([2]))).toThrow('a linear operator is a square matrix, a function');
    expect(() => linalg.cg((v: Tensor) => nabla.sum(v), nabla.ones([2]))).toThrow(
      'linalg.cg: the product has shape [], expected [2].',
    );
    expect(() => linalg.cg(nabla.eye(2), nabla.tensor([1, 2], { dtype: 'int32' }))).toThrow(nabla.NablaError);
  });
});

describe('lanczos', () => {
  it('finds the extremes of a spectrum, within its own bounds', () => {
    const { A, v, smallest, largest, steps } = fixture.lanczos;
    const found = linalg.lanczos(nabla.tensor(A, float64), nabla.tensor(v, float64), steps);
    const values = numbers(found.eigenvalues);
    expect(values[0]).toBeCloseTo(smallest, 8);
    expect(values.at(-1)).toBeCloseTo(largest, 8);
    const all = numbers(linalg.eigvalsh(nabla.tensor(A, float64)));
    numbers(found.errorBounds).forEach((bound, i) => {
      const nearest = Math.min(...all.map((lambda) => Math.abs(lambda - values[i]!)));
      expect(nearest).toBeLessThanOrEqual(bound + 1e-12);
    });
  });

  it('after n steps the tridiagonal matrix has the spectrum, and the basis brings A to it', () => {
    const A = spd(3, 8);
    const { diagonal, offDiagonal, basis, eigenvalues, weights } = linalg.lanczos(A, random(4, [8]), 8);
    const T = nabla.diag(diagonal).add(nabla.diag(offDiagonal, 1)).add(nabla.diag(offDiagonal, -1));
    expect(distance(basis.matmul(A).matmul(basis.transpose()), T)).toBeLessThan(1e-11);
    expect(distance(basis.matmul(basis.transpose()), nabla.eye(8, 8, float64))).toBeLessThan(1e-13);
    expect(distance(eigenvalues, linalg.eigvalsh(A))).toBeLessThan(1e-10);
    expect(nabla.sum(weights).item()).toBeCloseTo(1, 13);
  });

  it('stops where the Krylov space ends, and takes trees and Hessians', () => {
    const short = linalg.lanczos(nabla.eye(5, 5, float64), random(1, [5]), 4);
    expect(short.eigenvalues.shape).toEqual([1]);
    const f = (x: { a: Tensor; b: Tensor }): Tensor =>
      nabla.sum(nabla.square(x.a).mul(3)).add(nabla.sum(nabla.square(x.b)));
    const x = { a: random(2, [2]), b: random(3, [3]) };
    const H = (v: typeof x): typeof x => nabla.jvp(nabla.grad(f), [x], [v])[1] as typeof x;
    const values = numbers(linalg.lanczos(H, { a: random(4, [2]), b: random(5, [3]) }, 5).eigenvalues);
    expect(values.length).toBe(2);
    expect(values[0]).toBeCloseTo(2, 12);
    expect(values[1]).toBeCloseTo(6, 12);
  });

  it('refuses a start without a direction', () => {
    expect(() => linalg.lanczos(nabla.eye(3), nabla.zeros([3]), 2)).toThrow(nabla.LinalgError);
    expect(() => linalg.lanczos(nabla.eye(3), nabla.ones([3]), 0)).toThrow('steps must be an integer >= 1');
  });
});

describe('hutchinson', () => {
  const A = spd(11, 12);
  const key = nabla.random.key(5);
  const like = nabla.zeros([12], float64);

  it('the trace is within a few standard errors, and exact for a diagonal matrix', () => {
    const { estimate, standardError } = linalg.hutchinsonTrace(A, like, { key, samples: 400 });
    const exact = nabla.trace(A).item();
    expect(standardError.item()).toBeGreaterThan(0);
    expect(Math.abs(estimate.item() - exact)).toBeLessThan(4 * standardError.item());
    // The variance of one sample is 2 Σ_{i≠j} a_ij².
    const off = A.sub(nabla.diag(nabla.diag(A)));
    const deviation = Math.sqrt((2 * nabla.sum(nabla.square(off)).item()) / 400);
    expect(standardError.item() / deviation).toBeGreaterThan(0.7);
    expect(standardError.item() / deviation).toBeLessThan(1.4);
    const D = nabla.diag(nabla.tensor([1, 2, 3], float64));
    expect(linalg.hutchinsonTrace(D, nabla.zeros([3], float64), { key, samples: 1 }).estimate.item()).toBe(6);
  });

  it('the diagonal approaches the diagonal, and is exact for a diagonal matrix', () => {
    const d = linalg.hutchinsonDiagonal(A, like, { key, samples: 2000 });
    const off = A.sub(nabla.diag(nabla.diag(A)));
    const spread = Math.sqrt(nabla.max(nabla.sum(nabla.square(off), 1)).item() / 2000);
    expect(distance(d, nabla.diag(A))).toBeLessThan(5 * spread);
    const tree = linalg.hutchinsonDiagonal(
      (v: { a: Tensor }) => ({ a: v.a.mul(3) }),
      { a: nabla.zeros([2, 2]) },
      { key, samples: 2 },
    );
    expect(numbers(tree.a)).toEqual([3, 3, 3, 3]);
  });

  it('is reproducible by its key, runs under jit and differentiates', () => {
    const f = (s: Tensor): Tensor => linalg.hutchinsonTrace(A.mul(s), like, { key, samples: 4 }).estimate;
    const one = nabla.tensor(1, float64);
    expect(f(one).item()).toBe(linalg.hutchinsonTrace(A, like, { key, samples: 4 }).estimate.item());
    expect((nabla.jit(f)(one) as Tensor).item()).toBeCloseTo(f(one).item(), 12);
    expect((nabla.grad(f)(one) as Tensor).item()).toBeCloseTo(f(one).item(), 12);
    expect(() => linalg.hutchinsonTrace(A, like, { key, samples: 0 })).toThrow('samples must be an integer >= 1');
  });
});
