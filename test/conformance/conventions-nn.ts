// What happens where elements of a pooling window tie, and at a masked row of attention.
import { grad, mul, nn, sum, type Tensor, tensor } from '../../src/index.ts';
import type { Convention } from './convention-table.ts';

const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray());

function expectEqual(actual: readonly number[], expected: readonly number[]): void {
  if (actual.length !== expected.length || actual.some((v, i) => v !== expected[i])) {
    throw new Error(`[${actual}] is not [${expected}]`);
  }
}

export const rows: readonly Convention[] = [
  {
    behaviour: 155,
    at: 'maxPool1d and maxPool2d with equal elements in a window',
    ours: 'all to the first of them',
    why: 'the window selects one element, as its index says; a subgradient, and what PyTorch and JAX do',
    check: () => {
      const line = tensor([[[2, 2, 1, 3, 3]]], { dtype: 'float64' });
      const weights = tensor([[[1, 10]]], { dtype: 'float64' });
      const pooled = (x: Tensor): Tensor => sum(mul(nn.maxPool1d(x, 2), weights));
      expectEqual(numbers(grad(pooled)(line)), [1, 0, 0, 10, 0]);
      const square = tensor(
        [
          [
            [
              [5, 5],
              [5, 5],
            ],
          ],
        ],
        { dtype: 'float64' },
      );
      expectEqual(numbers(grad((x: Tensor): Tensor => sum(nn.maxPool2d(x, 2)))(square)), [1, 0, 0, 0]);
    },
  },
  {
    behaviour: 0,
    at: 'attention of a query whose mask leaves out every key',
    ours: 'value 0, gradient 0',
    why: 'the empty average adds nothing; softmax of a row of −∞ is 0 here',
    check: () => {
      const x = tensor([[1, 2]], { dtype: 'float64' });
      const mask = tensor([[false]]);
      const attended = (q: Tensor): Tensor => sum(nn.attention(q, x, x, { mask }));
      expectEqual([Number(attended(x).item()), ...numbers(grad(attended)(x))], [0, 0, 0]);
    },
  },
];
