// Indexing, shaping and products against the results of NumPy (scripts/reference/indexing.py), which are exact integers.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { add, arange, flip, reshape, swapaxes, Tensor, tensor } from '../../src/index.ts';
import * as arrangement from '../../src/ops/arrangement.ts';
import { addAt, at, withAt } from '../../src/ops/at.ts';
import * as diagonals from '../../src/ops/diagonals.ts';
import { einsum } from '../../src/ops/einsum.ts';
import type { IndexEntry } from '../../src/ops/index-plan.ts';
import * as partition from '../../src/ops/partition.ts';
import * as products from '../../src/ops/products.ts';
import * as repetition from '../../src/ops/repetition.ts';
import { unfold } from '../../src/ops/windows.ts';
import { sizeOf } from '../../src/tensor/layout.ts';

interface Values {
  readonly shape: number[];
  readonly values: number[];
}
type Entry =
  | number
  | ':'
  | '...'
  | null
  | { readonly range: [number | null, number | null] }
  | { readonly ints: number[]; readonly shape: number[] }
  | { readonly mask: number[]; readonly shape: number[] };
interface IndexingCase {
  readonly shape: number[];
  readonly index: Entry[];
  readonly at: Values;
  readonly valueShape: number[];
  readonly with: number[];
  readonly addAt: number[];
}
interface EinsumCase {
  readonly equation: string;
  readonly shapes: number[][];
  readonly out: Values;
}
interface Reference {
  readonly indexing: IndexingCase[];
  readonly einsum: EinsumCase[];
  readonly functions: { name: string; shapes: number[][]; args: unknown[]; out: Values[] }[];
}

const reference: Reference = JSON.parse(readFileSync(new URL('./fixtures/indexing.json', import.meta.url), 'utf8'));

const counted = (shape: number[]): Tensor => reshape(arange(sizeOf(shape), undefined, 1, { dtype: 'float64' }), shape);
const operandValues = (shape: number[], k: number): number[] =>
  Array.from({ length: sizeOf(shape) }, (_, i) => ((7 * i + 3 * k) % 11) - 5);
const operand = (shape: number[], k: number, shift = 0): Tensor =>
  tensor(
    Float64Array.from(operandValues(shape, k), (v) => v + shift),
    { shape },
  );

/** The same values as a view with other strides: read backwards along each axis, axes exchanged. */
function asView(x: Tensor): Tensor {
  if (x.ndim < 2) return x.ndim === 0 ? x : flip(add(flip(x), 0));
  return swapaxes(flip(add(swapaxes(flip(x), 0, -1), 0)), 0, -1);
}

function entryOf(entry: Entry): IndexEntry {
  if (typeof entry !== 'object' || entry === null) return entry;
  if ('range' in entry) return entry.range;
  if ('ints' in entry) return tensor(Int32Array.from(entry.ints), { shape: entry.shape });
  return tensor(Uint8Array.from(entry.mask), { shape: entry.shape, dtype: 'bool' });
}

function expectValues(y: Tensor, shape: readonly number[], values: readonly number[]): void {
  expect(y.shape).toEqual(shape);
  expect(Array.from(y.toTypedArray(), (v) => v + 0)).toEqual(values);
}

describe('at, with and addAt agree with NumPy on random indices', () => {
  test.each(reference.indexing.map((c) => [JSON.stringify([c.shape, c.index]), c] as const))('%s', (_, c) => {
    const index = c.index.map(entryOf);
    for (const x of [counted(c.shape), asView(counted(c.shape))]) {
      expectValues(at(x, ...index), c.at.shape, c.at.values);
      const v = operand(c.valueShape, 1, 100);
      expectValues(withAt(x, index, v), c.shape, c.with);
      expectValues(addAt(x, index, v), c.shape, c.addAt);
    }
  });
});

/** Whether a letter has the size 1 in one place and a larger one in another, which NumPy lets pass and einsum refuses. */
function stretchesLetters({ equation, shapes }: EinsumCase): boolean {
  const terms = equation.replace(/ /g, '').split('->')[0]!.split(',');
  const named = terms.flatMap((term, k) => {
    const [before, after = ''] = term.split('...') as [string, string?];
    const shape = shapes[k]!;
    return [
      ...[...before].map((letter, i) => [letter, shape[i]!] as const),
      ...[...after].map((letter, i) => [letter, shape[shape.length - after.length + i]!] as const),
    ];
  });
  return named.some(([letter, size]) => named.some(([other, n]) => other === letter && n !== size));
}

describe('einsum refuses to stretch a letter of size 1', () => {
  const cases = reference.einsum.filter(stretchesLetters);
  test.each(cases.map((c) => [`${c.equation} ${JSON.stringify(c.shapes)}`, c] as const))('%s', (_, c) => {
    expect(() => einsum(c.equation, ...c.shapes.map((shape, k) => operand(shape, k)))).toThrow(
      /index '[A-Za-z]' is (1 in one operand and \d|\d in one operand and 1) /,
    );
  });
});

describe('einsum agrees with NumPy on random equations', () => {
  const cases = reference.einsum.filter((c) => !stretchesLetters(c));
  test.each(cases.map((c) => [`${c.equation} ${JSON.stringify(c.shapes)}`, c] as const))('%s', (_, c) => {
    const x = c.shapes.map((shape, k) => operand(shape, k));
    expectValues(einsum(c.equation, ...x), c.out.shape, c.out.values);
    expectValues(einsum(c.equation, ...x.map(asView)), c.out.shape, c.out.values);
  });
});

type Named = (...args: never[]) => Tensor | Tensor[];
const functions: Record<string, Named> = {
  ...(products as unknown as Record<string, Named>),
  ...(partition as unknown as Record<string, Named>),
  ...(repetition as unknown as Record<string, Named>),
  ...(diagonals as unknown as Record<string, Named>),
  ...(arrangement as unknown as Record<string, Named>),
  unfold: unfold as unknown as Named,
};
const takesList = new Set(['blockDiag', 'meshgrid', 'vstack', 'hstack']);

describe('shaping functions and products agree with NumPy', () => {
  const rows = reference.functions.map((c) => [`${c.name} ${JSON.stringify([c.shapes, ...c.args])}`, c] as const);
  test.each(rows)('%s', (_, c) => {
    for (const layout of [(x: Tensor) => x, asView]) {
      const x = c.shapes.map((shape, k) => layout(operand(shape, k)));
      const f = functions[c.name]!;
      const args = (takesList.has(c.name) ? [x, ...c.args] : [...x, ...c.args]) as never[];
      const y = f(...args);
      const outs = y instanceof Tensor ? [y] : y;
      expect(outs.length).toBe(c.out.length);
      outs.forEach((v, i) => {
        expectValues(v, c.out[i]!.shape, c.out[i]!.values);
      });
    }
  });
});
