// Small promises of the public names: bool arithmetic as in NumPy, the dtype of a Jacobian, plain lists of positions, and
// a scan whose body has no y.
import { describe, expect, test } from 'vitest';
import {
  add,
  IndexError,
  jacobian,
  maximum,
  minimum,
  mul,
  ones,
  scan,
  type Tensor as T,
  take,
  tensor,
  vmap,
} from '../../src/index.ts';

const a = tensor([true, true, false, false]);
const b = tensor([true, false, true, false]);
const or = [true, true, true, false];
const and = [true, false, false, false];

describe('bool operands', () => {
  test('the sum and the maximum are "or", the product and the minimum "and", all bool', () => {
    for (const y of [add(a, b), maximum(a, b)]) expect([y.dtype, y.toArray()]).toEqual(['bool', or]);
    for (const y of [mul(a, b), minimum(a, b)]) expect([y.dtype, y.toArray()]).toEqual(['bool', and]);
  });

  test('JavaScript booleans count as bool, numbers do not', () => {
    expect(add(a, true).dtype).toBe('bool');
    expect(add(true, false).item()).toBe(true);
    expect(add(a, 1).toArray()).toEqual([2, 2, 1, 1]);
    expect(mul(a, tensor([1, 2, 3, 4])).toArray()).toEqual([1, 2, 0, 0]);
  });

  test('the same under vmap', () => {
    expect(vmap((x: T, y: T) => add(x, y))(a, b).toArray()).toEqual(or);
  });

  test('differences and quotients with remainder of bools stay refused', () => {
    expect(() => a.sub(b)).toThrow('sub: dtype bool is not accepted.');
  });
});

test('a Jacobian has the dtype of its input in either mode, as a gradient has', () => {
  const f = (x: T) => mul(x, tensor([1, 2], { dtype: 'float64' }));
  for (const mode of ['forward', 'reverse', 'auto'] as const) {
    const J = jacobian(f, { mode })(tensor([3, 4])) as T;
    expect([J.dtype, J.toArray()]).toEqual([
      'float32',
      [
        [1, 0],
        [0, 2],
      ],
    ]);
  }
});

test('take reads a plain list of positions, as NumPy does', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(take(x, [2, 0, -1], 1).toArray()).toEqual([
    [3, 1, 3],
    [6, 4, 6],
  ]);
  expect(take(x, [5, 0]).toArray()).toEqual([6, 1]);
  expect(x.take([], 0).shape).toEqual([0, 3]);
  expect(() => take(x, [3], 1)).toThrow(IndexError);
  expect(() => take(x, [0.5], 1)).toThrow('take: an index must be an integer, got 0.5.');
});

test('scan gives null for a body without y, with xs or a length alike', () => {
  const plus = (c: T, x: T) => [c.add(x), null];
  expect(scan(plus, tensor(0), ones([3]))[1]).toBeNull();
  expect(scan((c: T) => [c.add(1), undefined], tensor(0), null, { length: 2 })[1]).toBeNull();
  expect(scan((c: T, x: T) => [c.add(x), []], tensor(0), ones([3]))[1]).toEqual([]);
});
