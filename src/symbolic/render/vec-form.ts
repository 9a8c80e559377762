// A tensor over (rows | columns) as a matrix of Kronecker products, vec stacking columns:
//   Q[j,l] P[i,k] → kron(Q,P)       Q[j,k] P[i,l] → kron(Q,P)*K       P[i,j] Q[k,l] → vec(P)*vec(Q)'
//   L · M[p,q] · R → L*diag(vec(M))*R  where an edge p-q stands between the two sides
// Index lists are major first: a matrix with entry (i,j) is the list [j,i].
import type { Factor, Index, Net } from '../../calculus/net.ts';
import { call, type Expression, transposed } from '../expression.ts';
import { cost, type Form, fixed, form, productForm } from './form.ts';
import { type Edge, Network, onesForm, sizeExpression } from './network.ts';
import { kron, permutedKron } from './permuted-kron.ts';
import { scaledKron } from './scaled-kron.ts';

export type FormOf = (f: Factor) => Form;

/** The body of one term as a matrix over the two groups, or undefined where Kronecker products cannot say it. */
export function vecForm(
  net: Net,
  rowCount: number,
  rowOrder: readonly number[],
  columnOrder: readonly number[],
  formOf: FormOf,
): Expression | undefined {
  const shaped = net.factors.filter(({ at }) => at.length > 0);
  const rows = rowOrder.map((k) => net.free[k]!);
  const columns = columnOrder.map((k) => net.free[rowCount + k]!);
  const plain = new Network(net.free, shaped, formOf);
  plain.reduce();
  if (plain.others.length > 0) return undefined;
  const candidates = [
    plain.summed.size === 0 ? paired(plain, rows, columns) : undefined,
    plain.summed.size === 0 ? permutedKron(plain, rows, columns, between) : undefined,
    ...sandwiches(net, shaped, rows, columns, formOf),
  ].filter((e) => e !== undefined);
  if (candidates.length === 0) return plain.summed.size > 0 ? undefined : scaledKron(plain, rows, columns, between);
  return candidates.sort((a, b) => cost(a) - cost(b))[0];
}

const eyeOf = (i: Index): Form => fixed(call('eye', sizeExpression(i.size)));
const isEye = (f: Form): boolean => f.e.kind === 'call' && f.e.name === 'eye';
const vec = (f: Form): Expression => call('vec', f.e);

/** The matrix between two vertices of a reduced network: an edge, a delta or an outer product of what stands there. */
function between(network: Network, a: Index, b: Index): Form {
  const own = new Network([a, b], [], () => eyeOf(a));
  own.edges = network.edges.filter((e) => joins(e, a, b));
  for (const index of new Set([a, b])) own.labels.set(index, network.labels.get(index) ?? []);
  return own.asMatrix(a, b);
}

const joins = ({ from, to }: Edge, a: Index, b: Index): boolean => (from === a && to === b) || (from === b && to === a);

/** Whether every edge and every delta lies inside one of the pairs. */
function fits(network: Network, free: readonly Index[], pairs: readonly (readonly [Index, Index])[]): boolean {
  const inside = network.edges.every((e) => pairs.some(([a, b]) => a !== b && joins(e, a, b)));
  return (
    inside &&
    new Set(free).size === new Set(pairs.flatMap(([a, b]) => (a === b ? [a] : [a, b]))).size &&
    disjoint(pairs)
  );
}

function disjoint(pairs: readonly (readonly [Index, Index])[]): boolean {
  const seen = new Set<Index>();
  for (const pair of pairs) {
    for (const index of new Set(pair)) {
      if (seen.has(index)) return false;
      seen.add(index);
    }
  }
  return true;
}

function paired(network: Network, rows: readonly Index[], columns: readonly Index[]): Expression | undefined {
  const free = [...rows, ...columns];
  if (rows.length === 2 && columns.length === 2) {
    const [j, i] = rows as [Index, Index];
    const [l, k] = columns as [Index, Index];
    const swap = call('K', sizeExpression(k.size), sizeExpression(l.size));
    if (
      fits(network, free, [
        [i, k],
        [j, l],
      ])
    )
      return kron(between(network, j, l), between(network, i, k)).e;
    if (
      fits(network, free, [
        [i, l],
        [j, k],
      ])
    ) {
      const [q, p] = [between(network, j, k), between(network, i, l)];
      return isEye(q) && isEye(p) ? swap : productForm(kron(q, p), form(swap)).e;
    }
    if (
      fits(network, free, [
        [i, j],
        [k, l],
      ])
    ) {
      return productForm(form(vec(between(network, i, j))), form(transposed(vec(between(network, k, l))))).e;
    }
    const m = (): Form => form(call('diag', vec(between(network, i, j))));
    if (i === l && j === k && i !== j) return productForm(m(), form(swap)).e;
    return undefined;
  }
  if (rows.length === 1 && columns.length === 2) {
    const [i] = rows as [Index];
    const [l, k] = columns as [Index, Index];
    if (
      fits(network, free, [
        [i, k],
        [l, l],
      ])
    )
      return kron(rowOf(network, l), between(network, i, k)).e;
    if (
      fits(network, free, [
        [i, l],
        [k, k],
      ])
    )
      return kron(between(network, i, l), rowOf(network, k)).e;
    if (
      fits(network, free, [
        [i, i],
        [k, l],
      ])
    ) {
      return productForm(columnOf(network, i), form(transposed(vec(between(network, k, l))))).e;
    }
  }
  if (rows.length === 2 && columns.length === 1) {
    const [j, i] = rows as [Index, Index];
    const [k] = columns as [Index];
    if (
      fits(network, free, [
        [i, k],
        [j, j],
      ])
    )
      return kron(columnOf(network, j), between(network, i, k)).e;
    if (
      fits(network, free, [
        [j, k],
        [i, i],
      ])
    )
      return kron(between(network, j, k), columnOf(network, i)).e;
    if (
      fits(network, free, [
        [i, j],
        [k, k],
      ])
    ) {
      return productForm(form(vec(between(network, i, j))), rowOf(network, k)).e;
    }
  }
  if (rows.length === 2 && columns.length === 0) return vec(network.asMatrix(rows[1]!, rows[0]!));
  if (rows.length === 1 && columns.length === 1) return network.asMatrix(rows[0]!, columns[0]!).e;
  return undefined;
}

const columnOf = (network: Network, at: Index): Form => network.vector(at) ?? onesForm(at);
const rowOf = (network: Network, at: Index): Form => {
  const v = columnOf(network, at);
  return { e: v.t, t: v.e };
};

/** L*diag(vec(M))*R for every edge M that can stand in the middle. */
function sandwiches(
  net: Net,
  shaped: readonly Factor[],
  rows: readonly Index[],
  columns: readonly Index[],
  formOf: FormOf,
): Expression[] {
  const found: Expression[] = [];
  for (const middle of shaped) {
    if (middle.at.length !== 2 || middle.at[0] === middle.at[1]) continue;
    const keep = new Set(middle.at);
    const network = new Network(net.free, shaped, formOf);
    network.reduce(keep);
    const left = [...network.summed].filter((index) => !keep.has(index));
    if (left.length > 0 || network.others.length > 0) continue;
    for (const [p, q] of [middle.at, [...middle.at].reverse()] as [Index, Index][]) {
      const e = sandwich(network, p, q, rows, columns);
      if (e) found.push(e);
    }
  }
  return found;
}

function sandwich(
  network: Network,
  p: Index,
  q: Index,
  rows: readonly Index[],
  columns: readonly Index[],
): Expression | undefined {
  const used = new Set<Edge>();
  const claim = (a: Index, b: Index): Form | undefined => {
    if (a === b) return eyeOf(a);
    const edge = network.edges.find((e) => !used.has(e) && joins(e, a, b));
    if (!edge) return undefined;
    used.add(edge);
    const own = new Network([a, b], [], () => eyeOf(a));
    own.edges = [edge];
    if (a !== p && a !== q) own.labels.set(a, network.labels.get(a) ?? []);
    return own.asMatrix(a, b);
  };
  const core = claim(p, q);
  if (!core) return undefined;
  const [vp, vq] = [network.vector(p), network.vector(q)];
  const inner = new Network([p, q], [], () => core);
  inner.edges = [{ from: p, to: q, entries: [{ form: core, power: 1 }] }];
  if (vp) inner.labels.set(p, [{ form: vp, power: 1 }]);
  if (vq) inner.labels.set(q, [{ form: vq, power: 1 }]);
  const middle = fixed(call('diag', vec(inner.asMatrix(p, q))));
  const side = (group: readonly Index[]): Form | 'identity' | undefined => {
    if (group.length === 2) {
      const [b, a] = group as [Index, Index];
      const [outer, own] = [claim(b, q), claim(a, p)];
      if (!outer || !own) return undefined;
      return isEye(outer) && isEye(own) ? 'identity' : kron(outer, own);
    }
    if (group.length !== 1) return undefined;
    const [a] = group as [Index];
    const ofP = claim(a, p);
    if (ofP) return kron({ e: onesForm(q).t, t: onesForm(q).e }, ofP);
    const ofQ = claim(a, q);
    return ofQ && kron(ofQ, { e: onesForm(p).t, t: onesForm(p).e });
  };
  const left = side(rows);
  const right = side(columns);
  if (!left || !right || used.size !== network.edges.length) return undefined;
  const front = left === 'identity' ? middle : productForm(left, middle);
  return (right === 'identity' ? front : productForm(front, { e: right.t, t: right.e })).e;
}

/** Positions of a slot list, major first, for vec: the last slot counts slowest. */
export function majorFirst(groups: readonly number[]): number[] {
  const starts = groups.map((_, k) => groups.slice(0, k).reduce((n, size) => n + size, 0));
  return [...groups.keys()].reverse().flatMap((k) => Array.from({ length: groups[k]! }, (_, i) => starts[k]! + i));
}
