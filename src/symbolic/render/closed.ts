// A network without free indices as a scalar: u'*v, sum(v), u'*M*v, sum(M), tr(A*B*C), or the square of a norm when its two
// halves are equal. The cheapest is taken.
import type { Index } from '../../calculus/net.ts';
import { binary, call, type Expression, num, sameExpression } from '../expression.ts';
import { type Entry, entriesForm } from './entries.ts';
import { cheapest, cost, type Form, flipped, productOf } from './form.ts';
import { diagForm, type Edge, type Network } from './network.ts';

const square = (e: Expression): Expression => binary('^', call('norm2', e), num(2));

/** The scalar of a closed network; `squares` prefers norms where they fit. */
export function closedForm(network: Network, squares: boolean): Expression | undefined {
  const cycle = cyclicSequence(network);
  if (cycle) return cyclic(cycle, squares);
  network.reduce(lastVertices(network));
  const vertices = [...network.summed];
  if (network.others.length > 0) return undefined;
  if (vertices.length === 1) return sumOfLabels(network.labels.get(vertices[0]!) ?? [], squares);
  if (vertices.length === 2 && network.edges.length === 1) return bilinear(network, network.edges[0]!, squares);
  return undefined;
}

/** Keeps two neighbours, so that a form u'*M*v or sum(A.*B) can be seen; the rest is reduced. */
function lastVertices(network: Network): ReadonlySet<Index> {
  const [edge] = [...network.edges].sort((a, b) => weight(network, b) - weight(network, a));
  return new Set(edge ? [edge.from, edge.to] : []);
}

/** How much hangs on the ends of an edge: the middle of a bilinear form is kept. */
function weight(network: Network, { from, to }: Edge): number {
  return network.incident(from).length + network.incident(to).length;
}

function sumOfLabels(entries: readonly Entry[], squares: boolean): Expression {
  const whole = entriesForm(entries)!;
  const candidates: Expression[] = [];
  const [only] = entries;
  const norm = entries.length === 1 && only!.power === 2 ? square(only!.form.e) : undefined;
  if (norm && squares) return norm;
  if (norm) candidates.push(productOf(only!.form.t, only!.form.e), norm);
  entries.forEach((entry, k) => {
    const rest = entriesForm([
      ...entries.slice(0, k),
      ...(entry.power === 1 ? [] : [{ form: entry.form, power: entry.power - 1 }]),
      ...entries.slice(k + 1),
    ]);
    if (entry.power >= 1 && rest) candidates.push(productOf(entry.form.t, rest.e), productOf(rest.t, entry.form.e));
  });
  // Σ diag(M) = tr(M)
  const isDiagonal = whole.e.kind === 'call' && whole.e.name === 'diag';
  return cheapest(
    ...candidates,
    isDiagonal ? call('tr', ...(whole.e as { args: readonly Expression[] }).args) : call('sum', whole.e),
  );
}

function bilinear(network: Network, edge: Edge, squares: boolean): Expression {
  const { from, to, entries } = edge;
  const m = entriesForm(entries)!;
  const [u, v] = [network.vector(from), network.vector(to)];
  if (u && v) {
    return cheapest(productOf(productOf(u.t, m.e), v.e), productOf(productOf(v.t, m.t), u.e));
  }
  if (u || v) {
    const [w, matrix] = u ? [u, flipped(m)] : [v!, m];
    return call('sum', productOf(matrix.e, w.e));
  }
  const [a, b] = entries;
  const norm = entries.length === 1 && a!.power === 2 ? square(cheapest(a!.form.e, a!.form.t)) : undefined;
  if (norm && squares) return norm;
  const candidates = [call('sum', cheapest(m.e, m.t)), ...(norm ? [norm] : [])];
  if (entries.length === 2 && a!.power === 1 && b!.power === 1) {
    const pairs = [
      [a!.form.t, b!.form.e],
      [b!.form.t, a!.form.e],
      [a!.form.e, b!.form.t],
      [b!.form.e, a!.form.t],
    ] as const;
    candidates.push(...pairs.map(([x, y]) => call('tr', productOf(x, y))));
  }
  return cheapest(...candidates);
}

/** The matrices around a single cycle through all vertices, labels as diagonals, or undefined. */
function cyclicSequence(network: Network): Form[] | undefined {
  const { edges, summed, labels } = network;
  if (edges.length < 2 || edges.length !== summed.size) return undefined;
  if (edges.some(({ entries }) => entries.length !== 1 || entries[0]!.power !== 1)) return undefined;
  if ([...summed].some((i) => network.incident(i).length !== 2)) return undefined;
  const sequence: Form[] = [];
  const start = edges[0]!.from;
  const left = new Set(edges);
  let at = start;
  do {
    const v = entriesForm(labels.get(at) ?? []);
    if (v) sequence.push(diagForm(v));
    const edge = [...left].find(({ from, to }) => from === at || to === at);
    if (!edge) return undefined;
    left.delete(edge);
    sequence.push(network.matrix(edge, at));
    at = edge.from === at ? edge.to : edge.from;
  } while (at !== start);
  return left.size === 0 ? sequence : undefined;
}

function cyclic(sequence: readonly Form[], squares: boolean): Expression {
  const n = sequence.length;
  const backwards = [...sequence].reverse().map(flipped);
  const candidates: Expression[] = [];
  let norm: Expression | undefined;
  for (const list of [sequence, backwards]) {
    for (let k = 0; k < n; k++) {
      const turned = [...list.slice(k), ...list.slice(0, k)];
      candidates.push(call('tr', turned.map((f) => f.e).reduce(productOf)));
      if (n % 2 !== 0) continue;
      const half = turned.slice(0, n / 2);
      if (n > 2 && half.every((f, i) => sameExpression(f.e, turned[n / 2 + i]!.e))) {
        candidates.push(call('tr', binary('^', half.map((f) => f.e).reduce(productOf), num(2))));
      }
      const mirrored = turned.slice(n / 2).reverse();
      if (!half.every((f, i) => sameExpression(f.e, mirrored[i]!.t))) continue;
      const e = half.map((f) => f.e).reduce(productOf);
      const t = [...half]
        .reverse()
        .map((f) => f.t)
        .reduce(productOf);
      const next = square(cheapest(e, t));
      if (!norm || cost(next) < cost(norm)) norm = next;
    }
  }
  if (norm && squares) return norm;
  if (n === 2) candidates.push(call('sum', binary('.*', sequence[0]!.e, sequence[1]!.t)));
  return cheapest(...candidates, ...(norm ? [norm] : []));
}
