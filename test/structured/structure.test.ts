// What comes back for the problems whose structure is known from the textbooks: the class, by name, and entries equal to those
// of n products; and that nothing but the numbers changes under trees, several arguments and other transforms.
import { describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';
import { expectClose } from './close.ts';

type Tensor = nabla.Tensor;
type Matrix = nabla.structured.StructuredMatrix;
// biome-ignore lint/suspicious/noExplicitAny: functions of tensors of any shape
type F = (...x: any[]) => any;
const {
  add,
  concat,
  cumsum,
  diag,
  div,
  exp,
  expandDims,
  greater,
  grad,
  hessian,
  jacobian,
  jit,
  log,
  logSigmoid,
  logSoftmax,
  logsumexp,
  matmul,
  mean,
  mul,
  neg,
  sign,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  structured,
  sub,
  sum,
  tanh,
  tensor,
  vmap,
  where,
} = nabla as unknown as Record<string, F> & Pick<typeof nabla, 'structured'>;

const random = (seed: number, ...shape: number[]): Tensor => nabla.randn(shape, { seed, dtype: 'float64' });
const f64 = { dtype: 'float64' } as const;

/** n products, which no plan takes over. */
const byProducts = (kind: string, f: F, x: readonly Tensor[]): Tensor =>
  (kind === 'jacobian' ? jacobian! : hessian!)(f, { chunkSize: 10_000 })(...x);

const [w20, x20, W, b6] = [random(1, 20), random(2, 20), random(3, 6, 5), random(4, 6)];
const [x5x5, b5x6, c6x6] = [random(5, 5, 5), random(6, 5, 6), random(7, 6, 6)];
const [X, y] = [random(5, 30, 4), sign!(random(6, 30)) as Tensor];
const [U, V, Y] = [random(7, 20, 3), random(8, 15, 3), random(9, 20, 15)];
const M = greater!(random(10, 20, 15), 0).to('float64') as Tensor;
const [H, T] = [tanh!(random(11, 50, 6)) as Tensor, random(12, 50, 3)];
const L = softmax!(T) as Tensor;
const residual = (u: Tensor): Tensor => sub!(Y, matmul!(u, V.T));
const distances = (p: Tensor): Tensor => sum!(square!(sub!(expandDims!(p, 1), expandDims!(p, 0))), 2);

type Problem = readonly [title: string, kind: 'jacobian' | 'hessian', f: F, x: Tensor, name: string];

const problems: readonly Problem[] = [
  ['w∘x', 'jacobian', (x) => mul!(w20, x), x20, 'Diagonal([20])'],
  ['x², entry by entry, of a matrix', 'jacobian', (x) => tanh!(square!(x)), U, 'Diagonal([60])'],
  ['tanh(Wx + b)', 'jacobian', (x) => tanh!(add!(matmul!(W, x), b6)), random(13, 5), 'Dense([6,5])'],
  ['softmax', 'jacobian', (x) => softmax!(x), x20, 'LowRank(rank 1) + Diagonal([20])'],
  ['softmax of rows', 'jacobian', (x) => softmax!(x, 1), random(14, 4, 3), 'BlockDiagonal(4 × [3,3])'],
  ['x / |x|²', 'jacobian', (x) => div!(x, sum!(square!(x))), x20, 'LowRank(rank 1) + Diagonal([20])'],
  ['XA', 'jacobian', (x) => matmul!(x, W.T), random(15, 3, 5), 'Kronecker(I(3), [6,5])'],
  ['AX', 'jacobian', (x) => matmul!(W, x), random(16, 5, 3), 'Kronecker([6,5], I(3))'],
  ['AXB', 'jacobian', (x) => matmul!(matmul!(W, x), V.T), random(17, 5, 3), 'Kronecker([6,5], [15,3])'],
  ["X'", 'jacobian', (x) => x.T, random(18, 3, 4), 'Kronecker(I(4), I(3)) * K'],
  ["X'A", 'jacobian', (x) => matmul!(x.T, W), random(19, 6, 3), 'Kronecker(I(3), [5,6]) * K'],
  ['reshaped', 'jacobian', (x) => exp!(x.reshape([6, 2])), random(20, 3, 4), 'Diagonal([12])'],
  ['diag(x)', 'jacobian', (x) => diag!(x), x20, 'BlockDiagonal(20 × [20,1])'],
  ['row sums', 'jacobian', (x) => sum!(square!(x), 1), random(21, 4, 3), 'BlockDiagonal(4 × [1,3])'],
  ['a constant', 'jacobian', () => w20, x20, 'Sparse([20,20], 0 entries)'],
  ['A X B', 'jacobian', (x) => matmul!(matmul!(W, x), b5x6), x5x5, 'Kronecker([6,5], [6,5])'],
  ['(A X B)ᵀ', 'jacobian', (x) => matmul!(matmul!(W, x), b5x6).t(), x5x5, 'Kronecker([6,5], [6,5]) * K'],
  ['cumsum', 'jacobian', (x) => cumsum!(square!(x), 0), x20, 'Dense([20,20])'],
  [
    'logistic loss with log and exp',
    'hessian',
    (w) => sum!(log!(add!(1, exp!(neg!(mul!(y, matmul!(X, w))))))),
    random(22, 4),
    'Dense([4,4])',
  ],
  [
    'logistic loss with softplus, mean and a ridge',
    'hessian',
    (w) => add!(mean!(softplus!(neg!(mul!(y, matmul!(X, w))))), mul!(sum!(square!(w)), 0.1)),
    random(22, 4),
    'Dense([4,4])',
  ],
  [
    'logistic loss with logSigmoid',
    'hessian',
    (w) => neg!(sum!(logSigmoid!(mul!(y, matmul!(X, w))))),
    random(22, 4),
    'Dense([4,4])',
  ],
  [
    'logistic loss of few points in many dimensions',
    'hessian',
    (w) => add!(sum!(softplus!(matmul!(random(23, 3, 40), w))), sum!(square!(w))),
    random(24, 40),
    'LowRank(rank 3) + Diagonal([40])',
  ],
  ['factorisation in U', 'hessian', (u) => mul!(0.5, sum!(square!(residual(u)))), U, 'Kronecker(I(20), [3,3])'],
  [
    'masked factorisation in U',
    'hessian',
    (u) => mul!(0.5, sum!(mul!(M, square!(residual(u))))),
    U,
    'BlockDiagonal(20 × [3,3])',
  ],
  [
    'factorisation with where',
    'hessian',
    (u) => sum!(where!(greater!(M, 0), square!(residual(u)), 0)),
    U,
    'BlockDiagonal(20 × [3,3])',
  ],
  [
    'output layer, squared loss',
    'hessian',
    (v) => mean!(square!(sub!(matmul!(H, v), T))),
    random(25, 6, 3),
    'Kronecker([6,6], I(3))',
  ],
  [
    'softmax regression',
    'hessian',
    (v) => neg!(mean!(sum!(mul!(L, logSoftmax!(matmul!(H, v))), 1))),
    random(25, 6, 3),
    'Dense([18,18])',
  ],
  ['pairwise energy', 'hessian', (p) => sum!(exp!(neg!(distances(p)))), random(26, 7, 3), 'Dense([21,21])'],
  ['logsumexp', 'hessian', (x) => logsumexp!(x), x20, 'LowRank(rank 1) + Diagonal([20])'],
  ['sum of squares', 'hessian', (x) => sum!(square!(x)), x20, 'Diagonal([20])'],
  [
    '|A X B − C|²',
    'hessian',
    (x) => sum!(square!(sub!(matmul!(matmul!(W, x), b5x6), c6x6))),
    x5x5,
    'Kronecker([5,5], [5,5])',
  ],
  ['a linear function', 'hessian', (x) => sum!(mul!(w20, x)), x20, 'Sparse([20,20], 0 entries)'],
  [
    'hidden layer',
    'hessian',
    (v) => sum!(square!(sub!(matmul!(tanh!(matmul!(X, v)), V.T), random(27, 30, 15)))),
    random(28, 4, 3),
    'Dense([12,12])',
  ],
];

describe.each(problems)('%s', (_title, kind, f, x, name) => {
  const transform = kind === 'jacobian' ? jacobian! : hessian!;

  test(`is ${name}, with the entries of n products`, () => {
    const expected = byProducts(kind, f, [x]);
    const typed: Matrix = transform(f, { structured: true })(x);
    expect(typed).toBeInstanceOf(structured.StructuredMatrix);
    expect(String(typed)).toBe(name);
    expectClose(typed.toDense(), expected);
    const whole = transform(f);
    for (let call = 0; call < 4; call++) expectClose(whole(x), expected);
  });

  test('claims only what its entries confirm', () => {
    const typed: Matrix = transform(f, { structured: true })(x);
    const facts = typed.facts();
    const [m, n] = typed.shape;
    const entries = typed.toDense().reshape([m, n]) as Tensor;
    expect(nabla.linalg.matrixRank(entries).item()).toBeLessThanOrEqual(facts.rankAtMost);
    if (facts.symmetric) expectClose(entries.T as Tensor, entries);
    if (facts.positiveSemidefinite) {
      const least = Math.min(...(nabla.linalg.eigvalsh(entries).toTypedArray() as Float64Array));
      expect(least).toBeGreaterThan(-1e-10);
    }
  });
});

describe('certificates', () => {
  const facts = (f: F, x: Tensor) => (hessian!(f, { structured: true })(x) as Matrix).facts();

  test.each([
    ['logistic loss', (w: Tensor) => sum!(softplus!(matmul!(X, w))), random(22, 4)],
    ['ridge', (w: Tensor) => add!(mean!(square!(sub!(matmul!(X, w), y))), sum!(square!(w))), random(22, 4)],
    ['factorisation', (u: Tensor) => sum!(square!(residual(u))), U],
    ['output layer', (v: Tensor) => mean!(square!(sub!(matmul!(H, v), T))), random(25, 6, 3)],
    ['exponentials', (v: Tensor) => sum!(exp!(v)), x20],
  ] as const)('%s is positive semidefinite', (_title, f, x) => {
    expect(facts(f, x)).toMatchObject({ symmetric: true, positiveSemidefinite: true });
  });

  test.each([
    ['cosines', (v: Tensor) => sum!(nabla.cos(v)), x20],
    ['a negative sum of squares', (v: Tensor) => neg!(sum!(square!(v))), x20],
    ['a cubic', (v: Tensor) => sum!(mul!(v, square!(v))), x20],
  ] as const)('%s is not called so', (_title, f, x) => {
    expect(facts(f, x).positiveSemidefinite).toBe(false);
  });
});

describe('results keep the structure of arguments and outputs', () => {
  const f = (p: { a: Tensor; b: Tensor }) => ({ s: mul!(p.a, p.b), t: [matmul!(W, p.a)] });
  const p = { a: random(30, 5), b: random(31, 5) };

  test('trees', () => {
    const typed = jacobian!(f, { structured: true })(p);
    const plain = jacobian!(f, { chunkSize: 100 })(p);
    expect(String(typed.s.a)).toBe('Diagonal([5])');
    expect(String(typed.t[0].a)).toBe('Dense([6,5])');
    expectClose(typed.t[0].b.toDense(), plain.t[0].b);
    const planned = jacobian!(f);
    for (let call = 0; call < 4; call++) expectClose(planned(p).s.b, plain.s.b);
  });

  test('several arguments', () => {
    const g = (a: Tensor, b: Tensor) => sum!(mul!(exp!(a), square!(b)));
    const options = { argnums: [1, 0] };
    const typed = hessian!(g, { ...options, structured: true })(p.a, p.b);
    const plain = hessian!(g, { ...options, chunkSize: 100 })(p.a, p.b);
    const planned = hessian!(g, options);
    for (let call = 0; call < 4; call++) {
      const now = planned(p.a, p.b);
      for (const i of [0, 1]) {
        for (const j of [0, 1]) {
          expect(String(typed[i][j])).toBe('Diagonal([5])');
          expectClose(typed[i][j].toDense(), plain[i][j]);
          expectClose(now[i][j], plain[i][j]);
        }
      }
    }
  });

  test('a list of one argument', () => {
    const typed = jacobian!((v: Tensor) => exp!(v), { argnums: [0], structured: true })(x20);
    expect(typed).toHaveLength(1);
    expect(String(typed[0])).toBe('Diagonal([20])');
  });

  test('auxiliary values', () => {
    const [typed, aux] = hessian!((v: Tensor) => [sum!(exp!(v)), mul!(v, 2)], { hasAux: true, structured: true })(x20);
    expectClose(typed.toDense(), diag!(exp!(x20)));
    expectClose(aux, mul!(x20, 2));
  });

  test('the gradient of a gradient', () => {
    const h = jacobian!(
      grad!((v: Tensor) => sum!(exp!(v))),
      { structured: true },
    )(x20);
    expect(String(h)).toBe('Diagonal([20])');
  });
});

describe('inside other transforms', () => {
  const f = (v: Tensor) => sum!(mul!(exp!(v), w20));
  const reference = diag!(mul!(exp!(x20), w20));

  test('jit, vmap and grad give the same numbers', () => {
    expectClose(jit!(hessian!(f))(x20), reference);
    const batch = nabla.stack([x20, w20]);
    expectClose(vmap!(hessian!(f))(batch).at(0), reference);
    const third = grad!((v: Tensor) => sum!(hessian!(f)(v)))(x20);
    expectClose(third, mul!(exp!(x20), w20));
  });

  test('structured results are all entries there', () => {
    const diagonal = vmap!((v: Tensor) => hessian!(f, { structured: true })(v).diag())(nabla.stack([x20, w20]));
    expectClose(diagonal.at(0), mul!(exp!(x20), w20));
  });

  test('a function that reads its numbers has products', () => {
    const g = (v: Tensor) => ((sum!(v) as Tensor).item() > -1e9 ? sum!(exp!(v)) : sum!(v));
    expectClose(hessian!(g, { structured: true })(x20).toDense(), diag!(exp!(x20)));
  });

  test('a recorded leaf keeps its graph', () => {
    const leaf = tensor!([1, 2], { ...f64, requiresGrad: true });
    const j = jacobian!((v: Tensor) => mul!(v, leaf), { structured: true })(tensor!([3, 4], f64));
    sum!(j.toDense()).backward();
    expect(leaf.grad.toArray()).toEqual([1, 1]);
  });
});

test('0 · ∞ of a branch that was not taken stays 0', () => {
  const x = tensor!([0, 4], f64) as Tensor;
  const f = (v: Tensor) => where!(greater!(v, 0), sqrt!(v), 0);
  const planned = jacobian!(f);
  for (let call = 0; call < 4; call++)
    expect(planned(x).toArray()).toEqual([
      [0, 0],
      [0, 0.25],
    ]);
  expect(jacobian!(f, { structured: true })(x).toDense().toArray()).toEqual([
    [0, 0],
    [0, 0.25],
  ]);
});

test('numbers that change between calls are inputs of one plan', () => {
  const j = (c: Tensor) => jacobian!((v: Tensor) => mul!(exp!(v), c), { structured: true })(x20) as Matrix;
  for (const c of [w20, U.reshape([60]).at([0, 20]) as Tensor, random(40, 20)]) {
    expectClose(j(c).diag(), mul!(exp!(x20), c));
  }
});

describe('prepare', () => {
  test('explains what it weighs and evaluates at other points', () => {
    const plan = structured.prepare((u: Tensor) => mul!(0.5, sum!(square!(residual(u)))), U, { kind: 'hessian' });
    expect(plan.way).toBe('structured');
    expect(plan.explain()).toMatch(/structured plan: Kronecker\(I\(20\), \[3,3\]\)/);
    expect(plan.explain()).toMatch(/products: 60 of/);
    expect(String(plan.evaluate(random(41, 20, 3)))).toBe('Kronecker(I(20), [3,3])');
    expect(() => plan.evaluate(random(41, 3, 20))).toThrow(
      'evaluate: argument 0 is float64 [3,20], the plan is for float64 [20,3].',
    );
  });

  test('takes several arguments and a pattern', () => {
    const f = (a: Tensor, b: Tensor) => matmul!(a, b);
    const two = structured.prepare(f, [W, random(42, 5, 2)], { argnums: [1, 0] });
    expect(String(two.evaluate(W, random(43, 5, 2)))).toBe('Kronecker([6,5], I(2)),Kronecker(I(6), [2,5])');
    const shifted = (v: Tensor) => concat!([slice!(v, [1]), slice!(v, [0], [1])]);
    const sparse = structured.prepare(shifted, x20);
    expect(sparse.way).toBe('sparse');
    expect(sparse.explain()).toMatch('colours × products: 1 products');
    expectClose((sparse.evaluate(x20) as Matrix).toDense(), byProducts('jacobian', shifted, [x20]));
  });

  test('refuses other kinds and options', () => {
    const f = (v: Tensor) => v;
    expect(() => structured.prepare(f, x20, { kind: 'gradient' as 'jacobian' })).toThrow(
      "prepare: kind must be 'jacobian' or 'hessian', got 'gradient'.",
    );
    expect(() => structured.prepare(f, x20, { kind: 'hessian' })).toThrow('hessian: f must return a scalar');
  });
});

test('the compiler knows the class of the result', () => {
  const x = nabla.tensor([1, 2, 3], f64);
  const j: Matrix = nabla.jacobian!((v: nabla.Tensor<[3]>) => v.exp(), { structured: true })(x);
  const h: Matrix = nabla.hessian((v: nabla.Tensor<[3]>) => v.exp().sum(), { structured: true })(x);
  const entries: nabla.Tensor<[3, 3]> = nabla.jacobian!((v: nabla.Tensor<[3]>) => v.exp())(x);
  expectClose(j.toDense(), entries);
  expectClose(h.toDense(), entries);
});

describe('a derivative that is zero everywhere', () => {
  const n = 30_000;
  const x = random(1, n);
  const zeros: Readonly<Record<string, () => unknown>> = {
    'the Jacobian of rounding': () => jacobian!((v: Tensor) => v.floor(), { structured: true })(x),
    'the Jacobian of a constant': () => jacobian!((_v: Tensor) => x, { structured: true })(x),
    'the Jacobian of a difference that cancels': () => jacobian!((v: Tensor) => v.sub(v), { structured: true })(x),
    'the Hessian of a linear function': () => hessian!((v: Tensor) => v.sum(), { structured: true })(x),
    'the Hessian of a maximum': () => structured.prepare((v: Tensor) => v.max(), x, { kind: 'hessian' }).evaluate(x),
  };
  test.each(Object.entries(zeros))('%s has no entries', (_name, derivative) => {
    const zero = derivative() as Matrix;
    expect(String(zero)).toBe(`Sparse([${n},${n}], 0 entries)`);
    expect([zero.outShape, zero.inShape]).toEqual([[n], [n]]);
    expect(zero.facts()).toEqual({ symmetric: true, positiveSemidefinite: true, rankAtMost: 0 });
    expect([zero.trace().item(), zero.logdet().item()]).toEqual([0, Number.NEGATIVE_INFINITY]);
    expect(Array.from(zero.matvec(x).toTypedArray()).every((v) => v === 0)).toBe(true);
    expect(() => zero.solve(x)).toThrow('singular');
    expect(String(zero.add(new structured.Diagonal(x)))).toBe(`Diagonal([${n}])`);
    expect(String(new structured.LowRank(x.reshape([n, 1])).add(zero))).toBe('LowRank(rank 1)');
  });

  test('beside others has its own shape', () => {
    const f = (a: Tensor, b: Tensor) => a.square().sum().add(b.sum());
    const [, [ba, bb]] = hessian!(f, { argnums: [0, 1], structured: true })(random(1, 2, 3), random(2, 4)) as [
      unknown,
      [Matrix, Matrix],
    ];
    expect([ba.outShape, ba.inShape, bb.outShape, bb.inShape]).toEqual([[4], [2, 3], [4], [4]]);
    expect([ba.toDense().shape, bb.toDense().shape]).toEqual([
      [4, 2, 3],
      [4, 4],
    ]);
  });
});

describe('functions with loops', () => {
  const { foriLoop, roll, scan, sin } = nabla as unknown as Record<string, F>;
  const step = (v: Tensor): Tensor => add!(mul!(v, 0.5), sin!(roll!(v, 1, 0)));
  const x = random(1, 60);
  const maps: Readonly<Record<string, readonly [F, string]>> = {
    'steps of a stencil': [(v: Tensor) => foriLoop!(0, 3, (_: unknown, u: Tensor) => step(u), v), '240 entries'],
    'a scan element by element': [
      (v: Tensor) => scan!((c: Tensor, u: Tensor) => [c, mul!(c, square!(u))], tensor!(2, f64), v)[1],
      '60 entries',
    ],
  };
  test.each(Object.entries(maps))('%s have sparse derivatives', (_name, [f, entries]) => {
    const J = jacobian!(f, { structured: true })(x) as Matrix;
    expect(String(J)).toBe(`Sparse([60,60], ${entries})`);
    expectClose(J.toDense(), byProducts('jacobian', f, [x]));
    expect(structured.prepare(f, x).explain()).toContain('structured plan: none, the function has loops');
    const energy = (v: Tensor): Tensor => sum!(square!(f(v)));
    const H = hessian!(energy, { structured: true })(x) as Matrix;
    expect(H.kind).toBe('Sparse');
    expectClose(H.toDense(), byProducts('hessian', energy, [x]));
  });
});

describe('numbers that are not finite', () => {
  const n = 5000;
  const x = nabla.tensor(Float64Array.from({ length: n }, (_, i) => (i === 7 ? 0 : 1 + i)));
  test('leave a large derivative its structure', () => {
    const J = jacobian!((v: Tensor) => log!(v), { structured: true })(x) as Matrix;
    expect(String(J)).toBe(`Diagonal([${n}])`);
    expect([J.diag().at(7).item(), J.diag().at(8).item()]).toEqual([Number.POSITIVE_INFINITY, 1 / 9]);
    const safe = structured.prepare((v: Tensor) => sum!(where!(greater!(v, 0), log!(v), 0)), x, { kind: 'hessian' });
    const H = safe.evaluate(x) as Matrix;
    expect(String(H)).toBe(`Diagonal([${n}])`);
    expect([H.diag().at(7).item(), H.diag().at(8).item()]).toEqual([0, -1 / 81]);
  });

  test('do not spread to other columns of their colour', () => {
    const mix = diag!(tensor!([1, 2, 3, 4], f64));
    const plan = structured.prepare((v: Tensor) => matmul!(mix, log!(v)), tensor!([1, 1, 1, 1], f64));
    const entries = (plan.evaluate(tensor!([1, -1, 0.5, 2], f64)) as Matrix).toDense();
    expect([entries.at(0, 0).item(), entries.at(2, 2).item(), entries.at(3, 3).item()]).toEqual([1, 6, 2]);
  });
});

test('a plan follows the indices among its arguments', () => {
  const { take } = nabla as unknown as Record<string, F>;
  const x = random(1, 40);
  const places = (s: number): Tensor =>
    nabla.tensor(
      Array.from({ length: 40 }, (_, i) => (i * 7 + s * 13) % 40),
      { dtype: 'int32' },
    );
  const f = (v: Tensor, at: Tensor): Tensor => mul!(take!(v, at, 0), square!(v));
  const plan = structured.prepare(f, [x, places(0)]);
  expect(plan.way).toBe('sparse');
  for (const s of [0, 1, 1, 2, 0]) {
    const J = plan.evaluate(x, places(s)) as Matrix;
    expect(J.kind).toBe('Sparse');
    expectClose(J.toDense(), jacobian!(f, { chunkSize: 1000 })(x, places(s)));
  }
});

test('a plan explains what it did not take', () => {
  const x = random(1, 40);
  const text = (f: F): string => structured.prepare(f, x).explain();
  const A = random(2, 40, 40);
  expect(text((v) => tanh!(matmul!(A, v)))).toContain('colours × products: none, the pattern is too dense');
  expect(text((v) => square!(v))).toContain('colours × products: not considered');
  expect(text((v) => cumsum!(v, 0))).toContain('because the cores cost little more and are one program');
});

test('the curvature of |A X B − C|² is proven positive semidefinite and solved factor by factor', () => {
  const loss = (x: Tensor): Tensor => sum!(square!(sub!(matmul!(matmul!(W, x), b5x6), c6x6)));
  const H = hessian!(loss, { structured: true })(x5x5) as Matrix;
  expect(H.facts()).toMatchObject({ symmetric: true, positiveSemidefinite: true });
  const entries = H.toDense().reshape([25, 25]);
  expectClose(H.solve(x5x5).reshape([25]), nabla.linalg.solve(entries, x5x5.reshape([25])), 1e-9);
  expect(H.logdet().item()).toBeCloseTo(nabla.linalg.slogdet(entries)[1].item(), 8);
});
