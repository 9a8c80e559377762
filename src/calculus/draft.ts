// A product while its rules run: splicing copies a net into it, unification eliminates deltas.
import { isPositive } from './facts.ts';
import { type Factor, Index, type Net, tidy } from './net.ts';

export interface Spliced {
  readonly coef: number;
  readonly factors: readonly Factor[];
  /** Indices that are summed unless they are free in the product. */
  readonly bound: readonly Index[];
  readonly equal: readonly (readonly [Index, Index])[];
}

/** A copy of `net` with its free indices mapped onto `at` and fresh summed ones. */
export function splice(net: Net, at: readonly Index[]): Spliced {
  const to = new Map<Index, Index>();
  const equal: [Index, Index][] = [];
  net.free.forEach((index, k) => {
    const known = to.get(index);
    if (known === undefined) to.set(index, at[k]!);
    else if (known !== at[k]) equal.push([known, at[k]!]);
  });
  const bound = [...at];
  const image = (index: Index): Index => {
    let found = to.get(index);
    if (!found) {
      found = new Index(index.size);
      to.set(index, found);
      bound.push(found);
    }
    return found;
  };
  const factors = net.factors.map((f) => ({ ...f, at: f.at.map(image) }));
  return { coef: net.coef, factors, bound, equal };
}

/** Whether (coef Π atoms)^e may be taken factor by factor: no summed index, no delta, and real powers stay real. */
export function distributes(net: Net, exponent: number): boolean {
  if (net.summed.size > 0 || new Set(net.free).size < net.free.length) return false;
  if (Number.isInteger(exponent)) return true;
  if (net.coef <= 0) return false;
  // One factor of unknown sign may stay: the product must be positive anyway. An even power hides a sign: (x²)^½ = |x|.
  const unsure = net.factors.filter(({ atom, power }) => !isPositive(atom) && Number.isInteger(power));
  return unsure.length === 0 || (unsure.length === 1 && Math.abs(unsure[0]!.power) % 2 === 1);
}

/** A product while its rules run. */
export interface Draft {
  coef: number;
  free: Index[];
  factors: Factor[];
  /** Indices that are summed and were carried when the product was written down. */
  summed: Set<Index>;
}

export function unify(draft: Draft, equal: readonly (readonly [Index, Index])[]): void {
  if (equal.length === 0) return;
  const parent = new Map<Index, Index>();
  const find = (index: Index): Index => {
    let at = index;
    for (let up = parent.get(at); up; up = parent.get(at)) at = up;
    return at;
  };
  for (const [a, b] of equal) {
    const [x, y] = [find(a), find(b)];
    if (x !== y) parent.set(y, x);
  }
  draft.free = draft.free.map(find);
  draft.factors = draft.factors.map((f) => ({ ...f, at: f.at.map(find) }));
  const free = new Set(draft.free);
  draft.summed = new Set([...draft.summed].map(find).filter((index) => !free.has(index)));
}

/** Powers that cancel but for their rounding are gone. */
function addPowers(a: number, b: number): number {
  const sum = a + b;
  return Math.abs(sum) <= 1e-14 * Math.abs(a) ? 0 : tidy(sum);
}

/** B1: factors with one base and one index tuple; exponents add. */
export function mergeEqual(draft: Draft): void {
  const ids = new Map<Index, number>();
  const idOf = (index: Index): number => {
    if (!ids.has(index)) ids.set(index, ids.size);
    return ids.get(index)!;
  };
  const merged = new Map<string, Factor>();
  for (const f of draft.factors) {
    const at = f.at.map(idOf);
    if (f.atom.symmetric) at.sort((a, b) => a - b);
    const key = `${f.atom.id}:${at.join()}`;
    const before = merged.get(key);
    merged.set(key, before ? { ...before, power: addPowers(before.power, f.power) } : f);
  }
  draft.factors = [...merged.values()].filter(({ power }) => power !== 0);
}

/** B2: a box with one term is written out; a scalar one where powers distribute. */
export function spliceBoxes(draft: Draft): boolean {
  for (const [k, { atom, at, power }] of draft.factors.entries()) {
    if (atom.kind !== 'box' || atom.args[0]!.nets.length !== 1) continue;
    const net = atom.args[0]!.nets[0]!;
    if (power !== 1 && !distributes(net, power)) continue;
    const { factors, bound, equal } = splice(net, at);
    draft.coef *= net.coef ** power;
    draft.factors.splice(k, 1, ...factors.map((f) => ({ ...f, power: f.power * power })));
    const free = new Set(draft.free);
    for (const index of bound) if (!free.has(index)) draft.summed.add(index);
    unify(draft, equal);
    return true;
  }
  return false;
}
