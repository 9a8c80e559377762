// Places for the nodes of a graph, layer by layer (dagre: the method of Gansner, Koutsofios, North and Vo).
import { Graph, layout } from '@dagrejs/dagre';

export interface LayoutInput {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

export interface LayoutOutput {
  readonly width: number;
  readonly height: number;
  readonly nodes: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
  /** By edge, in the order given. */
  readonly paths: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

export function layoutGraph({ nodes, edges }: LayoutInput): LayoutOutput {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 20, ranksep: 34, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  edges.forEach(([from, to], i) => {
    graph.setEdge(from, to, {}, String(i));
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const place = (id: string) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return { x, y };
  };
  return {
    width,
    height,
    nodes: Object.fromEntries(nodes.map(({ id }) => [id, place(id)])),
    paths: edges.map(
      ([v, w], i) => (graph.edge({ v, w, name: String(i) }) as { points: { x: number; y: number }[] }).points,
    ),
  };
}
