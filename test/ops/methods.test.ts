import { expect, test } from 'vitest';
import { tensor } from '../../src/index.ts';

test('x.T and x.t() reverse the axes without a copy', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(x.T.toArray()).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  expect(x.t().shape).toEqual([3, 2]);
});
