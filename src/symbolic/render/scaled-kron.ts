// Matrices over (rows | columns) whose entries are any product of matrices of two slots and deltas: a Kronecker product of those
// that share no slot, and what is left as scaled rows or columns, or entry by entry:
//   A[i,k] B[i,l] → kron(ones(l)',A) .* kron(B,ones(k)')        N[i,k] δ[i,j] → diag(vec(eye(n)))*kron(ones(n),N)
import { Index } from '../../calculus/net.ts';
import { binary, call, type Expression } from '../expression.ts';
import { type Form, fixed, form, productForm } from './form.ts';
import { type Edge, Network, sizeExpression } from './network.ts';
import { type Between, permutedKron } from './permuted-kron.ts';

/** What ties two slots together: a matrix, or nothing for a delta. */
interface Tie {
  readonly at: readonly [number, number];
  readonly edge: Edge | undefined;
}

/** The matrix over (rows | columns) of a reduced network, or undefined where a part of it has more than two slots. */
export function scaledKron(
  network: Network,
  rows: readonly Index[],
  columns: readonly Index[],
  between: Between,
): Expression | undefined {
  const slots = [...rows, ...columns];
  const isRow = (k: number): boolean => k < rows.length;
  const isCrossing = ({ at: [p, q] }: Tie): boolean => isRow(p) !== isRow(q);
  const ties = tiesOf(network, slots, rows.length);
  const [base, rest] = matching([...ties].sort((a, b) => Number(isCrossing(b)) - Number(isCrossing(a))));
  const kronOf = (some: readonly Tie[], labels: boolean): Expression | undefined => {
    const own = untied(network, slots, some, labels);
    return permutedKron(own.network, own.slots.slice(0, rows.length), own.slots.slice(rows.length), between);
  };
  let result = kronOf(base, true);
  for (const tie of rest) {
    if (!result) return undefined;
    const group = isRow(tie.at[0]) ? rows : columns;
    if (!isCrossing(tie) && group.length === 2) {
      const scaling = fixed(call('diag', call('vec', inside(slots, tie))));
      const sides = [scaling, form(result)];
      result = productForm(...((isRow(tie.at[0]) ? sides : sides.reverse()) as [Form, Form])).e;
    } else {
      const mask = kronOf([tie], false);
      result = mask && binary('.*', result, mask);
    }
  }
  return result;
}

/** Every delta and every edge as a tie of two slots, on one side where it can be. */
function tiesOf(network: Network, slots: readonly Index[], rowCount: number): Tie[] {
  const places = (index: Index): number[] => slots.flatMap((other, k) => (other === index ? [k] : []));
  const deltas = [...new Set(slots)].flatMap((index) => {
    const [first, ...others] = places(index);
    return others.map((k): Tie => ({ at: [first!, k], edge: undefined }));
  });
  const edges = network.edges.map((edge): Tie => {
    const pairs = places(edge.from).flatMap((p) => places(edge.to).map((q) => [p, q] as const));
    return { at: pairs.find(([p, q]) => p < rowCount === q < rowCount) ?? pairs[0]!, edge };
  });
  return [...deltas, ...edges];
}

/** Ties that share no slot, and the others. */
function matching(ties: readonly Tie[]): [base: Tie[], rest: Tie[]] {
  const used = new Set<number>();
  const base: Tie[] = [];
  const rest: Tie[] = [];
  for (const tie of ties) {
    if (tie.at.some((k) => used.has(k))) rest.push(tie);
    else {
      base.push(tie);
      for (const k of tie.at) used.add(k);
    }
  }
  return [base, rest];
}

/** The network of some ties only, every slot with an index of its own unless a delta says otherwise. */
function untied(
  network: Network,
  slots: readonly Index[],
  ties: readonly Tie[],
  labels: boolean,
): { network: Network; slots: readonly Index[] } {
  const own = slots.map(({ size }) => new Index(size));
  for (const { at, edge } of ties) if (!edge) own[at[1]] = own[at[0]]!;
  const result = new Network(own, [], () => fixed(call('eye')));
  for (const { at, edge } of ties) if (edge) result.edges.push({ ...edge, from: own[at[0]]!, to: own[at[1]]! });
  if (labels) {
    for (const index of new Set(slots)) {
      const label = network.labels.get(index);
      if (label) result.labels.set(own[slots.indexOf(index)]!, label);
    }
  }
  return { network: result, slots: own };
}

/** The matrix of a tie between two slots of one side; the later slot is its row. */
function inside(slots: readonly Index[], { at: [p, q], edge }: Tie): Expression {
  const minor = Math.max(p, q);
  if (!edge) return call('eye', sizeExpression(slots[minor]!.size));
  const own = new Network(slots, [], () => fixed(call('eye')));
  own.edges = [edge];
  return own.matrix(edge, minor === p ? edge.from : edge.to).e;
}
