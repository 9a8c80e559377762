// A boolean argument steers JavaScript's `if`, which takes any object for true: transforms that trace hand it on as it is.
import { expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';

const { checkpoint, cond, grad, jit, structured, tensor, vmap, where } = nabla;
type Flagged = (x: nabla.Tensor, training: boolean) => nabla.Tensor;
const f: Flagged = (x, training) => (training ? x.mul(2) : x.mul(3));
const x = tensor([1, 2]);

test.each<[string, Flagged]>([
  ['jit', jit(f)],
  ['vmap', vmap(f, { inAxes: [0, null] }) as Flagged],
  ['checkpoint', checkpoint(f) as Flagged],
  ['a branch under jit', jit((v, training) => cond(v.sum().greater(0), f, (u) => u, v, training) as nabla.Tensor)],
  [
    'a tree under jit',
    (v, training) => jit((u: nabla.Tensor, o: { training: boolean }) => f(u, o.training))(v, { training }),
  ],
])('%s branches on a boolean argument, call after call', (_, g) => {
  for (const training of [true, false, false, true, false, true, true]) {
    expect(g(x, training).toArray()).toEqual(f(x, training).toArray());
  }
});

test('the derivative of a checkpointed function follows its boolean argument', () => {
  const g = grad((v: nabla.Tensor, training: boolean) => (checkpoint(f)(v, training) as nabla.Tensor).sum());
  for (const training of [true, false, true, false])
    expect(g(x, training).toArray()).toEqual(f(tensor([1, 1]), training).toArray());
});

test('a program for a boolean is not taken for a tensor that is true or false', () => {
  const g = jit((v: nabla.Tensor, b: nabla.Tensor | boolean) => where(b as nabla.Tensor, v, v.neg()));
  for (const b of [false, tensor(true), true, tensor(false), tensor(true), false]) {
    expect(g(x, b).toArray()).toEqual(((typeof b === 'boolean' ? b : b.item()) ? x : x.neg()).toArray());
  }
});

test('a prepared derivative refuses another boolean than the one it was made for', () => {
  const plan = structured.prepare(f, [x, false]);
  expect((plan.evaluate(x, false) as nabla.structured.StructuredMatrix).diag().toArray()).toEqual([3, 3]);
  expect(() => plan.evaluate(x, true)).toThrow('evaluate: argument 1 is true, the plan is for false.');
});
