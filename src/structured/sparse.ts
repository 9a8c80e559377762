// A matrix most of whose entries are zero by its pattern, in compressed sparse rows: the derivative of gathers, stencils,
// bands and arrowheads. Its entries are one tensor, so all products are operations and can be differentiated again.
import { ShapeError } from '../errors.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { take } from '../ops/indexing.ts';
import { concat } from '../ops/joining.ts';
import { onlyTensor, type TensorLike } from '../ops/operands.ts';
import { radixArgsort } from '../ops/radix.ts';
import { reshapeTo } from '../ops/spread.ts';
import type { DType } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { dense, filled, type Tensor } from '../tensor/tensor.ts';
import { DeltaMatrix } from './delta.ts';
import { Diagonal } from './diagonal.ts';
import { type Facts, StructuredMatrix } from './matrix.ts';
import { checkPatternForm, type Pattern, type PatternInput, readEntries } from './pattern.ts';
import { places } from './scatter.ts';
import { SparseLayout } from './sparse-layout.ts';
import { addRowsAt, sparseLogdet, sparseSolve, sparseTimes } from './sparse-solve.ts';

/** The layouts of patterns in use, so that matrices of one plan share what was found out about it. */
const layouts = new WeakMap<Pattern, SparseLayout>();

function layoutOf(pattern: Pattern): SparseLayout {
  let layout = layouts.get(pattern);
  if (!layout) {
    layout = new SparseLayout(pattern);
    layouts.set(pattern, layout);
  }
  return layout;
}

const sound = new WeakSet<Pattern>();

function checkOnce(pattern: Pattern): void {
  if (sound.has(pattern)) return;
  checkPatternForm('Sparse', pattern);
  sound.add(pattern);
}

/** A sum that would have more stays a sum. */
const MOST_ENTRIES = 3e7;

export class Sparse extends StructuredMatrix {
  readonly kind = 'Sparse';
  /** The entries, row by row, [nnz]. */
  readonly values: Tensor;
  /** Which entries these are. */
  readonly pattern: Pattern;

  /** The matrix [m, n] of a map [...In] -> [...Out] with the given entries at the places of `pattern`. */
  constructor(
    values: Tensor,
    pattern: Pattern,
    outShape: readonly number[] = [pattern.shape[0]],
    inShape: readonly number[] = [pattern.shape[1]],
  ) {
    super(outShape, inShape, onlyTensor('Sparse', values).dtype);
    const [m, n] = pattern.shape;
    if (values.ndim !== 1 || values.size !== pattern.indices.length) {
      throw new ShapeError(
        `Sparse: values of shape ${showShape(values.shape)} for a pattern of ${pattern.indices.length} entries.`,
      );
    }
    if (sizeOf(outShape) !== m || sizeOf(inShape) !== n) {
      throw new ShapeError(`Sparse: a pattern of shape [${m},${n}] for the map ${this.arrow()}.`);
    }
    checkOnce(pattern);
    this.values = values;
    this.pattern = pattern;
  }

  /** Row i has the columns indices[indptr[i]] … indices[indptr[i + 1] - 1]. */
  get indptr(): Int32Array {
    return this.pattern.indptr;
  }

  get indices(): Int32Array {
    return this.pattern.indices;
  }

  override get isZero(): boolean {
    return this.indices.length === 0;
  }

  private get layout(): SparseLayout {
    return layoutOf(this.pattern);
  }

  times(columns: Tensor): Tensor {
    return sparseTimes(this.layout, this.values, columns, false);
  }

  transposeTimes(columns: Tensor): Tensor {
    return sparseTimes(this.layout, this.values, columns, true);
  }

  /** By a sparse LU factorisation with a fill-reducing order; factored once for one set of entries. */
  override solveColumns(columns: Tensor): Tensor {
    return sparseSolve(this.layout, this.values, columns);
  }

  override logdet(): Tensor {
    this.requireSquare('logdet');
    return sparseLogdet(this.layout, this.values);
  }

  override diag(): Tensor {
    this.requireSquare('diag');
    const padded = concat([this.values, filled([1], 0, this.dtype)]);
    return reshapeTo(take(padded, this.layout.diagonal, 0), this.inShape);
  }

  transpose(): Sparse {
    const { layout, places } = this.layout.transposed;
    layouts.set(layout.pattern, layout);
    return new Sparse(take(this.values, places, 0), layout.pattern, this.inShape, this.outShape);
  }

  protected scaled(c: TensorLike): Sparse {
    return this.with(mul(this.values, c), this.pattern);
  }

  protected converted(dtype: DType): Sparse {
    return this.with(cast(this.values, dtype), this.pattern);
  }

  toDense(): Tensor {
    const [m, n] = this.shape;
    return reshapeTo(addRowsAt(this.values, this.layout.positions, m * n), [...this.outShape, ...this.inShape]);
  }

  override merge(other: StructuredMatrix): Sparse | undefined {
    if (other instanceof Diagonal) return this.merge(sparseDiagonal(other));
    if (other instanceof DeltaMatrix) return this.mergeDelta(other);
    if (!(other instanceof Sparse)) return undefined;
    if (other.pattern === this.pattern) return this.with(add(this.values, other.values), this.pattern);
    const { layout, mine, theirs } = this.layout.unite(other.layout);
    layouts.set(layout.pattern, layout);
    const count = layout.pattern.indices.length;
    const values = add(addRowsAt(this.values, mine, count), addRowsAt(other.values, theirs, count));
    return this.with(values, layout.pattern);
  }

  protected override ownFacts(): Partial<Facts> {
    const zero = this.isZero && sameShape(this.outShape, this.inShape);
    return { rankAtMost: this.indices.length, ...(zero ? { symmetric: true, positiveSemidefinite: true } : {}) };
  }

  private mergeDelta(other: DeltaMatrix): Sparse | undefined {
    const entries = other.entryCount;
    const [m, n] = this.shape;
    return 2 * entries <= m * n && entries <= MOST_ENTRIES ? this.merge(sparseDelta(other)) : undefined;
  }

  private with(values: Tensor, pattern: Pattern): Sparse {
    return new Sparse(values, pattern, this.outShape, this.inShape);
  }

  toString(): string {
    const [m, n] = this.shape;
    return `Sparse([${m},${n}], ${this.pattern.indices.length} entries)`;
  }
}

/** The matrix without entries. */
export function zeroMatrix(outShape: readonly number[], inShape: readonly number[], dtype: DType): Sparse {
  const [m, n] = [sizeOf(outShape), sizeOf(inShape)];
  const pattern: Pattern = { shape: [m, n], indptr: new Int32Array(m + 1), indices: new Int32Array(0) };
  return new Sparse(filled([0], 0, dtype), pattern, outShape, inShape);
}

function sparseDiagonal(diagonal: Diagonal): Sparse {
  const n = diagonal.shape[0];
  const pattern: Pattern = {
    shape: [n, n],
    indptr: Int32Array.from({ length: n + 1 }, (_, i) => i),
    indices: Int32Array.from({ length: n }, (_, i) => i),
  };
  return new Sparse(reshapeTo(diagonal.weights, [n]), pattern, diagonal.outShape, diagonal.inShape);
}

function sparseDelta(matrix: DeltaMatrix): Sparse {
  const [m, n] = matrix.shape;
  const count = matrix.entryCount;
  const [offsets, positions] = [new Float64Array(count), new Int32Array(count)];
  let k = 0;
  places(matrix.labels)((position, offset) => {
    offsets[k] = offset;
    positions[k++] = position;
  });
  const order = new Int32Array(count);
  radixArgsort(offsets, 0, false, order);
  const indptr = new Int32Array(m + 1);
  for (const offset of offsets) indptr[Math.floor(offset / n) + 1]!++;
  for (let i = 0; i < m; i++) indptr[i + 1]! += indptr[i]!;
  const indices = Int32Array.from(order, (i) => offsets[i]! % n);
  const at = dense(
    'int32',
    [count],
    Int32Array.from(order, (i) => positions[i]!),
  );
  const values = take(reshapeTo(matrix.core, [matrix.core.size]), at, 0);
  return new Sparse(values, { shape: [m, n], indptr, indices }, matrix.outShape, matrix.inShape);
}

/**
 * The sparse matrix [m, n] with `values` at the places of `pattern`, both in the same order: [row, column] pairs,
 * `{ indptr, indices }`, or a boolean matrix (row by row). Values of one place are added. Throws for entries outside of the
 * matrix.
 */
export function sparse(values: Tensor, pattern: PatternInput, shape: readonly [number, number]): Sparse {
  const { pattern: read, places: order } = readEntries('sparse', pattern, shape);
  onlyTensor('sparse', values);
  if (values.ndim !== 1 || values.size !== order.length) {
    throw new ShapeError(
      `sparse: values of shape ${showShape(values.shape)} for a pattern of ${order.length} entries.`,
    );
  }
  const inOrder = order.length === read.indices.length && order.every((place, k) => place === k);
  const sorted = inOrder ? values : addRowsAt(values, dense('int32', [order.length], order), read.indices.length);
  return new Sparse(sorted, read);
}
