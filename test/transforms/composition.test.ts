// Sections G, I and the composable parts of J: grad, jvp, vjp, vmap, jit in any order.
import { describe, expect, test } from 'vitest';
import {
  add,
  cos,
  exp,
  grad,
  hessian,
  jacfwd,
  jacobian,
  jacrev,
  jet,
  jit,
  jvp,
  linearize,
  linearTranspose,
  matmul,
  mul,
  NotDifferentiableError,
  noGrad,
  random,
  sin,
  square,
  stack,
  stopGradient,
  sum,
  type Tensor,
  TracedValueError,
  tanh,
  tensor,
  trace,
  valueAndGrad,
  vjp,
  vmap,
  where,
} from '../../src/index.ts';
import { expectClose, T } from './numbers.ts';

const x = T([0.5, -1.2, 2]);
const scalar = (a: Tensor): Tensor => sum(mul(sin(a), exp(a)));

describe('grad', () => {
  test('G91 an output that is no scalar raises, naming what to use', () => {
    expect(() => grad(((a: Tensor): Tensor => mul(a, 2)) as never)(x as never)).toThrow(
      'grad: f must return a scalar (shape []), but returns shape [3]; use jacobian() or vjp().',
    );
    expect(() => grad(((a: Tensor) => [a, a]) as never)(x as never)).toThrow(
      'grad: f must return one scalar tensor, but returns a tree of 2.',
    );
  });
  const three = (a: Tensor, b: Tensor, c: Tensor): Tensor => sum(mul(mul(a, square(b)), exp(c)));
  test('G92 argnums: a number, a list in any order, negative; bad ones raise', () => {
    const args = [T([1, 2]), T([3, 4]), T([0, 0])] as const;
    expectClose(grad(three)(...args), [9, 16]);
    expectClose(grad(three, { argnums: [2, 0] })(...args), [9, 32, 9, 16]);
    expectClose(grad(three, { argnums: -1 })(...args), [9, 32]);
    expect(() => grad(three, { argnums: 3 })(...args)).toThrow(
      'grad: argnums 3 is out of range for a call with 3 arguments.',
    );
    expect(() => grad(three, { argnums: [0, -3] })(...args)).toThrow('grad: argnums [0, -3] names an argument twice.');
    expect(() => grad(three, { argnums: [] })(...args)).toThrow(
      'grad: argnums must be an integer or a non-empty list of integers',
    );
    expect(() => grad(three, { argnums: 0.5 })(...args)).toThrow('grad: argnums must be an integer');
  });
  test('G93 a list of one argnum gives a list of one', () => {
    expect(Array.isArray(grad(three, { argnums: [0] })(T([1]), T([1]), T([1])))).toBe(true);
  });
  test('G94 arguments are trees and the gradient has their structure', () => {
    const g = grad((p: { w: Tensor[]; b: Tensor }) => add(sum(mul(p.w[0]!, p.w[1]!)), mul(p.b, p.b)))({
      w: [T([1, 2]), T([3, 4])],
      b: T(5),
    });
    expectClose(g.w, [3, 4, 1, 2]);
    expectClose(g.b, T(10));
  });
  test('G95 hasAux passes anything through, without a graph', () => {
    const [g, aux] = grad((a: Tensor) => [sum(square(a)), { hidden: mul(a, 2), note: 'kept' }] as unknown as Tensor, {
      hasAux: true,
    })(x);
    expectClose(g, mul(x, 2));
    expect(aux.note).toBe('kept');
    expectClose(add(aux.hidden, 1), add(mul(x, 2), 1));
    const outputs = (a: Tensor) => [sum(mul(a, square(a))), { hidden: mul(a, 2) }] as unknown as Tensor;
    const auxOf = [
      grad(outputs, { hasAux: true })(x)[1],
      (valueAndGrad(outputs, { hasAux: true })(x)[0] as unknown as unknown[])[1],
      jacobian(outputs, { hasAux: true, mode: 'forward' })(x)[1],
      jacrev(outputs, { hasAux: true })(x)[1],
      hessian(outputs, { hasAux: true })(x)[1],
      jvp(outputs, [x], [x], { hasAux: true })[2],
    ];
    for (const kept of auxOf) expectClose(add((kept as { hidden: Tensor }).hidden, 1), add(mul(x, 2), 1));
    expect(() => grad((a: Tensor) => sum(a), { hasAux: true })(x)).toThrow(
      'grad: with hasAux the function must return [output, aux], got a',
    );
  });
  test('G96 valueAndGrad is [value, gradient]', () => {
    expectClose(valueAndGrad((a: Tensor): Tensor => sum(square(a)))(T([1, 2])), [5, 2, 4]);
  });
  test('G99 a function independent of its input has zero gradient, tangent, Hessian', () => {
    expectClose(grad((_a: Tensor): Tensor => T(3))(x), [0, 0, 0]);
    expectClose(jvp((_a: Tensor) => T([1, 2]), [x], [x])[1], [0, 0]);
    expectClose(vjp((_a: Tensor) => T([1, 2]), x)[1](T([1, 1])), [0, 0, 0]);
  });
  test('G100 nested: grad³ sin = −cos; grad and vjp compose', () => {
    expectClose(grad(grad(grad(sin as (a: Tensor) => Tensor<[]>)))(T(0.7)), T(-Math.cos(0.7)));
    const viaVjp = (a: Tensor): Tensor => vjp(scalar, a)[1](T(1))[0] as Tensor;
    expectClose(vjp(viaVjp, x)[1](T([1, 0, 0])), hessian(scalar)(x).at(0));
    expectClose(grad((a: Tensor): Tensor => sum(viaVjp(a)))(x), hessian(scalar)(x).sum(0));
  });
  test('G101 no perturbation confusion', () => {
    const f = (a: Tensor): Tensor => mul(a, grad((b: Tensor): Tensor => add(a, b))(T(1)));
    expectClose(grad(f)(T(1)), T(1));
    const g = (a: Tensor): Tensor => mul(a, jvp((b: Tensor) => mul(a, b), [T(1)], [T(1)])[1] as Tensor);
    expectClose(jvp(g, [T(3)], [T(1)])[1], T(6));
  });
  test('G102 a value that escaped raises by name, and later calls work', () => {
    let kept: Tensor | undefined;
    grad((a: Tensor): Tensor => {
      kept = mul(a, 2);
      return sum(kept);
    })(x);
    expect(() => add(kept!, 1)).toThrow(TracedValueError);
    expect(() => add(kept!, 1)).toThrow('add: a value of shape [3] from inside grad was used');
    expectClose(grad(scalar)(x), mul(exp(x), add(sin(x), cos(x))));
  });
  test('a function that throws leaves everything as it was', () => {
    expect(() =>
      grad((_a: Tensor): Tensor => {
        throw new RangeError('mine');
      })(x),
    ).toThrow(RangeError);
    expectClose(add(T(1), 1), T(2));
    expect(() => vmap(() => jit(() => grad((a: Tensor): Tensor => a.matmul(a.t().at(0)))(T(1)))())(x)).toThrow();
    expectClose(jvp(scalar, [x], [x])[0], scalar(x));
  });
  test('an async function is refused by every transform', async () => {
    const later = async (a: Tensor): Promise<Tensor> => a;
    for (const run of [
      () => grad(later as never)(x as never),
      () => jvp(later, [x], [x]),
      () => vmap(later)(x),
      () => jit(later)(x),
      () => trace(later)(x),
      () => linearize(later, x),
      () => jet(later, [x], [[x]]),
    ]) {
      expect(run).toThrow('the function is async; it returned a Promise');
    }
  });
  test('integers cannot be differentiated', () => {
    expect(() => grad((a: Tensor): Tensor => sum(a))(tensor([1, 2], { dtype: 'int32' }))).toThrow(
      'grad: cannot differentiate with respect to a int32 tensor',
    );
  });
  test('B39 stopGradient inside every transform: d(x·stop(x)) = x', () => {
    const f = (a: Tensor): Tensor => mul(a, stopGradient(a));
    expectClose(grad((a: Tensor): Tensor => sum(f(a)))(x), x);
    expectClose(jvp(f, [x], [T([1, 1, 1])])[1], x);
    expectClose(
      hessian((a: Tensor): Tensor => sum(f(a)))(x),
      T([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
    );
    expectClose(vmap(grad(f as (a: Tensor) => Tensor<[]>))(x), x);
  });
  test('B40 noGrad inside a transform cuts that part; outside it does not', () => {
    const inside = (a: Tensor): Tensor =>
      sum(
        mul(
          a,
          noGrad(() => mul(a, a)),
        ),
      );
    expectClose(grad(inside)(x), mul(x, x));
    expectClose(
      noGrad(() => grad(scalar)(x)),
      grad(scalar)(x),
    );
  });
});

describe('linear maps', () => {
  test('G98 jvp checks structure and shape of the tangents', () => {
    expect(() => jvp(scalar, [x], [T([1, 2])])).toThrow('jvp: the tangent has shape [2], expected [3].');
    expect(() => jvp(scalar, [x], [x, x])).toThrow('jvp: 1 primal need as many tangents, got 2.');
  });
  test('G103 linearize runs f once; its function equals jvp and can be transposed', () => {
    let calls = 0;
    const [y, df] = linearize((a: Tensor) => {
      calls++;
      return tanh(mul(a, a));
    }, x);
    expect(calls).toBe(1);
    for (const v of [T([1, 0, 0]), T([0.1, 0.2, 0.3])])
      expectClose(df(v), jvp((a: Tensor) => tanh(mul(a, a)), [x], [v])[1]);
    expect(calls).toBe(1);
    expectClose(y, tanh(mul(x, x)));
    expectClose(linearTranspose(df, x)(T([1, 2, 3]))[0], vjp((a: Tensor) => tanh(mul(a, a)), x)[1](T([1, 2, 3]))[0]);
  });
  test('G104 linearTranspose of a linear map; a nonlinear or affine one raises', () => {
    const A = T([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectClose(linearTranspose((a: Tensor) => matmul(A, a), x)(T([1, 1]))[0], [5, 7, 9]);
    expectClose(
      linearTranspose((a: Tensor) => matmul(A, a), { shape: [3], dtype: 'float64' })(T([1, 0]))[0],
      [1, 2, 3],
    );
    expect(() => linearTranspose((a: Tensor) => mul(a, a), x)).toThrow(NotDifferentiableError);
    expect(() => linearTranspose((a: Tensor) => add(a, 1), x)).toThrow('the function is not linear: add');
    expect(() => linearTranspose((a: Tensor) => sin(a), x)).toThrow('not linear: sin');
  });
});

describe('higher order', () => {
  test('G107 hessian over trees nests twice; G109 aux passes through', () => {
    const [H, aux] = hessian((a: Tensor) => [sum(mul(a, square(a))), 'aux'] as unknown as Tensor, { hasAux: true })(
      T([1, 2]),
    ) as unknown as [Tensor, unknown];
    expectClose(H, [6, 0, 0, 12]);
    expect(aux).toBe('aux');
  });
  test('G113 forward-over-reverse, reverse-over-forward, reverse-over-reverse, forward-over-forward agree', () => {
    const expected = jacfwd(jacrev(scalar))(x);
    for (const H of [jacrev(jacfwd(scalar)), jacrev(jacrev(scalar)), jacfwd(jacfwd(scalar)), jacobian(grad(scalar))])
      expectClose(H(x), expected);
  });
  test('G112 grad inside a requiresGrad computation is recorded; backward on a tracer is refused', () => {
    const leaf = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
    const g = grad((a: Tensor): Tensor => sum(mul(a, square(a))))(leaf);
    sum(g).backward();
    expectClose(leaf.grad, [6, 12]);
    expect(() =>
      grad((a: Tensor): Tensor => {
        sum(a).backward();
        return sum(a);
      })(x),
    ).toThrow();
  });
  test('J137 jet equals nested jvp to order four', () => {
    const f = (a: Tensor): Tensor => tanh(mul(exp(a), cos(a)));
    const along = (k: number): ((a: Tensor) => Tensor) =>
      k === 0 ? f : (a) => jvp(along(k - 1), [a], [T(1)])[1] as Tensor;
    const [y, series] = jet(f, [T(0.4)], [[T(1), T(0), T(0), T(0)]]);
    expectClose(y, f(T(0.4)));
    for (const [k, d] of series.entries()) expectClose(d, along(k + 1)(T(0.4)), 1e-10);
    const [, [first, second]] = jet(f, [T(0.4)], [[T(2), T(3)]]) as [Tensor, Tensor[]];
    expectClose(first, mul(along(1)(T(0.4)), 2));
    expectClose(second, add(mul(along(2)(T(0.4)), 4), mul(along(1)(T(0.4)), 3)));
  });
});

describe('vmap', () => {
  const batch = T([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  test('I121 axes: numbers, negative, null, trees; output axes', () => {
    const row = (a: Tensor): Tensor => mul(a, sum(a));
    expectClose(vmap(row)(batch), stack([0, 1, 2].map((i) => row(batch.at(i)))));
    expectClose(
      vmap(row, { inAxes: 1, outAxes: -1 })(batch),
      stack(
        [0, 1].map((i) => row(batch.at(':', i))),
        1,
      ),
    );
    expectClose(vmap(row, { inAxes: -1 })(batch), stack([0, 1].map((i) => row(batch.at(':', i)))));
    const two = (a: Tensor, p: { w: Tensor; b: Tensor }): Tensor => add(mul(a, p.w), p.b);
    expectClose(
      vmap(two, { inAxes: [0, { w: null, b: 0 }] })(batch, { w: T([1, 2]), b: T([10, 20, 30]) }),
      [11, 14, 23, 28, 35, 42],
    );
  });
  test('I122 inconsistent sizes, nothing to map, bad axes raise with the sizes', () => {
    expect(() => vmap((a: Tensor, b: Tensor) => add(a, b))(batch, T([1, 2]))).toThrow(
      'vmap: the mapped axes have different sizes: 3, 2.',
    );
    expect(() => vmap((a: Tensor) => a, { inAxes: null })(batch)).toThrow('nothing to map over');
    expect(() => vmap(() => T(1))()).toThrow('no arguments to map over');
    expect(() => vmap((a: Tensor) => a, { inAxes: 2 })(batch)).toThrow(
      'vmap: axis 2 is out of range for shape [3,2] of rank 2.',
    );
    expect(() => vmap((a: Tensor) => a, { inAxes: [0, 0] })(batch)).toThrow('does not fit the structure');
  });
  test('I123 per-sample gradients, vmap of vmap, of jacobians and hessians; grad of vmap', () => {
    const f = (a: Tensor): Tensor => sum(mul(sin(a), a));
    expectClose(vmap(grad(f))(batch), stack([0, 1, 2].map((i) => grad(f)(batch.at(i)))));
    expectClose(vmap(hessian(f))(batch), stack([0, 1, 2].map((i) => hessian(f)(batch.at(i)))));
    expectClose(grad((b: Tensor): Tensor => sum(vmap(f)(b)))(batch), vmap(grad(f))(batch));
    expectClose(vmap(vmap((a: Tensor) => mul(a, a)))(batch), mul(batch, batch));
    expectClose(
      vmap((a: Tensor) => vmap((b: Tensor) => mul(a, b))(T([1, 2])), { outAxes: 1 })(T([3, 4])),
      [3, 4, 6, 8],
    );
  });
  test('I124 reading a number inside raises with advice', () => {
    expect(() => vmap((a: Tensor) => (Number(a.item()) > 0 ? a : mul(a, 2)))(T([1, 2]))).toThrow(
      'branch with where or cond instead of reading it',
    );
    expect(() => vmap((a: Tensor) => a.at(a.greater(0)))(batch)).toThrow(TracedValueError);
  });
  test('I125 random values under vmap are the same for one key and different for one key an example', () => {
    const key = random.key(1);
    const same = vmap((a: Tensor) => add(mul(a, 0), random.normal(key, [])))(T([1, 2, 3]));
    expect(new Set(same.toArray() as number[]).size).toBe(1);
    const keys = stack(random.split(key, 3) as unknown as Tensor[]);
    const different = vmap((k: Tensor) => random.normal(k, []))(keys);
    expect(new Set(different.toArray() as number[]).size).toBe(3);
  });
  test('I127 chunks give the same result; I128 constant outputs are repeated', () => {
    const f = (a: Tensor): Tensor => mul(sin(a), sum(a));
    for (const chunkSize of [1, 2, 3, 7]) expectClose(vmap(f, { chunkSize })(batch), vmap(f)(batch));
    expectClose(vmap((_a: Tensor) => T(7))(batch), [7, 7, 7]);
    expectClose(vmap((_a: Tensor) => 7)(batch), [7, 7, 7]);
    expect(() => vmap(f, { chunkSize: 0 })).toThrow('vmap: chunkSize must be a positive integer, got 0.');
  });
});

describe('jit', () => {
  test('J133 value, gradient and Hessian of the compiled function are those of the function, in every order', () => {
    const f = (a: Tensor): Tensor => sum(mul(tanh(a), exp(a)));
    expectClose(jit(f)(x), f(x));
    expectClose(grad(jit(f))(x), grad(f)(x));
    expectClose(jit(grad(f))(x), grad(f)(x));
    expectClose(jit(hessian(jit(f)))(x), hessian(f)(x));
    expectClose(jit(vmap(jit(grad(f))))(stack([x, x])), [grad(f)(x), grad(f)(x)]);
  });
  test('traces once for each structure, shape, dtype and static value', () => {
    let traces = 0;
    const f = jit(
      (a: Tensor, n: number, p: { b: Tensor }) => {
        traces++;
        let y = a;
        for (let i = 0; i < n; i++) y = mul(y, p.b);
        return y;
      },
      { staticArgnums: 1 },
    );
    expectClose(f(T(2), 3, { b: T(3) }), T(54));
    expectClose(f(T(5), 3, { b: T(1) }), T(5));
    expect(traces).toBe(1);
    f(T(2), 2, { b: T(3) });
    f(tensor(2), 2, { b: T(3) });
    f(T([2]), 2, { b: T(3) });
    expect(traces).toBe(4);
  });
  test('reading a traced value names the line of the user and the alternatives', () => {
    expect(() => jit((a: Tensor) => (a.item() ? a : mul(a, 2)))(T(1))).toThrow(
      /item\(\): a value of shape \[\] inside jit has no numbers yet \(at .*composition\.test\.ts:\d+/,
    );
    expect(() => jit((a: Tensor) => (a.item() ? a : mul(a, 2)))(T(1))).toThrow('use cond, scan, whileLoop or where');
  });
  test('a jitted function that closes over a value of an enclosing transform is not cached past it', () => {
    const f = (a: Tensor): Tensor => jit((b: Tensor) => mul(a, b))(T(3));
    expectClose(grad(f)(T(2)), T(3));
    expectClose(grad(f)(T(5)), T(3));
    expectClose(grad(grad((a: Tensor): Tensor => mul(f(a), a)))(T(2)), T(6));
  });
});

test('where does not let the other branch in: sqrt at 0, log at −1', () => {
  expectClose(grad((a: Tensor): Tensor => sum(where(a.greater(0), a.sqrt(), 0)))(T([0, 4])), [0, 0.25]);
  expectClose(grad((a: Tensor): Tensor => sum(where(a.greater(0), a.log(), a)))(T([-1, 2])), [1, 0.5]);
});
