// Index notation as data. A net is  coef · Π atomᵉ[indices]  with an ordered list of free indices; every other index is
// summed. Deltas are never stored: δᵢⱼ is the same index standing twice, diag(x) a free list with a repeated index, and
// ones an index that no factor carries. A sum of nets over the same free positions is a `Sum`. Atoms and sums are interned:
// equal means identical, and keys are made of small ids, never of the text of a subtree.
import { canonicalKey } from './canonical.ts';
import type { OpaqueFunction } from './opaque.ts';
import type { Size } from './size.ts';

/** One index of one net; identity is what counts. */
export class Index {
  readonly size: Size;

  constructor(size: Size) {
    this.size = size;
  }
}

export const indices = (sizes: readonly Size[]): Index[] => sizes.map((size) => new Index(size));

export type AtomKind =
  | 'variable' // name, with facts
  | 'size' // the value of a symbolic size
  | 'map' // an elementwise function, by name
  | 'pow' // entry by entry, with an exponent that is not a number
  | 'box' // a sum used as a factor
  | 'closed' // a network without free indices, as one scalar
  | 'inverse'
  | 'det'
  | 'logdet'
  | 'softmax'
  | 'logsumexp'
  | 'expm'
  | 'trexpm'
  | 'opaque' // a function known by its name only
  | 'hole'; // a place left open while terms are compared

export interface Atom {
  readonly id: number;
  readonly kind: AtomKind;
  readonly name: string;
  readonly args: readonly Sum[];
  readonly sizes: readonly Size[];
  /** Its two slots may be exchanged. */
  readonly symmetric: boolean;
  readonly facts: ReadonlySet<string>;
  /** What an opaque function computes. */
  readonly opaque?: OpaqueFunction;
}

export interface Factor {
  readonly atom: Atom;
  readonly at: readonly Index[];
  readonly power: number;
}

export class Net {
  readonly coef: number;
  readonly free: readonly Index[];
  readonly factors: readonly Factor[];
  private known: number | undefined;

  constructor(coef: number, free: readonly Index[], factors: readonly Factor[]) {
    this.coef = coef;
    this.free = free;
    this.factors = factors;
  }

  /** Equal for nets that differ in their coefficient, names of summed indices and order of factors only. */
  get key(): number {
    this.known ??= table.keyOf(canonicalKey(this.free, this.factors));
    return this.known;
  }

  scaled(by: number): Net {
    return by === 1 ? this : this.with(tidy(this.coef * by));
  }

  with(coef: number): Net {
    const net = new Net(coef, this.free, this.factors);
    net.known = this.known;
    return net;
  }

  /** The summed indices. */
  get summed(): Set<Index> {
    const found = new Set<Index>();
    for (const { at } of this.factors) for (const index of at) found.add(index);
    for (const index of this.free) found.delete(index);
    return found;
  }
}

export interface Sum {
  readonly id: number;
  readonly sizes: readonly Size[];
  readonly nets: readonly Net[];
}

/** Everything interned by one derivation; ids are only compared within one table. */
export class Table {
  private readonly atoms: Map<string, Atom> = new Map();
  private readonly sums: Map<string, Sum> = new Map();
  private readonly keys: Map<string, number> = new Map();
  /** What the search for a shorter form has tried so far. */
  effort = 0;
  /** Results remembered by the operations on nets, by their own names. */
  readonly memo: Map<string, Map<string, unknown>> = new Map();

  atom(fields: Omit<Atom, 'id'>): Atom {
    const { kind, name, args, sizes, symmetric, facts } = fields;
    const key = `${kind}|${name}|${args.map((a) => a.id).join()}|${sizes.join()}|${symmetric}|${[...facts].join()}`;
    let atom = this.atoms.get(key);
    if (!atom) {
      atom = { id: this.atoms.size, ...fields };
      this.atoms.set(key, atom);
    }
    return atom;
  }

  sum(nets: readonly Net[], sizes: readonly Size[]): Sum {
    const terms = nets.map((net) => `${net.key}:${net.coef}`).sort();
    const key = `${sizes.join()}|${terms.join()}`;
    let sum = this.sums.get(key);
    if (!sum) {
      sum = { id: this.sums.size, sizes, nets };
      this.sums.set(key, sum);
    }
    return sum;
  }

  keyOf(text: string): number {
    let id = this.keys.get(text);
    if (id === undefined) {
      id = this.keys.size;
      this.keys.set(text, id);
    }
    return id;
  }
}

let table: Table = new Table();

/** Runs `body` with its nets interned in `own`. */
export function withTable<T>(own: Table, body: () => T): T {
  const before = table;
  table = own;
  try {
    return body();
  } finally {
    table = before;
  }
}

/** Counts an attempt on this many terms; false when the derivation has had its share. */
export function mayTry(terms: number): boolean {
  table.effort += terms;
  return table.effort <= mostEffort;
}

const mostEffort = 1500;

/** `compute` remembered under `name` and `key` for as long as the table lives. */
export function remembered<T>(name: string, key: string, compute: () => T): T {
  let memo = table.memo.get(name);
  if (!memo) {
    memo = new Map();
    table.memo.set(name, memo);
  }
  if (memo.has(key)) return memo.get(key) as T;
  const value = compute();
  memo.set(key, value);
  return value;
}

const noFacts: ReadonlySet<string> = new Set();

export function atomOf(
  kind: AtomKind,
  name: string,
  args: readonly Sum[],
  sizes: readonly Size[],
  symmetric = false,
  facts: ReadonlySet<string> = noFacts,
): Atom {
  return table.atom({ kind, name, args, sizes, symmetric, facts });
}

/** The application of a function that is known by its name only. */
export function opaqueAtom(f: OpaqueFunction, args: readonly Sum[]): Atom {
  return table.atom({
    kind: 'opaque',
    name: f.name,
    args,
    sizes: f.gives,
    symmetric: false,
    facts: noFacts,
    opaque: f,
  });
}

/** Snaps a coefficient to a nearby fraction with a small denominator, so that 1/3 + 2/3 is 1. */
export function tidy(value: number): number {
  const scaled = value * 5040;
  const nearest = Math.round(scaled);
  return nearest !== 0 && Math.abs(scaled - nearest) <= 2e-15 * Math.abs(nearest) ? nearest / 5040 : value;
}

/** Like terms collected, zeros dropped. */
export function sumOf(nets: readonly Net[], sizes: readonly Size[]): Sum {
  if (nets.length === 1 && nets[0]!.coef !== 0) return table.sum(nets, sizes);
  const byKey = new Map<number, { net: Net; coef: number; largest: number }>();
  for (const net of nets) {
    const entry = byKey.get(net.key);
    if (entry) {
      entry.coef += net.coef;
      entry.largest = Math.max(entry.largest, Math.abs(net.coef));
    } else byKey.set(net.key, { net, coef: net.coef, largest: Math.abs(net.coef) });
  }
  const terms = [...byKey.values()]
    .filter(({ coef, largest }) => Math.abs(coef) > 1e-13 * largest)
    .map(({ net, coef }) => net.with(tidy(coef)));
  return table.sum(terms, sizes);
}

export const zero = (sizes: readonly Size[]): Sum => sumOf([], sizes);
