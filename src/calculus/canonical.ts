// A key that two nets share exactly when they are the same up to names of summed indices and order of factors: colour
// refinement of the index hypergraph, component by component, individualising a vertex where colours stay tied.
// Equal keys prove isomorphism (the key spells out the net); unequal keys of isomorphic nets are possible only for graphs
// that colour refinement cannot tell apart, and then cost a missed simplification, never a wrong one.
import type { Factor, Index } from './net.ts';

/** Groups of factors joined by indices outside `cut`. */
export function components(factors: readonly Factor[], cut: ReadonlySet<Index>): number[][] {
  const parent = factors.map((_, i) => i);
  const find = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at]!;
    return at;
  };
  const owner = new Map<Index, number>();
  factors.forEach(({ at }, i) => {
    for (const index of at) {
      if (cut.has(index)) continue;
      const other = owner.get(index);
      if (other === undefined) owner.set(index, i);
      else parent[find(i)] = find(other);
    }
  });
  const groups = new Map<number, number[]>();
  factors.forEach((_, i) => {
    const root = find(i);
    const group = groups.get(root);
    if (group) group.push(i);
    else groups.set(root, [i]);
  });
  return [...groups.values()];
}

export function canonicalKey(free: readonly Index[], factors: readonly Factor[]): string {
  const places = new Map<Index, string>();
  free.forEach((index, k) => {
    places.set(index, places.has(index) ? `${places.get(index)},${k}` : `f${k}`);
  });
  const groups = components(factors, new Set(free));
  const texts = groups.map((group) =>
    componentKey(
      group.map((i) => factors[i]!),
      places,
    ),
  );
  return `${free.map((index) => `${places.get(index)}:${index.size}`).join(' ')}|${texts.sort().join(';')}`;
}

function componentKey(factors: readonly Factor[], places: ReadonlyMap<Index, string>): string {
  const summed = new Set<Index>();
  for (const { at } of factors) for (const index of at) if (!places.has(index)) summed.add(index);
  const vertices = [...summed];
  let colour = new Map<Index, number>();
  if (vertices.length > 0) {
    colour = ranked(vertices, (index) => index.size);
    for (let count = countColours(colour); ; ) {
      const next = refine(vertices, colour, factors, places);
      const finer = countColours(next);
      if (finer === vertices.length) {
        colour = next;
        break;
      }
      if (finer > count) {
        [colour, count] = [next, finer];
        continue;
      }
      colour = individualised(vertices, next);
      count = countColours(colour);
    }
  }
  const label = (index: Index): string => places.get(index) ?? `s${colour.get(index)}`;
  const texts = factors.map(({ atom, at, power }) => {
    const labels = at.map(label);
    if (atom.symmetric) labels.sort();
    return `${atom.id}^${power}(${labels.join()})`;
  });
  return `${vertices
    .map((index) => `${colour.get(index)}:${index.size}`)
    .sort()
    .join()}!${texts.sort().join('*')}`;
}

const countColours = (colour: ReadonlyMap<Index, number>): number => new Set(colour.values()).size;

function ranked(vertices: readonly Index[], signature: (index: Index) => string): Map<Index, number> {
  const texts = vertices.map(signature);
  const order = new Map([...new Set(texts)].sort().map((text, rank) => [text, rank]));
  return new Map(vertices.map((index, k) => [index, order.get(texts[k]!)!]));
}

function refine(
  vertices: readonly Index[],
  colour: ReadonlyMap<Index, number>,
  factors: readonly Factor[],
  places: ReadonlyMap<Index, string>,
): Map<Index, number> {
  const seen = new Map<Index, string[]>(vertices.map((index) => [index, []]));
  const label = (index: Index): string => places.get(index) ?? `s${colour.get(index)}`;
  for (const { atom, at, power } of factors) {
    const labels = at.map(label);
    if (atom.symmetric) labels.sort();
    at.forEach((index, slot) => {
      seen.get(index)?.push(`${atom.id}^${power}.${atom.symmetric ? 0 : slot}(${labels.join()})`);
    });
  }
  const width = String(vertices.length).length;
  return ranked(
    vertices,
    (index) => `${String(colour.get(index)).padStart(width, '0')} ${seen.get(index)!.sort().join(' ')}`,
  );
}

/** The same colours with one vertex of the first tied colour set apart. */
function individualised(vertices: readonly Index[], colour: ReadonlyMap<Index, number>): Map<Index, number> {
  const count = new Map<number, number>();
  for (const c of colour.values()) count.set(c, (count.get(c) ?? 0) + 1);
  const tied = Math.min(...[...count].filter(([, n]) => n > 1).map(([c]) => c));
  const chosen = vertices.find((index) => colour.get(index) === tied)!;
  return new Map([...colour].map(([index, c]) => [index, index === chosen ? 2 * c : 2 * c + 1]));
}
