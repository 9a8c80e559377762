// The pattern of a sparse matrix: which entries may differ from zero, by rows (compressed sparse rows). Row i has the
// columns indices[indptr[i]] … indices[indptr[i + 1] - 1], ascending.
import { ArgumentError, IndexError, ShapeError } from '../errors.ts';
import { describe } from '../tensor/describe.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';

export interface Pattern {
  readonly shape: readonly [rows: number, columns: number];
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
}

/** The pattern of the transposed matrix, and where each of its entries stands in `pattern`. */
export function transposePattern(pattern: Pattern): { transposed: Pattern; places: Int32Array } {
  const [rows, columns] = pattern.shape;
  const { indptr, indices } = pattern;
  const starts = new Int32Array(columns + 1);
  for (const j of indices) starts[j + 1]!++;
  for (let j = 0; j < columns; j++) starts[j + 1]! += starts[j]!;
  const next = starts.slice(0, columns);
  const rowsOf = new Int32Array(indices.length);
  const places = new Int32Array(indices.length);
  for (let i = 0; i < rows; i++) {
    for (let k = indptr[i]!; k < indptr[i + 1]!; k++) {
      const at = next[indices[k]!]!++;
      rowsOf[at] = i;
      places[at] = k;
    }
  }
  return { transposed: { shape: [columns, rows], indptr: starts, indices: rowsOf }, places };
}

/** The row of every entry. */
export function rowIndices({ shape: [rows], indptr, indices }: Pattern): Int32Array {
  const out = new Int32Array(indices.length);
  for (let i = 0; i < rows; i++) out.fill(i, indptr[i]!, indptr[i + 1]!);
  return out;
}

/** Entries in `pattern` or in `other`, of the same shape. */
export function unitePatterns(a: Pattern, b: Pattern): Pattern {
  const rows = a.shape[0];
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(a.indices.length + b.indices.length);
  let k = 0;
  for (let i = 0; i < rows; i++) {
    let [p, q] = [a.indptr[i]!, b.indptr[i]!];
    const [pEnd, qEnd] = [a.indptr[i + 1]!, b.indptr[i + 1]!];
    while (p < pEnd || q < qEnd) {
      const left = p < pEnd ? a.indices[p]! : Number.POSITIVE_INFINITY;
      const right = q < qEnd ? b.indices[q]! : Number.POSITIVE_INFINITY;
      indices[k++] = Math.min(left, right);
      if (left <= right) p++;
      if (right <= left) q++;
    }
    indptr[i + 1] = k;
  }
  return { shape: a.shape, indptr, indices: indices.slice(0, k) };
}

/** The pattern of a symmetric matrix that has the entries of `pattern`. */
export function symmetrized(pattern: Pattern): Pattern {
  const { transposed } = transposePattern(pattern);
  return samePattern(pattern, transposed) ? pattern : unitePatterns(pattern, transposed);
}

export function samePattern(a: Pattern, b: Pattern): boolean {
  const equal = (x: Int32Array, y: Int32Array): boolean => x.length === y.length && x.every((v, i) => v === y[i]);
  return (
    a.shape[0] === b.shape[0] && a.shape[1] === b.shape[1] && equal(a.indptr, b.indptr) && equal(a.indices, b.indices)
  );
}

/** Throws unless every row has columns of the matrix in ascending order. */
export function checkPatternForm(op: string, { shape: [rows, columns], indptr, indices }: Pattern): void {
  const starts = indptr.length === rows + 1 && indptr[0] === 0 && indptr[rows] === indices.length;
  for (let i = 0; starts && i < rows; i++) {
    let last = -1;
    for (let k = indptr[i]!; k < indptr[i + 1]!; k++) {
      const j = indices[k]!;
      if (!(j > last && j < columns)) {
        throw new IndexError(
          `${op}: row ${i} of the pattern has column ${j} after ${last}; columns ascend below ${columns}.`,
          'structured.sparse sorts entries',
        );
      }
      last = j;
    }
  }
  if (!starts || indptr.some((v, i) => i > 0 && v < indptr[i - 1]!)) {
    throw new ShapeError(`${op}: indptr must have ${rows + 1} ascending entries from 0 to ${indices.length}.`);
  }
}

/** A pattern as a user writes it: [row, column] pairs, the two arrays of CSR, or a matrix that is not 0 (true) there. */
export type PatternInput =
  | readonly (readonly [row: number, column: number])[]
  | { readonly indptr: ArrayLike<number>; readonly indices: ArrayLike<number> }
  | Tensor;

/** A pattern and where each entry stands in it, in the order in which they were given. */
export interface Entries {
  readonly pattern: Pattern;
  readonly places: Int32Array<ArrayBuffer>;
}

/** Reads a user's pattern of a matrix of `shape`; throws for positions outside of it and for malformed arrays. */
export const readPattern = (op: string, input: PatternInput, shape: readonly [number, number]): Pattern =>
  readEntries(op, input, shape).pattern;

/** The same with the order of the entries, some of which may be given twice. */
export function readEntries(op: string, input: PatternInput, shape: readonly [number, number]): Entries {
  if (input instanceof Tensor) {
    const pattern = patternOfMatrix(op, input, shape);
    return { pattern, places: Int32Array.from(pattern.indices, (_, k) => k) };
  }
  if (Array.isArray(input)) return entriesOfPairs(op, input, shape);
  const { indptr, indices } = (input ?? {}) as { indptr?: ArrayLike<number>; indices?: ArrayLike<number> };
  if (indptr?.length === undefined || indices?.length === undefined) {
    throw new ArgumentError(
      `${op}: a pattern is a list of [row, column], { indptr, indices } or a boolean matrix, got ${describe(input)}.`,
    );
  }
  const [rows] = shape;
  const ascending = Array.from(indptr).every(
    (v, i) => Number.isInteger(v) && (i === 0 ? v === 0 : v >= indptr[i - 1]!),
  );
  if (indptr.length !== rows + 1 || !ascending || indptr[rows] !== indices.length) {
    throw new ShapeError(
      `${op}: indptr must have ${rows + 1} ascending entries from 0 to ${indices.length}, the number of indices.`,
      `the pattern belongs to a matrix of shape ${showShape(shape)}`,
    );
  }
  const pairs: [number, number][] = [];
  for (let i = 0; i < rows; i++) for (let k = indptr[i]!; k < indptr[i + 1]!; k++) pairs.push([i, indices[k]!]);
  return entriesOfPairs(op, pairs, shape);
}

function patternOfMatrix(op: string, matrix: Tensor, shape: readonly [number, number]): Pattern {
  if (matrix.ndim !== 2 || matrix.shape[0] !== shape[0] || matrix.shape[1] !== shape[1]) {
    throw new ShapeError(
      `${op}: the pattern has shape ${showShape(matrix.shape)}, expected ${showShape(shape)}.`,
      'rows are the elements of the output, columns those of the input, in row-major order',
    );
  }
  const values = matrix.concrete(op).values();
  const [rows, columns] = shape;
  const indptr = new Int32Array(rows + 1);
  const indices: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) if (values[i * columns + j] !== 0) indices.push(j);
    indptr[i + 1] = indices.length;
  }
  return { shape, indptr, indices: Int32Array.from(indices) };
}

function entriesOfPairs(op: string, pairs: readonly unknown[], shape: readonly [number, number]): Entries {
  const [rows, columns] = shape;
  // Row by row, the column and the order of every entry.
  const lists: [column: number, order: number][][] = Array.from({ length: rows }, () => []);
  pairs.forEach((pair, order) => {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(Number.isInteger)) {
      throw new ArgumentError(`${op}: a pattern's entries are pairs [row, column] of integers, got ${describe(pair)}.`);
    }
    const [i, j] = pair as [number, number];
    if (i < 0 || i >= rows || j < 0 || j >= columns) {
      throw new IndexError(`${op}: the pattern's entry [${i}, ${j}] is outside of shape ${showShape(shape)}.`);
    }
    lists[i]!.push([j, order]);
  });
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(pairs.length);
  const places = new Int32Array(pairs.length);
  let k = 0;
  lists.forEach((list, i) => {
    let last = -1;
    for (const [j, order] of list.sort(([a], [b]) => a - b)) {
      if (j !== last) indices[k++] = j;
      places[order] = k - 1;
      last = j;
    }
    indptr[i + 1] = k;
  });
  return { pattern: { shape, indptr, indices: indices.slice(0, k) }, places };
}
