// How one operation passes dependences on: from the set of input positions behind every element of its operands to those
// behind every element of its result, never too few. A value's sets are an int32 tensor of set numbers; null has none.
//   moves     an element of the result is one element of an operand, or zero: the operation itself, on set numbers
//   gathers   an element of an operand goes to one place: unions over the elements that share a place
//   products  y = Σ a·b: unions over the summed labels; zeros of a constant cut dependences off
import type { Labels } from '../ops/contract.ts';
import { type PutAddParam, type TakeParam, takeOp } from '../ops/indexing.ts';
import { rowsOf } from '../ops/rows.ts';
import { type OverlapAddParam, windowsOp } from '../ops/windows.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord, Params, TensorType } from '../tensor/op.ts';
import { DenseTensor, dense, filled, type Tensor } from '../tensor/tensor.ts';
import { EMPTY, type IndexSets } from './pattern-sets.ts';

/** Set numbers in the shape of a value. */
export type Dependence = DenseTensor | null;

export interface Call {
  readonly op: OpRecord;
  readonly p: Params;
  /** The operands: types of variables, or constants with their numbers. */
  readonly x: readonly (TensorType | Tensor)[];
  readonly dx: readonly Dependence[];
  readonly outs: readonly TensorType[];
  readonly sets: IndexSets;
}

/** The dependences of the outputs. */
export type Rule = (call: Call) => readonly Dependence[];

export const numbersOf = (shape: readonly number[], storage: Int32Array<ArrayBuffer>): DenseTensor =>
  dense('int32', shape, storage);

/** A constant that stays what it is; leaves of the tape may be assigned to. */
function constant(x: TensorType | Tensor | undefined): DenseTensor | undefined {
  return x instanceof DenseTensor && !x.tape?.requiresGrad ? x : undefined;
}

const sameView = (a: DenseTensor, b: DenseTensor): boolean =>
  a.storage === b.storage && a.offset === b.offset && a.strides.every((s, i) => s === b.strides[i]);

const uniform = (x: DenseTensor): boolean => x.strides.every((s, i) => s === 0 || x.shape[i] === 1);

/** Element by element, the union of two values' sets. */
export function unite(a: Dependence, b: Dependence, sets: IndexSets): Dependence {
  if (a === null || b === null) return a ?? b;
  if (sameView(a, b)) return a;
  if (uniform(a) && uniform(b) && a.size > 0) {
    return filled(a.shape, sets.union(a.storage[a.offset]!, b.storage[b.offset]!), 'int32');
  }
  const [p, q] = [a.values(), b.values()];
  const out = new Int32Array(p.length);
  let [lastP, lastQ, last] = [-1, -1, EMPTY];
  for (let i = 0; i < out.length; i++) {
    if (p[i] !== lastP || q[i] !== lastQ) {
      [lastP, lastQ] = [p[i]!, q[i]!];
      last = sets.union(lastP, lastQ);
    }
    out[i] = last;
  }
  return numbersOf(a.shape, out);
}

/** One set: everything the value depends on. */
function everything(d: Dependence, sets: IndexSets): number {
  if (d === null || d.size === 0) return EMPTY;
  if (uniform(d)) return d.storage[d.offset]!;
  const numbers = d.values();
  return sets.unionOf(numbers, 0, numbers.length);
}

/** Unions over the given axes, which disappear. */
function unionOver(d: DenseTensor, axes: readonly number[], sets: IndexSets): DenseTensor {
  if (axes.length === 0) return d;
  const shape = d.shape.filter((_, i) => !axes.includes(i));
  const { values, count, length } = rowsOf(d, axes);
  const out = new Int32Array(count);
  for (let row = 0; row < count; row++) out[row] = sets.unionOf(values, row * length, (row + 1) * length);
  return numbersOf(shape, out);
}

/** `d`, whose axes are the given ones of the result, repeated along all others. */
function spreadTo(d: DenseTensor, axes: readonly number[], shape: readonly number[]): DenseTensor {
  const strides = new Array<number>(shape.length).fill(0);
  axes.forEach((axis, i) => {
    strides[axis] = d.strides[i]!;
  });
  return d.view(shape, strides);
}

// ----------------------------------------------------------------------------------------------------------- rules

const elementwise: Rule = ({ dx, sets }) => [dx.reduce((a, b) => unite(a, b, sets), null)];

/** 0 · x does not depend on x. */
const product: Rule = ({ x, dx, sets }) => {
  const parts = dx.map((d, i) => {
    const factor = constant(x[1 - i]);
    return d && factor ? masked(d, factor) : d;
  });
  return [unite(parts[0]!, parts[1]!, sets)];
};

function masked(d: DenseTensor, factor: DenseTensor): Dependence {
  if (uniform(factor) && factor.size > 0) return factor.storage[factor.offset] === 0 ? null : d;
  const values = factor.values();
  if (!values.includes(0)) return d;
  const numbers = d.values().slice() as Int32Array<ArrayBuffer>;
  for (let i = 0; i < numbers.length; i++) if (values[i] === 0) numbers[i] = EMPTY;
  return numbersOf(d.shape, numbers);
}

const typesOf = (x: readonly DenseTensor[]): TensorType[] => x.map((v) => ({ shape: v.shape, dtype: v.dtype }));

/** The operation itself on set numbers; fill elements get 0, the empty set. */
const move: Rule = ({ op, p, dx, x }) => {
  if (dx.every((d) => d === null)) return [null];
  const numbers = dx.map((d, i) => d ?? filled(x[i]!.shape, EMPTY, 'int32'));
  return op.evaluate(numbers, p, op.type(typesOf(numbers), p)) as readonly DenseTensor[];
};

const take: Rule = (call) => {
  const { op, p, x, dx, outs, sets } = call;
  if (!dx[0]) return [null];
  const index = constant(x[1]);
  if (index) return op.evaluate([dx[0], index], p, [{ shape: outs[0]!.shape, dtype: 'int32' }]) as DenseTensor[];
  // The positions are only known at run time: any element along the axis may be read.
  const { axis } = p as TakeParam;
  const rank = dx[0].ndim;
  const behind = outs[0]!.shape.length - (rank - axis - 1);
  const axes = Array.from({ length: rank }, (_, i) => i)
    .filter((i) => i !== axis)
    .map((i) => (i < axis ? i : i - axis - 1 + behind));
  return [spreadTo(unionOver(dx[0], [axis], sets), axes, outs[0]!.shape)];
};

const choose: Rule = (call) => {
  const choice = constant(call.x[0]);
  if (!choice || (!call.dx[1] && !call.dx[2])) return elementwise(call);
  const [yes, no] = [call.dx[1]?.values(), call.dx[2]?.values()];
  const numbers = Int32Array.from(choice.values(), (c, i) => (c !== 0 ? (yes?.[i] ?? EMPTY) : (no?.[i] ?? EMPTY)));
  return [numbersOf(call.outs[0]!.shape, numbers)];
};

const sum: Rule = ({ p, dx, sets }) => [dx[0] ? unionOver(dx[0], p.axes, sets) : null];

/** Unions over the elements with one target; `targets` says where in `shape` every element goes. */
function gather(d: DenseTensor, targets: ArrayLike<number>, shape: readonly number[], sets: IndexSets): DenseTensor {
  const numbers = d.values();
  const size = sizeOf(shape);
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < numbers.length; i++) starts[targets[i]! + 1]!++;
  for (let i = 0; i < size; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice(0, size);
  const sorted = new Int32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) sorted[next[targets[i]!]!++] = numbers[i]!;
  const out = new Int32Array(size);
  for (let i = 0; i < size; i++) out[i] = sets.unionOf(sorted, starts[i]!, starts[i + 1]!);
  return numbersOf(shape, out);
}

/** 0, 1, 2, … in row-major order. */
function positions(shape: readonly number[]): DenseTensor {
  return numbersOf(
    shape,
    Int32Array.from({ length: sizeOf(shape) }, (_, i) => i),
  );
}

const putAdd: Rule = ({ p, x, dx, outs, sets }) => {
  const [d] = dx;
  if (!d) return [null];
  const shape = outs[0]!.shape;
  const { axis, batch } = p as PutAddParam;
  const index = constant(x[1]);
  if (index) {
    const [targets] = takeOp.evaluate([positions(shape), index], p, [{ shape: d.shape, dtype: 'int32' }]);
    return [gather(d, targets!.values(), shape, sets)];
  }
  const behind = axis + x[1]!.shape.length - batch;
  const inside = Array.from({ length: behind - axis }, (_, i) => axis + i);
  const kept = shape.flatMap((_, i) => (i === axis ? [] : [i]));
  return [spreadTo(unionOver(d, inside, sets), kept, shape)];
};

const overlapAdd: Rule = ({ p, dx, outs, sets }) => {
  if (!dx[0]) return [null];
  const shape = outs[0]!.shape;
  const type: TensorType = { shape: dx[0].shape, dtype: 'int32' };
  const [targets] = windowsOp.evaluate([positions(shape)], p as OverlapAddParam, [type]);
  return [gather(dx[0], targets!.values(), shape, sets)];
};

/** Everything up to an element, along an axis. */
const running: Rule = ({ p, dx, outs, sets }) => {
  const d = dx.reduce((a, b) => unite(a, b, sets), null);
  if (!d) return [null];
  const { axis, reverse } = p as { axis: number; reverse: boolean };
  const { shape } = outs[0]!;
  const strides = rowMajorStrides(shape);
  const [length, step] = [shape[axis]!, strides[axis]!];
  const out = d.values().slice() as Int32Array<ArrayBuffer>;
  for (let at = 0; at < out.length; at++) {
    if (Math.floor(at / step) % length !== 0) continue;
    for (let k = 1; k < length; k++) {
      const [here, before] = reverse ? [length - 1 - k, length - k] : [k, k - 1];
      out[at + here * step] = sets.union(out[at + before * step]!, out[at + here * step]!);
    }
  }
  return [numbersOf(shape, out)];
};

/** How many products of a contraction are looked at one by one to profit from zeros of a constant. */
const MAX_PRODUCTS = 1 << 22;

const contract: Rule = ({ p, x, dx, outs, sets }) => {
  const { a, b, out } = p as Labels;
  const shape = outs[0]!.shape;
  const side = (d: Dependence, own: readonly number[], other: TensorType | Tensor, labels: readonly number[]) => {
    if (!d) return null;
    const zeros = constant(other);
    if (zeros && !uniform(zeros) && zeros.values().includes(0)) {
      const exact = throughZeros(d, own, zeros, labels, out, shape, sets);
      if (exact) return exact;
    }
    const summed = own.flatMap((label, axis) => (out.includes(label) ? [] : [axis]));
    const kept = own.filter((label) => out.includes(label));
    return spreadTo(
      unionOver(d, summed, sets),
      kept.map((label) => out.indexOf(label)),
      shape,
    );
  };
  return [unite(side(dx[0]!, a, x[1]!, b), side(dx[1]!, b, x[0]!, a), sets)];
};

/** Unions over the summed labels where the constant is not zero; undefined where there are too many products to look at. */
function throughZeros(
  d: DenseTensor,
  own: readonly number[],
  factor: DenseTensor,
  labels: readonly number[],
  out: readonly number[],
  shape: readonly number[],
  sets: IndexSets,
): DenseTensor | undefined {
  const size = new Map<number, number>();
  for (const [i, label] of own.entries()) size.set(label, d.shape[i]!);
  for (const [i, label] of labels.entries()) size.set(label, factor.shape[i]!);
  const summed = [...size.keys()].filter((label) => !out.includes(label));
  const order = [...out, ...summed];
  const sizes = order.map((label) => size.get(label)!);
  if (sizeOf(sizes) > MAX_PRODUCTS) return undefined;
  const along = (v: DenseTensor, list: readonly number[]): ArrayLike<number> =>
    v
      .view(
        sizes,
        order.map((label) => (list.includes(label) ? v.strides[list.indexOf(label)]! : 0)),
      )
      .values();
  const numbers = along(d, own);
  const factors = along(factor, labels);
  const length = sizeOf(summed.map((label) => size.get(label)!));
  const result = new Int32Array(sizeOf(shape));
  const row = new Int32Array(length);
  for (let i = 0; i < result.length; i++) {
    let n = 0;
    for (let k = i * length; k < (i + 1) * length; k++) if (factors[k] !== 0) row[n++] = numbers[k]!;
    result[i] = sets.unionOf(row, 0, n);
  }
  return numbersOf(shape, result);
}

/** Every element of a result depends on all elements of all operands, or of those in the same matrix of a batch. */
const mixMatrices: Rule = (call) => {
  const { dx, x, outs, sets } = call;
  const batch = outs[0]!.shape.slice(0, -2);
  const alike = (t: TensorType): boolean =>
    t.shape.length === batch.length + 2 && batch.every((n, i) => t.shape[i] === n);
  if (batch.length === 0 || !outs.every(alike) || !x.every(alike)) return mixAll(call);
  const all = dx.reduce<Dependence>((a, d) => {
    const matrices = d && unionOver(d, [batch.length, batch.length + 1], sets);
    return unite(a, matrices, sets);
  }, null);
  const axes = batch.map((_, i) => i);
  return outs.map((y) => all && spreadTo(all, axes, y.shape));
};

export const mixAll: Rule = ({ dx, outs, sets }) => {
  const numbers = Int32Array.from(dx, (d) => everything(d, sets));
  const all = sets.unionOf(numbers, 0, numbers.length);
  return outs.map((y) => (all === EMPTY ? null : filled(y.shape, all, 'int32')));
};

const named = (rule: Rule, names: string): [string, Rule][] => names.split(' ').map((name) => [name, rule]);

/** The operations whose rule is known; all others are understood through their differential. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...named(move, 'reshape broadcast permute slice flip pad concat diagonal diagEmbed windows'),
  ...named(elementwise, 'add sub neg cast'),
  ...named(product, 'mul chain'),
  ...named(running, 'cumsum recurrence'),
  ...named(mixMatrices, 'solve solveTriangular matrixExp cofactor symmetricFunction'),
  ['where', choose],
  ['take', take],
  ['putAdd', putAdd],
  ['overlapAdd', overlapAdd],
  ['sum', sum],
  ['contract', contract],
]);

export { elementwise as elementwiseRule };
