// P A Q = L U of a sparse matrix, column by column: each column of A is solved with the part of L that is there already,
// visiting only the entries that can become nonzero (Gilbert and Peierls 1988). Q is a fill-reducing order; rows are
// exchanged only where the diagonal is ten times smaller than the largest pivot, so that Q keeps its meaning.
import { LinalgError } from '../errors.ts';
import { type Pattern, transposePattern } from './pattern.ts';
import { eliminationOrder } from './sparse-ordering.ts';

const DIAGONAL_PREFERENCE = 0.1;

/** Columns of a triangular factor: entries `starts[j]` … `starts[j + 1] - 1`. */
interface Factor {
  readonly starts: Int32Array;
  rows: Int32Array;
  values: Float64Array;
}

const emptyFactor = (n: number, capacity: number): Factor => ({
  starts: new Int32Array(n + 1),
  rows: new Int32Array(capacity),
  values: new Float64Array(capacity),
});

function reserve(factor: Factor, size: number): void {
  if (size <= factor.rows.length) return;
  const capacity = Math.max(size, 2 * factor.rows.length);
  const [rows, values] = [new Int32Array(capacity), new Float64Array(capacity)];
  rows.set(factor.rows);
  values.set(factor.values);
  factor.rows = rows;
  factor.values = values;
}

/** Column patterns in the order of elimination: depends on the pattern only. */
export interface Analysis {
  readonly columns: Pattern;
  readonly places: Int32Array;
  readonly order: Int32Array;
}

export function analyse(pattern: Pattern): Analysis {
  const { transposed, places } = transposePattern(pattern);
  return { columns: transposed, places, order: eliminationOrder(pattern) };
}

export class SparseLU {
  private readonly n: number;
  private readonly order: Int32Array;
  /** Unit lower triangle, its diagonal left out; rows in the order of the pivots. */
  private readonly lower: Factor;
  /** Upper triangle; the diagonal stands last in every column. */
  private readonly upper: Factor;
  /** pivotOf[i]: the step in which row i was the pivot. */
  private readonly pivotOf: Int32Array;

  /**
   * Throws LinalgError where a column has no pivot. For a symmetric matrix, `definite` takes every pivot from the diagonal
   * and throws unless all are positive, which they are for positive definite matrices and for no others.
   */
  constructor({ columns, places, order }: Analysis, entries: ArrayLike<number>, definite = false) {
    const n = order.length;
    this.n = n;
    this.order = order;
    this.lower = emptyFactor(n, 2 * entries.length + n);
    this.upper = emptyFactor(n, 2 * entries.length + n);
    this.pivotOf = new Int32Array(n).fill(-1);
    const { lower, upper, pivotOf } = this;
    const x = new Float64Array(n);
    const visited = new Int32Array(n).fill(-1);
    const reach = new Int32Array(n);
    const stack = new Int32Array(n);
    const at = new Int32Array(n);
    let [lowerEnd, upperEnd] = [0, 0];

    /** Rows reached from row `start` through L, written to `reach` below `top` in topological order; the new top. */
    const search = (start: number, step: number, top: number): number => {
      let depth = 0;
      stack[0] = start;
      visited[start] = step;
      at[0] = pivotOf[start]! < 0 ? 0 : lower.starts[pivotOf[start]!]!;
      while (depth >= 0) {
        const row = stack[depth]!;
        const column = pivotOf[row]!;
        const end = column < 0 ? 0 : lower.starts[column + 1]!;
        let next = -1;
        while (at[depth]! < end) {
          const candidate = lower.rows[at[depth]!++]!;
          if (visited[candidate] !== step) {
            next = candidate;
            break;
          }
        }
        if (next < 0) {
          reach[--top] = row;
          depth--;
        } else {
          visited[next] = step;
          stack[++depth] = next;
          at[depth] = pivotOf[next]! < 0 ? 0 : lower.starts[pivotOf[next]!]!;
        }
      }
      return top;
    };

    for (let step = 0; step < n; step++) {
      const j = order[step]!;
      const [from, to] = [columns.indptr[j]!, columns.indptr[j + 1]!];
      let top = n;
      for (let k = from; k < to; k++) {
        const i = columns.indices[k]!;
        if (visited[i] !== step) top = search(i, step, top);
      }
      for (let k = top; k < n; k++) x[reach[k]!] = 0;
      for (let k = from; k < to; k++) x[columns.indices[k]!] = entries[places[k]!]!;
      reserve(lower, lowerEnd + n - top);
      reserve(upper, upperEnd + n - top + 1);
      for (let k = top; k < n; k++) {
        const row = reach[k]!;
        const column = pivotOf[row]!;
        const value = x[row]!;
        if (column < 0) continue;
        upper.rows[upperEnd] = column;
        upper.values[upperEnd++] = value;
        if (value === 0) continue;
        const end = lower.starts[column + 1]!;
        for (let l = lower.starts[column]!; l < end; l++) x[lower.rows[l]!]! -= lower.values[l]! * value;
      }
      let [pivot, largest] = [-1, 0];
      for (let k = top; k < n; k++) {
        const row = reach[k]!;
        if (pivotOf[row]! < 0 && Math.abs(x[row]!) > largest) {
          largest = Math.abs(x[row]!);
          pivot = row;
        }
      }
      if (pivot < 0 || !Number.isFinite(largest)) {
        throw new LinalgError(`solve: the sparse matrix is singular or not finite (no pivot for column ${j}).`);
      }
      const onDiagonal = visited[j] === step && pivotOf[j]! < 0;
      if (definite && !(onDiagonal && x[j]! > 0)) {
        throw new LinalgError(`solve: the sparse matrix is not positive definite (pivot ${j}).`);
      }
      if (definite || (onDiagonal && Math.abs(x[j]!) >= DIAGONAL_PREFERENCE * largest)) pivot = j;
      const value = x[pivot]!;
      upper.rows[upperEnd] = step;
      upper.values[upperEnd++] = value;
      pivotOf[pivot] = step;
      for (let k = top; k < n; k++) {
        const row = reach[k]!;
        if (pivotOf[row]! < 0 && x[row] !== 0) {
          lower.rows[lowerEnd] = row;
          lower.values[lowerEnd++] = x[row]! / value;
        }
      }
      lower.starts[step + 1] = lowerEnd;
      upper.starts[step + 1] = upperEnd;
    }
    // From here on rows of L are named by their pivots, as those of U.
    for (let k = 0; k < lowerEnd; k++) lower.rows[k] = pivotOf[lower.rows[k]!]!;
  }

  /** x with A x = b; or, `transposed`, Aᵀ x = b. */
  solve(b: Float64Array, transposed: boolean): Float64Array {
    const { n, order, pivotOf } = this;
    const y = new Float64Array(n);
    const x = new Float64Array(n);
    if (transposed) {
      for (let k = 0; k < n; k++) y[k] = b[order[k]!]!;
      this.transposedTriangles(y);
      for (let i = 0; i < n; i++) x[i] = y[pivotOf[i]!]!;
    } else {
      for (let i = 0; i < n; i++) y[pivotOf[i]!] = b[i]!;
      this.triangles(y);
      for (let k = 0; k < n; k++) x[order[k]!] = y[k]!;
    }
    return x;
  }

  private triangles(y: Float64Array): void {
    const { lower, upper, n } = this;
    for (let j = 0; j < n; j++) {
      const value = y[j]!;
      if (value === 0) continue;
      for (let k = lower.starts[j]!; k < lower.starts[j + 1]!; k++) y[lower.rows[k]!]! -= lower.values[k]! * value;
    }
    for (let j = n - 1; j >= 0; j--) {
      const last = upper.starts[j + 1]! - 1;
      const value = y[j]! / upper.values[last]!;
      y[j] = value;
      for (let k = upper.starts[j]!; k < last; k++) y[upper.rows[k]!]! -= upper.values[k]! * value;
    }
  }

  private transposedTriangles(y: Float64Array): void {
    const { lower, upper, n } = this;
    for (let j = 0; j < n; j++) {
      const last = upper.starts[j + 1]! - 1;
      let value = y[j]!;
      for (let k = upper.starts[j]!; k < last; k++) value -= upper.values[k]! * y[upper.rows[k]!]!;
      y[j] = value / upper.values[last]!;
    }
    for (let j = n - 1; j >= 0; j--) {
      let value = y[j]!;
      for (let k = lower.starts[j]!; k < lower.starts[j + 1]!; k++) value -= lower.values[k]! * y[lower.rows[k]!]!;
      y[j] = value;
    }
  }

  /** log |det A|. */
  logdet(): number {
    let sum = 0;
    for (let j = 0; j < this.n; j++) sum += Math.log(Math.abs(this.upper.values[this.upper.starts[j + 1]! - 1]!));
    return sum;
  }

  /** How many entries the factors have. */
  get entries(): number {
    return this.lower.starts[this.n]! + this.upper.starts[this.n]!;
  }
}
