// Whether a pattern that a user gave has all entries of a Jacobian. Compressed products cannot tell: an entry that the pattern
// lacks is added to another one of its colour. One product with a vector that has no pattern can: S v differs from J v.
import { ArgumentError } from '../errors.ts';
import { allocate, type DType, type FloatDType } from '../tensor/dtype.ts';
import { type DenseTensor, dense } from '../tensor/tensor.ts';
import type { Pattern } from './pattern.ts';

/** n numbers from 0.5 to 1.5 in no order, the same ones always. */
export function probe(n: number, dtype: DType): DenseTensor {
  const storage = allocate(dtype, n);
  for (let i = 0; i < n; i++) {
    let h = Math.imul(i + 1, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    storage[i] = 0.5 + ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
  }
  return dense(dtype, [n], storage);
}

/** The rounding errors of a row, as a share of its terms, and of those of the largest row. */
const relative = { float32: 1e-3, float64: 1e-8 };
const absolute = { float32: 1e-5, float64: 1e-13 };

/** Throws unless the matrix with `values` at the places of `pattern`, or `transposed` its transpose, takes `by` to `product`. */
export function checkPattern(
  pattern: Pattern,
  values: DenseTensor,
  by: DenseTensor,
  product: DenseTensor,
  transposed: boolean,
): void {
  const [m, n] = pattern.shape;
  const { indptr, indices } = pattern;
  const [entries, v, y] = [values.values(), by.values(), product.values()];
  const size = transposed ? n : m;
  const [sums, scales] = [new Float64Array(size), new Float64Array(size)];
  let largest = 0;
  for (let i = 0; i < m; i++) {
    for (let k = indptr[i]!; k < indptr[i + 1]!; k++) {
      const [to, from] = transposed ? [indices[k]!, i] : [i, indices[k]!];
      const term = entries[k]! * v[from]!;
      sums[to]! += term;
      scales[to]! += Math.abs(term);
    }
  }
  for (let i = 0; i < size; i++) {
    const scale = Math.max(scales[i]!, Math.abs(y[i]!));
    if (scale > largest && Number.isFinite(scale)) largest = scale;
  }
  const dtype = values.dtype as FloatDType;
  const [share, noise] = [relative[dtype], absolute[dtype] * largest];
  for (let i = 0; i < size; i++) {
    if (Math.abs(sums[i]! - y[i]!) <= share * Math.max(scales[i]!, Math.abs(y[i]!)) + noise) continue;
    if (!Number.isFinite(sums[i]!) || !Number.isFinite(y[i]!)) continue; // shows in the entries
    throw new ArgumentError(
      `pattern: the Jacobian has entries in ${transposed ? 'column' : 'row'} ${i} that the pattern lacks.`,
      'add them, or leave the pattern out: it is then found in the function',
    );
  }
}
