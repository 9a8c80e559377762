import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { tensor } from '../../src/index.ts';

test('console.log shows a tensor as String does', () => {
  expect(inspect(tensor([1, 2]))).toBe('tensor([1., 2.])');
  expect(inspect({ w: tensor(3) })).toBe('{ w: tensor(3.) }');
});
