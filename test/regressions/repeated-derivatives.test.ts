// A derivative that is called again and again is compiled at its third call: nothing about its result may change by that.
import { expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';

const { customVjp, grad, hessian, jacobian, log, mul, stopGradient, structured, tensor, where } = nabla;
const f64 = (data: nabla.Data): nabla.Tensor => tensor(data, { dtype: 'float64' });
const times = [1, 2, 3, 4, 5];
const x = f64([1, 2, 3]);

test.each([{ hasAux: true }, { mode: 'forward' as const }])('a structured Jacobian with %o stays one', (options) => {
  const f = (v: nabla.Tensor): unknown => ('hasAux' in options ? [v.pow(3), v.mul(2)] : v.pow(3));
  const J = jacobian(f as (v: nabla.Tensor) => nabla.Tensor, { ...options, structured: true });
  for (const _ of times) {
    const result = J(x) as unknown;
    const matrix = (Array.isArray(result) ? result[0] : result) as nabla.structured.StructuredMatrix;
    expect(matrix).toBeInstanceOf(structured.StructuredMatrix);
    expect(matrix.diag().toArray()).toEqual([3, 12, 27]);
  }
});

test('a gradient that equals a captured tensor is another tensor', () => {
  const w = f64([1, 2, 3]);
  const g = grad((v: nabla.Tensor) => v.mul(w).sum());
  for (const _ of times) {
    g(x).requiresGrad = true;
    expect(w.requiresGrad).toBe(false);
  }
});

const d = f64([0, 1, 2]);
const kept = d.greater(0);
test.each<[string, (v: nabla.Tensor) => nabla.Tensor]>([
  ['a captured -∞', (v) => where(kept, v.mul(log(d)), v)],
  ['a literal ∞', (v) => where(kept, v, v.div(0))],
  ['a captured zero under the line', (v) => where(kept, v.div(d), v)],
])('a branch that is not taken does not spoil the other: %s', (_, f) => {
  const expected = nabla.jacfwd(f, { chunkSize: 3 })(x).toArray();
  const [J, S] = [jacobian(f), jacobian(f, { structured: true })];
  const loss = (v: nabla.Tensor): nabla.Tensor => mul(f(v), v).sum();
  const curvature = hessian(loss, { chunkSize: 3 })(x).toArray();
  const [H, HS] = [hessian(loss), hessian(loss, { structured: true })];
  for (const _ of times) {
    expect(J(x).toArray()).toEqual(expected);
    expect(S(x).toDense().toArray()).toEqual(expected);
    expect(H(x).toArray()).toEqual(curvature);
    expect(HS(x).toDense().toArray()).toEqual(curvature);
  }
});

test.each<[string, (v: nabla.Tensor) => nabla.Tensor, number[][]]>([
  [
    'x ∘ stop(x)',
    (v) => v.mul(stopGradient(v)),
    [
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ],
  ],
  [
    'stop(x)',
    (v) => stopGradient(v),
    [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
  ],
  [
    'x · stop(Σx)',
    (v) => v.mul(stopGradient(v.sum())),
    [
      [6, 0, 0],
      [0, 6, 0],
      [0, 0, 6],
    ],
  ],
  [
    'x + x².detach()',
    (v) => v.add(v.square().detach()),
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  ],
])('what is stopped stays stopped in every way to a Jacobian: %s', (_, f, expected) => {
  const [J, S] = [jacobian(f), jacobian(f, { structured: true })];
  const loss = (v: nabla.Tensor): nabla.Tensor => f(v).square().sum();
  const [H, HS] = [hessian(loss), hessian(loss, { structured: true })];
  // With a stopped s, f = D x + c has the constant D and the loss the Hessian 2 DᵀD; D is diagonal here.
  const curvature = expected.map((row) => row.map((d) => 2 * d * d));
  for (const _ of times) {
    expect(J(x).toArray()).toEqual(expected);
    expect(S(x).toDense().toArray()).toEqual(expected);
    expect(H(x).toArray()).toEqual(curvature);
    expect(HS(x).toDense().toArray()).toEqual(curvature);
  }
  expect((structured.prepare(f, x).evaluate(x) as nabla.structured.StructuredMatrix).toDense().toArray()).toEqual(
    expected,
  );
});

test('a square Jacobian of a function with only a backward rule is taken by rows', () => {
  const f = customVjp(
    (v: nabla.Tensor) => v.square(),
    (v: nabla.Tensor) => [v.square(), v],
    (_: nabla.Tensor, gy: nabla.Tensor) => [gy.mul(7)],
  );
  const [J, S] = [jacobian(f), jacobian(f, { structured: true })];
  const seven = [
    [7, 0, 0],
    [0, 7, 0],
    [0, 0, 7],
  ];
  for (const _ of times) {
    expect(J(x).toArray()).toEqual(seven);
    expect(S(x).toDense().toArray()).toEqual(seven);
  }
  expect(() => jacobian(f, { mode: 'forward' })(x)).toThrow(nabla.NotDifferentiableError);
});
