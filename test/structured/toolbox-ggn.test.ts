// Generalised Gauss–Newton and Fisher products against matrices built from all entries of the Jacobian, and against the
// expectation that defines the Fisher information.
import { describe, expect, it } from 'vitest';
import { hashed } from '../../bench/inputs.ts';
import * as nabla from '../../src/index.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

const { optim } = nabla;
const random = (seed: number, shape: readonly number[]): Tensor =>
  nabla.tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 2 * hashed(seed, i) - 1),
    { shape },
  );
const distance = (a: Tensor, b: Tensor): number => nabla.max(nabla.abs(nabla.sub(a, b))).item();

type Params = { W: Tensor; b: Tensor };
const X = random(1, [5, 4]);
const params: Params = { W: random(2, [4, 3]), b: random(3, [3]) };
const model = ({ W, b }: Params): Tensor => nabla.tanh(X.matmul(W).add(b));
const flat = ({ W, b }: Params): Tensor => nabla.concat([W.reshape([12]), b]);
const tree = (v: Tensor): Params => ({ W: v.at([0, 12]).reshape([4, 3]), b: v.at([12, 15]) });

/** J of all outputs with respect to all parameters, [15, 15]. */
const J = (nabla.jacfwd((v: Tensor) => model(tree(v)).reshape([15]))(flat(params)) as Tensor).reshape([15, 15]);
const z = model(params).reshape([15]);
const v = random(4, [15]);

describe('ggn', () => {
  it('is Jᵀ H J of the loss of the outputs', () => {
    const loss = (y: Tensor): Tensor => nabla.sum(nabla.logsumexp(y, 1));
    const H = nabla.jacfwd(nabla.grad((u: Tensor) => loss(u.reshape([5, 3]))))(z) as Tensor;
    const expected = J.transpose().matmul(H.matmul(J.matmul(v)));
    const G = optim.ggn(model, loss, params);
    expect(distance(flat(G(tree(v))), expected)).toBeLessThan(1e-13);
    expect(distance(flat(optim.ggnvp(model, loss, params, tree(v))), expected)).toBeLessThan(1e-13);
  });

  it('equals the Hessian for a linear model, and for a least-squares problem with residual zero', () => {
    const loss = (y: Tensor): Tensor => nabla.sum(nabla.softplus(y));
    const linear = (w: Tensor): Tensor => X.matmul(w);
    const [w, u] = [random(5, [4]), random(6, [4])];
    expect(
      distance(optim.ggnvp(linear, loss, w, u), nabla.hvp((p: Tensor) => loss(linear(p)), w, u)[1] as Tensor),
    ).toBeLessThan(1e-13);
    const target = model(params);
    const square = (y: Tensor): Tensor => nabla.sum(nabla.square(y.sub(target)));
    const H = nabla.hvp((p: Tensor) => square(model(tree(p))), flat(params), v)[1] as Tensor;
    expect(distance(flat(optim.ggnvp(model, square, params, tree(v))), H)).toBeLessThan(1e-12);
  });

  it('serves conjugate gradients, Lanczos and jit', () => {
    const loss = (y: Tensor): Tensor => nabla.sum(nabla.square(y));
    const G = optim.ggn(model, loss, params);
    const damped = (u: Params): Params => {
      const g = G(u);
      return { W: g.W.add(u.W), b: g.b.add(u.b) };
    };
    const { x } = nabla.linalg.cg(damped, tree(v), { tol: 1e-13 });
    const A = J.transpose()
      .matmul(J)
      .mul(2)
      .add(nabla.eye(15, 15, { dtype: 'float64' }));
    expect(distance(flat(x), nabla.linalg.solve(A, v))).toBeLessThan(1e-10);
    const { eigenvalues } = nabla.linalg.lanczos(G, tree(v), 15);
    const exact = nabla.linalg.eigvalsh(J.transpose().matmul(J).mul(2));
    expect(eigenvalues.at(-1).item()).toBeCloseTo(exact.at(-1).item(), 10);
    const compiled = nabla.jit((p: Params, u: Params) => optim.ggnvp(model, loss, p, u));
    expect(distance(flat(compiled(params, tree(v))), flat(G(tree(v))))).toBeLessThan(1e-12);
  });

  it('names what does not fit', () => {
    expect(() => optim.ggn(model, (y: Tensor) => y, params)(tree(v))).toThrow(nabla.ShapeError);
    expect(() => optim.ggn(model, (y: Tensor) => nabla.sum(y), params)(v as never)).toThrow(
      'optim.ggn: the vector has the structure',
    );
    expect(() => optim.ggn(3 as never, (y: Tensor) => y, params)).toThrow('optim.ggn: expected a function');
  });
});

describe('fisher', () => {
  /** Σ over examples and classes of p ∇log p ∇log pᵀ v. */
  function expectation(logp: (p: Tensor) => Tensor, probabilities: Tensor): Tensor {
    const scores = (nabla.jacfwd((p: Tensor) => logp(p).reshape([-1]))(flat(params)) as Tensor).reshape([
      probabilities.size,
      15,
    ]);
    return scores.transpose().matmul(probabilities.reshape([-1]).mul(scores.matmul(v)));
  }

  it('of a categorical distribution is the expected outer product of scores, and the GGN of its cross-entropy', () => {
    const found = flat(optim.fvp(model, params, tree(v), { distribution: 'categorical' }));
    const expected = expectation((p) => nabla.logSoftmax(model(tree(p)), 1), nabla.softmax(model(params), 1));
    expect(distance(found, expected)).toBeLessThan(1e-13);
    const target = nabla.tensor(Int32Array.from([0, 2, 1, 1, 0]));
    const loss = (y: Tensor): Tensor => nabla.nn.crossEntropy(y, target, { reduction: 'sum' });
    expect(distance(found, flat(optim.ggnvp(model, loss, params, tree(v))))).toBeLessThan(1e-13);
  });

  it('of independent yes or no', () => {
    const found = flat(optim.fisher(model, params, { distribution: 'bernoulli' })(tree(v)));
    const logp = (p: Tensor): Tensor =>
      nabla.stack([nabla.logSigmoid(model(tree(p))), nabla.logSigmoid(model(tree(p)).mul(-1))]);
    const p = nabla.sigmoid(model(params));
    expect(distance(found, expectation(logp, nabla.stack([p, nabla.sub(1, p)])))).toBeLessThan(1e-13);
  });

  it('of normal distributions is JᵀJ', () => {
    const found = flat(optim.fvp(model, params, tree(v), { distribution: 'normal' }));
    expect(distance(found, J.transpose().matmul(J.matmul(v)))).toBeLessThan(1e-13);
  });

  it('names what does not fit', () => {
    expect(() => optim.fisher(model, params, { distribution: 'poisson' } as never)).toThrow(
      'optim.fisher: distribution must be one of categorical, bernoulli, normal, got poisson.',
    );
    const several = optim.fisher((p: Params) => [model(p)], params, { distribution: 'normal' });
    expect(() => several(tree(v))).toThrow('optim.fisher: the model must return one tensor.');
  });
});
