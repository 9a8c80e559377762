// Products that share a square. In  Σₙ w(n, a, b) x(n, i) x(n, j)  the square x xᵀ equals its transpose, so its upper triangle,
// packed, is all that must be multiplied; and if w does too, its upper triangle is: a quarter of the work. So the Hessian of
// softmax regression, w = diag(p) − p pᵀ, is one product of C(C+1)/2 rows with d(d+1)/2 columns. The terms of a core that
// differ in w only are added up in w.
import { type Factor, type Index, Net } from '../calculus/net.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { take } from '../ops/indexing.ts';
import { matmul } from '../ops/products.ts';
import { reshapeTo } from '../ops/spread.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import type { Labelling } from './cores.ts';
import type { Emitter } from './emit.ts';
import type { CoreTerm } from './pieces.ts';
import { productCost } from './product-cost.ts';
import { sizeOfIndex } from './term.ts';

/** Labels of the core: positions in its list. */
export interface Packed {
  /** Of the core. */
  readonly sizes: readonly number[];
  /** The sides of the square. */
  readonly square: readonly [number, number];
  /** Two labels in which w equals its transpose. */
  readonly pair: readonly [number, number] | undefined;
  /** The other labels of w. */
  readonly others: readonly number[];
  readonly terms: readonly PackedTerm[];
  /** Floating-point operations. */
  readonly cost: number;
}

interface PackedTerm {
  readonly coef: number;
  /** x, over side i and what is summed. */
  readonly side: Factor;
  readonly weights: readonly Factor[];
  readonly summed: readonly Index[];
  readonly at: readonly Index[];
}

/** Fewer rows of w than these are a product that waits for memory. */
const FEWEST_ROWS = 8;
/** Entries are read through a table of positions, which should stay small. */
const MOST_ENTRIES = 2 ** 23;
/** What it costs to make an element of the packed square, and to read an entry, in multiplications. */
const OVERHEAD = 4;

/** How the core's terms share a square, where multiplying only what differs costs less. */
export function packedOf({ core, out, in: into, sizes }: Labelling, terms: readonly CoreTerm[]): Packed | undefined {
  const inside = (list: readonly number[], other: readonly number[]): number[] =>
    core.flatMap((label, k) => (list.includes(label) && !other.includes(label) ? [k] : []));
  const [rows, columns] = [inside(out, into), inside(into, out)];
  const [first] = terms;
  for (const square of squaresOf(first!, rows, columns)) {
    const found = terms.map((term) => packedTerm(term, square, first!));
    if (!found.every((term) => term !== undefined)) continue;
    const others = core.map((_, k) => k).filter((k) => !square.includes(k));
    const pairs = rows.flatMap((r) => columns.map((c) => [r, c] as const));
    const pair = pairs.find(
      ([r, c]) => others.includes(r) && others.includes(c) && found.every((term) => isSymmetric(term, others, r, c)),
    );
    const rest = others.filter((k) => !pair?.includes(k));
    const packed = { sizes: core.map((label) => sizes[label]!), square, pair, others: rest, terms: found };
    const cost = packedCost(packed);
    // Equal sides are multiplied by halves without this.
    const without = terms.reduce((total, { factors, at }) => total + productCost(factors, at), 0) / 2;
    return cost < without ? { ...packed, cost } : undefined;
  }
  return undefined;
}

/** Pairs of labels, of rows and of columns, at which one factor stands twice. */
function squaresOf({ factors, at }: CoreTerm, rows: readonly number[], columns: readonly number[]): [number, number][] {
  return rows.flatMap((r) =>
    columns.flatMap((c): [number, number][] => {
      const left = factors.filter((f) => f.at.includes(at[r]!));
      const right = factors.filter((f) => f.at.includes(at[c]!));
      return left.length === 1 && right.length === 1 && facing(left[0]!, right[0]!, at[r]!, at[c]!) ? [[r, c]] : [];
    }),
  );
}

const facing = (a: Factor, b: Factor, row: Index, column: Index): boolean =>
  a.atom.id === b.atom.id &&
  a.power === b.power &&
  a.at.length === b.at.length &&
  a.at.filter((index) => index === row).length === 1 &&
  a.at.every((index, k) => (index === row ? b.at[k] === column : b.at[k] === index));

/** A term that has the square of the first one; undefined where it has not. */
function packedTerm(
  { coef, factors, at }: CoreTerm,
  [r, c]: readonly [number, number],
  first: CoreTerm,
): PackedTerm | undefined {
  const [row, column] = [at[r]!, at[c]!];
  const [lefts, rights] = [row, column].map((index) => factors.filter((f) => f.at.includes(index))) as [
    Factor[],
    Factor[],
  ];
  if (lefts.length !== 1 || rights.length !== 1 || !facing(lefts[0]!, rights[0]!, row, column)) return undefined;
  const side = lefts[0]!;
  const model = first.factors.find((f) => f.at.includes(first.at[r]!))!;
  const place = (f: Factor, index: Index): number => f.at.indexOf(index);
  if (side.atom.id !== model.atom.id || side.power !== model.power || place(side, row) !== place(model, first.at[r]!)) {
    return undefined;
  }
  const summed = side.at.filter((index) => index !== row);
  if (summed.length === 0 || new Set(summed).size < summed.length || summed.some((index) => at.includes(index))) {
    return undefined;
  }
  const weights = factors.filter((f) => f !== side && f !== rights[0]);
  return { coef, side, weights, summed, at };
}

/** Whether a weight keeps its value when two of its labels are exchanged. */
function isSymmetric({ weights, summed, at }: PackedTerm, others: readonly number[], r: number, c: number): boolean {
  const [a, b] = [at[r]!, at[c]!];
  if (sizeOfIndex(a) !== sizeOfIndex(b)) return false;
  const key = (x: Index, y: Index): number =>
    new Net(1, [...others.map((k) => (k === r ? x : k === c ? y : at[k]!)), ...summed], weights).key;
  // δ(a, b) f(a) = δ(a, b) f(b)
  return weights.some((f) => f.atom.sizes.length === 2 && isIdentity(f, a, b)) || key(a, b) === key(b, a);
}

const isIdentity = ({ atom, at }: Factor, a: Index, b: Index): boolean =>
  atom.name === 'identity' && at.includes(a) && at.includes(b);

const triangle = (n: number): number => (n * (n + 1)) / 2;

function packedCost({ sizes, square, pair, others, terms }: Omit<Packed, 'cost'>): number {
  const entries = sizeOf(sizes);
  const rows = (pair ? triangle(sizes[pair[0]]!) : 1) * sizeOf(others.map((k) => sizes[k]!));
  if (rows < FEWEST_ROWS || entries > MOST_ENTRIES) return Number.POSITIVE_INFINITY;
  const columns = triangle(sizes[square[0]]!);
  const summed = sizeOf(terms[0]!.summed.map(sizeOfIndex));
  return 2 * rows * columns * summed + OVERHEAD * (columns * summed + entries);
}

interface Triangle {
  readonly i: number[];
  readonly j: number[];
}

/** The pairs i ≤ j, row by row. */
function upper(n: number): Triangle {
  const [i, j]: [number[], number[]] = [[], []];
  for (let p = 0; p < n; p++) {
    for (let q = p; q < n; q++) {
      i.push(p);
      j.push(q);
    }
  }
  return { i, j };
}

const placeOf = (n: number, p: number, q: number): number => {
  const [i, j] = p < q ? [p, q] : [q, p];
  return i * n - (i * (i - 1)) / 2 + j - i;
};

const indexTensor = (list: ArrayLike<number>): DenseTensor =>
  dense('int32', [list.length], Int32Array.from(list) as Int32Array<ArrayBuffer>);

/** The core over its labels. */
export function emitPacked({ sizes, square, pair, others, terms }: Packed, emitter: Emitter): Tensor {
  const [{ side, summed, at }] = terms as [PackedTerm];
  const [n, count] = [sizes[square[0]]!, sizeOf(summed.map(sizeOfIndex))];
  const x = reshapeTo(emitter.spreadProduct(1, [side], [...summed, at[square[0]]!]), [count, n]);
  const { i, j } = upper(n);
  const packed = mul(take(x, indexTensor(i), 1), take(x, indexTensor(j), 1));
  const wLabels = [...others, ...(pair ?? [])];
  const parts = terms.map((term) =>
    emitter.spreadProduct(term.coef, term.weights, [...wLabels.map((k) => term.at[k]!), ...term.summed]),
  );
  const outer = sizeOf(others.map((k) => sizes[k]!));
  const m = pair ? sizes[pair[0]]! : 1;
  const w = reshapeTo(
    parts.reduce((a, b) => add(a, b)),
    [outer * m * m, count],
  );
  const rows = upper(m);
  const chosen = Array.from({ length: outer }, (_, o) => rows.i.map((p, k) => (o * m + p) * m + rows.j[k]!)).flat();
  const product = matmul(m > 1 ? take(w, indexTensor(chosen), 0) : w, packed);
  return reshapeTo(take(reshapeTo(product, [product.size]), entriesOf(), 0), sizes);

  /** Where every entry of the core stands in the product. */
  function entriesOf(): DenseTensor {
    const positions = new Int32Array(sizeOf(sizes));
    const index = new Array<number>(sizes.length).fill(0);
    for (let at = 0; at < positions.length; at++) {
      const o = others.reduce((total, k) => total * sizes[k]! + index[k]!, 0);
      const row = o * triangle(m) + (pair ? placeOf(m, index[pair[0]]!, index[pair[1]]!) : 0);
      positions[at] = row * triangle(n) + placeOf(n, index[square[0]]!, index[square[1]]!);
      for (let k = sizes.length - 1; k >= 0; k--) {
        if (++index[k]! < sizes[k]!) break;
        index[k] = 0;
      }
    }
    return dense('int32', [positions.length], positions);
  }
}
