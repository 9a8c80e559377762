// Functions with their own rules, checkpoints, implicit functions.
import { describe, expect, test } from 'vitest';
import {
  add,
  autograd,
  checkpoint,
  customJvp,
  customLinearSolve,
  customRoot,
  customVjp,
  div,
  exp,
  grad,
  hessian,
  jacfwd,
  jacobian,
  jacrev,
  jit,
  jvp,
  linalg,
  matmul,
  mul,
  NotDifferentiableError,
  noGrad,
  reshape,
  ShapeError,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  tensor,
  vmap,
} from '../../src/index.ts';
import { expectClose, T } from './numbers.ts';

const w = T([0.3, -0.7]);
const c0 = T([1, 0.5]);

describe('customJvp', () => {
  const cube = customJvp(
    (x: Tensor): Tensor => mul(mul(x, x), x),
    ([x]: [Tensor], [dx]: [Tensor]) => [mul(mul(x, x), x), mul(mul(mul(x, x), 3), dx)],
  );
  test('E71 one rule serves forward and, transposed, reverse mode, at every order, under jit and vmap', () => {
    expectClose(grad(cube)(T(2)), T(12));
    expectClose(jvp(cube, [T(2)], [T(1)])[1], T(12));
    expectClose(hessian(cube)(T(2)), T(12));
    expectClose(grad(grad(grad(cube)))(T(2)), T(6));
    expectClose(jit(grad(cube))(T(2)), T(12));
    expectClose(vmap(grad(cube))(T([1, 2])), T([3, 12]));
    expectClose(grad((x: Tensor) => sum(vmap(cube)(x)))(T([1, 2])), T([3, 12]));
  });
  test('E71 the function may branch on numbers, and take arguments that are no tensors', () => {
    const f = customJvp(
      (x: Tensor, kind: string): Tensor => (kind === 'double' && Number(x.item()) > 0 ? mul(x, 2) : x),
      ([x]: [Tensor, string], [dx]: [Tensor, null]) => [x, mul(dx, 7)],
    );
    expectClose(f(T(3), 'double'), T(6));
    expectClose(grad(f)(T(3), 'double'), T(7));
  });
  test('E73 a rule result of the wrong structure or shape is named', () => {
    const wrongShape = customJvp(
      (x: Tensor) => x,
      ([x]: [Tensor], [dx]: [Tensor]) => [x, sum(dx)],
    );
    expect(() => jvp(wrongShape, [w], [w])).toThrow(
      'customJvp: the rule returned a tangent has shape [], expected [2].',
    );
    const noPair = customJvp(
      (x: Tensor) => x,
      ([x]: [Tensor]) => x,
    );
    expect(() => jvp(noPair, [w], [w])).toThrow('customJvp: the rule must return [y, dy]');
  });
  test('E74 a value of an enclosing transform that the function closes over raises', () => {
    const outer = (a: Tensor): Tensor =>
      customJvp(
        (x: Tensor) => mul(a, x),
        ([x]: [Tensor], [dx]: [Tensor]) => [mul(a, x), mul(a, dx)],
      )(T(2));
    expect(() => grad(outer)(T(3))).toThrow('pass it as an argument');
  });
});

describe('customVjp', () => {
  const steep = customVjp(
    (x: Tensor) => x,
    (x: Tensor) => [x, null],
    (_: null, gy: Tensor) => [mul(gy, 10)],
  );
  test('E72 backward replaces the pullback; jvp raises unless a rule is given too', () => {
    expectClose(grad((x: Tensor) => mul(steep(x), x))(T(2)), T(22));
    expect(() => jvp(steep, [T(2)], [T(1)])).toThrow(NotDifferentiableError);
    const both = customVjp(
      customJvp(
        (x: Tensor) => x,
        ([x]: [Tensor], [dx]: [Tensor]) => [x, mul(dx, 3)],
      ),
      (x: Tensor) => [x, null],
      (_: null, gy: Tensor) => [mul(gy, 10)],
    );
    expectClose(jvp(both, [T(2)], [T(1)])[1], T(3));
    expectClose(grad(both)(T(2)), T(10));
    const reversed = customJvp(
      customVjp(
        (x: Tensor) => x,
        (x: Tensor) => [x, null],
        (_: null, gy: Tensor) => [mul(gy, 10)],
      ),
      ([x]: [Tensor], [dx]: [Tensor]) => [x, mul(dx, 3)],
    );
    expectClose(grad(reversed)(T(2)), T(10));
  });
  const product = customVjp(
    (x: Tensor, y: Tensor) => mul(x, y),
    (x: Tensor, y: Tensor) => [mul(x, y), [x, y]],
    ([x, y]: [Tensor, Tensor], g: Tensor) => [mul(g, y), mul(g, x)],
  );
  test('E72 nested, second order, under vmap with one argument batched', () => {
    expectClose(hessian((x: Tensor) => product(x, mul(x, x)))(T(2)), T(12));
    expectClose(vmap(grad(product, { argnums: [0, 1] }), { inAxes: [0, null] })(T([1, 2]), T(3)), [3, 3, 1, 2]);
    expectClose(grad((y: Tensor) => sum(vmap(product, { inAxes: [0, null] })(T([1, 2]), y)))(T(3)), T(3));
    expectClose(jit(grad(product))(T(2), T(5)), T(5));
  });
  test('E65 a wrong number or shape of cotangents names both', () => {
    const one = customVjp(
      (x: Tensor, y: Tensor) => mul(x, y),
      (x: Tensor, y: Tensor) => [mul(x, y), null],
      (_: null, g: Tensor) => [g],
    );
    expect(() => grad(one)(T(1), T(2))).toThrow('customVjp: backward returned 1 cotangent for 2 arguments.');
    const wrong = customVjp(
      (x: Tensor) => sum(x),
      (x: Tensor) => [sum(x), null],
      (_: null, g: Tensor) => [g],
    );
    expect(() => grad(wrong)(w)).toThrow(ShapeError);
    expect(() => grad(wrong)(w)).toThrow('has shape [], expected [2]');
  });
  test('E66 null is a zero cotangent', () => {
    const half = customVjp(
      (x: Tensor, y: Tensor) => mul(x, y),
      (x: Tensor, y: Tensor) => [mul(x, y), y],
      (y: Tensor, g: Tensor) => [mul(g, y), null],
    );
    expectClose(grad(half, { argnums: [0, 1] })(T(3), T(5)), [5, 0]);
  });
});

describe('checkpoint', () => {
  const f = (x: Tensor): Tensor => sum(exp(mul(w, mul(x, x))));
  test('J129 same derivatives as the plain function, nested, batched, at higher order', () => {
    expectClose(grad(checkpoint(f))(c0), grad(f)(c0));
    expectClose(hessian(checkpoint(f))(c0), hessian(f)(c0));
    expectClose(jacrev(jacrev(checkpoint(f)))(c0), hessian(f)(c0));
    expectClose(
      hessian(checkpoint((x: Tensor) => checkpoint(f)(mul(x, x))))(c0),
      hessian((x: Tensor) => f(mul(x, x)))(c0),
    );
    expectClose(vmap(grad(checkpoint(f)))(stack([c0, w])), [grad(f)(c0), grad(f)(w)]);
  });
  test('J129 values the function closes over get their gradient', () => {
    expectClose(grad((v: Tensor) => checkpoint((x: Tensor) => sum(mul(mul(x, x), v)))(c0))(w), mul(c0, c0));
  });
});

describe('implicit functions', () => {
  const newton = (f: (x: Tensor) => Tensor, x0: Tensor): Tensor => {
    let x = x0;
    for (let i = 0; i < 50; i++) x = sub(x, div(f(x), grad(f)(x)));
    return x;
  };
  const cubeRoot = (a: Tensor): Tensor =>
    customRoot(
      (x: Tensor) => sub(mul(mul(x, x), x), a),
      T(1.5),
      newton,
      (g: (x: Tensor) => Tensor, y: Tensor) => div(y, g(T(1))),
    ) as Tensor;
  test('E75 customRoot: derivatives of the solution to second order, both modes, batched', () => {
    const a = 2;
    expectClose(cubeRoot(T(a)), T(Math.cbrt(a)));
    expectClose(grad(cubeRoot)(T(a)), T(a ** (-2 / 3) / 3));
    expectClose(jacfwd(cubeRoot)(T(a)), T(a ** (-2 / 3) / 3));
    expectClose(hessian(cubeRoot)(T(a)), T((-2 / 9) * a ** (-5 / 3)));
    expectClose(vmap(grad(cubeRoot))(T([2, 3])), T([2 ** (-2 / 3) / 3, 3 ** (-2 / 3) / 3]));
  });
  const A = T([
    [3, 1],
    [0.5, 2],
  ]);
  const solveDense = (g: (x: Tensor) => Tensor, y: Tensor): Tensor => linalg.solve(jacobian(g)(y), y);
  const solution = (scale: Tensor, b: Tensor): Tensor =>
    customLinearSolve((x: Tensor) => matmul(mul(A, reshape(scale, [])), x), b, solveDense, {
      transposeSolve: solveDense,
    }) as Tensor;
  const direct = (scale: Tensor, b: Tensor): Tensor => linalg.solve(mul(A, scale), b);
  test('E75 customLinearSolve: gradient by b and by what the matrix depends on', () => {
    const loss =
      (s: typeof solution) =>
      (scale: Tensor, b: Tensor): Tensor =>
        sum(mul(s(scale, b), exp(b)));
    for (const argnums of [0, 1]) {
      expectClose(grad(loss(solution), { argnums })(T(1.3), w), grad(loss(direct), { argnums })(T(1.3), w));
      expectClose(hessian(loss(solution), { argnums })(T(1.3), w), hessian(loss(direct), { argnums })(T(1.3), w));
    }
    expectClose(vmap(solution, { inAxes: [0, null] })(T([1, 2]), w), [direct(T(1), w), direct(T(2), w)]);
    expectClose(vmap(grad(loss(solution)), { inAxes: [0, null] })(T([1, 2]), w), [
      grad(loss(direct))(T(1), w),
      grad(loss(direct))(T(2), w),
    ]);
  });
  test('E75 reverse mode without a transposed solver says what is missing', () => {
    const noTranspose = (b: Tensor): Tensor =>
      sum(customLinearSolve((x: Tensor) => matmul(A, x), b, solveDense) as Tensor);
    expect(() => grad(noTranspose)(w)).toThrow('transposeSolve');
    expectClose(add(noTranspose(w), 0), sum(linalg.solve(A, w)));
  });
});

test('E74 a leaf on the tape that a custom rule closes over raises instead of losing its gradient', () => {
  const leaf = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
  const f = customVjp(
    (x: Tensor) => mul(x, leaf),
    (x: Tensor) => [mul(x, leaf), null],
    (_: null, gy: Tensor) => [gy],
  );
  expect(() => f(w)).toThrow('closed over by a function with its own derivative');
  expectClose(
    noGrad(() => f(w)),
    mul(w, leaf),
  );
});
test('E63 the forward of a custom function runs once for a forward and a backward pass', () => {
  let calls = 0;
  const cube = autograd.customFunction({
    forward(ctx, x: Tensor) {
      calls++;
      ctx.save(x);
      return mul(mul(x, x), x);
    },
    backward: (ctx, gy) => [mul(gy, mul(square(ctx.saved[0]!), 3))],
  });
  const x = tensor(2, { dtype: 'float64', requiresGrad: true });
  cube(x).backward();
  expectClose(x.grad, T(12));
  expect(calls).toBe(1);
  expectClose(grad(cube as (a: Tensor) => Tensor<[]>)(T(2)), T(12));
  expect(calls).toBe(2);
  expectClose(grad(grad(cube as (a: Tensor) => Tensor<[]>))(T(2)), T(12));
});
