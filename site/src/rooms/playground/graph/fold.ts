/**
 * A graph of any size as one that can be read: runs of operations are folded into blocks, which open into smaller blocks. Where the
 * program repeats itself, as an unrolled loop does, blocks hold whole repetitions.
 */
import type { GraphNode } from '../answers.ts';

export interface FoldedNode {
  readonly id: string;
  /** The operations inside, [from, to); a node that stands for itself has one. */
  readonly from: number;
  readonly to: number;
  readonly kind: GraphNode['kind'] | 'block';
  readonly title: string;
  readonly subtitle: string;
}

export interface FoldedEdge {
  readonly from: string;
  readonly to: string;
  readonly active: boolean;
}

export interface FoldedGraph {
  readonly nodes: readonly FoldedNode[];
  readonly edges: readonly FoldedEdge[];
}

/** So many operations are shown one by one, unless fewer are wanted. */
export const mostSingle = 60;
const mostBlocks = 12;
/** A block that is worth folding. */
const leastInBlock = 8;
const longestPeriod = 64;

/** After how many operations the names repeat; 1 where they do not. */
function periodOf(names: readonly string[]): number {
  const half = Math.min(longestPeriod, names.length >> 2);
  for (let period = 1; period <= half; period++) {
    let equal = 0;
    for (let i = period; i < names.length; i++) if (names[i] === names[i - period]) equal++;
    if (equal >= 0.97 * (names.length - period)) return period;
  }
  return 1;
}

/** `sin ×278, mul ×278`, the most frequent first. */
function census(nodes: readonly GraphNode[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of nodes) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1]);
  const shown = common.slice(0, 3).map(([name, count]) => `${name} ×${count}`);
  return common.length > 3 ? `${shown.join(', ')}, …` : shown.join(', ');
}

function blockId(from: number, to: number): string {
  return `${from}-${to}`;
}

/** The blocks that hold a node, from the outside in: opening them shows it. */
export function blocksAround(nodes: readonly GraphNode[], at: number, most: number): string[] {
  const found: string[] = [];
  const open = new Set<string>();
  for (;;) {
    const block = foldGraph(nodes, open, most).nodes.find(
      ({ kind, from, to }) => kind === 'block' && from <= at && at < to,
    );
    if (!block) return found;
    found.push(block.id);
    open.add(block.id);
  }
}

export function foldGraph(nodes: readonly GraphNode[], open: ReadonlySet<string>, most: number): FoldedGraph {
  const first = nodes.findIndex(({ kind }) => kind === 'operation');
  const last = nodes.findLastIndex(({ kind }) => kind === 'operation') + 1;
  const period = first < 0 ? 1 : periodOf(nodes.slice(first, last).map(({ operation }) => operation));
  const shown: FoldedNode[] = [];
  const holder = new Map<number, string>();

  function single(at: number): void {
    const { kind, name, operation, detail, type } = nodes[at]!;
    const title = kind === 'operation' ? [operation, detail].filter(Boolean).join(' ') : name;
    holder.set(at, String(at));
    shown.push({
      id: String(at),
      from: at,
      to: at + 1,
      kind,
      title: title.length > 24 ? `${title.slice(0, 23)}…` : title,
      subtitle: kind === 'operation' ? `${name}: ${type}` : type,
    });
  }
  function range(from: number, to: number): void {
    if (to - from <= most) {
      for (let at = from; at < to; at++) single(at);
      return;
    }
    const blocks = Math.min(mostBlocks, Math.max(2, Math.ceil((to - from) / leastInBlock)));
    const size = Math.ceil((to - from) / blocks / period) * period;
    for (let start = from; start < to; start += size) {
      const end = Math.min(to, start + size);
      const id = blockId(start, end);
      if (end - start === 1) single(start);
      else if (open.has(id)) range(start, end);
      else {
        for (let at = start; at < end; at++) holder.set(at, id);
        const title = `${end - start} operations`;
        shown.push({ id, from: start, to: end, kind: 'block', title, subtitle: census(nodes.slice(start, end)) });
      }
    }
  }

  for (let at = 0; at < Math.max(0, first); at++) single(at);
  if (first >= 0) range(first, last);
  for (let at = Math.max(0, first < 0 ? 0 : last); at < nodes.length; at++) single(at);

  const edges = new Map<string, FoldedEdge>();
  nodes.forEach((node, at) => {
    const to = holder.get(at)!;
    node.from.forEach((source, i) => {
      const from = holder.get(source)!;
      if (from === to) return;
      const key = `${from} ${to}`;
      edges.set(key, { from, to, active: (edges.get(key)?.active ?? false) || node.active[i]! });
    });
  });
  return { nodes: shown, edges: [...edges.values()] };
}
