// What happens where an index names an element twice.
import { grad, mul, type Tensor, tensor } from '../../src/index.ts';
import { addAt, at, withAt } from '../../src/ops/at.ts';
import { gather } from '../../src/ops/indexing.ts';
import { sum } from '../../src/ops/reduction.ts';
import { scatter, scatterAdd } from '../../src/ops/scatter.ts';
import type { Convention } from './convention-table.ts';

const point = (values: readonly number[]): Tensor => tensor([...values], { dtype: 'float64' });
const positions = (values: readonly number[]): Tensor => tensor([...values], { dtype: 'int32' });
/** The sum with weights 1, 2, 3, …, which tells the entries of a result apart. */
const weighted = (y: Tensor): Tensor => sum(mul(y, point(Array.from({ length: y.size }, (_, i) => i + 1))));
const gradient = (f: (x: Tensor) => Tensor, x: readonly number[]): number[] =>
  Array.from((grad(f)(point(x)) as Tensor).toTypedArray());

function expectEqual(actual: readonly number[], expected: readonly number[]): void {
  if (actual.length !== expected.length || actual.some((v, i) => v !== expected[i])) {
    throw new Error(`[${actual}] is not [${expected}]`);
  }
}

export const rows: readonly Convention[] = [
  {
    behaviour: 182,
    at: 'an index that names an element twice, in at and gather',
    ours: 'the cotangents add up',
    why: 'each copy is a function of the same element',
    check: () => {
      expectEqual(
        gradient((x) => weighted(at(x, positions([2, 0, 2, -1]))), [5, 6, 7]),
        [2, 0, 8],
      );
      expectEqual(
        gradient((x) => weighted(gather(x, positions([1, 1]), 0)), [5, 6]),
        [0, 3],
      );
    },
  },
  {
    behaviour: 182,
    at: 'addAt and scatterAdd with duplicates',
    ours: 'the values add up, and each gets the cotangent',
    why: 'the sum of all of them is stored',
    check: () => {
      const twice = positions([1, 1]);
      const zero = point([0, 0]);
      expectEqual(Array.from(addAt(zero, [twice], point([3, 4])).toTypedArray()), [0, 7]);
      expectEqual(
        gradient((v) => weighted(addAt(zero, [twice], v)), [3, 4]),
        [2, 2],
      );
      expectEqual(
        gradient((v) => weighted(scatterAdd(zero, twice, v, 0)), [3, 4]),
        [2, 2],
      );
    },
  },
  {
    behaviour: 183,
    at: 'scatter and with (overwriting), duplicates',
    ours: 'the last one stays and only it gets the cotangent',
    why: 'the derivative of the value that was stored; PyTorch sends the cotangent to every duplicate',
    check: () => {
      const twice = positions([1, 1]);
      const zero = point([0, 0]);
      expectEqual(Array.from(scatter(zero, twice, point([3, 4]), 0).toTypedArray()), [0, 4]);
      expectEqual(
        gradient((v) => weighted(scatter(zero, twice, v, 0)), [3, 4]),
        [0, 2],
      );
      expectEqual(
        gradient((v) => weighted(withAt(zero, [twice], v)), [3, 4]),
        [0, 2],
      );
    },
  },
];
