// What the records of linear algebra share: they work on the last two axes, all axes before are a batch, and the kernels
// compute one matrix at a time in float64, whatever the dtype, so that a float32 result is a rounding.
import { DTypeError, ShapeError } from '../errors.ts';
import type { None } from '../ops/linear.ts';
import { leadingAxes } from '../ops/spread.ts';
import { allocate, isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type OpRecord, register, type TensorType } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, dense } from '../tensor/tensor.ts';

/** The matrices of one place of the batch, row-major. */
export type Matrices = readonly Float64Array[];
/** Rows and columns of every input. */
export type Cores = readonly [Core, ...Core[]];
type Core = readonly [rows: number, columns: number];

export interface MatrixFields<P> extends Omit<OpRecord<P>, 'type' | 'evaluate' | 'batch' | 'formula' | 'partials'> {
  /** Checks the matrices (the batch axes and dtypes agree already) and gives the shapes of the outputs without batch. */
  readonly core: (cores: Cores, x: readonly TensorType[], p: P) => readonly (readonly number[])[];
  /** The outputs for one place of the batch; `place` names it in errors. */
  readonly each: (x: Matrices, cores: Cores, p: P, place: Place, x0: TensorType) => Matrices;
  /** Default: all axes before the last two are a batch. */
  readonly batch?: OpRecord<P>['batch'];
  /** Default: `name(x, …)`. */
  readonly formula?: OpRecord<P>['formula'];
}

/** The subject of an error message: `the matrix`, or `matrix [1,0] of the batch`. */
export type Place = () => string;

const coreOf = (t: TensorType): Core => t.shape.slice(-2) as unknown as Core;
const coresOf = (x: readonly TensorType[]): Cores => x.map(coreOf) as unknown as Cores;
const batchOf = (t: TensorType): readonly number[] => t.shape.slice(0, -2);

function checkMatrices(name: string, x: readonly TensorType[]): void {
  for (const t of x) {
    if (t.shape.length < 2) throw new ShapeError(`${name}: needs matrices, got ${showShape(t.shape)}.`);
    if (!isFloat(t.dtype)) {
      throw new DTypeError(`${name}: dtype ${t.dtype} is not accepted.`, "convert it first: x.to('float32')");
    }
    if (t.dtype !== x[0]!.dtype) throw new DTypeError(`${name}: operand dtypes ${x[0]!.dtype} and ${t.dtype} differ.`);
    if (batchOf(t).join() !== batchOf(x[0]!).join()) {
      throw new ShapeError(`${name}: batch shapes of ${showShape(x[0]!.shape)} and ${showShape(t.shape)} differ.`);
    }
  }
}

/** Throws unless the matrices are square. */
export function checkSquare(name: string, t: TensorType): void {
  const [m, n] = t.shape.slice(-2);
  if (t.shape.length < 2 || m !== n) throw new ShapeError(`${name}: needs square matrices, got ${showShape(t.shape)}.`);
}

/** Builds and registers a record over batches of matrices. */
export function matrixOp<P = None>(fields: MatrixFields<P>): OpRecord<P> {
  const { core, each, ...rest } = fields;
  const record: OpRecord<P> = {
    ...rest,
    type: (x, p) => {
      checkMatrices(fields.name, x);
      const batch = batchOf(x[0]!);
      return core(coresOf(x), x, p).map((shape) => ({ shape: [...batch, ...shape], dtype: x[0]!.dtype }));
    },
    evaluate: (x, p, types) => evaluateEach(x, types, (matrices, place) => each(matrices, coresOf(x), p, place, x[0]!)),
    batch: fields.batch ?? leadingAxes(() => record),
    formula: fields.formula ?? ((x) => call(fields.name, ...x)),
  };
  return register(record);
}

function evaluateEach(
  x: readonly DenseTensor[],
  types: readonly TensorType[],
  each: (matrices: Matrices, place: Place) => Matrices,
): DenseTensor[] {
  const batch = batchOf(x[0]!);
  const count = sizeOf(batch);
  const flat = x.map((v) => Float64Array.from(v.values()));
  const outs = types.map((t) => allocate(t.dtype, sizeOf(t.shape)));
  for (let k = 0; k < count; k++) {
    const matrices = flat.map((values, i) => {
      const size = sizeOf(coreOf(x[i]!));
      return values.subarray(k * size, (k + 1) * size);
    });
    const y = each(matrices, () => placeName(k, batch));
    outs.forEach((out, i) => {
      out.set(y[i]!, (k * out.length) / count);
    });
  }
  return outs.map((out, i) => dense(types[i]!.dtype, types[i]!.shape, out));
}

function placeName(k: number, batch: readonly number[]): string {
  if (batch.length === 0) return 'the matrix';
  const index = [...batch];
  for (let axis = batch.length - 1, rest = k; axis >= 0; axis--) {
    index[axis] = rest % batch[axis]!;
    rest = Math.floor(rest / batch[axis]!);
  }
  return `matrix ${showShape(index)} of the batch`;
}

/** The relative spacing of the numbers of a float dtype. */
export function epsilonOf(t: TensorType): number {
  return t.dtype === 'float32' ? 2 ** -23 : 2 ** -52;
}
