// A message names the function that was called and the value that was given, not what stands behind them.
import { expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';

const { hessian, jacobian, jit, linalg, tensor, vmap } = nabla;
const loose = (f: unknown): ((...args: unknown[]) => unknown) => f as (...args: unknown[]) => unknown;
const cube = (v: nabla.Tensor): nabla.Tensor => v.pow(3);
const total = (v: nabla.Tensor): nabla.Tensor => v.pow(3).sum();
const x = tensor([1, 2, 3]);

test('hessian speaks of itself, not of the Jacobians behind it', () => {
  const integers = tensor([1, 2], { dtype: 'int32' });
  expect(() => loose(hessian(total))(integers)).toThrow('hessian: cannot differentiate with respect to a int32 tensor');
  expect(() => loose(hessian(total, { argnums: 3 }))(x)).toThrow('hessian: argnums 3 is out of range');
  expect(() => loose(hessian)(total, { chunkSize: 0 })).toThrow(
    'hessian: chunkSize must be a positive integer, got 0.',
  );
  expect(() => loose(hessian(total, { hasAux: true }))(x)).toThrow('hessian: with hasAux the function must return');
});

test('a structured matrix is not called a tensor where a tensor is expected', () => {
  const structured = jacobian(cube, { structured: true });
  expect(() => vmap(structured as unknown as typeof cube)(tensor([[1, 2]]))).toThrow('got a structured matrix.');
  expect(() => jit(structured as unknown as typeof cube)(x)).toThrow(
    'jit: expected a tensor or a number, got a structured matrix.',
  );
});

test('random estimates ask for the key that they need', () => {
  for (const options of [undefined, {}, { key: 3 }]) {
    expect(() => loose(linalg.hutchinsonTrace)(cube, x, options)).toThrow(
      'linalg.hutchinsonTrace: a random key is needed.',
    );
  }
});

test('one sample tells nothing of its error', () => {
  const { standardError } = linalg.hutchinsonTrace((v: nabla.Tensor) => v.mul(2), x, {
    key: nabla.random.key(0),
    samples: 1,
  });
  expect(standardError.item()).toBeNaN();
});
