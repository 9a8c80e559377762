// Star colouring of a symmetric pattern: neighbours differ, and every path of four vertices has three colours. Then each
// entry of the Hessian stands alone in one of the two products it belongs to: h_ij is read from row i of the product of j's
// colour, or from row j of that of i's. About half the colours of a distance-2 colouring (Coleman and Moré 1984); greedy
// with two-coloured stars kept as they grow (Gebremedhin, Tarafdar, Manne and Pothen 2007). A few vertices of very high
// degree, the hubs of an arrowhead, get a colour of their own first: a colour used once is in no two-coloured path.
import { type Coloring, DegreeQueue, sortedBy } from './coloring.ts';
import { type Pattern, transposePattern } from './pattern.ts';

/** Vertices of this many times the mean degree may count as hubs. */
const HUB = 16;
const MAX_WORK = 2e8;

/** Colours for all vertices; undefined where the pattern is too dense to be worth it. */
export function starColouring(pattern: Pattern): Coloring | undefined {
  const n = pattern.shape[0];
  const degree = Int32Array.from({ length: n }, (_, v) => pattern.indptr[v + 1]! - pattern.indptr[v]!);
  const mean = pattern.indices.length / Math.max(1, n);
  const byDegree = sortedBy(degree, true);
  let hubs = 0;
  while (hubs < n && degree[byDegree[hubs]!]! > HUB * mean) hubs++;
  const hub = new Uint8Array(n);
  for (let k = 0; k < hubs; k++) hub[byDegree[k]!] = 1;
  let work = 0;
  for (let v = 0; v < n; v++) if (!hub[v]) work += degree[v]! ** 2;
  if (work > MAX_WORK) return undefined;
  let best: Coloring | undefined;
  for (const order of [Int32Array.from({ length: n }, (_, v) => v), byDegree, smallestLast(pattern, hub)]) {
    const found = colourStars(pattern, order, hub);
    if (!best || found.count < best.count) best = found;
    if (best.count <= hubs + 2) break;
  }
  return best;
}

function smallestLast({ shape: [n], indptr, indices }: Pattern, hub: Uint8Array): Int32Array {
  const degree = new Int32Array(n);
  for (let v = 0; v < n; v++) {
    if (hub[v]) continue;
    for (let k = indptr[v]!; k < indptr[v + 1]!; k++) if (!hub[indices[k]!] && indices[k] !== v) degree[v]!++;
  }
  const queue = new DegreeQueue(degree, n);
  const out = new Int32Array(n);
  for (let at = n - 1; at >= 0; at--) {
    const v = queue.smallest();
    out[at] = v;
    if (hub[v]) continue;
    for (let k = indptr[v]!; k < indptr[v + 1]!; k++) {
      const w = indices[k]!;
      if (!hub[w] && w !== v) queue.lower(w);
    }
  }
  return out;
}

function colourStars(pattern: Pattern, order: Int32Array, hub: Uint8Array): Coloring {
  const {
    shape: [n],
    indptr,
    indices,
  } = pattern;
  const mirror = transposePattern(pattern).places;
  const colours = new Int32Array(n).fill(-1);
  // Entry k, of row w and column x: another neighbour of x has the colour of w.
  const spoke = new Uint8Array(indices.length);
  const forbidden = new Int32Array(n + 1).fill(-1);
  const firstOf = new Int32Array(n + 1);
  const metAt = new Int32Array(n + 1).fill(-1);
  const sharedAt = new Int32Array(n + 1).fill(-1);
  const treated = new Int32Array(n).fill(-1);
  let count = 0;
  for (let v = 0; v < n; v++) if (hub[v]) colours[v] = count++;
  const ordinary = count;

  const forbidAround = (w: number, v: number): void => {
    if (treated[w] === v) return;
    treated[w] = v;
    for (let k = indptr[w]!; k < indptr[w + 1]!; k++) {
      const colour = colours[indices[k]!]!;
      if (colour >= 0) forbidden[colour] = v;
    }
  };

  for (const v of order) {
    const [from, to] = [indptr[v]!, indptr[v + 1]!];
    if (hub[v] || from === to) continue;
    for (let k = from; k < to; k++) {
      const w = indices[k]!;
      const colour = colours[w]!;
      if (w === v || hub[w] || colour < 0) continue;
      forbidden[colour] = v;
      // v - w - x - y would have two colours.
      for (let l = indptr[w]!; l < indptr[w + 1]!; l++) if (spoke[l]) forbidden[colours[indices[l]!]!] = v;
      // w - v - w' with one colour at both ends: v must differ from all their other neighbours.
      if (metAt[colour] === v) {
        sharedAt[colour] = v;
        forbidAround(firstOf[colour]!, v);
        forbidAround(w, v);
      } else {
        metAt[colour] = v;
        firstOf[colour] = w;
      }
    }
    let colour = ordinary;
    while (forbidden[colour] === v) colour++;
    colours[v] = colour;
    if (colour === count) count++;
    for (let k = from; k < to; k++) {
      const w = indices[k]!;
      if (w === v || hub[w] || colours[w]! < 0) continue;
      if (sharedAt[colours[w]!] === v) spoke[mirror[k]!] = 1;
      for (let l = indptr[w]!; l < indptr[w + 1]!; l++) {
        const u = indices[l]!;
        if (u === v || u === w || colours[u] !== colour) continue;
        spoke[mirror[l]!] = 1;
        spoke[k] = 1;
      }
    }
  }
  return { colours, count };
}
