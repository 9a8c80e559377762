// A branch is chosen by an integer: a fraction or NaN is no index, and must not silently choose the branch below it.
import { expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';

const { switchCase, tensor } = nabla;
const branches = [(x: nabla.Tensor) => x, (x: nabla.Tensor) => x.mul(2)];

test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY])('switch refuses the index %s', (index) => {
  expect(() => switchCase(index, branches, tensor(3))).toThrow(`switch: an index must be an integer, got ${index}.`);
});

test('integers outside are clamped', () => {
  expect((switchCase(-3, branches, tensor(3)) as nabla.Tensor).item()).toBe(3);
  expect((switchCase(9, branches, tensor(3)) as nabla.Tensor).item()).toBe(6);
});
