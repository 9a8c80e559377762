// The options of eye, arange and linspace come last, whichever of the numbers before them are left out.
import { expect, test } from 'vitest';
import { arange, eye, linspace, type Tensor } from '../../src/index.ts';

const summary = (x: Tensor) => [x.dtype, x.toArray()];

test('options in the place of numbers that are left out', () => {
  expect(summary(eye(2, { dtype: 'float64' }))).toEqual(summary(eye(2, 2, { dtype: 'float64' })));
  expect(eye(2, { requiresGrad: true }).requiresGrad).toBe(true);
  expect(summary(arange(3, { dtype: 'float64' }))).toEqual(['float64', [0, 1, 2]]);
  expect(summary(arange(1, 3, { dtype: 'float32' }))).toEqual(['float32', [1, 2]]);
  expect(summary(arange(3, undefined, 2, { dtype: 'float32' }))).toEqual(['float32', [0, 2]]);
  expect(summary(linspace(0, 49, { dtype: 'float64' }))).toEqual(['float64', arange(50).toArray()]);
});

test('nothing may follow them, and they must be an object', () => {
  const wrong = arange as (...args: unknown[]) => Tensor;
  expect(() => wrong(0, { dtype: 'float64' }, 2)).toThrow('arange: nothing may follow the options, got a number.');
  expect(() => wrong(3, [4])).toThrow('arange: the options must be an object, got an array.');
  expect(() => wrong(3, null)).toThrow('arange: start 3, stop null and step 1 must be finite');
});
