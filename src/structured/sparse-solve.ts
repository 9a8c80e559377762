// Products and solutions with a sparse matrix as operations on the vector v of its entries:
//   A X           row sums of v_k X[column_k]
//   X = A⁻¹ B     dX = A⁻¹ (dB − dA X)
//   log |det A|   d = Σ (A⁻ᵀ)[row_k, column_k] dv_k
// so everything that is made of a structured derivative can itself be differentiated.
import { LinalgError } from '../errors.ts';
import { mul, sub } from '../ops/arithmetic.ts';
import { putAddOp, take } from '../ops/indexing.ts';
import { stack } from '../ops/joining.ts';
import { checkAccepted, elementwiseType } from '../ops/map.ts';
import { moveaxis, slice } from '../ops/movement.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { eye } from '../tensor/create.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate, type TypedArray } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type Batched, type OpRecord, register } from '../tensor/op.ts';
import { type DenseTensor, dense, filled, type Tensor } from '../tensor/tensor.ts';
import type { Pattern } from './pattern.ts';
import { SparseLayout } from './sparse-layout.ts';
import { SparseLU } from './sparse-lu.ts';

/** y[to_k] += x[k] over all k, [count, …]. */
export function addRowsAt(x: Tensor, to: DenseTensor, count: number): Tensor {
  const origin = { op: 'Sparse', axis: 0 };
  return apply(putAddOp, [x, to], { axis: 0, batch: 0, size: count, origin });
}

/** A X for columns X, or Aᵀ X. */
export function sparseTimes(layout: SparseLayout, values: Tensor, x: Tensor, transposed: boolean): Tensor {
  const [from, to] = transposed ? [layout.rows, layout.columns] : [layout.columns, layout.rows];
  const terms = mul(reshapeTo(values, [values.size, 1]), take(x, from, 0));
  return addRowsAt(terms, to, layout.pattern.shape[transposed ? 1 : 0]);
}

interface SystemParam {
  readonly layout: SparseLayout;
  readonly transposed: boolean;
}

/** The factors of a matrix that is solved with again, for as long as its entries are the same. */
const factors = new WeakMap<DenseTensor, { readonly storage: TypedArray; readonly lu: SparseLU }>();

function factored(layout: SparseLayout, values: DenseTensor): SparseLU {
  const known = factors.get(values);
  if (known?.storage === values.storage) return known.lu;
  const lu = new SparseLU(layout.analysis, values.values());
  factors.set(values, { storage: values.storage, lu });
  return lu;
}

/** Runs over the examples of a batch one by one. */
function oneByOne(
  run: (x: readonly Tensor[]) => Tensor,
  x: readonly Tensor[],
  batched: readonly boolean[],
  n: number,
): Batched {
  const example = (v: Tensor, k: number): Tensor => reshapeTo(slice(v, [k], [k + 1]), v.shape.slice(1));
  const outs = Array.from({ length: n }, (_, k) => run(x.map((v, i) => (batched[i] ? example(v, k) : v))));
  return { outs: [stack(outs)], batched: [true] };
}

const showSystem = ({ layout, transposed }: SystemParam): string =>
  `{pattern: ${showPattern(layout.pattern)}${transposed ? ', transposed' : ''}}`;

const showPattern = ({ shape, indices }: Pattern): string => `[${shape.join(',')}] with ${indices.length} entries`;

const sampleLayout: SparseLayout = new SparseLayout({
  shape: [3, 3],
  indptr: Int32Array.from([0, 2, 4, 7]),
  indices: Int32Array.from([0, 2, 0, 1, 0, 1, 2]),
});
const elsewhere = { reference: 'compared with the dense solution in test/structured/sparse.test.ts' };
const sampleValues = { shape: [7], values: [4, 1, -1, 3, 0.5, 1, 5] };

/** Inputs: entries [nnz], columns [n, k]. */
const sparseSolveOp: OpRecord<SystemParam> = register<SystemParam>({
  name: 'sparseSolve',
  type: ([values, b]) => {
    const scalars = [values!, b!].map(({ dtype }) => ({ shape: [], dtype }));
    return [{ shape: b!.shape, dtype: elementwiseType('sparseSolve', scalars, 'float').dtype }];
  },
  evaluate: ([values, b], { layout, transposed }) => {
    const lu = factored(layout, values!);
    const [n, count] = b!.shape as [number, number];
    const from = b!.values();
    const out = allocate(b!.dtype, n * count);
    const column = new Float64Array(n);
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < n; i++) column[i] = from[i * count + k]!;
      const x = lu.solve(column, transposed);
      for (let i = 0; i < n; i++) out[i * count + k] = x[i]!;
    }
    return [dense(b!.dtype, b!.shape, out)];
  },
  jvp: ([values], [dValues, db], p, y) => {
    const moved = dValues ? sparseTimes(p.layout, dValues, y()[0]!, p.transposed) : null;
    const right = moved ? sub(db ?? filled(moved.shape, 0, moved.dtype), moved) : (db ?? null);
    return [right && apply(sparseSolveOp, [values!, right], p)];
  },
  transpose: ([gy], [values], p) => [
    undefined,
    gy && apply(sparseSolveOp, [values!, gy], { ...p, transposed: !p.transposed }),
  ],
  batch: ([values, b], [inValues, inB], size, p) => {
    if (inValues) return oneByOne((x) => apply(sparseSolveOp, x, p), [values!, b!], [inValues, inB!], size);
    const [, n, k] = b!.shape as [number, number, number];
    const wide = reshapeTo(moveaxis(b!, 0, 1), [n, size * k]);
    const x = apply(sparseSolveOp, [values!, wide], p);
    return { outs: [moveaxis(reshapeTo(x, [n, size, k]), 1, 0)], batched: [true] };
  },
  formula: ([values, b]) => call('sparseSolve', values!, b!),
  showParams: showSystem,
  samples: [
    {
      inputs: [sampleValues, { shape: [3, 2] }],
      params: { layout: sampleLayout, transposed: false },
      exempt: elsewhere,
    },
    {
      inputs: [sampleValues, { shape: [3, 1] }],
      params: { layout: sampleLayout, transposed: true },
      exempt: elsewhere,
    },
  ],
});

/** A⁻¹ B for columns B. Throws LinalgError where A is singular. */
export function sparseSolve(layout: SparseLayout, values: Tensor, b: Tensor): Tensor {
  return apply(sparseSolveOp, [values, b], { layout, transposed: false });
}

/** −∞ where the matrix is singular. */
function logdetOf(layout: SparseLayout, values: DenseTensor): number {
  try {
    return factored(layout, values).logdet();
  } catch (error) {
    if (!(error instanceof LinalgError)) throw error;
    return values.values().every(Number.isFinite) ? Number.NEGATIVE_INFINITY : Number.NaN;
  }
}

/** Input: entries [nnz]. */
const sparseLogdetOp: OpRecord<SystemParam> = register<SystemParam>({
  name: 'sparseLogdet',
  type: ([values]) => {
    checkAccepted('sparseLogdet', values!.dtype, 'float');
    return [{ shape: [], dtype: values!.dtype }];
  },
  evaluate: ([values], { layout }, [y]) => {
    const out = allocate(y!.dtype, 1);
    out[0] = logdetOf(layout, values!);
    return [dense(y!.dtype, [], out)];
  },
  jvp: ([values], [dValues], { layout }) => {
    if (!dValues) return [null];
    const n = layout.pattern.shape[0];
    const inverse = apply(sparseSolveOp, [values!, eye(n, n, { dtype: values!.dtype })], { layout, transposed: true });
    return [sumOver(mul(take(reshapeTo(inverse, [n * n]), layout.positions, 0), dValues), [0])];
  },
  batch: (x, batched, size, p) => oneByOne((v) => apply(sparseLogdetOp, v, p), x, batched, size),
  formula: ([values]) => call('sparseLogdet', values!),
  showParams: showSystem,
  samples: [{ inputs: [sampleValues], params: { layout: sampleLayout, transposed: false }, exempt: elsewhere }],
});

/** log |det A|, −∞ where A is singular; its derivative needs the inverse, n² numbers. */
export function sparseLogdet(layout: SparseLayout, values: Tensor): Tensor {
  return apply(sparseLogdetOp, [values], { layout, transposed: false });
}
