// Compression of sparse derivatives: columns that never meet in a row share one product (Curtis, Powell and Reid 1974).
//   columns (or rows)   a distance-2 colouring of one side of the bipartite graph of rows and columns
//   both                heavy rows by products with Jᵀ, all other rows by products with J (Coleman and Verma 1998)
// Greedy, in several orders of the columns, then improved by colouring class after class again (Culberson 1992): the number
// of colours never grows. All deterministic.
import { type Pattern, samePattern, transposePattern } from './pattern.ts';

/** Colours 0 … count - 1; -1 for what needs none. */
export interface Coloring {
  readonly colours: Int32Array;
  readonly count: number;
}

/** Colourings of dense rows cost the square of their size; beyond this there is nothing to gain. */
const MAX_WORK = 1e8;
/** Improving rounds, while they are cheap. */
const ROUNDS = 4;
const MAX_IMPROVED_WORK = 2e6;

/** The entries a colouring looks at: a pattern and its transpose, without the rows that are left out. */
interface Sides {
  readonly rows: Pattern;
  readonly columns: Pattern;
}

export function sidesOf(pattern: Pattern): Sides {
  return { rows: pattern, columns: transposePattern(pattern).transposed };
}

/** The largest number of entries in a row that is not left out: no colouring can do with fewer. */
function widest({ rows }: Sides, skip: Uint8Array | undefined): number {
  let most = 0;
  for (let i = 0; i < rows.shape[0]; i++) {
    if (!skip?.[i]) most = Math.max(most, rows.indptr[i + 1]! - rows.indptr[i]!);
  }
  return most;
}

function workOf({ rows }: Sides, skip: Uint8Array | undefined): number {
  let work = 0;
  for (let i = 0; i < rows.shape[0]; i++) if (!skip?.[i]) work += (rows.indptr[i + 1]! - rows.indptr[i]!) ** 2;
  return work;
}

/**
 * Colours the columns, or `only` some of them, so that no two of one row that is not in `skip` agree; columns without
 * entries in those rows get -1. Undefined where the rows are too dense for that to be worth it.
 */
export function colourColumns(sides: Sides, skip?: Uint8Array, only?: Uint8Array): Coloring | undefined {
  const given = only ? restricted(sides, only) : sides;
  const work = workOf(given, skip);
  if (work > MAX_WORK) return undefined;
  const least = widest(given, skip);
  let best = greedy(given, natural(given), skip);
  for (const order of [largestFirst, smallestLast]) {
    if (best.count === least) return best;
    const other = greedy(given, order(given, skip), skip);
    if (other.count < best.count) best = other;
  }
  for (let round = 0; round < ROUNDS && best.count > least && work <= MAX_IMPROVED_WORK; round++) {
    best = greedy(given, byClass(best), skip);
  }
  return best;
}

/** The entries in the given columns alone. */
function restricted({ rows, columns }: Sides, only: Uint8Array): Sides {
  const [n, m] = columns.shape;
  const indptr = new Int32Array(n + 1);
  const indices = new Int32Array(columns.indices.length);
  let k = 0;
  for (let j = 0; j < n; j++) {
    if (only[j]) for (let l = columns.indptr[j]!; l < columns.indptr[j + 1]!; l++) indices[k++] = columns.indices[l]!;
    indptr[j + 1] = k;
  }
  const kept: Pattern = { shape: [n, m], indptr, indices: indices.slice(0, k) };
  return { rows: { ...transposePattern(kept).transposed, shape: rows.shape }, columns: kept };
}

function greedy({ rows, columns }: Sides, order: Int32Array, skip: Uint8Array | undefined): Coloring {
  const n = columns.shape[0];
  const colours = new Int32Array(n).fill(-1);
  const forbidden = new Int32Array(n + 1).fill(-1);
  let count = 0;
  for (const j of order) {
    let needed = false;
    for (let k = columns.indptr[j]!; k < columns.indptr[j + 1]!; k++) {
      const i = columns.indices[k]!;
      if (skip?.[i]) continue;
      needed = true;
      for (let l = rows.indptr[i]!; l < rows.indptr[i + 1]!; l++) {
        const colour = colours[rows.indices[l]!]!;
        if (colour >= 0) forbidden[colour] = j;
      }
    }
    if (!needed) continue;
    let colour = 0;
    while (forbidden[colour] === j) colour++;
    colours[j] = colour;
    if (colour === count) count++;
  }
  return { colours, count };
}

// ---------------------------------------------------------------------------------------------------------- orders

function natural({ columns }: Sides): Int32Array {
  return Int32Array.from({ length: columns.shape[0] }, (_, j) => j);
}

/** How many entries other columns have in the rows of each column. */
function degrees({ rows, columns }: Sides, skip: Uint8Array | undefined): Int32Array {
  const out = new Int32Array(columns.shape[0]);
  for (let j = 0; j < out.length; j++) {
    for (let k = columns.indptr[j]!; k < columns.indptr[j + 1]!; k++) {
      const i = columns.indices[k]!;
      if (!skip?.[i]) out[j]! += rows.indptr[i + 1]! - rows.indptr[i]! - 1;
    }
  }
  return out;
}

/** Columns by falling degree; equal degrees keep their order (Welsh and Powell 1967). */
function largestFirst(sides: Sides, skip: Uint8Array | undefined): Int32Array {
  return sortedBy(degrees(sides, skip), true);
}

/** Positions by their keys, stable. */
export function sortedBy(keys: Int32Array, falling: boolean): Int32Array {
  const most = keys.reduce((a, b) => Math.max(a, b), 0);
  const starts = new Int32Array(most + 2);
  const bucket = (key: number): number => (falling ? most - key : key);
  for (const key of keys) starts[bucket(key) + 1]!++;
  for (let b = 0; b <= most; b++) starts[b + 1]! += starts[b]!;
  const out = new Int32Array(keys.length);
  keys.forEach((key, j) => {
    out[starts[bucket(key)]!++] = j;
  });
  return out;
}

/** The last column has the fewest neighbours; without it, the one before, and so on (Matula 1968). */
function smallestLast(sides: Sides, skip: Uint8Array | undefined): Int32Array {
  const { rows, columns } = sides;
  const degree = degrees(sides, skip);
  const n = degree.length;
  const queue = new DegreeQueue(
    degree,
    degree.reduce((a, b) => Math.max(a, b), 0),
  );
  const out = new Int32Array(n);
  for (let at = n - 1; at >= 0; at--) {
    const j = queue.smallest();
    out[at] = j;
    for (let k = columns.indptr[j]!; k < columns.indptr[j + 1]!; k++) {
      const i = columns.indices[k]!;
      if (skip?.[i]) continue;
      for (let l = rows.indptr[i]!; l < rows.indptr[i + 1]!; l++) queue.lower(rows.indices[l]!);
    }
  }
  return out;
}

/** Vertices in buckets by degree, each bucket a doubly linked list. */
export class DegreeQueue {
  private readonly degree: Int32Array;
  private readonly heads: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly removed: Uint8Array;
  private least = 0;

  /** No degree will ever be above `most`. */
  constructor(degree: Int32Array, most: number) {
    const n = degree.length;
    this.degree = degree;
    this.heads = new Int32Array(most + 1).fill(-1);
    this.next = new Int32Array(n).fill(-1);
    this.previous = new Int32Array(n).fill(-1);
    this.removed = new Uint8Array(n);
    for (let v = n - 1; v >= 0; v--) this.insert(v);
  }

  private insert(v: number): void {
    const d = this.degree[v]!;
    const head = this.heads[d]!;
    this.next[v] = head;
    this.previous[v] = -1;
    if (head >= 0) this.previous[head] = v;
    this.heads[d] = v;
    if (d < this.least) this.least = d;
  }

  private unlink(v: number): void {
    const [before, after] = [this.previous[v]!, this.next[v]!];
    if (before >= 0) this.next[before] = after;
    else this.heads[this.degree[v]!] = after;
    if (after >= 0) this.previous[after] = before;
  }

  /** Removes and returns a vertex of least degree. */
  smallest(): number {
    while (this.heads[this.least] === -1) this.least++;
    const v = this.heads[this.least]!;
    this.unlink(v);
    this.removed[v] = 1;
    return v;
  }

  /** One less neighbour, for a vertex that is still there. */
  lower(v: number): void {
    if (!this.removed[v]) this.set(v, this.degree[v]! - 1);
  }

  /** Another degree for a vertex that is still there. */
  set(v: number, degree: number): void {
    this.unlink(v);
    this.degree[v] = degree;
    this.insert(v);
  }
}

/** The classes from the last to the first: greedy in this order needs at most as many colours. */
function byClass({ colours, count }: Coloring): Int32Array {
  return sortedBy(
    colours.map((c) => count - 1 - c),
    false,
  );
}

// ------------------------------------------------------------------------------------------------------ both sides

/**
 * Products with J for the columns' colours, and with Jᵀ for the rows'. Entry (i, j) is read from the product of row i's
 * colour where `byRow[i]` and not `byColumn[j]`, else from that of column j's colour.
 */
export interface Compression {
  readonly columns: Coloring;
  readonly rows: Coloring;
  readonly byRow: Uint8Array;
  readonly byColumn: Uint8Array;
  /** In products with J. */
  readonly cost: number;
}

/** A product with Jᵀ in units of a product with J. */
const REVERSE_COST = 1.5;
/** How many sets of heavy rows, and of heavy columns, are tried. */
const SPLITS = 3;

const noColours = (n: number): Coloring => ({ colours: new Int32Array(n).fill(-1), count: 0 });

/**
 * The cheapest direct compression found: by columns, by rows, or heavy rows by rows and the others by columns, or heavy
 * columns by columns and the others by rows. Undefined where the pattern is too dense for all of them.
 */
export function compress(pattern: Pattern): Compression | undefined {
  const [m, n] = pattern.shape;
  const sides = sidesOf(pattern);
  const turned: Sides = { rows: sides.columns, columns: sides.rows };
  let best: Compression | undefined;
  const bound = (): number => best?.cost ?? Number.POSITIVE_INFINITY;
  const offer = (
    columns: Coloring | undefined,
    rows: Coloring | undefined,
    byRow: Uint8Array,
    byColumn: Uint8Array,
  ) => {
    if (!columns || !rows) return;
    const cost = columns.count + REVERSE_COST * rows.count;
    if (cost < bound()) best = { columns, rows, byRow, byColumn, cost };
  };
  const [noRow, noColumn] = [new Uint8Array(m), new Uint8Array(n)];
  const everyRow = new Uint8Array(m).fill(1);
  offer(colourColumns(sides), noColours(m), noRow, noColumn);
  // Colouring the rows takes at least as many products as the widest column has entries, and as many as colouring the
  // columns where the pattern is symmetric.
  if (REVERSE_COST * widest(turned, undefined) < bound() && !(best && samePattern(sides.rows, sides.columns))) {
    offer(noColours(n), colourColumns(turned), everyRow, noColumn);
  }
  for (const heavy of heavyRows(sides, REVERSE_COST, bound())) {
    offer(colourColumns(sides, heavy), colourColumns(turned, undefined, heavy), heavy, noColumn);
  }
  for (const heavy of heavyRows(turned, 1, bound())) {
    offer(colourColumns(sides, undefined, heavy), colourColumns(turned, heavy), everyRow, heavy);
  }
  return best;
}

/** By columns alone. */
export function compressColumns(pattern: Pattern): Compression | undefined {
  const [m, n] = pattern.shape;
  const columns = colourColumns(sidesOf(pattern));
  const [byRow, byColumn] = [new Uint8Array(m), new Uint8Array(n)];
  return columns && { columns, rows: noColours(m), byRow, byColumn, cost: columns.count };
}

/** By rows alone. */
export function compressRows(pattern: Pattern): Compression | undefined {
  const [m, n] = pattern.shape;
  const { rows: across, columns: down } = sidesOf(pattern);
  const rows = colourColumns({ rows: down, columns: across });
  const [byRow, byColumn] = [new Uint8Array(m).fill(1), new Uint8Array(n)];
  return rows && { columns: noColours(n), rows, byRow, byColumn, cost: REVERSE_COST * rows.count };
}

/** Sets of the rows with most entries, the most promising first: without them the widest row is much narrower. */
function heavyRows({ rows }: Sides, price: number, bound: number): Uint8Array[] {
  const m = rows.shape[0];
  const widths = Int32Array.from({ length: m }, (_, i) => rows.indptr[i + 1]! - rows.indptr[i]!);
  const order = sortedBy(widths, true);
  const splits: { count: number; cost: number }[] = [];
  for (let count = 1; count < m && price * count < bound; count++) {
    const next = widths[order[count]!]!;
    if (next < widths[order[count - 1]!]!) splits.push({ count, cost: next + price * count });
  }
  return splits
    .filter(({ cost }) => cost < bound)
    .sort((a, b) => a.cost - b.cost)
    .slice(0, SPLITS)
    .map(({ count }) => {
      const heavy = new Uint8Array(m);
      for (let k = 0; k < count; k++) heavy[order[k]!] = 1;
      return heavy;
    });
}
