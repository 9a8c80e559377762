// The derivative of a value with respect to an input as a sum of terms. A term is a net (index notation, see calculus/)
// whose atoms are known tensors and whose free indices are the digits of the value's axes, then those of the input's: an
// axis is a list of digits, so that a reshape only regroups them, and an axis of size 1 has none. A delta is one index
// standing on both sides. Elementwise weights of one pattern are added up into one as soon as two terms meet.
import { type Atom, type Factor, Index, Net } from '../calculus/net.ts';
import type { Known, Knowns, Place } from './known.ts';

export interface Term {
  readonly coef: number;
  readonly factors: readonly Factor[];
  /** Digits of each axis of the value. */
  readonly axes: readonly (readonly Index[])[];
  /** Which input, and the digits of each of its axes. */
  readonly input: number;
  readonly into: readonly (readonly Index[])[];
  /** The same term with all its deltas, where some became identities. */
  readonly origin?: Term;
}

export const sizeOfIndex = (index: Index): number => Number(index.size);
export const indexOf = (size: number): Index => new Index(String(size));
export const indicesOf = (sizes: readonly number[]): Index[] => sizes.map(indexOf);
/** One index an axis, none for an axis of size 1. */
export const wholeAxes = (shape: readonly number[]): Index[][] => shape.map((n) => (n === 1 ? [] : [indexOf(n)]));

/** d x / d x: a delta for every axis. */
export function identityTerm(input: number, shape: readonly number[]): Term {
  const axes = wholeAxes(shape);
  return { coef: 1, factors: [], axes, input, into: axes };
}

export function scaled(term: Term, by: number): Term {
  return by === 1 ? term : { ...term, coef: term.coef * by };
}

/** Indices that stopped being an axis: those that nothing carries count their size. */
export function withoutAxes(term: Term, axes: readonly (readonly Index[])[], dropped: readonly Index[]): Term {
  const kept = new Set([...axes.flat(), ...term.into.flat(), ...term.factors.flatMap(({ at }) => at)]);
  const orphans = new Set(dropped.filter((index) => !kept.has(index)));
  let { coef } = term;
  for (const index of orphans) coef *= sizeOfIndex(index);
  return { ...term, coef, axes };
}

/** The term with one index in place of others. */
export function renamed(term: Term, to: ReadonlyMap<Index, readonly Index[]>, knowns: Knowns): Term {
  const image = (list: readonly Index[]): Index[] => list.flatMap((index) => to.get(index) ?? [index]);
  const factors = term.factors.map(({ atom, at, power }) => {
    if (!at.some((index) => to.has(index))) return { atom, at, power };
    const next = image(at);
    return { atom: knowns.reshaped(atom, next.map(sizeOfIndex)), at: next, power };
  });
  return { ...term, factors, axes: term.axes.map(image), into: term.into.map(image) };
}

/**
 * The digits of `flat` grouped into axes of the given sizes, with the digits that must be split for that. Undefined where
 * no common digits exist, as between [2, 3] and [3, 2].
 */
function grouping(
  flat: readonly Index[],
  shape: readonly number[],
): { axes: Index[][]; split: Map<Index, readonly Index[]> } | undefined {
  const queue = [...flat];
  const split = new Map<Index, readonly Index[]>();
  const axes: Index[][] = [];
  for (const n of shape) {
    const digits: Index[] = [];
    let left = n;
    while (left > 1) {
      const next = queue.shift();
      if (!next) return undefined;
      const size = sizeOfIndex(next);
      if (left % size === 0) {
        digits.push(next);
        left /= size;
        continue;
      }
      if (size % left !== 0) return undefined;
      const parts = indicesOf([left, size / left]);
      if (flat.filter((index) => index === next).length > 1) return undefined;
      const earlier = [...split].find(([, list]) => list.includes(next));
      if (earlier)
        split.set(
          earlier[0],
          earlier[1].flatMap((index) => (index === next ? parts : [index])),
        );
      else split.set(next, parts);
      digits.push(parts[0]!);
      queue.unshift(parts[1]!);
      left = 1;
    }
    axes.push(digits);
  }
  return { axes, split };
}

/** The value under another shape. */
export function reshapedTerm(term: Term, shape: readonly number[], knowns: Knowns): Term | undefined {
  const grouped = grouping(term.axes.flat(), shape);
  if (!grouped) return undefined;
  if (grouped.split.size === 0) return { ...term, axes: grouped.axes };
  return { ...renamed(term, grouped.split, knowns), axes: grouped.axes };
}

// ------------------------------------------------------------------------------------------- like terms

/** Factors that only weigh the entries of the value, and the others. */
function separate(term: Term): { local: Factor[]; rest: Factor[] } {
  const own = new Set(term.axes.flat());
  const local: Factor[] = [];
  const rest: Factor[] = [];
  for (const f of term.factors) (f.at.every((index) => own.has(index)) ? local : rest).push(f);
  return { local, rest };
}

interface Group {
  readonly term: Term;
  readonly rest: readonly Factor[];
  readonly parts: { coef: number; factors: readonly { atom: Atom; at: readonly Index[] }[] }[];
}

const digits = (axes: readonly (readonly Index[])[]): string => axes.map((list) => list.length).join();

/** Equal terms added; terms that differ in their weights only made one. */
export function collected(terms: readonly Term[], knowns: Knowns): Term[] {
  if (terms.length < 2) return terms.filter(({ coef }) => coef !== 0).map((term) => shortened(term, knowns));
  const groups = new Map<string, Group[]>();
  for (const term of terms) {
    if (term.coef === 0) continue;
    const { local, rest } = separate(term);
    const flat = [...term.axes.flat(), ...term.into.flat()];
    const key = `${term.input}|${digits(term.axes)}|${digits(term.into)}|${new Net(1, flat, rest).key}`;
    const candidates = groups.get(key);
    const group = candidates?.find((other) => mayJoin(other, term, local));
    if (!group) {
      const made = { term, rest, parts: [{ coef: term.coef, factors: local }] };
      if (candidates) candidates.push(made);
      else groups.set(key, [made]);
      continue;
    }
    const own = group.term.axes.flat();
    const theirs = term.axes.flat();
    const moved = local.map(({ atom, at }) => ({ atom, at: at.map((index) => own[theirs.indexOf(index)]!) }));
    group.parts.push({ coef: term.coef, factors: moved });
  }
  return [...groups.values()]
    .flat()
    .flatMap((group) => joined(group, knowns))
    .map((term) => shortened(term, knowns));
}

/** More weights than these are multiplied into one: a long chain of functions keeps terms of bounded size. */
const MOST_WEIGHTS = 6;

function shortened(term: Term, knowns: Knowns): Term {
  if (term.factors.length <= MOST_WEIGHTS) return term;
  const { local, rest } = separate(term);
  if (local.length <= MOST_WEIGHTS) return term;
  const used = [...new Set(local.flatMap(({ at }) => at))];
  const factors = local.map(({ atom, at }): Place => ({ atom, at: at.map((index) => used.indexOf(index)) }));
  const atom = knowns.atom({ kind: 'sum', parts: [{ coef: 1, factors }] }, used.map(sizeOfIndex));
  return { ...term, factors: [...rest, { atom, at: used, power: 1 }] };
}

/** More factors than these are one, over the digits of both sides: later operations then share it. */
const MOST_FACTORS = 8;

/** The term with one factor for all; its deltas stay. */
export function contractedTerm(term: Term, knowns: Knowns): Term {
  if (term.factors.length <= MOST_FACTORS) return term;
  const free = new Set([...term.axes.flat(), ...term.into.flat()]);
  const at = [...new Set(term.factors.flatMap((f) => f.at))].filter((index) => free.has(index));
  const atom = knowns.atom({ kind: 'product', factors: term.factors, at }, at.map(sizeOfIndex));
  return { ...term, factors: [{ atom, at, power: 1 }] };
}

const carried = (axes: readonly Index[], factors: readonly { readonly at: readonly Index[] }[]): Set<number> =>
  new Set(factors.flatMap(({ at }) => at.map((index) => axes.indexOf(index))));

/** Weights are added only where one of them already has the axes of the sum: a sum of a vector's and a row's is a matrix. */
function mayJoin(group: Group, term: Term, local: readonly Factor[]): boolean {
  const axes = group.term.axes.flat();
  const theirs = carried(term.axes.flat(), local);
  const ours = new Set(group.parts.flatMap(({ factors }) => [...carried(axes, factors)]));
  const contains = (a: Set<number>, b: Set<number>): boolean => [...b].every((k) => a.has(k));
  return contains(ours, theirs) || contains(theirs, ours);
}

function joined({ term, rest, parts }: Group, knowns: Knowns): Term[] {
  const places = [...new Set(term.axes.flat())];
  const like = new Map<string, { coef: number; factors: Group['parts'][number]['factors'] }>();
  for (const part of parts) {
    const key = part.factors
      .map(({ atom, at }) => `${atom.id}:${at.map((index) => places.indexOf(index)).join()}`)
      .sort()
      .join(';');
    const known = like.get(key);
    if (known) known.coef += part.coef;
    else like.set(key, { ...part });
  }
  const left = [...like.values()].filter(({ coef }) => coef !== 0);
  if (left.length === 0) return [];
  if (left.length === 1) {
    const { coef, factors } = left[0]!;
    return [{ ...term, coef, factors: [...rest, ...factors.map((f) => ({ ...f, power: 1 }))] }];
  }
  const used = places.filter((index) => left.some(({ factors }) => factors.some(({ at }) => at.includes(index))));
  const sum: Known = {
    kind: 'sum',
    parts: left.map(({ coef, factors }) => ({
      coef,
      factors: factors.map(({ atom, at }): Place => ({ atom, at: at.map((index) => used.indexOf(index)) })),
    })),
  };
  const atom = knowns.atom(sum, used.map(sizeOfIndex));
  return [{ ...term, coef: 1, factors: [...rest, { atom, at: used, power: 1 }] }];
}
