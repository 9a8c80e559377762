// Loops and branches as operations: every derivative must equal that of the same loop written out.
import { describe, expect, test } from 'vitest';
import {
  add,
  cond,
  exp,
  foriLoop,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  less,
  mul,
  NotDifferentiableError,
  ShapeError,
  scan,
  sqrt,
  stack,
  sub,
  sum,
  switchCase,
  type Tensor,
  trace,
  vmap,
  whileLoop,
} from '../../src/index.ts';
import { expectClose, T } from './numbers.ts';

const w = T([0.3, -0.7]);
const c0 = T([1, 0.5]);
const xs = T([
  [1, 2],
  [0.5, -1],
  [0.2, 0.3],
]);

const step = (weight: Tensor, c: Tensor, x: Tensor): Tensor => add(mul(exp(mul(weight, c)), x), mul(c, c));
type Loop = (weight: Tensor, c: Tensor, steps: Tensor) => [Tensor, Tensor];
const scanned: Loop = (weight, c, steps) =>
  scan(
    (state: Tensor, x: Tensor) => {
      const next = step(weight, state, x);
      return [next, mul(next, x)];
    },
    c,
    steps,
  ) as [Tensor, Tensor];
const unrolled: Loop = (weight, c, steps) => {
  const ys: Tensor[] = [];
  let state = c;
  for (let i = 0; i < 3; i++) {
    state = step(weight, state, steps.at(i));
    ys.push(mul(state, steps.at(i)));
  }
  return [state, stack(ys)];
};
const loss =
  (loop: Loop) =>
  (weight: Tensor, c: Tensor, steps: Tensor): Tensor => {
    const [last, ys] = loop(weight, c, steps);
    return add(sum(mul(last, last)), sum(exp(mul(ys, 0.1))));
  };

describe('scan', () => {
  for (const argnums of [0, 1, 2]) {
    const name = ['closed-over weight', 'initial carry', 'xs'][argnums];
    test(`J134 gradient and Hessian with respect to the ${name} equal the unrolled loop's`, () => {
      expectClose(grad(loss(scanned), { argnums })(w, c0, xs), grad(loss(unrolled), { argnums })(w, c0, xs));
      const expected = hessian(loss(unrolled), { argnums })(w, c0, xs);
      expectClose(hessian(loss(scanned), { argnums })(w, c0, xs), expected);
      expectClose(jacrev(jacrev(loss(scanned), { argnums }), { argnums })(w, c0, xs), expected);
    });
  }
  test('third derivative', () => {
    expectClose(jacfwd(hessian(loss(scanned)))(w, c0, xs), jacfwd(hessian(loss(unrolled)))(w, c0, xs));
  });
  test('vmap over the carry, alone and around and inside the gradient', () => {
    const batch = stack([c0, w]);
    const inAxes = [null, 0, null];
    expectClose(vmap(loss(scanned), { inAxes })(w, batch, xs), [loss(unrolled)(w, c0, xs), loss(unrolled)(w, w, xs)]);
    expectClose(vmap(grad(loss(scanned)), { inAxes })(w, batch, xs), [
      grad(loss(unrolled))(w, c0, xs),
      grad(loss(unrolled))(w, w, xs),
    ]);
    const both = (weight: Tensor): Tensor => add(loss(unrolled)(weight, c0, xs), loss(unrolled)(weight, w, xs));
    expectClose(grad((weight: Tensor) => sum(vmap(loss(scanned), { inAxes })(weight, batch, xs)))(w), grad(both)(w));
  });
  test('a scan inside a scan', () => {
    const inner = (start: Tensor, weight: Tensor): Tensor =>
      scan((d: Tensor, y: Tensor) => [mul(d, exp(mul(y, weight))), null], start, xs)[0] as Tensor;
    const nested = (weight: Tensor): Tensor =>
      sum(scan((c: Tensor, x: Tensor) => [inner(add(c, x), weight), null], c0, xs)[0] as Tensor);
    const plain = (weight: Tensor): Tensor => {
      let c = c0;
      for (let i = 0; i < 3; i++) {
        c = add(c, xs.at(i));
        for (let j = 0; j < 3; j++) c = mul(c, exp(mul(xs.at(j), weight)));
      }
      return sum(c);
    };
    expectClose(hessian(nested)(w), hessian(plain)(w));
  });
  test('reverse, length without xs, integer carries, trees', () => {
    const backwards = scan((c: Tensor, x: Tensor) => [add(mul(c, 2), x), c], T([0, 0]), xs, { reverse: true });
    expectClose(backwards[0], T([1 + 2 * 0.5 + 4 * 0.2, 2 - 2 + 4 * 0.3]));
    const counted = (x: Tensor): Tensor => {
      const [{ value }] = scan(
        ({ value, i }: { value: Tensor; i: Tensor }) => [{ value: mul(value, x), i: add(i, 1) }, i],
        { value: x, i: xs.at(0, 0).to('int32') },
        null,
        { length: 3 },
      ) as [{ value: Tensor }, Tensor];
      return value;
    };
    expectClose(grad(counted)(T(2)), T(32));
    expectClose(grad(grad(counted))(T(2)), T(48));
  });
  test('a carry that changes its type is refused', () => {
    expect(() => scan((c: Tensor, x: Tensor) => [stack([c, x]), null], c0, xs)).toThrow(ShapeError);
    expect(() => scan((c: Tensor) => [c, null], c0, [xs, w])).toThrow('scan: xs have different lengths: 3, 2.');
  });
  test('prints as one equation with its body', () => {
    expect(String(trace(scanned)(w, c0, xs))).toContain('= scan a b c {body: {');
  });
});

describe('loops', () => {
  test('J134 foriLoop has the derivatives of the written-out loop', () => {
    const looped = (x: Tensor): Tensor =>
      sum(foriLoop(0, 4, (_i: Tensor, v: Tensor) => mul(v, add(v, 1)), x) as Tensor);
    const written = (x: Tensor): Tensor => {
      let v = x;
      for (let i = 0; i < 4; i++) v = mul(v, add(v, 1));
      return sum(v);
    };
    expectClose(grad(looped)(w), grad(written)(w));
    expectClose(hessian(looped)(w), hessian(written)(w));
  });
  const grow = (x: Tensor): Tensor =>
    whileLoop(
      (v: Tensor) => less(sum(v), 10),
      (v: Tensor) => mul(v, exp(mul(v, 0.1))),
      x,
    ) as Tensor;
  const growPlain = (x: Tensor): Tensor => {
    let v = x;
    while (Number(sum(v).item()) < 10) v = mul(v, exp(mul(v, 0.1)));
    return v;
  };
  test('J135 whileLoop differentiates forwards, to second order, and runs under vmap until all are done', () => {
    const [, dy] = jvp(grow, [c0], [w]);
    const h = 1e-6;
    expectClose(dy, mul(sub(grow(add(c0, mul(w, h))), grow(sub(c0, mul(w, h)))), 0.5 / h), 1e-7);
    expectClose(jacfwd(jacfwd(grow))(c0), jacfwd(jacfwd(growPlain))(c0));
    expectClose(vmap(grow)(stack([c0, mul(c0, 3)])), [growPlain(c0), growPlain(mul(c0, 3))]);
  });
  test('J135 reverse mode through an unbounded loop throws with advice; an ordinary loop just works', () => {
    expect(() => grad((x: Tensor) => sum(grow(x)))(c0)).toThrow(NotDifferentiableError);
    expect(() => grad((x: Tensor) => sum(grow(x)))(c0)).toThrow('use scan or foriLoop');
    expectClose(grad((x: Tensor) => sum(growPlain(x)))(c0), jacfwd((x: Tensor) => sum(grow(x)))(c0));
  });
});

test('a while test that is a JavaScript true would never end and is refused', () => {
  expect(() =>
    whileLoop(
      () => true,
      (v: Tensor) => mul(v, 2),
      c0,
    ),
  ).toThrow('whileLoop: the test does not depend on the carry');
  expectClose(
    whileLoop(
      () => false,
      (v: Tensor) => mul(v, 2),
      c0,
    ),
    c0,
  );
});

describe('branches', () => {
  const safe = (x: Tensor): Tensor =>
    cond(
      less(x, 1e-3),
      (v: Tensor) => mul(v, 0.001),
      (v: Tensor) => sqrt(v),
      x,
    ) as Tensor;
  test('J136 only the taken branch contributes, eagerly and compiled', () => {
    expectClose(grad(safe)(T(4)), T(0.25));
    expectClose(jit(grad(safe))(T(4)), T(0.25));
    expectClose(jit(grad(safe))(T(0)), T(0.001));
    expectClose(jit(hessian((x: Tensor) => safe(mul(x, x))))(T(2)), T(0));
  });
  test('J136 under vmap the NaN of the other branch does not leak into values or gradients', () => {
    const x = T([0, 4, -1]);
    expectClose(vmap(safe)(x), T([0, 2, -0.001]));
    expectClose(grad((v: Tensor) => sum(vmap(safe)(v)))(x), T([0.001, 0.25, 0.001]));
    expectClose(vmap(grad(safe))(x), T([0.001, 0.25, 0.001]));
    expectClose(vmap(grad(safe))(T([0, -1])), T([0.001, 0.001]));
  });
  test('switch clamps its index and differentiates the chosen branch', () => {
    const f = (i: Tensor, x: Tensor): Tensor =>
      switchCase(i, [(v: Tensor) => mul(v, 2), (v: Tensor) => mul(v, v), (v: Tensor) => add(v, 100)], x) as Tensor;
    const i = T([0, 1, 2, 7, -1]).to('int32');
    expectClose(vmap(f, { inAxes: [0, null] })(i, T(3)), T([6, 9, 103, 103, 6]));
    expectClose(vmap(grad(f, { argnums: 1 }), { inAxes: [0, null] })(i, T(3)), T([2, 6, 1, 1, 2]));
  });
  test('branches of different types are refused while tracing', () => {
    expect(() =>
      jit((x: Tensor) =>
        cond(
          less(x, 0),
          (v: Tensor) => v,
          (v: Tensor) => stack([v, v]),
          x,
        ),
      )(T(1)),
    ).toThrow('branches return different types');
  });
});
