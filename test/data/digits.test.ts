// The digits that ship with the package and MNIST are what their publishers describe.
import { expect, test } from 'vitest';
import { digits } from '../../src/data/index.ts';
import { mnist } from '../../src/data/node/index.ts';
import { oneHot } from '../../src/index.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

const counts = (labels: Tensor) => oneHot(labels, 10).to('int32').sum(0).toArray();

test('1,797 digits of 8×8 pixels ship with the package', () => {
  const { images, labels } = digits();
  expect([images.shape, images.dtype, labels.shape, labels.dtype]).toEqual([[1797, 8, 8], 'float32', [1797], 'int32']);
  // Class counts: table of the UCI repository. First image: the first line of scikit-learn's digits.csv.
  expect(counts(labels)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  expect(images.at(0).mul(16).toArray()).toEqual([
    [0, 0, 5, 13, 9, 1, 0, 0],
    [0, 0, 13, 15, 10, 15, 5, 0],
    [0, 3, 15, 2, 0, 11, 8, 0],
    [0, 4, 12, 0, 0, 8, 8, 0],
    [0, 5, 8, 0, 0, 9, 8, 0],
    [0, 4, 11, 0, 1, 12, 7, 0],
    [0, 2, 14, 5, 10, 12, 0, 0],
    [0, 0, 6, 13, 10, 0, 0, 0],
  ]);
  expect(labels.at([0, 10]).toArray()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('MNIST has 60,000 digits to learn from and 10,000 to test with', () => {
  const { train, test } = mnist()!;
  expect([train.images.shape, test.images.shape]).toEqual([
    [60000, 28, 28],
    [10000, 28, 28],
  ]);
  // Class counts as published with the data.
  expect(counts(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(counts(test.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  const first = test.images.at(0);
  expect([first.min().item(), first.max().item()]).toEqual([0, 1]);
});
