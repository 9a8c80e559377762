// A hole is a place in a net where another part could stand: one factor, what hangs on one index, what lies between two, or
// nothing at all (a missing scalar, vector of ones or identity). Terms whose rests agree differ only in their holes' parts,
// and merge into  rest * (sum of the parts).
import { components } from './canonical.ts';
import { atomOf, type Factor, Index, Net } from './net.ts';

export interface Hole {
  /** Cheap fingerprint of the rest; holes that can merge share it. */
  readonly sketch: string;
  /** What the rest is, with the hole as an atom. */
  readonly rest: Net;
  readonly at: readonly Index[];
  /** Whether `at` is the second of its two orders; a group that starts so mirrors another one. */
  readonly turned: boolean;
  /** What stands in the hole, over `at`. */
  readonly part: Net;
}

/** Every hole of a net whose part has at most two indices. */
export function holesOf(net: Net): Hole[] {
  const holes: Hole[] = [];
  const seen = new Set<string>();
  const scalars = net.factors.flatMap(({ at }, k) => (at.length === 0 ? [k] : []));
  const add = (subset: readonly number[]): void => {
    const key = [...subset].sort((a, b) => a - b).join();
    if (seen.has(key)) return;
    seen.add(key);
    pushHoles(holes, net, subset);
    // A scalar belongs to any part: (s'y)*s beside s.*y.
    if (scalars.length > 0 && scalars.length <= 2 && !subset.some((k) => scalars.includes(k))) {
      for (const k of scalars) add([...subset, k]);
    }
  };
  for (const k of net.factors.keys()) add([k]);
  const shaped = net.factors.flatMap(({ at }, k) => (at.length > 0 ? [k] : []));
  if (scalars.length > 0 && shaped.length > 0) {
    add(scalars);
    add(shaped);
  }
  const all = [...new Set(net.factors.flatMap(({ at }) => at))];
  for (const [i, a] of all.entries()) {
    for (const group of components(net.factors, new Set([a]))) add(group);
    const labels = net.factors.flatMap(({ at }, k) => (at.length === 1 && at[0] === a ? [k] : []));
    if (labels.length > 1) add(labels);
    for (const b of all.slice(i + 1)) {
      const groups = components(net.factors, new Set([a, b])).filter((g) => net.factors[g[0]!]!.at.length > 0);
      for (const group of groups) add(group);
      const between = groups.filter((g) => touches(net, g, a) && touches(net, g, b)).flat();
      if (between.length > 0) add(between);
      const isInside = (index: Index): boolean => index === a || index === b || !net.free.includes(index);
      add(groups.filter((g) => g.every((k) => net.factors[k]!.at.every(isInside))).flat());
    }
  }
  pushAbsent(holes, net);
  return holes;
}

const touches = (net: Net, group: readonly number[], index: Index): boolean =>
  group.some((k) => net.factors[k]!.at.includes(index));

function sketchOf(factors: readonly Factor[], arity: number): string {
  return `${arity}|${factors
    .map(({ atom, power }) => `${atom.id}^${power}`)
    .sort()
    .join()}`;
}

function holeFactor(at: readonly Index[]): Factor {
  return {
    atom: atomOf(
      'hole',
      '',
      [],
      at.map(({ size }) => size),
    ),
    at,
    power: 1,
  };
}

function push(holes: Hole[], net: Net, rest: readonly Factor[], at: readonly Index[], part: Net, turned = false): void {
  const sketch = sketchOf(rest, at.length);
  holes.push({ sketch, rest: new Net(1, net.free, [...rest, holeFactor(at)]), at, turned, part });
}

function pushHoles(holes: Hole[], net: Net, subset: readonly number[]): void {
  const inside = subset.map((k) => net.factors[k]!);
  const rest = net.factors.filter((_, k) => !subset.includes(k));
  if (inside.length === 0 || rest.length === 0) return;
  const outside = new Set([...net.free, ...rest.flatMap(({ at }) => at)]);
  const boundary = [...new Set(inside.flatMap(({ at }) => at))].filter((index) => outside.has(index));
  if (boundary.length > 2) return;
  push(holes, net, rest, boundary, new Net(net.coef, boundary, inside));
  if (boundary.length === 2) {
    const turned = [boundary[1]!, boundary[0]!];
    push(holes, net, rest, turned, new Net(net.coef, turned, inside), true);
  }
}

/** Nothing in the hole: a missing scalar, a missing vector of ones, a missing identity where a vertex can be split. */
function pushAbsent(holes: Hole[], net: Net): void {
  if (net.factors.length === 0) return;
  const scalars = net.factors.filter(({ at }) => at.length === 0);
  const shaped = net.factors.filter(({ at }) => at.length > 0);
  push(holes, net, net.factors, [], new Net(net.coef, [], []));
  const carried = new Set(net.factors.flatMap(({ at }) => at));
  const bare = net.free.filter((index, k) => !carried.has(index) && net.free.indexOf(index) === k);
  for (const i of bare) {
    for (const j of carried) {
      push(holes, net, net.factors, [i, j], new Net(net.coef, [i, j], []));
      push(holes, net, net.factors, [j, i], new Net(net.coef, [j, i], []), true);
    }
  }
  for (const index of new Set(net.factors.flatMap(({ at }) => at))) {
    push(holes, net, net.factors, [index], new Net(net.coef, [index], []));
    if (scalars.length > 0) push(holes, net, shaped, [index], new Net(net.coef, [index], scalars));
    pushSplit(holes, net, index);
  }
}

/** The vertex as diag(labels) between two vertices: one edge keeps the old one, the others go to a new one. */
function pushSplit(holes: Hole[], net: Net, index: Index): void {
  const labels = net.factors.filter(({ at }) => at.length === 1 && at[0] === index);
  const edges = net.factors.filter(({ at }) => at.length === 2 && at.includes(index) && at[0] !== at[1]);
  const isFree = net.free.includes(index);
  if (edges.length !== (isFree ? 1 : 2)) return;
  const other = new Index(index.size);
  const moved = edges[0]!;
  const rest = net.factors
    .filter((f) => !labels.includes(f))
    .map((f) => (f === moved ? { ...f, at: f.at.map((i) => (i === index ? other : i)) } : f));
  for (const at of [
    [index, other],
    [other, index],
  ]) {
    const same = new Index(index.size);
    const part = new Net(
      net.coef,
      [same, same],
      labels.map((f) => ({ ...f, at: [same] })),
    );
    push(holes, net, rest, at, part, at[0] === other);
  }
}
