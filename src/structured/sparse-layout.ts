// What depends on a sparse matrix's pattern alone, and is therefore computed once: where entries stand, as index tensors
// for the operations that move them, and how to factor it.
import { type DenseTensor, dense } from '../tensor/tensor.ts';
import { type Pattern, rowIndices, transposePattern, unitePatterns } from './pattern.ts';
import { type Analysis, analyse } from './sparse-lu.ts';

const indexTensor = (values: Int32Array): DenseTensor =>
  dense('int32', [values.length], values as Int32Array<ArrayBuffer>);

export class SparseLayout {
  readonly pattern: Pattern;
  private rowTensor: DenseTensor | undefined;
  private columnTensor: DenseTensor | undefined;
  private turned: { layout: SparseLayout; places: DenseTensor } | undefined;
  private analysed: Analysis | undefined;

  constructor(pattern: Pattern) {
    this.pattern = pattern;
  }

  /** The row of every entry. */
  get rows(): DenseTensor {
    this.rowTensor ??= indexTensor(rowIndices(this.pattern));
    return this.rowTensor;
  }

  /** The column of every entry. */
  get columns(): DenseTensor {
    this.columnTensor ??= indexTensor(this.pattern.indices);
    return this.columnTensor;
  }

  /** The layout of the transposed matrix, and where its entries stand here. */
  get transposed(): { layout: SparseLayout; places: DenseTensor } {
    if (!this.turned) {
      const { transposed, places } = transposePattern(this.pattern);
      this.turned = { layout: new SparseLayout(transposed), places: indexTensor(places) };
    }
    return this.turned;
  }

  get analysis(): Analysis {
    this.analysed ??= analyse(this.pattern);
    return this.analysed;
  }

  /** Where entry (i, i) stands, for every i; the number of entries where there is none. */
  get diagonal(): DenseTensor {
    const { indptr, indices } = this.pattern;
    const n = Math.min(...this.pattern.shape);
    const places = new Int32Array(n).fill(indices.length);
    for (let i = 0; i < n; i++) {
      for (let k = indptr[i]!; k < indptr[i + 1]!; k++) if (indices[k] === i) places[i] = k;
    }
    return indexTensor(places);
  }

  /** The row-major position of every entry in the full matrix. */
  get positions(): DenseTensor {
    const n = this.pattern.shape[1];
    const [rows, columns] = [this.rows.values(), this.columns.values()];
    return indexTensor(Int32Array.from(rows, (i, k) => i * n + columns[k]!));
  }

  /** A layout with the entries of both, and where those of this and of the other stand in it. */
  unite(other: SparseLayout): { layout: SparseLayout; mine: DenseTensor; theirs: DenseTensor } {
    const union = unitePatterns(this.pattern, other.pattern);
    return {
      layout: new SparseLayout(union),
      mine: indexTensor(placesIn(union, this.pattern)),
      theirs: indexTensor(placesIn(union, other.pattern)),
    };
  }
}

/** Where the entries of a part of a pattern stand in the whole. */
export function placesIn(whole: Pattern, part: Pattern): Int32Array {
  const places = new Int32Array(part.indices.length);
  for (let i = 0; i < part.shape[0]; i++) {
    let at = whole.indptr[i]!;
    for (let k = part.indptr[i]!; k < part.indptr[i + 1]!; k++) {
      while (whole.indices[at] !== part.indices[k]) at++;
      places[k] = at;
    }
  }
  return places;
}
