// A sparse derivative by compressed products: the pattern says which entries there are, a colouring which columns (rows)
// can share a product, and the values are picked from the products
//   J S    with a column of S for each colour of the columns   (forward mode, one batch)
//   Jᵀ T   with a column of T for each colour of the rows      (reverse mode, one batch)
// A symmetric matrix takes J S alone, with a star colouring.
import { cast } from '../ops/cast.ts';
import { take } from '../ops/indexing.ts';
import { concat } from '../ops/joining.ts';
import { zerosOf } from '../ops/linear.ts';
import { reshapeTo } from '../ops/spread.ts';
import type { Program } from '../program/program.ts';
import { run, traceFlat } from '../program/trace.ts';
import { allocate, type DType } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { executor } from '../transforms/execute.ts';
import { jvpFlat } from '../transforms/jvp.ts';
import { linearizeFlat } from '../transforms/vjp.ts';
import { vmapFlat } from '../transforms/vmap.ts';
import { type Coloring, type Compression, compress } from './coloring.ts';
import { starColouring } from './coloring-star.ts';
import { programCost } from './cost.ts';
import { type Pattern, type PatternInput, readPattern, symmetrized } from './pattern.ts';
import { jacobianPattern } from './pattern-detection.ts';
import { Sparse } from './sparse.ts';
import type { SparseCandidate, SparseRequest } from './sparse-hook.ts';

export interface SparsePlan extends SparseCandidate {
  readonly pattern: Pattern;
  /** How many products with J and with Jᵀ one evaluation takes. */
  readonly products: { readonly forward: number; readonly reverse: number };
  evaluate(args: readonly Tensor[]): Sparse;
}

/**
 * How to evaluate a sparse Jacobian (or Hessian, for the program of a gradient and `symmetric`), at the places of `pattern`
 * if one is given. Undefined where no pattern is given and the detected one is too dense for fewer products than there
 * are rows or columns.
 */
export function planSparse(request: SparseRequest): SparsePlan | undefined {
  const { program, input, output, symmetric, known = [] } = request;
  const x = program.inputs[input]!;
  const y = program.outputs[output]!;
  const shape: [number, number] = [sizeOf(y.shape), sizeOf(x.shape)];
  const given = request.pattern && readPattern('pattern', request.pattern, shape);
  const found = given ?? detected(request);
  if (!found) return undefined;
  const pattern = symmetric ? symmetrized(found) : found;
  const compression = symmetric ? starCompression(pattern) : compress(pattern);
  if (!compression || (!given && compression.cost >= Math.min(shape[0], shape[1]))) return undefined;
  const [forward, reverse] = [compression.columns.count, compression.rows.count];
  const compiled = executor(compressedProgram(program, input, output, pattern, compression, symmetric));
  return {
    pattern,
    products: { forward, reverse },
    colours: forward + reverse,
    entries: pattern.indices.length,
    cost: (1 + 2 * compression.cost) * programCost(program.equations) + pattern.indices.length,
    evaluate: (args) => {
      if (given || sameNumbers(known, args)) return new Sparse(compiled(args)[0]!, pattern, y.shape, x.shape);
      const changed = { ...request, known: known.map((v, i) => v && (args[i] as DenseTensor)) };
      return (planSparse(changed) ?? planSparse({ ...request, pattern: fullPattern(shape) })!).evaluate(args);
    },
  };
}

/** The pattern of the program in which the known inputs are constants, and what follows from them alone is computed. */
function detected({ program, input, output, known = [] }: SparseRequest): Pattern | undefined {
  if (known.every((v) => v === undefined)) return jacobianPattern(program, [input], [output]);
  const open = program.inputs.flatMap((_, i) => (known[i] ? [] : [i]));
  const folded = traceFlat(
    'jacobian',
    (...x) =>
      run(
        program,
        program.inputs.map((_, i) => known[i] ?? x[open.indexOf(i)]!),
      ),
    open.map((i) => program.inputs[i]!),
  );
  return jacobianPattern(folded, [open.indexOf(input)], [output]);
}

function sameNumbers(known: readonly (DenseTensor | undefined)[], args: readonly Tensor[]): boolean {
  return known.every((v, i) => {
    const x = args[i];
    if (v === undefined || x === v) return true;
    if (!(x instanceof DenseTensor)) return false;
    const [a, b] = [v.values(), x.values()];
    return a === b || a.every((value, k) => Object.is(value, b[k]));
  });
}

function fullPattern([rows, columns]: readonly [number, number]): PatternInput {
  return {
    indptr: Int32Array.from({ length: rows + 1 }, (_, i) => i * columns),
    indices: Int32Array.from({ length: rows * columns }, (_, k) => k % columns),
  };
}

function starCompression(pattern: Pattern): Compression | undefined {
  const columns = starColouring(pattern);
  const n = pattern.shape[0];
  return (
    columns && {
      columns,
      rows: { colours: new Int32Array(n).fill(-1), count: 0 },
      byRow: new Uint8Array(n),
      byColumn: new Uint8Array(n),
      cost: columns.count,
    }
  );
}

/** Inputs as those of `program`; output: the entries of the pattern, in its order. */
function compressedProgram(
  program: Program,
  input: number,
  output: number,
  pattern: Pattern,
  compression: Compression,
  symmetric: boolean,
): Program {
  const x = program.inputs[input]!;
  const y = program.outputs[output]!;
  const [m, n] = pattern.shape;
  const { columns, rows } = compression;
  const slots = dense('int32', [pattern.indices.length], slotsOf(pattern, compression, symmetric));
  const forwardSeeds = seedsOf(columns, x.shape, x.dtype);
  const reverseSeeds = seedsOf(rows, y.shape, y.dtype);
  const traced = (...args: Tensor[]): Tensor[] => {
    const f = (v: Tensor): Tensor[] => [
      run(
        program,
        args.map((a, i) => (i === input ? v : a)),
      )[output]!,
    ];
    const parts: Tensor[] = [];
    const at = args[input]!;
    if (rows.count === 0) {
      const along = (e: Tensor): Tensor[] => [jvpFlat('jacobian', f, [at], [e]).tangents[0] ?? zerosOf(y)];
      if (columns.count > 0) parts.push(...products(along, forwardSeeds, columns.count, m));
    } else {
      const point = linearizeFlat('jacobian', f, [at]);
      const push = (e: Tensor): Tensor[] => [point.pushforward([e])[0] ?? zerosOf(y)];
      const pull = (e: Tensor): Tensor[] => [point.pullback([e])[0] ?? zerosOf(x)];
      if (columns.count > 0) parts.push(...products(push, forwardSeeds, columns.count, m));
      parts.push(...products(pull, reverseSeeds, rows.count, n));
    }
    const all = parts.map((part) => cast(part, x.dtype));
    return [all.length === 0 ? zerosOf({ shape: [0], dtype: x.dtype }) : take(concat(all), slots, 0)];
  };
  return traceFlat('jacobian', traced, program.inputs);
}

/** The products with all seeds in one batch, [count · size]. */
function products(map: (e: Tensor) => Tensor[], seeds: DenseTensor, count: number, size: number): Tensor[] {
  return vmapFlat(map, count, [seeds], [true]).map((v) => reshapeTo(v, [count * size]));
}

/** One vector a colour, 1 where its elements have that colour. */
function seedsOf({ colours, count }: Coloring, shape: readonly number[], dtype: DType): DenseTensor {
  const n = colours.length;
  const storage = allocate(dtype, count * n);
  for (let j = 0; j < n; j++) if (colours[j]! >= 0) storage[colours[j]! * n + j] = 1;
  return dense(dtype, [count, ...shape], storage);
}

/** Where each entry stands in the products, those with J first. */
function slotsOf(pattern: Pattern, compression: Compression, symmetric: boolean): Int32Array<ArrayBuffer> {
  const [m, n] = pattern.shape;
  const { indptr, indices } = pattern;
  const { columns, rows, byRow, byColumn } = compression;
  const slots = new Int32Array(indices.length);
  const reverse = columns.count * m;
  const seen = new Int32Array(columns.count).fill(-1);
  const shared = new Int32Array(columns.count).fill(-1);
  for (let i = 0; i < m; i++) {
    if (symmetric) {
      for (let k = indptr[i]!; k < indptr[i + 1]!; k++) {
        const colour = columns.colours[indices[k]!]!;
        if (seen[colour] === i) shared[colour] = i;
        seen[colour] = i;
      }
    }
    for (let k = indptr[i]!; k < indptr[i + 1]!; k++) {
      const j = indices[k]!;
      if (byRow[i] && !byColumn[j]) slots[k] = reverse + rows.colours[i]! * n + j;
      else {
        const colour = columns.colours[j]!;
        // Where row i has two columns of this colour, h_ij stands alone in row j.
        slots[k] = symmetric && shared[colour] === i ? columns.colours[i]! * m + j : colour * m + i;
      }
    }
  }
  return slots;
}
