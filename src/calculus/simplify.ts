// Simplification of a sum (C1–C3). Every step is accepted only if the measure, the size of what is rendered, strictly
// drops, so the loops end.
import { add, constant, power, product, scale, single, times } from './algebra.ts';
import { boxed } from './box.ts';
import { pulledOut } from './common.ts';
import { contract } from './contract.ts';
import { splice } from './draft.ts';
import { type Hole, holesOf } from './holes.ts';
import { type Atom, type Factor, type Index, mayTry, type Net, remembered, type Sum, sumOf } from './net.ts';

export type Measure = (sum: Sum) => number;

/** The smallest of: the sum as it is, multiplied out, over its lowest powers; each with common parts pulled out. */
export function simplify(sum: Sum, measure: Measure): Sum {
  return remembered('simplify', String(sum.id), () => {
    const expanded = expand(sum);
    const starts = [...new Set([sum, expanded, expand(oneLogistic(expanded))].flatMap((s) => [s, absorbed(s)]))];
    const candidates = [...new Set(starts.flatMap((s) => [s, ...lowestPowers(s)]))].map((s) => factor(s, measure));
    return candidates.reduce((best, s) => (measure(s) < measure(best) ? s : best), sum);
  });
}

/** Where both sigmoid(u) and sigmoid(-u) = 1 - sigmoid(u) occur, the first alone. */
function oneLogistic(sum: Sum): Sum {
  const atoms = new Map<number, Atom>();
  for (const { factors } of sum.nets) {
    for (const { atom } of factors)
      if (atom.kind === 'map' && atom.name === 'sigmoid') atoms.set(atom.args[0]!.id, atom);
  }
  const twins = new Map<Atom, Atom>();
  for (const atom of atoms.values()) {
    const twin = atoms.get(scale(atom.args[0]!, -1).id);
    if (twin && twin.id < atom.id) twins.set(atom, twin);
  }
  if (twins.size === 0) return sum;
  const nets = sum.nets.flatMap((net) => {
    let coef = net.coef;
    const factors = net.factors.map((f) => {
      const twin = twins.get(f.atom);
      if (!twin) return f;
      const box = boxed(add(constant(1, twin.sizes), single(twin), -1));
      coef *= box.scale ** f.power;
      return { ...f, atom: box.atom };
    });
    return contract(coef, net.free, factors, []);
  });
  return sumOf(nets, sum.sizes);
}

/** q⁻²·(x²q⁻² + 1)⁻¹ = (x² + q²)⁻¹: what the terms of a box are over goes to a factor outside that is the same. */
function absorbed(sum: Sum): Sum {
  const nets = sum.nets.flatMap((net) => {
    for (const b of net.factors) {
      if (b.atom.kind !== 'box' || !Number.isInteger(b.power)) continue;
      for (const f of net.factors) {
        const over = f.power * b.power > 0 ? lowestPower(b, f) : 0;
        if (over >= 0) continue;
        const { nets: terms, sizes } = b.atom.args[0]!;
        const lifted = terms.flatMap((term) => times(sumOf([term], sizes), power(single(f.atom), -over)).nets);
        const { scale: s, atom } = boxed(sumOf(lifted, sizes));
        const rest = net.factors.filter((other) => other !== f && other !== b);
        const outside = { ...f, power: f.power + over * b.power };
        const factors = [...rest, { ...b, atom }, ...(outside.power === 0 ? [] : [outside])];
        return contract(net.coef * s ** b.power, net.free, factors, net.summed);
      }
    }
    return [net];
  });
  return sumOf(nets, sum.sizes);
}

/** The lowest power of f in the terms of a box at its own indices; 0 where it is in none. */
function lowestPower({ atom, at }: Factor, f: Factor): number {
  if (f.atom === atom || f.at.length !== at.length || f.at.some((index, slot) => index !== at[slot])) return 0;
  const powers = atom.args[0]!.nets.flatMap(({ free, factors }) =>
    factors.filter((g) => g.atom === f.atom && g.at.every((index, slot) => index === free[slot])).map((g) => g.power),
  );
  return Math.min(0, ...powers);
}

const tooMany = 60;

/** Boxes multiplied out, until none is left or the terms get too many. */
function expand(sum: Sum): Sum {
  return remembered('expand', String(sum.id), () => {
    let nets: readonly Net[] = sum.nets;
    for (let round = 0; round < 6; round++) {
      const next = nets.flatMap(expandOne);
      if (next.length > tooMany) return sum;
      if (next.length === nets.length && next.every((net, i) => net === nets[i])) break;
      nets = next;
    }
    return sumOf(nets, sum.sizes);
  });
}

function expandOne(net: Net): Net[] {
  const k = net.factors.findIndex(({ atom, power: e }) => atom.kind === 'box' && e === 1);
  if (k < 0) return [net];
  const { atom, at } = net.factors[k]!;
  const rest = net.factors.filter((_, i) => i !== k);
  return atom.args[0]!.nets.flatMap((term) => {
    const { coef, factors, bound, equal } = splice(term, at);
    return contract(net.coef * coef, net.free, [...rest, ...factors], [...net.summed, ...bound], equal);
  });
}

/** C3: over the lowest power of a box that terms have in common, where that leaves fewer terms. */
function lowestPowers(sum: Sum): Sum[] {
  if (sum.nets.length < 2) return [];
  const found: Sum[] = [];
  const tried = new Set<number>();
  for (const net of sum.nets) {
    for (const f of net.factors) {
      if ((f.atom.kind !== 'box' && f.atom.kind !== 'closed') || tried.has(f.atom.id)) continue;
      tried.add(f.atom.id);
      const places = placesOf(net, f);
      const result = places && overLowest(sum, f, places);
      if (result) found.push(result);
    }
  }
  return found;
}

/** The free positions a factor stands at, if it stands at free indices only. */
function placesOf(net: Net, { at }: Factor): number[] | undefined {
  const places = at.map((index) => net.free.indexOf(index));
  return places.includes(-1) ? undefined : places;
}

function overLowest(sum: Sum, { atom }: Factor, places: readonly number[]): Sum | undefined {
  const isSame = (net: Net, f: Factor): boolean =>
    f.atom === atom && f.at.every((index, k) => index === net.free[places[k]!]);
  const powers = sum.nets.map((net) => net.factors.find((f) => isSame(net, f))?.power ?? 0);
  const least = Math.min(...powers);
  const above = powers.map((p) => p - least);
  if (above.some((p) => !Number.isInteger(p) || p > 2) || above.every((p) => p === 0) || least > 0) return undefined;
  const inner = sum.nets.map((net, t) => {
    const rest = net.factors.filter((f) => !isSame(net, f));
    let term = sumOf(contract(net.coef, net.free, rest, []), sum.sizes);
    for (let k = 0; k < above[t]!; k++) term = multipliedOut(term, atom.args[0]!, places);
    return term;
  });
  const collected = sumOf(
    inner.flatMap(({ nets }) => nets),
    sum.sizes,
  );
  if (collected.nets.length >= sum.nets.length) return undefined;
  const free = collected.nets[0]?.free ?? [];
  if (collected.nets.length === 0) return collected;
  const outside = power(single(atom), least);
  const at = places.map((k) => free[k]!);
  return product(
    [
      { sum: outside, at },
      { sum: collected, at: free },
    ],
    free,
  );
}

/** term * factor, term by term, the factor read at some of the term's places. */
function multipliedOut(term: Sum, factorSum: Sum, places: readonly number[]): Sum {
  const nets = term.nets.flatMap((a) =>
    factorSum.nets.flatMap((b) => {
      const { coef, factors, bound, equal } = splice(
        b,
        places.map((k) => a.free[k]!),
      );
      return contract(a.coef * coef, a.free, [...a.factors, ...factors], [...a.summed, ...bound], equal);
    }),
  );
  return sumOf(nets, term.sizes);
}

/** C2: pulls common parts out of terms, the largest group first, as long as the measure drops. */
function factor(sum: Sum, measure: Measure): Sum {
  if (sum.nets.length < 2 || sum.nets.length > tooMany) return sum;
  return remembered('factor', String(sum.id), () => {
    let best = sum;
    for (let round = 0; round < 12; round++) {
      const next = mayTry(4 * best.nets.length) ? bestMerge(best, measure) : undefined;
      if (!next) break;
      best = next;
    }
    return best;
  });
}

interface Group {
  readonly holes: { readonly term: number; readonly hole: Hole }[];
}

const attempts = 16;

function bestMerge(sum: Sum, measure: Measure): Sum | undefined {
  const groups = groupedHoles(sum);
  const before = measure(sum);
  let best: Sum | undefined;
  let least = before;
  let size = 0;
  for (const { holes } of groups.slice(0, attempts)) {
    // Larger groups first; among equally large ones the best.
    if ((best && holes.length < size) || !mayTry(sum.nets.length)) break;
    const merged = merge(sum, holes, measure);
    const price = measure(merged);
    if (price < least) [best, least, size] = [merged, price, holes.length];
  }
  if (sum.sizes.length <= 2) {
    for (const pulled of pulledOut(sum, (inner) => factor(inner, measure))) {
      if (!mayTry(sum.nets.length)) break;
      const price = measure(pulled);
      if (price < least) [best, least] = [pulled, price];
    }
  }
  return best;
}

/** Holes of different terms with one rest, largest groups first. */
function groupedHoles(sum: Sum): Group[] {
  const sketches = new Map<string, { term: number; hole: Hole }[]>();
  sum.nets.forEach((net, term) => {
    for (const hole of holesOf(net)) {
      const list = sketches.get(hole.sketch);
      if (list) list.push({ term, hole });
      else sketches.set(hole.sketch, [{ term, hole }]);
    }
  });
  const groups: Group[] = [];
  for (const list of sketches.values()) {
    if (new Set(list.map(({ term }) => term)).size < 2) continue;
    const byRest = new Map<number, { term: number; hole: Hole }[]>();
    for (const entry of list) {
      const { key } = entry.hole.rest;
      const same = byRest.get(key) ?? [];
      if (!same.some(({ term }) => term === entry.term)) byRest.set(key, [...same, entry]);
    }
    for (const holes of byRest.values()) if (holes.length > 1 && !holes[0]!.hole.turned) groups.push({ holes });
  }
  return groups.sort(
    (a, b) =>
      b.holes.length - a.holes.length || b.holes[0]!.hole.rest.factors.length - a.holes[0]!.hole.rest.factors.length,
  );
}

function merge(sum: Sum, holes: Group['holes'], measure: Measure): Sum {
  const [first] = holes;
  const { rest, at } = first!.hole;
  const sizes = at.map(({ size }) => size);
  const inner = sumOf(
    holes.map(({ hole }) => hole.part),
    sizes,
  );
  const factors = rest.factors.slice(0, -1);
  const merged = filled(rest.free, factors, at, sizes.length <= 2 ? simplify(inner, measure) : inner);
  const others = sum.nets.filter((_, k) => !holes.some(({ term }) => term === k));
  return sumOf([...others.slice(0, first!.term), ...merged, ...others.slice(first!.term)], sum.sizes);
}

/** rest * part, the part as one factor where it has several terms. */
function filled(free: readonly Index[], rest: readonly Factor[], at: readonly Index[], part: Sum): Net[] {
  if (part.nets.length === 0) return [];
  if (part.nets.length > 1) {
    const { scale, atom } = boxed(part);
    return contract(scale, free, [...rest, { atom, at, power: 1 }], []);
  }
  const { coef, factors, bound, equal } = splice(part.nets[0]!, at);
  return contract(coef, free, [...rest, ...factors], bound, equal);
}
