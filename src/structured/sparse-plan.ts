// A sparse derivative by compressed products: the pattern says which entries there are, a colouring which columns (rows)
// can share a product, and the values are picked from the products
//   J S    with a column of S for each colour of the columns   (forward mode, one batch)
//   Jᵀ T   with a column of T for each colour of the rows      (reverse mode, one batch)
// A symmetric matrix takes J S alone, with a star colouring.
import { NotDifferentiableError } from '../errors.ts';
import { cast } from '../ops/cast.ts';
import { take } from '../ops/indexing.ts';
import { concat } from '../ops/joining.ts';
import { zerosOf } from '../ops/linear.ts';
import { slice } from '../ops/movement.ts';
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
import { type Coloring, type Compression, compress, compressColumns, compressRows } from './coloring.ts';
import { starColouring } from './coloring-star.ts';
import { programCost } from './cost.ts';
import { type Pattern, type PatternInput, readPattern, symmetrized, unitePatterns } from './pattern.ts';
import { checkPattern, probe } from './pattern-check.ts';
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
  const first = symmetric ? starCompression(pattern) : (request.forward ? compressColumns : compress)(pattern);
  if (!first || (!given && first.cost >= Math.min(shape[0], shape[1]))) return undefined;
  let compression = first;
  /** The plan for the last other indices and masks. */
  let recent: { readonly known: NonNullable<SparseRequest['known']>; readonly plan: SparsePlan } | undefined;
  // Traced and compiled when it is first evaluated: a plan that is not chosen costs its colours only.
  let compiled: Execute | undefined;
  const execute: Execute = (args) => {
    try {
      compiled ??= executor(compressedProgram(request, pattern, compression, given !== undefined));
      return compiled(args);
    } catch (error) {
      // A function with only a backward rule of its own has rows, if no columns.
      const rows = error instanceof NotDifferentiableError && !symmetric && compressRows(pattern);
      if (!rows || compression.columns.count === 0) throw error;
      compression = rows;
      compiled = undefined;
      return execute(args);
    }
  };
  let proven = false;
  /** Throws where the pattern lacks entries; a product with much cancellation leaves the question to the program. */
  const isComplete = (results: readonly Tensor[]): 'checked' | 'proven' => {
    try {
      checkProduct(pattern, compression, results);
      return 'checked';
    } catch (error) {
      const own = detected({ program, input, output, symmetric });
      const needed = own && symmetric ? symmetrized(own) : own;
      if (!needed || unitePatterns(pattern, needed).indices.length > pattern.indices.length) throw error;
      return 'proven';
    }
  };
  return {
    pattern,
    get products() {
      return { forward: compression.columns.count, reverse: compression.rows.count };
    },
    get colours() {
      return compression.columns.count + compression.rows.count;
    },
    get cost() {
      const products = compression.cost + (given ? 1 : 0);
      return (1 + 2 * products) * programCost(program.equations) + pattern.indices.length;
    },
    entries: pattern.indices.length,
    evaluate: (args) => {
      if (given || sameNumbers(known, args)) {
        const results = execute(args);
        if (given && !proven) proven = isComplete(results) === 'proven';
        return new Sparse(results[0]!, pattern, y.shape, x.shape);
      }
      if (!recent || !sameNumbers(recent.known, args)) {
        const now = known.map((v, i) => v && (args[i] as DenseTensor));
        const plan = planSparse({ ...request, known: now });
        recent = { known: now, plan: plan ?? planSparse({ ...request, pattern: fullPattern(shape) })! };
      }
      return recent.plan.evaluate(args);
    },
  };
}

type Execute = (args: readonly Tensor[]) => Tensor[];

/** Whether the values and the product with a probe agree. */
function checkProduct(pattern: Pattern, { columns }: Compression, [values, product]: readonly Tensor[]): void {
  if (!(values instanceof DenseTensor && product instanceof DenseTensor)) return;
  const transposed = columns.count === 0;
  checkPattern(pattern, values, probe(pattern.shape[transposed ? 0 : 1], values.dtype), product, transposed);
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

/**
 * Inputs as those of the program; outputs: the entries of the pattern, in its order, and with `probed` the product of the
 * Jacobian with the probe, of the transposed one where no column has a colour.
 */
function compressedProgram(
  { program, input, output, symmetric }: SparseRequest,
  pattern: Pattern,
  compression: Compression,
  probed: boolean,
): Program {
  const x = program.inputs[input]!;
  const y = program.outputs[output]!;
  const [m, n] = pattern.shape;
  const { columns, rows } = compression;
  const slots = dense('int32', [pattern.indices.length], slotsOf(pattern, compression, symmetric));
  const forward = columns.count > 0 ? seedsOf(columns, x.shape, x.dtype, probed) : undefined;
  const reverse =
    rows.count > 0 || (probed && !forward) ? seedsOf(rows, y.shape, y.dtype, probed && !forward) : undefined;
  const traced = (...args: Tensor[]): Tensor[] => {
    const f = (v: Tensor): Tensor[] => [
      run(
        program,
        args.map((a, i) => (i === input ? v : a)),
      )[output]!,
    ];
    const at = args[input]!;
    const parts: Tensor[] = [];
    if (!reverse) {
      const along = (e: Tensor): Tensor[] => [jvpFlat('jacobian', f, [at], [e]).tangents[0] ?? zerosOf(y)];
      if (forward) parts.push(...products(along, forward, m));
    } else {
      const point = linearizeFlat('jacobian', f, [at]);
      const push = (e: Tensor): Tensor[] => [point.pushforward([e])[0] ?? zerosOf(y)];
      const pull = (e: Tensor): Tensor[] => [point.pullback([e])[0] ?? zerosOf(x)];
      if (forward) parts.push(...products(push, forward, m));
      parts.push(...products(pull, reverse, n));
    }
    const all = parts.map((part) => cast(part, x.dtype));
    if (all.length === 0) return [zerosOf({ shape: [0], dtype: x.dtype })];
    // The probe is the last of the first products.
    const [first] = all as [Tensor];
    const end = first.size - (probed ? (forward ? m : n) : 0);
    const compressed = probed ? [slice(first, [0], [end]), ...all.slice(1)] : all;
    const values = take(concat(compressed), slots, 0);
    return probed ? [values, slice(first, [end], [first.size])] : [values];
  };
  return traceFlat('jacobian', traced, program.inputs);
}

/** The products with all seeds in one batch, [count · size]. */
function products(map: (e: Tensor) => Tensor[], seeds: DenseTensor, size: number): Tensor[] {
  const count = seeds.shape[0]!;
  return vmapFlat(map, count, [seeds], [true]).map((v) => reshapeTo(v, [count * size]));
}

/** One vector a colour, 1 where its elements have that colour; and the probe. */
function seedsOf({ colours, count }: Coloring, shape: readonly number[], dtype: DType, probed: boolean): DenseTensor {
  const n = colours.length;
  const total = probed ? count + 1 : count;
  const storage = allocate(dtype, total * n);
  for (let j = 0; j < n; j++) if (colours[j]! >= 0) storage[colours[j]! * n + j] = 1;
  if (probed) storage.set(probe(n, dtype).values(), count * n);
  return dense(dtype, [total, ...shape], storage);
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
