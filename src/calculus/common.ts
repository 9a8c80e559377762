// Powers that terms share at the same free positions, pulled out of them:  s²t - s t² = s t (s - t),  qxx' - qI = q(xx' - I).
import { product, single } from './algebra.ts';
import { contract } from './contract.ts';
import { type Atom, type Factor, type Net, type Sum, sumOf } from './net.ts';

/** An atom at some of the free positions, with the power it has in a term. */
interface Shared {
  readonly atom: Atom;
  readonly places: readonly number[];
  readonly power: number;
}

const keyOf = ({ atom, places }: Shared): string => `${atom.id}:${places.join()}`;

function sharedOf(net: Net): Map<string, Shared> {
  const found = new Map<string, Shared>();
  for (const { atom, at, power } of net.factors) {
    const places = at.map((index) => net.free.indexOf(index));
    if (places.includes(-1) || at.some((index) => net.free.indexOf(index) !== net.free.lastIndexOf(index))) continue;
    const entry = { atom, places, power };
    found.set(keyOf(entry), entry);
  }
  return found;
}

/** The sum with the powers that several of its terms share in front of a bracket, one candidate for each group of terms. */
export function pulledOut(sum: Sum, settle: (inner: Sum) => Sum): Sum[] {
  const terms = sum.nets.map(sharedOf);
  const groups = new Map<string, number[]>();
  for (const key of new Set(terms.flatMap((t) => [...t.keys()]))) {
    for (const sign of [1, -1]) {
      const members = terms.flatMap((t, k) => (Math.sign(t.get(key)?.power ?? 0) === sign ? [k] : []));
      if (members.length > 1) groups.set(members.join(), members);
    }
  }
  return [...groups.values()].map((members) => pull(sum, terms, members, settle));
}

function pull(
  sum: Sum,
  terms: readonly Map<string, Shared>[],
  members: readonly number[],
  settle: (inner: Sum) => Sum,
): Sum {
  const front: Shared[] = [];
  for (const [key, entry] of terms[members[0]!]!) {
    const powers = members.map((k) => terms[k]!.get(key)?.power ?? 0);
    const least = Math.min(...powers.map(Math.abs));
    const sign = Math.sign(powers[0]!);
    if (least > 0 && powers.every((p) => Math.sign(p) === sign)) front.push({ ...entry, power: sign * least });
  }
  const inner = settle(
    sumOf(
      members.flatMap((k) => without(sum.nets[k]!, front)),
      sum.sizes,
    ),
  );
  const others = sum.nets.filter((_, k) => !members.includes(k));
  const [first] = inner.nets;
  if (!first) return sumOf(others, sum.sizes);
  const free = sum.sizes.map((_, k) => sum.nets[members[0]!]!.free[k]!);
  const distinct = new Set(free).size === free.length ? free : undefined;
  if (!distinct) return joinedDiagonal(sum, others, front, inner);
  const parts = front.map(({ atom, places, power }) => ({
    sum: powered(atom, power),
    at: places.map((k) => distinct[k]!),
  }));
  return sumOf([...others, ...product([...parts, { sum: inner, at: distinct }], distinct).nets], sum.sizes);
}

/** The same over fresh indices, where the first term is a diagonal. */
function joinedDiagonal(sum: Sum, others: readonly Net[], front: readonly Shared[], inner: Sum): Sum {
  const free = inner.nets.find((net) => new Set(net.free).size === net.free.length)?.free;
  if (!free) return sum;
  const parts = front.map(({ atom, places, power }) => ({
    sum: powered(atom, power),
    at: places.map((k) => free[k]!),
  }));
  return sumOf([...others, ...product([...parts, { sum: inner, at: free }], free).nets], sum.sizes);
}

function powered(atom: Atom, power: number): Sum {
  const [net] = single(atom).nets;
  return sumOf(contract(1, net!.free, [{ ...net!.factors[0]!, power }], []), atom.sizes);
}

/** A term divided by what stands in front. */
function without(net: Net, front: readonly Shared[]): Net[] {
  const factors = net.factors.map((f): Factor => {
    const places = f.at.map((index) => net.free.indexOf(index));
    const taken = front.find((s) => s.atom === f.atom && s.places.join() === places.join());
    return taken ? { ...f, power: f.power - taken.power } : f;
  });
  return contract(
    net.coef,
    net.free,
    factors.filter(({ power }) => power !== 0),
    net.summed,
  );
}
