// Products with a matrix of which every row selects one place, a one-hot or an identity matrix, as what they are:
//   Σ_c S[i, c] x[c, …] = x[s(i), …],   Σ_c S[i, c] x[i, c, …] = x[i, s(i), …],   Σ_i S[i, c] x[i, …] = putAdd(x, s)[c, …]
// Exact for finite x. Declared not to be for others: 0 · NaN and 0 · ∞ at the places that are not selected count for nothing.
import type { Labels } from '../ops/contract.ts';
import { type Origin, putAddOp, takeOp } from '../ops/indexing.ts';
import { permute } from '../ops/movement.ts';
import { sumOver } from '../ops/spread.ts';
import type { Atom, Equation, Program } from '../program/program.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { type Replacement, rewrite } from './rewrite.ts';

interface Selection {
  /** The place in each row. */
  readonly index: Atom;
  readonly origin: Origin;
  /** How many places there are. */
  readonly size: number;
  /** Axes of the matrix: those of the rows in the order of the index, and that of the places. */
  readonly rows: readonly number[];
  readonly places: number;
  /** Whether row i selects place i. */
  readonly identity: boolean;
}

/** The program with such products replaced. */
export function reduceSelections(program: Program): Program {
  const selections = new Map<Atom, readonly Selection[]>();
  const products = new Map<Atom, Equation>();
  for (const e of program.equations) {
    const [x] = e.x;
    const [out] = e.outs;
    if (e.op.name === 'putAdd' && isOnes(x!) && e.p.batch === x!.shape.length) {
      const rows = x!.shape.map((_, i) => i);
      const { origin, size, batch } = e.p;
      selections.set(out!, [{ index: e.x[1]!, origin, size, rows, places: batch, identity: false }]);
    } else if (e.op.name === 'permute' && selections.has(x!)) {
      selections.set(
        out!,
        selections.get(x!)!.map((selection) => permuted(selection, e.p.axes)),
      );
    } else if (e.op.name === 'mul') products.set(out!, e);
    for (const a of e.x) {
      const known = a instanceof DenseTensor && !selections.has(a) ? constantSelections(a) : [];
      if (known.length > 0) selections.set(a, known);
    }
  }
  if (selections.size === 0) return program;
  return rewrite(program, (e) => {
    if (e.op.name === 'contract') return ofContraction(e, selections);
    return e.op.name === 'sum' ? ofSum(e, products.get(e.x[0]!), selections) : undefined;
  });
}

function isOnes(a: Atom): boolean {
  return a instanceof DenseTensor && !a.tape && a.strides.every((s) => s === 0) && a.storage[a.offset] === 1;
}

function permuted({ rows, places, ...selection }: Selection, axes: readonly number[]): Selection {
  return { ...selection, rows: rows.map((axis) => axes.indexOf(axis)), places: axes.indexOf(places) };
}

/** How a constant matrix selects, by its rows and by its columns. */
function constantSelections(x: DenseTensor): Selection[] {
  if (x.shape.length !== 2 || x.tape || x.size < 2) return [];
  return ([0, 1] as const).map((rows) => selectionOfRows(x, rows)).filter((selection) => selection !== undefined);
}

function selectionOfRows(x: DenseTensor, rows: 0 | 1): Selection | undefined {
  const places = 1 - rows;
  const [count, size] = [x.shape[rows]!, x.shape[places]!];
  const { storage, offset } = x;
  const index = allocate('int32', count);
  let identity = count === size;
  for (let i = 0; i < count; i++) {
    let found = -1;
    for (let k = 0; k < size; k++) {
      const value = storage[offset + i * x.strides[rows]! + k * x.strides[places]!]!;
      if (value === 0) continue;
      if (value !== 1 || found >= 0) return undefined;
      found = k;
    }
    if (found < 0) return undefined;
    index[i] = found;
    if (found !== i) identity = false;
  }
  return {
    index: dense('int32', [count], index),
    origin: { op: 'take', axis: 0 },
    size,
    rows: [rows],
    places,
    identity,
  };
}

type Selections = ReadonlyMap<Atom, readonly Selection[]>;

/** The other operand of a product with a selection, by labels. */
interface Operand {
  readonly x: Atom;
  readonly labels: readonly number[];
}

function ofContraction(e: Equation, selections: Selections): Replacement | undefined {
  const p: Labels = e.p;
  const operands: readonly Operand[] = [
    { x: e.x[0]!, labels: p.a },
    { x: e.x[1]!, labels: p.b },
  ];
  for (const [side, { x, labels }] of operands.entries()) {
    const found = replaced(selections.get(x), labels, operands[1 - side]!, p.out);
    if (found) return found;
  }
  return undefined;
}

/** Σ S · x over all places, and maybe over rows too. */
function ofSum({ p }: Equation, product: Equation | undefined, selections: Selections): Replacement | undefined {
  if (!product) return undefined;
  const labels = product.x[0]!.shape.map((_, i) => i);
  const out = labels.filter((axis) => !p.axes.includes(axis));
  for (const side of [0, 1]) {
    const found = replaced(selections.get(product.x[side]!), labels, { x: product.x[1 - side]!, labels }, out);
    if (found) return found;
  }
  return undefined;
}

/** The product of a selection whose axes have these labels with another operand, summed over what is not in `out`. */
function replaced(
  selections: readonly Selection[] = [],
  labels: readonly number[],
  operand: Operand,
  out: readonly number[],
): Replacement | undefined {
  // Reading is cheaper than adding.
  return (
    firstOf(selections, (selection) => asRead(selection, labels, operand, out)) ??
    firstOf(selections, (selection) => asAddition(selection, labels, operand, out))
  );
}

function firstOf<T, R>(list: readonly T[], f: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = f(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The labels of a product with a selection, and what moves axes between them. */
class Layout {
  readonly place: number;
  readonly rows: readonly number[];
  /** Labels of the other operand alone. */
  readonly rest: readonly number[];
  private readonly others: readonly number[];
  private readonly out: readonly number[];

  constructor(selection: Selection, labels: readonly number[], others: readonly number[], out: readonly number[]) {
    this.place = labels[selection.places]!;
    this.rows = selection.rows.map((axis) => labels[axis]!);
    this.rest = others.filter((label) => label !== this.place && !this.rows.includes(label));
    this.others = others;
    this.out = out;
  }

  /** The other operand with its axes in this order of labels. */
  ordered(v: Tensor, order: readonly number[]): Tensor {
    const axes = order.map((label) => this.others.indexOf(label));
    return permute(v, axes);
  }

  /** `v`, whose axes have the labels `made`, as the result. */
  finish(v: Tensor, made: readonly number[]): readonly Tensor[] {
    const kept = made.filter((label) => this.out.includes(label));
    const summed = made.flatMap((label, axis) => (this.out.includes(label) ? [] : [axis]));
    const order = this.out.map((label) => kept.indexOf(label));
    return [permute(sumOver(v, summed), order)];
  }
}

/** Where the places are summed over. */
function asRead(
  selection: Selection,
  labels: readonly number[],
  { x, labels: others }: Operand,
  out: readonly number[],
): Replacement | undefined {
  const { index, origin, identity } = selection;
  const layout = new Layout(selection, labels, others, out);
  const { place, rows, rest } = layout;
  if (out.includes(place) || !others.includes(place)) return undefined;
  const shared = rows.filter((label) => others.includes(label)).length;
  if (shared !== 0 && shared !== rows.length) return undefined;
  const f: Replacement['f'] = (v, at) => {
    const places = layout.ordered(v!, shared === 0 ? [place, ...rest] : [...rows, place, ...rest]);
    const taken =
      identity && shared === 0 ? places : apply(takeOp, [places, at!], { axis: shared, batch: shared, origin });
    return layout.finish(taken, [...rows, ...rest]);
  };
  return { x: [x, index], f };
}

/** Where the rows are summed over. */
function asAddition(
  selection: Selection,
  labels: readonly number[],
  { x, labels: others }: Operand,
  out: readonly number[],
): Replacement | undefined {
  const { index, origin, size } = selection;
  const layout = new Layout(selection, labels, others, out);
  const { place, rows, rest } = layout;
  if (!out.includes(place) || others.includes(place)) return undefined;
  if (!rows.every((label) => others.includes(label) && !out.includes(label))) return undefined;
  const f: Replacement['f'] = (v, at) => {
    const values = layout.ordered(v!, [...rows, ...rest]);
    return layout.finish(apply(putAddOp, [values, at!], { axis: 0, batch: 0, size, origin }), [place, ...rest]);
  };
  return { x: [x, index], f };
}
