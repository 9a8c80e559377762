// Sparse derivatives and what is done with them, against all entries: Jacobians by jacfwd, solutions and determinants by
// dense linear algebra, derivatives of solutions by differences.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashed } from '../../bench/inputs.ts';
import * as nabla from '../../src/index.ts';
import { traceFlat } from '../../src/program/trace.ts';
import { Diagonal } from '../../src/structured/diagonal.ts';
import { type Pattern, readPattern } from '../../src/structured/pattern.ts';
import { gradientProgram } from '../../src/structured/pattern-detection.ts';
import { Sparse, sparse } from '../../src/structured/sparse.ts';
import { analyse, SparseLU } from '../../src/structured/sparse-lu.ts';
import { planSparse, type SparsePlan } from '../../src/structured/sparse-plan.ts';
import type { DenseTensor, Tensor } from '../../src/tensor/tensor.ts';
import { expectClose as expectAllClose } from './close.ts';

const float64 = { dtype: 'float64' } as const;
const random = (seed: number, shape: readonly number[]): Tensor =>
  nabla.tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 2 * hashed(seed, i) - 1),
    { shape },
  );
const expectClose = (a: Tensor, b: Tensor, tolerance = 1e-12): void => expectAllClose(a, b, tolerance);

type F = (x: Tensor) => Tensor;
const traced = (f: F, shape: readonly number[]) => traceFlat('test', (x) => [f(x!)], [{ shape, dtype: 'float64' }]);
const jacobianPlan = (f: F, shape: readonly number[]): SparsePlan =>
  planSparse({ program: traced(f, shape), input: 0, output: 0, symmetric: false })!;
const hessianPlan = (f: F, shape: readonly number[]): SparsePlan =>
  planSparse({ program: gradientProgram(traced(f, shape), [0]), input: 0, output: 0, symmetric: true })!;

// ------------------------------------------------------------------------------------------------- functions

/** The reaction and diffusion of the Brusselator on a periodic grid, [2, n, n]. */
const brusselator: F = (x) => {
  const [u, v] = [x.at(0), x.at(1)];
  const laplace = (a: Tensor): Tensor =>
    [nabla.roll(a, 1, 0), nabla.roll(a, -1, 0), nabla.roll(a, 1, 1), nabla.roll(a, -1, 1)]
      .reduce((s, t) => s.add(t))
      .sub(a.mul(4));
  const reaction = u.mul(u).mul(v);
  return nabla.stack([
    reaction.sub(u.mul(4.4)).add(1).add(laplace(u).mul(10)),
    u.mul(3.4).sub(reaction).add(laplace(v).mul(10)),
  ]);
};

/** Broyden's tridiagonal function. */
const broyden: F = (x) => {
  const n = x.shape[0]!;
  const wide = nabla.pad(x, [[1, 1]]);
  return x
    .mul(nabla.sub(3, x.mul(2)))
    .sub(wide.at([0, n]))
    .sub(wide.at([2, n + 2]).mul(2))
    .add(1);
};

const chainedRosenbrock: F = (x) => {
  const n = x.shape[0]!;
  const [a, b] = [x.at([0, n - 1]), x.at([1, n])];
  return b.sub(a.square()).square().mul(100).add(nabla.sub(1, a).square()).sum();
};

const hubEnergy: F = (x) => {
  const [hub, rest] = [x.at(0), x.at([1, null])];
  return rest.square().sub(hub).square().sum().add(nabla.exp(hub));
};

const arrowMap: F = (x) => {
  const [hub, rest] = [x.at(0), x.at([1, null])];
  return nabla.concat([nabla.reshape(nabla.sum(nabla.sin(x)), [1]), rest.mul(hub).add(rest.square())]);
};

// ------------------------------------------------------------------------------------------------- Jacobians

describe('sparse Jacobians equal the dense ones', () => {
  const cases: [string, F, number[], number][] = [
    ['Brusselator on 8×8', brusselator, [2, 8, 8], 12],
    ['tridiagonal', broyden, [30], 3],
    ['arrowhead', arrowMap, [30], 3],
    ['gather', (x) => nabla.take(x, nabla.tensor(Int32Array.from([3, 1, 3, 0])), 0).square(), [20], 1],
    ['differences', (x) => x.at([1, 12]).sub(x.at([0, 11])), [12], 2],
    ['batched softmax', (x) => nabla.softmax(x, 1), [6, 3], 3],
    ['rows of a matrix', (x) => nabla.sum(nabla.square(x), 1), [12, 2], 2],
  ];
  for (const [name, f, shape, products] of cases) {
    it(`${name}, in at most ${products} products`, () => {
      const plan = jacobianPlan(f, shape);
      const x = random(3, shape);
      const J = plan.evaluate([x]);
      expectClose(J.toDense(), nabla.jacfwd(f)(x) as Tensor);
      expect(plan.colours).toBeLessThanOrEqual(products);
      expect(plan.colours).toBe(plan.products.forward + plan.products.reverse);
      const [v, w] = [random(4, J.inShape), random(5, J.outShape)];
      expectClose(J.matvec(v), nabla.jvp(f, [x], [v])[1] as Tensor);
      expectClose(J.rmatvec(w), (nabla.vjp(f, x)[1] as (g: Tensor) => Tensor[])(w)[0]!);
      expect(String(J)).toBe(`Sparse([${J.shape.join(',')}], ${plan.entries} entries)`);
    });
  }

  it('a stencil of one field takes as many products as its row is wide, times two at most', () => {
    expect(jacobianPlan(brusselator, [2, 8, 8]).colours).toBeGreaterThanOrEqual(6);
  });

  it('of float32 functions, with other inputs held', () => {
    const program = traceFlat('test', (w, x) => [nabla.mul(w!, nabla.exp(x!))], [
      { shape: [9], dtype: 'float32' },
      { shape: [9], dtype: 'float32' },
    ]);
    const [w, x] = [random(1, [9]).to('float32'), random(2, [9]).to('float32')];
    const plan = planSparse({ program, input: 1, output: 0, symmetric: false })!;
    expect(plan.colours).toBe(1);
    const J = plan.evaluate([w, x]);
    expect(J.dtype).toBe('float32');
    expectClose(J.diag(), nabla.mul(w, nabla.exp(x)), 1e-6);
  });

  it('none for a function that is dense, and none for a map to one number', () => {
    const dense = traced((x) => nabla.softmax(x), [10]);
    expect(planSparse({ program: dense, input: 0, output: 0, symmetric: false })).toBeUndefined();
    const scalar = traced((x) => nabla.sum(x), [10]);
    expect(planSparse({ program: scalar, input: 0, output: 0, symmetric: false })).toBeUndefined();
  });

  it('of a function that is constant: no entry, no product', () => {
    const plan = jacobianPlan((x) => nabla.floor(x), [4]);
    expect(plan.colours).toBe(0);
    expectClose(plan.evaluate([random(1, [4])]).toDense(), nabla.zeros([4, 4], float64));
  });

  it('positions that the function closed over count as known, and other ones plan again', () => {
    const index = (list: number[]): Tensor => nabla.tensor(Int32Array.from(list));
    const program = traceFlat('test', (at, x) => [nabla.sin(nabla.take(x!, at!, 0))], [
      { shape: [4], dtype: 'int32' },
      { shape: [9], dtype: 'float64' },
    ]);
    const request = { program, input: 1, output: 0, symmetric: false };
    expect(planSparse(request)).toBeUndefined();
    const known = index([3, 8, 3, 0]);
    const plan = planSparse({ ...request, known: [known as DenseTensor, undefined] })!;
    expect(plan.entries).toBe(4);
    const x = random(3, [9]);
    for (const at of [known, index([3, 8, 3, 0]), index([1, 1, 0, 5])]) {
      expectClose(
        plan.evaluate([at, x]).toDense(),
        nabla.jacfwd((v: Tensor) => nabla.sin(nabla.take(v, at, 0)))(x) as Tensor,
      );
    }
  });

  it('a given pattern replaces the detected one', () => {
    const pattern = Array.from({ length: 5 }, (_, i): [number, number] => [i, i]);
    // All entries are detected, though the product with the mask leaves the diagonal only.
    const f: F = (x) =>
      nabla.sum(nabla.mul(nabla.mul(nabla.expandDims(x, 1), nabla.expandDims(x, 0)), nabla.eye(5, 5, float64)), 1);
    const plan = planSparse({ program: traced(f, [5]), input: 0, output: 0, symmetric: false, pattern })!;
    expect(plan.colours).toBe(1);
    const x = random(8, [5]);
    expectClose(plan.evaluate([x]).toDense(), nabla.jacfwd(f)(x) as Tensor);
    expect(() =>
      planSparse({ program: traced(f, [5]), input: 0, output: 0, symmetric: false, pattern: [[0, 5]] }),
    ).toThrow("pattern: the pattern's entry [0, 5] is outside of shape [5,5].");
  });
});

describe('structured derivatives of functions with a sparse pattern', () => {
  const asSparse = (J: unknown): Sparse => {
    expect(J).toBeInstanceOf(Sparse);
    return J as Sparse;
  };

  it('are Sparse for stencils, arrowheads, gathers and masks', () => {
    const at = nabla.tensor(Int32Array.from([3, 1, 3, 0, 7]));
    const mask = nabla.tensor(Array.from({ length: 40 }, (_, i) => i % 3 === 0));
    const maps: [F, number][] = [
      [broyden, 3 * 40 - 2],
      [(x) => nabla.sin(nabla.take(x, at, 0)), 5],
      [(x) => nabla.where(mask, x, nabla.exp(nabla.flip(x))), 40],
    ];
    const x = random(1, [40]);
    for (const [f, entries] of maps) {
      const J = asSparse(nabla.jacobian(f, { structured: true })(x));
      expect(J.pattern.indices.length).toBe(entries);
      expectClose(J.toDense(), nabla.jacfwd(f)(x) as Tensor);
      expectClose(asSparse(nabla.structured.prepare(f, x).evaluate(x)).toDense(), J.toDense());
    }
    const H = asSparse(nabla.hessian(hubEnergy, { structured: true })(x));
    expectClose(H.toDense(), nabla.jacfwd(nabla.grad(hubEnergy))(x) as Tensor);
  });

  it('follow indices that change from call to call', () => {
    const f = (x: Tensor, at: Tensor): Tensor => nabla.sin(nabla.take(x, at, 0));
    const J = nabla.jacobian(f, { structured: true });
    const x = random(2, [30]);
    for (const list of [
      [3, 1],
      [4, 4],
      [3, 1],
    ]) {
      const at = nabla.tensor(Int32Array.from(list));
      const found = J(x, at) as unknown as Sparse;
      expectClose(found.toDense(), nabla.jacfwd(f)(x, at) as Tensor);
    }
  });

  it('a given pattern goes through prepare', () => {
    const pattern = Array.from({ length: 6 }, (_, i): [number, number] => [i, i]);
    const plan = nabla.structured.prepare((x: Tensor) => nabla.tanh(x), random(1, [6]), { pattern });
    const x = random(3, [6]);
    expectClose(asSparse(plan.evaluate(x)).diag(), nabla.sub(1, nabla.square(nabla.tanh(x))));
    expect(plan.explain()).toContain('colours × products: 1 products');
  });
});

describe('sparse Hessians equal the dense ones', () => {
  const cases: [string, F, number[], number][] = [
    ['chained Rosenbrock', chainedRosenbrock, [25], 3],
    ['arrowhead', hubEnergy, [40], 2],
    ['separable', (x) => nabla.sum(nabla.exp(x)), [15], 1],
    [
      'grid energy',
      (x) =>
        nabla.add(nabla.sum(nabla.square(nabla.sin(nabla.diff(x, 1, 0)))), nabla.sum(nabla.exp(nabla.diff(x, 1, 1)))),
      [5, 6],
      6,
    ],
  ];
  for (const [name, f, shape, products] of cases) {
    it(`${name}, in at most ${products} products`, () => {
      const plan = hessianPlan(f, shape);
      const x = random(6, shape);
      const H = plan.evaluate([x]);
      expectClose(H.toDense(), nabla.jacfwd(nabla.jacrev(f))(x) as Tensor, 1e-11);
      expect(plan.colours).toBeLessThanOrEqual(products);
    });
  }

  it('random sums of terms over random subsets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 12,
        }),
        (terms) => {
          const f: F = (x) =>
            terms
              .map((t, k) => nabla.prod(nabla.sin(nabla.take(x, nabla.tensor(Int32Array.from(t)), 0).add(0.1 * k))))
              .reduce((a, b) => a.add(b));
          const plan = hessianPlan(f, [12]);
          if (!plan) return;
          const x = random(7, [12]);
          expectClose(plan.evaluate([x]).toDense(), nabla.jacfwd(nabla.jacrev(f))(x) as Tensor);
        },
      ),
      { numRuns: 60 },
    );
  });
});

// ------------------------------------------------------------------------------------------------- algebra

/** A random pattern of an n×n matrix with a full diagonal. */
const squarePattern = fc.integer({ min: 1, max: 14 }).chain((n) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 0, max: n - 1 })), { maxLength: 30 })
    .map((pairs): Pattern => {
      const diagonal = Array.from({ length: n }, (_, i): [number, number] => [i, i]);
      return readPattern('test', [...diagonal, ...pairs], [n, n]);
    }),
);

describe('algebra of sparse matrices', () => {
  it('solve, logdet, products, sums and transposes equal the dense ones', () => {
    fc.assert(
      fc.property(squarePattern, fc.nat(1000), (pattern, seed) => {
        const n = pattern.shape[0];
        const A = new Sparse(random(seed, [pattern.indices.length]), pattern);
        const dense = A.toDense();
        const b = random(seed + 1, [n]);
        const [sign, logdet] = nabla.linalg.slogdet(dense) as [Tensor, Tensor];
        if (sign.item() === 0 || logdet.item() < -8) return;
        expectClose(dense.matmul(A.solve(b)), b, 1e-8);
        expectClose(A.logdet(), logdet, 1e-9);
        expectClose(A.matvec(b), dense.matmul(b));
        expectClose(A.rmatvec(b), dense.transpose().matmul(b));
        expectClose(A.transpose().toDense(), dense.transpose());
        expectClose(A.transpose().solve(A.rmatvec(b)), b, 1e-7);
        expectClose(A.diag(), nabla.linalg.norm(dense).mul(0).add(nabla.diag(dense)));
        expectClose(A.trace(), nabla.trace(dense));
        expectClose(A.scale(-2).toDense(), dense.mul(-2));
        expectClose(A.add(A.transpose()).toDense(), dense.add(dense.transpose()));
        expect(A.add(A.transpose())).toBeInstanceOf(Sparse);
        expectClose(A.add(new Diagonal(b)).toDense(), dense.add(nabla.diag(b)));
        expectClose(new Diagonal(b).add(A).toDense(), dense.add(nabla.diag(b)));
      }),
    );
  });

  it('needs row exchanges where the diagonal is empty', () => {
    const A = sparse(
      nabla.tensor([2, 3, 5], float64),
      [
        [0, 1],
        [1, 2],
        [2, 0],
      ],
      [3, 3],
    );
    expectClose(A.solve(nabla.tensor([2, 6, 10], float64)), nabla.tensor([2, 1, 2], float64));
    expect(A.logdet().item()).toBeCloseTo(Math.log(30), 14);
  });

  it('entries may come in any order, and twice', () => {
    const values = nabla.tensor([1, 2, 3, 4], float64);
    const pairs: [number, number][] = [[1, 1], [0, 1], [1, 0], [0, 1]]; // biome-ignore format: pairs
    expect(sparse(values, pairs, [2, 2]).toDense().toArray()).toEqual([[0, 6], [3, 1]]); // biome-ignore format: a matrix
    const rows = { indptr: [0, 2, 4], indices: [1, 0, 0, 1] };
    expect(sparse(values, rows, [2, 2]).toDense().toArray()).toEqual([[2, 1], [3, 4]]); // biome-ignore format: a matrix
    expect(() => sparse(values, pairs.slice(1), [2, 2])).toThrow(
      'sparse: values of shape [4] for a pattern of 3 entries.',
    );
    const unsorted: Pattern = { shape: [1, 3], indptr: Int32Array.of(0, 2), indices: Int32Array.of(2, 0) };
    expect(() => new Sparse(nabla.ones([2]), unsorted)).toThrow('Sparse: row 0 of the pattern has column 0 after 2');
  });

  it('singular and misshapen systems are refused', () => {
    const A = sparse(
      nabla.ones([2], float64),
      [
        [0, 0],
        [1, 0],
      ],
      [2, 2],
    );
    expect(() => A.solve(nabla.ones([2], float64))).toThrow(nabla.LinalgError);
    expect(() => A.matvec(nabla.ones([3], float64))).toThrow('matvec: the vector has shape [3], Sparse needs [2].');
    expect(() =>
      sparse(
        nabla.ones([3]),
        [
          [0, 0],
          [1, 0],
        ],
        [2, 2],
      ),
    ).toThrow('values of shape [3] for a pattern of 2 entries');
    const wide = sparse(
      nabla.ones([2], float64),
      [
        [0, 0],
        [1, 2],
      ],
      [2, 3],
    );
    expect(() => wide.solve(nabla.ones([2], float64))).toThrow(nabla.ShapeError);
    expect(() => wide.diag()).toThrow('needs a square matrix');
  });

  it('elimination of an arrowhead, a band and a grid fills in little', () => {
    const n = 400;
    const arrow = Array.from({ length: n }, (_, i): [number, number][] => [
      [i, i],
      [0, i],
      [i, 0],
    ]).flat();
    const arrowPattern = readPattern('test', arrow, [n, n]);
    expect(new SparseLU(analyse(arrowPattern), diagonallyDominant(arrowPattern)).entries).toBeLessThanOrEqual(3 * n);
    const band = Array.from({ length: n }, (_, i) => [-2, -1, 0, 1, 2].map((d): [number, number] => [i, i + d]))
      .flat()
      .filter(([, j]) => j >= 0 && j < n);
    const bandPattern = readPattern('test', band, [n, n]);
    expect(new SparseLU(analyse(bandPattern), diagonallyDominant(bandPattern)).entries).toBeLessThanOrEqual(5 * n);
    const side = 20;
    const grid: [number, number][] = [];
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        for (const [a, b] of [
          [i, j],
          [i + 1, j],
          [i - 1, j],
          [i, j + 1],
          [i, j - 1],
        ] as const) {
          if (a >= 0 && a < side && b >= 0 && b < side) grid.push([i * side + j, a * side + b]);
        }
      }
    }
    const gridPattern = readPattern('test', grid, [n, n]);
    // In the given order the factors would have about 2 · side · n = 16,000 entries.
    expect(new SparseLU(analyse(gridPattern), diagonallyDominant(gridPattern)).entries).toBeLessThan(10_000);
  });

  it('solutions and determinants differentiate with respect to entries and right-hand sides', () => {
    const pattern = readPattern(
      'test',
      [
        [0, 0],
        [0, 2],
        [1, 1],
        [1, 0],
        [2, 2],
        [2, 1],
      ],
      [3, 3],
    );
    const v = nabla.tensor([3, 1, 2, -1, 4, 0.5], float64);
    const b = random(2, [3]);
    nabla.checkGrads((values: Tensor, right: Tensor) => new Sparse(values, pattern).solve(right), [v, b], { order: 2 });
    nabla.checkGrads((values: Tensor) => new Sparse(values, pattern).logdet(), [v], { order: 2 });
  });

  it('vmap solves with many right-hand sides and many matrices', () => {
    const pattern = readPattern(
      'test',
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
      [2, 2],
    );
    const values = nabla.tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      float64,
    );
    const right = nabla.tensor(
      [
        [1, 2],
        [3, 4],
      ],
      float64,
    );
    const solve = (v: Tensor, r: Tensor): Tensor => new Sparse(v, pattern).solve(r);
    const rows = [0, 1].map((k) => solve(values.at(k), right.at(k)));
    expectClose(nabla.vmap(solve)(values, right) as Tensor, nabla.stack(rows));
    const shared = [0, 1].map((k) => solve(values.at(0), right.at(k)));
    expectClose(nabla.vmap((r: Tensor) => solve(values.at(0), r))(right) as Tensor, nabla.stack(shared));
  });
});

const diagonallyDominant = (p: Pattern): Float64Array => {
  const out = new Float64Array(p.indices.length);
  for (let i = 0; i < p.shape[0]; i++) {
    for (let k = p.indptr[i]!; k < p.indptr[i + 1]!; k++) out[k] = p.indices[k] === i ? p.shape[0] : -1;
  }
  return out;
};

describe('large problems', () => {
  it('a Newton step with a hundred thousand unknowns', () => {
    const n = 100_000;
    const plan = jacobianPlan(broyden, [n]);
    expect(plan.products).toEqual({ forward: 3, reverse: 0 });
    const x = nabla.full([n], -1, float64);
    const J = plan.evaluate([x]);
    const y = broyden(x);
    const step = J.solve(y);
    expect(nabla.max(nabla.abs(J.matvec(step).sub(y))).item()).toBeLessThan(1e-11);
  });

  it('an arrowhead Hessian with ten thousand unknowns takes two products', () => {
    const n = 10_000;
    const plan = hessianPlan(hubEnergy, [n]);
    expect(plan.colours).toBe(2);
    expect(plan.entries).toBe(3 * n - 2);
    const x = random(1, [n]).add(2);
    const H = plan.evaluate([x]);
    const g = nabla.grad(hubEnergy)(x) as Tensor;
    const step = H.solve(g);
    expect(nabla.max(nabla.abs(H.matvec(step).sub(g))).item()).toBeLessThan(1e-8);
  });
});
