// Kronecker products whose rows stand in another order: P*kron(A,kron(B,C)) with P made of commutation matrices. For example
//   D vec(kron(X,B)) = kron(kron(eye(n),K(q,m)),eye(p))*kron(eye(m*n),vec(B))
import type { Index } from '../../calculus/net.ts';
import { binary, call, type Expression, transposed } from '../expression.ts';
import { type Form, fixed, form, productForm } from './form.ts';
import { type Network, sizeExpression } from './network.ts';

export type Between = (network: Network, a: Index, b: Index) => Form;

interface Block {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly form: Form;
}

const eyeSize = (e: Expression): Expression | undefined =>
  e.kind === 'call' && e.name === 'eye' ? e.args[0] : undefined;
/** The length of a vector of ones. */
const onesSize = (e: Expression): Expression | undefined =>
  e.kind === 'call' && e.name === 'ones' && e.args.length === 1 ? e.args[0] : undefined;

/** A ⊗ B, with I ⊗ I as one identity and 1 ⊗ 1 as one list of ones. */
export function kron(a: Form, b: Form): Form {
  const [m, n] = [eyeSize(a.e), eyeSize(b.e)];
  if (m && n) return fixed(call('eye', binary('*', m, n)));
  // (A ⊗ I) ⊗ I = A ⊗ I
  const last = n && a.e.kind === 'call' && a.e.name === 'kron' ? eyeSize(a.e.args[1]!) : undefined;
  if (n && last) return kron(kronFactor(a), fixed(call('eye', binary('*', last, n))));
  return kronOfOnes(a, b) ?? form(call('kron', a.e, b.e), call('kron', a.t, b.t));
}

/** A of A ⊗ B. */
function kronFactor({ e, t }: Form): Form {
  const [of, turned] = [e, t].map((x) => (x.kind === 'call' && x.name === 'kron' ? x.args[0]! : undefined));
  return form(of!, turned);
}

function kronOfOnes(a: Form, b: Form): Form | undefined {
  const [p, q] = [a, b].map(({ e }) => onesSize(e.kind === 'transpose' ? e.arg : e));
  if (!p || !q) return undefined;
  const isRow = ({ e }: Form): boolean => e.kind === 'transpose';
  if (isRow(a) === isRow(b)) {
    const ones = form(call('ones', binary('*', p, q)));
    return isRow(a) ? { e: ones.t, t: ones.e } : ones;
  }
  const [rows, columns] = isRow(b) ? [p, q] : [q, p];
  return form(call('ones', rows, columns), call('ones', columns, rows));
}

const mostSwaps = 2;

/** The matrix over (rows | columns) of a reduced network whose parts are matrices and vectors, or undefined. */
export function permutedKron(
  network: Network,
  rows: readonly Index[],
  columns: readonly Index[],
  between: Between,
): Expression | undefined {
  const blocks = blocksOf(network, rows, columns, between);
  if (!blocks) return undefined;
  let best: { blocks: Block[]; swaps: number[] } | undefined;
  for (const order of permutations(blocks)) {
    const columnOrder = order.flatMap((b) => b.columns);
    if (columnOrder.some((c, k) => c !== k)) continue;
    const swaps = adjacentSwaps(order.flatMap((b) => b.rows));
    if (swaps.length <= mostSwaps && (!best || swaps.length < best.swaps.length)) best = { blocks: order, swaps };
  }
  if (!best) return undefined;
  let result = best.blocks.map((b) => b.form).reduce((a, b) => kron(a, b));
  const order = best.blocks.flatMap((b) => b.rows);
  for (const k of best.swaps) {
    result = productForm(
      swapMatrix(
        order.map((r) => rows[r]!),
        k,
      ),
      result,
    );
    [order[k], order[k + 1]] = [order[k + 1]!, order[k]!];
  }
  return result.e;
}

/** The connected parts as factors of a Kronecker product. */
function blocksOf(
  network: Network,
  rows: readonly Index[],
  columns: readonly Index[],
  between: Between,
): Block[] | undefined {
  const all = [...new Set([...rows, ...columns])];
  const group = new Map(all.map((index) => [index, new Set([index])]));
  for (const { from, to } of network.edges) {
    const joined = new Set([...group.get(from)!, ...group.get(to)!]);
    for (const index of joined) group.set(index, joined);
  }
  const blocks: Block[] = [];
  for (const part of new Set(group.values())) {
    const inRows = rows.flatMap((index, k) => (part.has(index) ? [k] : []));
    const inColumns = columns.flatMap((index, k) => (part.has(index) ? [k] : []));
    const [r, s] = inRows.map((k) => rows[k]!);
    const [c, d] = inColumns.map((k) => columns[k]!);
    let block: Form | undefined;
    if (inRows.length === 1 && inColumns.length === 1) block = between(network, r!, c!);
    else if (inRows.length === 1 && inColumns.length === 0) block = network.asVector(r!);
    else if (inRows.length === 0 && inColumns.length === 1) block = turned(network.asVector(c!));
    else if (inRows.length === 2 && inColumns.length === 0) block = form(call('vec', between(network, s!, r!).e));
    else if (inRows.length === 0 && inColumns.length === 2) {
      const e = call('vec', between(network, d!, c!).e);
      block = { e: transposed(e), t: e };
    }
    // The entries of one matrix along the diagonal.
    else if (inRows.length === 2 && inColumns.length === 2 && r === c && s === d) {
      block = fixed(call('diag', call('vec', between(network, s!, r!).e)));
    }
    if (!block) return undefined;
    blocks.push({ rows: inRows, columns: inColumns, form: block });
  }
  return blocks.length <= 5 ? blocks : undefined;
}

const turned = ({ e, t }: Form): Form => ({ e: t, t: e });

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((first, k) => permutations(list.filter((_, i) => i !== k)).map((rest) => [first, ...rest]));
}

/** Positions k whose neighbours k, k+1 are exchanged, one after the other, to sort the list. */
function adjacentSwaps(list: readonly number[]): number[] {
  const order = [...list];
  const swaps: number[] = [];
  for (let k = 0; k + 1 < order.length; ) {
    if (order[k]! <= order[k + 1]!) {
      k++;
      continue;
    }
    [order[k], order[k + 1]] = [order[k + 1]!, order[k]!];
    swaps.push(k);
    k = Math.max(0, k - 1);
  }
  return swaps;
}

/** Exchanges factors k and k+1 of a stacked list: I ⊗ K ⊗ I. */
function swapMatrix(order: readonly Index[], k: number): Form {
  const [p, q] = [order[k]!, order[k + 1]!];
  const K = call('K', sizeExpression(q.size), sizeExpression(p.size));
  const eye = (list: readonly Index[]): Form[] =>
    list.length === 0
      ? []
      : [
          fixed(
            call(
              'eye',
              list.map(({ size }) => sizeExpression(size)).reduce((a, b) => binary('*', a, b)),
            ),
          ),
        ];
  const swap = form(K, call('K', sizeExpression(p.size), sizeExpression(q.size)));
  return [...eye(order.slice(0, k)), swap, ...eye(order.slice(k + 2))].reduce(kron);
}
