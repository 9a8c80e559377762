// Printing agrees with PyTorch. fixtures/print.json was written by PyTorch 2.15 through scripts/reference/print.py:
// elements and line breaks are PyTorch's, the words are ours. The table below shows the forms to the reader.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/tensor/dtype.ts';
import { formatTensor, type Printable, type PrintSuffix } from '../../src/tensor/print.ts';

function printable(shape: readonly number[], dtype: DType, values: readonly number[]): Printable {
  return { shape, dtype, at: (i) => values[i]! };
}

const forms: [text: string, shape: number[], dtype: DType, values: number[], suffix?: PrintSuffix][] = [
  ['tensor([[1., 2.],\n        [3., 4.]])', [2, 2], 'float32', [1, 2, 3, 4]],
  ['tensor([1.0000, 2.5000])', [2], 'float32', [1, 2.5]],
  ['tensor(3.1416, dtype=float64)', [], 'float64', [Math.PI]],
  ['tensor(3.1416)', [], 'float64', [Math.PI], { defaultDtype: 'float64' }],
  ['tensor([1.0000e+00, 1.0000e+10])', [2], 'float32', [1, 1e10]],
  ['tensor([ 1, 10], dtype=int32)', [2], 'int32', [1, 10]],
  ['tensor([ true, false])', [2], 'bool', [1, 0]],
  ['tensor([nan, inf, -inf, 1.])', [4], 'float32', [Number.NaN, Infinity, -Infinity, 1]],
  ['tensor(-0.)', [], 'float32', [-0]],
  ['tensor([])', [0], 'float32', []],
  ['tensor([], shape=[0, 3])', [0, 3], 'float32', []],
  ['tensor([], dtype=bool)', [0], 'bool', []],
  ['tensor([0.0312, 1.0000])', [2], 'float32', [1 / 32, 1]],
  ['tensor([1., 2.], requiresGrad=true)', [2], 'float32', [1, 2], { requiresGrad: true }],
  ['tensor(2., gradFn=<matmul>)', [], 'float32', [2], { requiresGrad: true, gradFn: 'matmul' }],
];

test.each(forms)('%s', (text, shape, dtype, values, suffix) => {
  expect(formatTensor(printable(shape, dtype, values), suffix)).toBe(text);
});

interface Case {
  shape: number[];
  dtype: DType;
  /** Numbers as text, so that JSON can carry nan, inf and -0; or the name of a sequence. */
  values: string[] | 'index' | 'eighths';
  suffix: PrintSuffix;
  text: string;
}

const fixture = JSON.parse(readFileSync(new URL('./fixtures/print.json', import.meta.url), 'utf8')) as {
  source: string;
  cases: Case[];
};

function element(values: Case['values'], i: number): number {
  if (values === 'index') return i;
  return values === 'eighths' ? ((i * 37) % 101) / 8 - 6 : Number(values[i]);
}

describe(`the text is that of ${fixture.source}`, () => {
  test.each(fixture.cases)('$dtype $shape: $text', ({ shape, dtype, values, suffix, text }) => {
    expect(formatTensor({ shape, dtype, at: (i) => element(values, i) }, suffix)).toBe(text);
  });
});

test('a large tensor is read only where it is printed', () => {
  let reads = 0;
  const at = (i: number) => {
    reads++;
    return i;
  };
  expect(formatTensor({ shape: [1000, 1000], dtype: 'int32', at })).toContain('...');
  expect(reads).toBe(72);
});
