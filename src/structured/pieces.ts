// The terms of one derivative sorted by what their deltas leave: terms with the same deltas share one core, and a core
// without deltas is either a product of thin factors or all entries. This is where a class is chosen, before any number
// is computed.
import { type Factor, type Index, Net } from '../calculus/net.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { Labelling } from './cores.ts';
import { loosened, withoutRepeats } from './deltas.ts';
import type { Knowns } from './known.ts';
import { type Packed, packedOf } from './packed.ts';
import { productCost } from './product-cost.ts';
import { indicesOf, renamed, sizeOfIndex, type Term } from './term.ts';

/** One product, read over the digits of the core. */
export interface CoreTerm {
  readonly coef: number;
  readonly factors: readonly Factor[];
  readonly at: readonly Index[];
  readonly term: Term;
}

export interface DeltaPiece {
  readonly kind: 'delta';
  readonly labels: Labelling;
  readonly terms: readonly CoreTerm[];
  /** How the terms share a square, where that is how the core is computed. */
  readonly packed: Packed | undefined;
}

export interface LowRankPiece {
  readonly kind: 'low-rank';
  readonly split: Split;
  readonly term: Term;
  readonly rank: number;
}

/** A product that falls apart into factors with rows and columns of their own. */
export interface KroneckerPiece {
  readonly kind: 'kronecker';
  readonly term: Term;
  readonly parts: readonly KroneckerPart[];
}

export interface KroneckerPart {
  readonly factors: readonly Factor[];
  readonly rows: readonly Index[];
  readonly columns: readonly Index[];
}

export type Piece = DeltaPiece | LowRankPiece | KroneckerPiece;

/** A product cut in two along the indices that both sides share. */
export interface Split {
  readonly left: readonly Factor[];
  readonly right: readonly Factor[];
  /** Factors of the cut indices alone (and of shared digits). */
  readonly middle: readonly Factor[];
  readonly cut: readonly Index[];
}

// ------------------------------------------------------------------------------------------- common digits

/** Products of the last digits: where an axis list may be cut. */
function cuts(flat: readonly Index[]): number[] {
  let product = 1;
  return [...flat].reverse().map((index) => {
    product *= sizeOfIndex(index);
    return product;
  });
}

/** The digits of all terms cut at the same places, or undefined where the places do not divide each other. */
export function commonDigits(terms: readonly Term[], knowns: Knowns): Term[] | undefined {
  let list = [...terms];
  for (let round = 0; round < 8; round++) {
    let changed = false;
    for (const side of ['axes', 'into'] as const) {
      const places = [...new Set(list.flatMap((term) => cuts(term[side].flat())))].sort((a, b) => a - b);
      if (places.some((place, k) => k > 0 && place % places[k - 1]! !== 0)) return undefined;
      list = list.map((term) => {
        const split = new Map<Index, readonly Index[]>();
        let done = 1;
        for (const index of [...term[side].flat()].reverse()) {
          const end = done * sizeOfIndex(index);
          const inside = places.filter((place) => place > done && place <= end);
          if (inside.length > 1) {
            const sizes = inside.map((place, k) => place / (k === 0 ? done : inside[k - 1]!)).reverse();
            if (!split.has(index)) split.set(index, indicesOf(sizes));
          }
          done = end;
        }
        if (split.size === 0) return term;
        changed = true;
        return renamed(term, split, knowns);
      });
    }
    if (!changed) return list;
  }
  return undefined;
}

// ------------------------------------------------------------------------------------------- splitting

/** Cuts the product between rows and columns, if no factor touches both. */
export function splitProduct(
  factors: readonly Factor[],
  rows: readonly Index[],
  columns: readonly Index[],
  shared: readonly Index[] = [],
): Split | undefined {
  const touches = ({ at }: Factor, list: readonly Index[]): boolean => at.some((index) => list.includes(index));
  if (factors.some((f) => touches(f, rows) && touches(f, columns))) return undefined;
  const left = factors.filter((f) => touches(f, rows));
  const right = factors.filter((f) => touches(f, columns));
  const inside = (list: readonly Factor[]): Set<Index> => new Set(list.flatMap(({ at }) => at));
  const [a, b] = [inside(left), inside(right)];
  const middle: Factor[] = [];
  for (const f of factors) {
    if (left.includes(f) || right.includes(f)) continue;
    if (f.at.every((index) => shared.includes(index) || (a.has(index) && b.has(index)))) middle.push(f);
    else left.push(f);
  }
  const cut = [...inside(left)].filter((index) => b.has(index) && !shared.includes(index));
  return { left, right, middle, cut };
}

/** Whether the two sides are one product, rows in place of columns. */
export function isSymmetricSplit(
  { left, right, cut }: Split,
  rows: readonly Index[],
  columns: readonly Index[],
  shared: readonly Index[],
): boolean {
  if (rows.length !== columns.length) return false;
  const key = (free: readonly Index[], factors: readonly Factor[]): number =>
    new Net(1, [...free, ...shared, ...cut], factors).key;
  return key(rows, left) === key(columns, right);
}

// ------------------------------------------------------------------------------------------- pieces

interface Pattern {
  readonly out: readonly number[];
  readonly in: readonly number[];
}

function patternOf(term: Term): Pattern {
  const labels = new Map<Index, number>();
  const name = (index: Index): number => {
    if (!labels.has(index)) labels.set(index, labels.size);
    return labels.get(index)!;
  };
  return { out: term.axes.flat().map(name), in: term.into.flat().map(name) };
}

/** The index of each label of a pattern. */
function indexOfLabel(term: Term, { out, in: into }: Pattern): Index[] {
  const list: Index[] = [];
  for (const [k, label] of out.entries()) list[label] = term.axes.flat()[k]!;
  for (const [k, label] of into.entries()) list[label] = term.into.flat()[k]!;
  return list;
}

/** The pieces of the terms of one output and one input, whose digits are common. */
export function piecesOf(terms: readonly Term[], knowns: Knowns, keepFactors: boolean): Piece[] {
  const groups = new Map<string, { pattern: Pattern; terms: Term[] }>();
  for (const given of terms) {
    const term = withoutRepeats(given, knowns);
    const pattern = patternOf(term);
    const key = `${pattern.out.join()}|${pattern.in.join()}`;
    const group = groups.get(key);
    if (group) group.terms.push(term);
    else groups.set(key, { pattern, terms: [term] });
  }
  const list = merged([...groups.values()], knowns);
  const packed = keepFactors ? undefined : packedPiece(list, knowns);
  if (packed) return [packed];
  return list.flatMap(({ pattern, terms: own }): Piece[] => {
    const shared = pattern.out.filter((label) => pattern.in.includes(label));
    const thin = keepFactors && shared.length === 0 ? thinPieces(own) : undefined;
    const apart = keepFactors && shared.length === 0 && !thin ? kroneckerPieces(own) : undefined;
    return thin ?? apart ?? [deltaPiece(pattern, shared, own)];
  });
}

/** Where all entries are wanted and a full core shares a square with cores of more deltas, they are weights of that square. */
function packedPiece(groups: readonly Group[], knowns: Knowns): Piece | undefined {
  const full = groups.find(({ pattern }) => joints(pattern).length === 0);
  if (!full || groups.length === 1) return undefined;
  const terms = groups.flatMap((group) =>
    group === full ? group.terms : group.terms.map((term) => loosened(term, [], knowns)),
  );
  const piece = deltaPiece(full.pattern, [], terms);
  return piece.packed && piece;
}

interface Group {
  readonly pattern: Pattern;
  readonly terms: Term[];
}

/** Which position of Out is joined with which of In. */
const joints = ({ out, in: into }: Pattern): string[] =>
  out.flatMap((label, k) => (into.includes(label) ? [`${k}:${into.indexOf(label)}`] : []));

/** Terms with more deltas than others have join them, those deltas as identities: diagonals become part of the blocks. */
function merged(groups: readonly Group[], knowns: Knowns): Group[] {
  const kept: Group[] = [];
  const sorted = [...groups].sort((a, b) => joints(a.pattern).length - joints(b.pattern).length);
  for (const group of sorted) {
    const own = joints(group.pattern);
    const host = kept.find(({ pattern }) => {
      const theirs = joints(pattern);
      return theirs.length > 0 && theirs.every((joint) => own.includes(joint));
    });
    if (host) host.terms.push(...group.terms.map((term) => loosened(term, joints(host.pattern), knowns)));
    else kept.push({ pattern: group.pattern, terms: [...group.terms] });
  }
  return kept;
}

function deltaPiece(pattern: Pattern, shared: readonly number[], terms: readonly Term[]): DeltaPiece {
  const indices = terms.map((term) => indexOfLabel(term, pattern));
  const sizes = indices[0]!.map(sizeOfIndex);
  const isCarried = (label: number): boolean =>
    terms.some((term, k) => term.factors.some(({ at }) => at.includes(indices[k]![label]!)));
  const core = sizes.map((_, label) => label).filter((label) => !shared.includes(label) || isCarried(label));
  const labels = { sizes, out: pattern.out, in: pattern.in, core };
  const parts = terms.map((term, k) => ({
    coef: term.coef,
    factors: term.factors,
    at: core.map((label) => indices[k]![label]!),
    term,
  }));
  return { kind: 'delta', labels, terms: parts, packed: packedOf(labels, parts) };
}

/** Low rank pays where the factors are less than half of the entries. */
function thinPieces(terms: readonly Term[]): LowRankPiece[] | undefined {
  const pieces: LowRankPiece[] = [];
  for (const term of terms) {
    const split = splitProduct(term.factors, term.axes.flat(), term.into.flat());
    if (!split) return undefined;
    pieces.push({ kind: 'low-rank', split, term, rank: sizeOf(split.cut.map(sizeOfIndex)) });
  }
  const [first] = terms;
  const [m, n] = [first!.axes, first!.into].map((axes) => sizeOf(axes.flat().map(sizeOfIndex))) as [number, number];
  const rank = pieces.reduce((total, piece) => total + piece.rank, 0);
  return 2 * rank * (m + n) < m * n ? pieces : undefined;
}

/** Every term as a Kronecker product, where that takes less than half of the entries. */
function kroneckerPieces(terms: readonly Term[]): KroneckerPiece[] | undefined {
  const pieces = terms.map((term): KroneckerPiece => ({ kind: 'kronecker', term, parts: partsOf(term) }));
  const isProduct = ({ parts }: KroneckerPiece): boolean =>
    parts.filter(({ rows, columns }) => rows.length > 0 && columns.length > 0).length > 1;
  const { axes, into } = terms[0]!;
  const entries = sizeOf([...axes.flat(), ...into.flat()].map(sizeOfIndex));
  const elements = pieces.flatMap(({ parts }) => parts.map(partSize)).reduce((a, b) => a + b, 0);
  return pieces.every(isProduct) && 2 * elements < entries ? pieces : undefined;
}

const partSize = ({ rows, columns }: KroneckerPart): number => sizeOf([...rows, ...columns].map(sizeOfIndex));

/** The factors that share an index, directly or through others, with their digits of Out and In. */
function partsOf({ factors, axes, into }: Term): KroneckerPart[] {
  const groups: { indices: Set<Index>; factors: Factor[] }[] = [];
  const join = (indices: readonly Index[], own: readonly Factor[]): void => {
    const group = { indices: new Set(indices), factors: [...own] };
    for (let k = groups.length - 1; k >= 0; k--) {
      if (!indices.some((index) => groups[k]!.indices.has(index))) continue;
      const [other] = groups.splice(k, 1);
      for (const index of other!.indices) group.indices.add(index);
      group.factors.unshift(...other!.factors);
    }
    groups.push(group);
  };
  const [out, inside] = [axes.flat(), into.flat()];
  for (const index of [...out, ...inside]) join([index], []);
  const loose: Factor[] = [];
  for (const f of factors) {
    if (f.at.length === 0) loose.push(f);
    else join(f.at, [f]);
  }
  const parts = groups.map(
    ({ indices, factors: own }): KroneckerPart => ({
      factors: own,
      rows: out.filter((index) => indices.has(index)),
      columns: inside.filter((index) => indices.has(index)),
    }),
  );
  // What touches neither side is a number.
  const isNumber = ({ rows, columns }: KroneckerPart): boolean => rows.length + columns.length === 0;
  const numbers = [...loose, ...parts.filter(isNumber).flatMap((part) => part.factors)];
  return parts
    .filter((part) => !isNumber(part))
    .map((part, k) => (k === 0 ? { ...part, factors: [...part.factors, ...numbers] } : part));
}

/** Floating-point operations of a piece's cores. */
export function pieceCost(piece: Piece): number {
  if (piece.kind === 'delta') {
    if (piece.packed) return piece.packed.cost;
    return piece.terms.reduce((total, { factors, at }) => total + productCost(factors, at), 0);
  }
  if (piece.kind === 'kronecker') {
    return piece.parts.reduce(
      (total, { factors, rows, columns }) => total + productCost(factors, [...rows, ...columns]),
      0,
    );
  }
  const { left, right, cut } = piece.split;
  const { axes, into } = piece.term;
  return productCost(left, [...axes.flat(), ...cut]) + productCost(right, [...into.flat(), ...cut]);
}

/** Elements of a piece's largest tensor. */
export function pieceSize(piece: Piece): number {
  if (piece.kind === 'delta') return sizeOf(piece.labels.core.map((label) => piece.labels.sizes[label]!));
  if (piece.kind === 'kronecker') return Math.max(...piece.parts.map(partSize));
  const { axes, into } = piece.term;
  return piece.rank * Math.max(...[axes, into].map((side) => sizeOf(side.flat().map(sizeOfIndex))));
}

/** Operations of the products that stand as single factors in others. */
export function productsCost(knowns: Knowns): number {
  return knowns.products.reduce((total, { factors, at }) => total + productCost(factors, at), 0);
}
