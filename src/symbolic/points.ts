// Random points at which a formula is checked: small sizes that differ, and values that have the declared facts.

import { isNumeric } from '../calculus/size.ts';
import { tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Declared } from './declare.ts';

/** A small generator of its own (mulberry32), so that checks disturb nobody's random numbers and repeat. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Neither order of two sizes suits every function: X*X' may need a wide X, X'*X a tall one. */
const smallSizes = [
  [3, 2, 4, 5, 6, 7],
  [2, 4, 3, 5, 7, 6],
  [4, 3, 2, 6, 5, 7],
  [2, 3, 5, 4, 6, 7],
];

/** A value for every size name; sizes that an orthogonal matrix relates stay in order. */
export function drawSizes(declared: Iterable<Declared>, attempt = 0): Map<string, number> {
  const list = smallSizes[attempt % smallSizes.length]!;
  const values = new Map<string, number>();
  const tall: [string, string][] = [];
  for (const { sizes, facts } of declared) {
    for (const size of sizes) {
      if (!isNumeric(size) && !values.has(size)) values.set(size, list[values.size % list.length]!);
    }
    if (facts.has('orthogonal')) tall.push([sizes[0]!, sizes[1]!]);
  }
  for (const [rows, columns] of tall) {
    const [p, q] = [values.get(rows) ?? Number(rows), values.get(columns) ?? Number(columns)];
    if (p < q && values.has(rows) && values.has(columns)) {
      values.set(rows, q);
      values.set(columns, p);
    }
  }
  return values;
}

/** Entries where nothing is said about them, one kind after the other until a function has a value there: log(1-sum(x)). */
const kinds: readonly ((uniform: () => number, normal: () => number) => number)[] = [
  (_, normal) => normal(),
  (uniform) => 0.5 + 1.5 * uniform(),
  (uniform) => 0.02 + 0.1 * uniform(),
  (_, normal) => 0.1 * normal(),
  (uniform) => 3 + 9 * uniform(),
  (uniform) => -0.5 - 1.5 * uniform(),
];

/** A tensor of the declared shape and facts; every fourth attempt draws another kind of entries. */
export function drawValue(
  variable: Declared,
  sizes: ReadonlyMap<string, number>,
  random: () => number,
  attempt = 0,
): Tensor {
  const shape = variable.sizes.map((size) => (isNumeric(size) ? Number(size) : sizes.get(size)!));
  const count = shape.reduce((n, size) => n * size, 1);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kind = kinds[Math.floor(attempt / smallSizes.length) % kinds.length]!;
  let x = Array.from({ length: count }, () => kind(random, normal));
  const n = shape[0] ?? 1;
  const m = shape[1] ?? 1;
  const matrix = (entry: (i: number, j: number) => number): number[] =>
    Array.from({ length: n * m }, (_, k) => entry(Math.floor(k / m), k % m));
  for (const fact of variable.facts) {
    const given = x;
    switch (fact) {
      case 'positive':
        x = given.map(() => 0.5 + 1.5 * random());
        break;
      case 'small':
        x = given.map(() => (0.1 * normal()) / Math.max(1, n));
        break;
      case 'large':
        x = given.map(() => 10 + random());
        break;
      case 'symmetric':
        x = matrix((i, j) => (given[i * m + j]! + given[j * m + i]!) / 2);
        break;
      case 'spd':
        x = matrix((i, j) => {
          let dot = 0;
          for (let k = 0; k < m; k++) dot += given[i * m + k]! * given[j * m + k]!;
          return dot / n + (i === j ? 1 : 0);
        });
        break;
      case 'invertible':
      case 'posdet':
        // Close to 1.5 I: well conditioned, and the determinant is positive.
        x = matrix((i, j) => (0.3 * given[i * m + j]!) / n + (i === j ? 1.5 : 0));
        break;
      case 'orthogonal':
        x = orthonormalColumns(n, m, given);
        break;
      case 'pm1':
        x = given.map(() => (random() < 0.5 ? -1 : 1));
        break;
      case 'binary':
        x = given.map(() => (random() < 0.5 ? 0 : 1));
        break;
      case 'simplex': {
        const raw = given.map(() => 0.2 + random());
        const all = raw.reduce((a, b) => a + b, 0);
        x = raw.map((v) => v / all);
        break;
      }
      case 'onehot': {
        const hot = Math.floor(random() * n);
        x = given.map((_, k) => (k === hot ? 1 : 0));
        break;
      }
      case 'rowonehot': {
        const hot = Array.from({ length: n }, () => Math.floor(random() * m));
        x = matrix((i, j) => (hot[i] === j ? 1 : 0));
        break;
      }
      case 'ball': {
        const length = Math.hypot(...given);
        x = given.map((v) => (0.5 * v) / length);
        break;
      }
    }
  }
  return tensor(new Float64Array(x), { shape, dtype: 'float64' });
}

/** Gram–Schmidt on the columns of a row-major matrix. */
function orthonormalColumns(n: number, m: number, given: readonly number[]): number[] {
  const x = [...given];
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < j; k++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += x[i * m + j]! * x[i * m + k]!;
      for (let i = 0; i < n; i++) x[i * m + j]! -= dot * x[i * m + k]!;
    }
    let square = 0;
    for (let i = 0; i < n; i++) square += x[i * m + j]! ** 2;
    for (let i = 0; i < n; i++) x[i * m + j]! /= Math.sqrt(square);
  }
  return x;
}
