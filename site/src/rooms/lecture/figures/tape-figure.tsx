/**
 * The graph of one neuron, move by move: values appear on the way down (blue, solid edges), cotangents on the way up
 * (vermilion, dashed edges, each with the local derivative that it multiplies by).
 */
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import type { GraphNode } from '../computing/backpropagation.ts';
import { short } from './matrix-text.ts';

interface Place {
  readonly id: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** The moves at which its value and its cotangent appear. */
  readonly valueAt: number;
  readonly cotangentAt: number;
}

const places: readonly Place[] = [
  { id: 'w', label: 'w', x: 60, y: 38, valueAt: 0, cotangentAt: 10 },
  { id: 'x', label: 'x', x: 180, y: 38, valueAt: 0, cotangentAt: 10 },
  { id: 'b', label: 'b', x: 300, y: 38, valueAt: 0, cotangentAt: 9 },
  { id: 'wx', label: 'w·x', x: 120, y: 132, valueAt: 1, cotangentAt: 9 },
  { id: 'z', label: 'z = wx + b', x: 190, y: 226, valueAt: 2, cotangentAt: 8 },
  { id: 'p', label: 'p = σ(z)', x: 190, y: 320, valueAt: 3, cotangentAt: 7 },
  { id: 'y', label: 'y', x: 320, y: 320, valueAt: 0, cotangentAt: 7 },
  { id: 'e', label: 'e = p − y', x: 245, y: 414, valueAt: 4, cotangentAt: 6 },
  { id: 'L', label: 'L = e²', x: 245, y: 508, valueAt: 5, cotangentAt: 6 },
];

interface Edge {
  readonly from: string;
  readonly to: string;
  /** ∂to/∂from. */
  readonly local: (values: Readonly<Record<string, number>>) => number;
}

const edges: readonly Edge[] = [
  { from: 'w', to: 'wx', local: ({ x = 0 }) => x },
  { from: 'x', to: 'wx', local: ({ w = 0 }) => w },
  { from: 'wx', to: 'z', local: () => 1 },
  { from: 'b', to: 'z', local: () => 1 },
  { from: 'z', to: 'p', local: ({ p = 0 }) => p * (1 - p) },
  { from: 'p', to: 'e', local: () => 1 },
  { from: 'y', to: 'e', local: () => -1 },
  { from: 'e', to: 'L', local: ({ e = 0 }) => 2 * e },
];

const said: readonly string[] = [
  'The inputs are given.',
  'Forward: w·x.',
  'Forward: add b.',
  'Forward: the sigmoid.',
  'Forward: the error.',
  'Forward: its square, the loss.',
  'Backward: L̄ = 1, and ē = L̄ · 2e.',
  'Backward: p̄ = ē · 1; y receives −ē.',
  'Backward: z̄ = p̄ · p(1 − p).',
  'Backward: a sum hands its cotangent to both parts.',
  'Backward: w̄ = z̄ · x and x̄ = z̄ · w. Every derivative is known.',
];

const [halfWidth, halfHeight] = [52, 31];

export function TapeFigure({ nodes, move }: { readonly nodes: readonly GraphNode[]; readonly move: number }) {
  const values = Object.fromEntries(nodes.map(({ id, value }) => [id, value]));
  const cotangents = Object.fromEntries(nodes.map(({ id, cotangent }) => [id, cotangent]));
  const placeOf = (id: string): Place => places.find((place) => place.id === id)!;
  const written = (v: number | undefined): string => (v === undefined ? '' : short(v, 3));
  return (
    <FigureWithTable
      title={`Move ${move}.`}
      description={said[move]}
      table={{
        columns: ['', 'value', 'cotangent'],
        rows: places.map(({ id, label, valueAt, cotangentAt }) => [
          label,
          move >= valueAt ? written(values[id]) : '',
          move >= cotangentAt ? written(cotangents[id]) : '',
        ]),
      }}
    >
      <svg class="plot tape" viewBox="0 0 380 552" role="img" aria-label={`The graph of one neuron. ${said[move]}`}>
        {edges.map(({ from, to, local }) => {
          const [a, b] = [placeOf(from), placeOf(to)];
          const back = move >= a.cotangentAt;
          return (
            <g key={`${from} ${to}`} class={back ? 'edge-back' : 'edge-forward'}>
              <path
                class={back ? 'backward' : 'forward'}
                style={{ opacity: move >= b.valueAt ? 1 : 0.25 }}
                d={`M${a.x} ${a.y + halfHeight}L${b.x} ${b.y - halfHeight}`}
              />
              {back && nodes.length > 0 && (
                <text x={(a.x + b.x) / 2 + 9} y={(a.y + b.y) / 2} dy="0.32em">
                  · {short(local(values))}
                </text>
              )}
            </g>
          );
        })}
        {places.map(({ id, label, x, y, valueAt, cotangentAt }) => (
          <g key={id} transform={`translate(${x} ${y})`} style={{ opacity: move >= valueAt ? 1 : 0.6 }}>
            <rect
              class={`node ${move === valueAt && valueAt > 0 ? 'now' : ''} ${move === cotangentAt ? 'now-back' : ''}`}
              x={-halfWidth}
              y={-halfHeight}
              width={2 * halfWidth}
              height={2 * halfHeight}
              rx="7"
            />
            <text class="node-label" y={-18} dy="0.32em">
              {label}
            </text>
            <text class="node-value" y={1} dy="0.32em">
              {move >= valueAt ? written(values[id]) : '·'}
            </text>
            <text class="node-cotangent" y={19} dy="0.32em">
              {move >= cotangentAt ? `∂L ${written(cotangents[id])}` : ''}
            </text>
          </g>
        ))}
      </svg>
    </FigureWithTable>
  );
}
