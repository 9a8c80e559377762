// Which unknown to eliminate first, so that factors stay sparse. A narrow band keeps its order; otherwise minimum degree on
// the graph of A + Aᵀ: eliminating a vertex joins its neighbours to a clique, which is kept as one element (quotient
// graph), and degrees are bounded, not counted (Amestoy, Davis and Duff 1996). Vertices of very high degree, the hubs of an
// arrowhead, come last.
import { DegreeQueue, sortedBy } from './coloring.ts';
import { type Pattern, symmetrized } from './pattern.ts';

/** A band is kept as it is while it holds at most so many places for one entry. */
const BAND = 3;

/** The unknowns in the order of their elimination. */
export function eliminationOrder(pattern: Pattern): Int32Array {
  const n = pattern.shape[0];
  const natural = Int32Array.from({ length: n }, (_, i) => i);
  if (bandwidth(pattern) * n <= BAND * pattern.indices.length) return natural;
  return minimumDegree(symmetrized(pattern));
}

/** How many diagonals lie between the outermost entries, those included. */
function bandwidth({ shape: [n], indptr, indices }: Pattern): number {
  let [below, above] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (indptr[i] === indptr[i + 1]) continue;
    below = Math.max(below, i - indices[indptr[i]!]!);
    above = Math.max(above, indices[indptr[i + 1]! - 1]! - i);
  }
  return below + above + 1;
}

function minimumDegree({ shape: [n], indptr, indices }: Pattern): Int32Array {
  const degree = Int32Array.from({ length: n }, (_, v) => indptr[v + 1]! - indptr[v]!);
  const dense = Math.max(16, 10 * Math.sqrt(n));
  const hub = Uint8Array.from(degree, (d) => (d > dense ? 1 : 0));
  const graph = new QuotientGraph(indptr, indices, hub);
  const last = sortedBy(degree, false).filter((v) => hub[v]);
  const order = new Int32Array(n);
  const count = n - last.length;
  const queue = new DegreeQueue(
    Int32Array.from({ length: n }, (_, v) => (hub[v] ? n : graph.neighbours(v))),
    n,
  );
  for (let at = 0; at < count; at++) {
    const v = queue.smallest();
    order[at] = v;
    graph.eliminate(v, count - at - 1, (w, d) => queue.set(w, d));
  }
  order.set(last, count);
  return order;
}

/** Vertices that are left, and elements: the cliques that eliminated ones have made of their neighbours. */
class QuotientGraph {
  /** Neighbours joined by an edge of the matrix. */
  private readonly edges: (number[] | undefined)[];
  /** Elements a vertex belongs to, and the vertices of an element; named by the vertex eliminated. */
  private readonly elementsOf: number[][];
  private readonly members: (number[] | undefined)[];
  private readonly gone: Uint8Array;
  private readonly mark: Int32Array;
  /** |Lₑ \ Lₚ| of the elements met in this step. */
  private readonly outside: Int32Array;
  private readonly outsideAt: Int32Array;

  constructor(indptr: Int32Array, indices: Int32Array, hub: Uint8Array) {
    const n = hub.length;
    this.edges = Array.from({ length: n }, (_, v) => {
      const list: number[] = [];
      for (let k = indptr[v]!; k < indptr[v + 1]!; k++) {
        const w = indices[k]!;
        if (w !== v && !hub[w]) list.push(w);
      }
      return list;
    });
    this.elementsOf = Array.from({ length: n }, () => []);
    this.members = new Array<number[] | undefined>(n);
    this.gone = hub.slice();
    this.mark = new Int32Array(n).fill(-1);
    this.outside = new Int32Array(n);
    this.outsideAt = new Int32Array(n).fill(-1);
  }

  neighbours(v: number): number {
    return this.edges[v]!.length;
  }

  /** Eliminates p and tells the new bounds on the degrees of its neighbours; `left` vertices are left. */
  eliminate(p: number, left: number, tell: (vertex: number, degree: number) => void): void {
    const { mark, members, elementsOf, edges, outside, outsideAt } = this;
    this.gone[p] = 1;
    mark[p] = p;
    const clique: number[] = [];
    const take = (v: number): void => {
      if (this.gone[v] || mark[v] === p) return;
      mark[v] = p;
      clique.push(v);
    };
    for (const v of edges[p]!) take(v);
    for (const e of elementsOf[p]!) {
      for (const v of members[e]!) take(v);
      members[e] = undefined;
    }
    edges[p] = undefined;
    members[p] = clique;
    for (const v of clique) {
      for (const e of elementsOf[v]!) {
        if (members[e] === undefined) continue;
        if (outsideAt[e] !== p) {
          outsideAt[e] = p;
          outside[e] = members[e]!.reduce((count, w) => count + (this.gone[w] ? 0 : 1), 0);
        }
        outside[e]!--;
      }
    }
    for (const v of clique) {
      const kept = edges[v]!.filter((w) => mark[w] !== p && !this.gone[w]);
      edges[v] = kept;
      let bound = kept.length + clique.length - 1;
      // An element inside the new one says nothing more.
      const alive = elementsOf[v]!.filter((e) => members[e] !== undefined && outside[e]! > 0);
      for (const e of alive) bound += outside[e]!;
      alive.push(p);
      elementsOf[v] = alive;
      tell(v, Math.min(bound, left - 1));
    }
  }
}
