// Section F of the behaviours: vjp, jvp, hvp, vhp, jacobian and hessian as functions.
import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  add,
  exp,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacobian,
  jacrev,
  jvp,
  linalg,
  matmul,
  mul,
  noGrad,
  pow,
  reshape,
  ShapeError,
  sin,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  valueGradHessian,
  vhp,
  vjp,
  zeros,
} from '../../src/index.ts';
import { expectClose, numbers, T } from './numbers.ts';

const x = T([0.5, -1.2, 2]);
const v = T([1, 0.3, -0.7]);
const W = T([
  [1, -2, 0.5],
  [0.3, 0.7, -1],
]);
const f = (a: Tensor): Tensor => sin(matmul(W, square(a)));
const scalar = (a: Tensor): Tensor => sum(exp(mul(sin(a), a)));

describe('vjp and jvp', () => {
  test('F77 vjp returns the output and the pullback, usable many times; a cotangent of another shape raises', () => {
    const [y, pullback] = vjp(f, x);
    expectClose(y, f(x));
    const J = jacobian(f)(x);
    expectClose(pullback(T([1, 2])), matmul(T([1, 2]), J));
    expectClose(pullback(T([0, 1])), J.at(1));
    expect(() => pullback(T([1, 2, 3]))).toThrow('vjp: the cotangent has shape [3], expected [2].');
    expect(() => pullback([T([1, 2])])).toThrow('vjp: the cotangent has the structure [*], expected *.');
  });
  test('F78 jvp returns the output and its tangent; hvp and vhp the value and the product', () => {
    const [y, dy] = jvp(f, [x], [v]);
    expectClose(y, f(x));
    expectClose(dy, matmul(jacobian(f)(x), v));
    expectClose(jvp(f, x, v)[1], dy);
    const H = hessian(scalar)(x);
    expectClose(hvp(scalar, x, v), [scalar(x), matmul(H, v)]);
    expectClose(vhp(scalar, x, v), [scalar(x), matmul(v, H)]);
    expectClose(
      hvp((a: Tensor) => pow(a, 3), T(2)),
      [8, 12],
    );
    expect(() => hvp(scalar, x)).toThrow(ArgumentError);
    const two = (a: Tensor, b: Tensor): Tensor => sum(mul(square(a), b));
    expectClose(hvp(two, [x, v], [v, x]), [two(x, v), [add(mul(mul(v, v), 2), mul(mul(x, x), 2)), mul(mul(x, v), 2)]]);
    expectClose(vhp(two, [x, v], [v, x]), hvp(two, [x, v], [v, x]));
  });
  test('F88 jacobian·v = jvp, vᵀ·jacobian = vjp, hessian·v = hvp = vhp', () => {
    expectClose(matmul(jacobian(f)(x), v), jvp(f, [x], [v])[1]);
    expectClose(matmul(T([1, -2]), jacobian(f)(x)), vjp(f, x)[1](T([1, -2])));
    expectClose(hvp(scalar, x, v)[1], vhp(scalar, x, v)[1]);
    const [value, gradient, H] = valueGradHessian(scalar)(x);
    expectClose([value, gradient, H], [scalar(x), grad(scalar)(x), hessian(scalar)(x)]);
  });
});

describe('jacobian', () => {
  test('F79 the shape is output shape ++ input shape', () => {
    const g = (a: Tensor): Tensor => a.at([0, 2]).mul(2).t();
    const J = jacobian(g)(zeros([3, 2]));
    expect(J.shape).toEqual([2, 2, 3, 2]);
    const columns = jacobian((a: Tensor): Tensor => square(a))(zeros([3, 2]));
    expect(columns.shape).toEqual([3, 2, 3, 2]);
  });
  test('F80 structure: one argument a tensor, several a list, trees stay trees, a list of one stays a list', () => {
    const two = (a: Tensor, b: Tensor): Tensor => mul(a, sum(b));
    const [ja, jb] = jacobian(two, { argnums: [0, 1] })(x, W);
    expect([ja.shape, jb.shape]).toEqual([
      [3, 3],
      [3, 2, 3],
    ]);
    const [single] = jacobian(two, { argnums: [1] })(x, W);
    expect(single.shape).toEqual([3, 2, 3]);
    const tree = jacobian(
      (p: { w: Tensor; b: Tensor[] }) => ({ y: matmul(W, p.w), z: [p.b[0]!] }) as unknown as Tensor,
    )({ w: x, b: [v] }) as unknown as {
      y: { w: Tensor; b: Tensor[] };
      z: { w: Tensor; b: Tensor[] }[];
    };
    expectClose(tree.y.w, W);
    expect(tree.y.b[0]!.shape).toEqual([2, 3]);
    expectClose(tree.z[0]!.b[0], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });
  test('F81 an output that does not depend on the input gives zeros', () => {
    expectClose(jacobian((_a: Tensor): Tensor => T([1, 2]))(x), zeros([2, 3]));
    expectClose(jacrev((_a: Tensor): Tensor => T([1, 2]))(x), zeros([2, 3]));
    expectClose(hessian((a: Tensor): Tensor => sum(mul(a, 3)))(x), zeros([3, 3]));
  });
  test('F84 non-tensor inputs and outputs raise', () => {
    expect(() => jacobian(f)('x' as unknown as Tensor)).toThrow(
      'jacobian: expected a tensor or a number, got a string.',
    );
    expect(() => jacobian((_a: Tensor): Tensor => 'x' as unknown as Tensor)(x)).toThrow(
      'jacobian: expected a tensor or a number, got a string.',
    );
    expect(() => grad(f as never)(x)).toThrow(ShapeError);
    expect(() => grad(3 as never)).toThrow('grad: expected a function, got a number.');
  });
  test('F85 results are differentiable again', () => {
    const viaJacobian = (a: Tensor): Tensor => sum(square(jacobian(f)(a)));
    const h = 1e-5;
    const e = T([0, 1, 0]);
    const difference =
      (Number(viaJacobian(add(x, mul(e, h))).item()) - Number(viaJacobian(sub(x, mul(e, h))).item())) / (2 * h);
    expect(Math.abs(Number(grad(viaJacobian)(x).at(1).item()) - difference)).toBeLessThan(1e-6);
  });
  test('F86 mixed dtypes, zero-dimensional and unrelated arguments', () => {
    const mixed = (a: Tensor, b: Tensor, c: Tensor): Tensor[] => [mul(a, b), sum(a), c];
    const J = jacobian(mixed as never, { argnums: [0, 1, 2] })(
      tensor([1, 2]) as never,
      T(3) as never,
      tensor([4]) as never,
    ) as Tensor[][];
    expect(J.map((row) => row.map((block) => block.shape))).toEqual([
      [[2, 2], [2], [2, 1]],
      [[2], [], [1]],
      [[1, 2], [1], [1, 1]],
    ]);
    expectClose(J[0], [3, 0, 0, 3, 1, 2, 0, 0]);
  });
  test('F87 G105 forward, reverse and automatic mode agree on any shapes; chunks do not change the result (G110)', () => {
    for (const g of [f, (a: Tensor): Tensor => reshape(mul(reshape(a, [3, 1]), a), [9]), scalar]) {
      const expected = jacobian(g)(x);
      expectClose(jacfwd(g)(x), expected);
      expectClose(jacrev(g)(x), expected);
      for (const chunkSize of [1, 2, 3, 100]) {
        expectClose(jacrev(g, { chunkSize })(x), expected);
        expectClose(jacfwd(g, { chunkSize })(x), expected);
      }
    }
    expect(() => jacrev(f, { chunkSize: 0 })).toThrow('jacrev: chunkSize must be a positive integer, got 0.');
  });
  test('G111 tall and wide maps and empty outputs', () => {
    const tall = (a: Tensor): Tensor => matmul(T(Array.from({ length: 20 }, (_, i) => [i, 1, -i])), a);
    expect(jacobian(tall)(x).shape).toEqual([20, 3]);
    const wide = (a: Tensor): Tensor => matmul(T([[1, 2, 3]]), a);
    expectClose(jacobian(wide)(x), [1, 2, 3]);
    expect(jacobian((a: Tensor): Tensor => a.at([0, 0]))(x).shape).toEqual([0, 3]);
    expect(jacobian((a: Tensor): Tensor => add(sum(a), T([1, 2])))(zeros([0])).shape).toEqual([2, 0]);
  });
  test('F41 works under noGrad', () => {
    expectClose(
      noGrad(() => jacobian(f)(x)),
      jacobian(f)(x),
    );
    const leaf = tensor([1, 2, 3], { requiresGrad: true });
    const result = noGrad(() => grad((a: Tensor): Tensor => sum(square(a)))(leaf));
    expect(result.requiresGrad).toBe(false);
    expectClose(result, [2, 4, 6]);
  });
});

describe('hessian', () => {
  test('G108 a vector output gives output ++ in ++ in; a one-element output of any shape keeps it', () => {
    const vector = hessian(((a: Tensor): Tensor => mul(a, square(a))) as never)(x as never) as Tensor;
    expect(vector.shape).toEqual([3, 3, 3]);
    expectClose(vector.at(1, 1, 1), mul(x.at(1), 6));
    expect((hessian(((a: Tensor): Tensor => reshape(scalar(a), [1])) as never)(x as never) as Tensor).shape).toEqual([
      1, 3, 3,
    ]);
  });
  test('F82 several inputs give lists of lists, trees nest twice', () => {
    const two = (a: Tensor, b: Tensor): Tensor => sum(mul(square(a), b));
    const [[haa, hab], [hba, hbb]] = hessian(two, { argnums: [0, 1] })(x, v);
    expectClose(haa, mul(v, 2).diag());
    expectClose(hab, mul(x, 2).diag());
    expectClose(hba, mul(x, 2).diag());
    expectClose(hbb, zeros([3, 3]));
    const tree = hessian((p: { a: Tensor; b: Tensor }) => mul(p.a, mul(p.b, p.b)))({
      a: T(2),
      b: T(3),
    }) as unknown as Record<string, Record<string, Tensor>>;
    expect(tree.a!.b!.shape).toEqual([]);
    expectClose([tree.a!.a, tree.a!.b, tree.b!.a, tree.b!.b], [0, 6, 6, 4]);
  });
  test('F89 symmetric for smooth f; softmax cross-entropy is symmetric PSD with zero row sums; a quadratic form gives A + Aᵀ', () => {
    const H = hessian(scalar)(x);
    expectClose(H, H.t(), 1e-14);
    const loss = (z: Tensor): Tensor => softmax(z).at(1).log().neg();
    const S = hessian(loss)(x);
    expectClose(S.sum(1), zeros([3]), 1e-14);
    expect(Math.min(...numbers(linalg.eigvalsh(S)))).toBeGreaterThan(-1e-12);
    const A = T([
      [1, 2, 3],
      [0, -1, 4],
      [5, 2, 2],
    ]);
    expectClose(hessian((a: Tensor): Tensor => matmul(a, matmul(A, a)))(x), add(A, A.t()));
  });
  test('F90 parameters in a tree have Hessians, not zeros', () => {
    const params = { w: W, b: T([0.1, 0.2]) };
    const loss = (p: typeof params): Tensor => sum(square(sin(add(matmul(p.w, x), p.b))));
    const H = hessian(loss)(params) as unknown as Record<string, Record<string, Tensor>>;
    expect(H.w!.b!.shape).toEqual([2, 3, 2]);
    expect(Math.max(...numbers(H.w!.w).map(Math.abs))).toBeGreaterThan(0.1);
  });
});
