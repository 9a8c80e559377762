// The computation graph: drawn by us, laid out in the worker. Forward edges are blue and solid, cotangents flow back along dashed
// vermilion ones.
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { Chip } from '../../../components/chip.tsx';
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { Progress } from '../../../components/progress.tsx';
import { useCompute } from '../../../worker/use-compute.ts';
import { type GraphAnswer, graphAnswer } from '../answers.ts';
import { useAsk } from '../session.ts';
import { Answer, givenOf, type ViewProps } from '../views/view.tsx';
import { blocksAround, foldGraph, mostSingle } from './fold.ts';
import { GraphPicture } from './picture.tsx';

export function GraphView({ session, room }: ViewProps) {
  const answer = useAsk(session, 'graph', givenOf(room.value), graphAnswer);
  return (
    <Answer of={answer} label="tracing" session={session}>
      {(graph) => <Graph graph={graph} />}
    </Answer>
  );
}

const mostMatches = 8;
const fewSingle = 6;
const tableRows = 200;

function Graph({ graph }: { readonly graph: GraphAnswer }) {
  const { nodes } = graph;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState('');
  const [directions, setDirections] = useState({ forward: true, backward: true });
  useEffect(() => setOpen(new Set()), [nodes.length]);
  const [tight, setTight] = useState(false);
  const most = tight ? fewSingle : mostSingle;
  const folded = useMemo(() => foldGraph(nodes, open, most), [nodes, open, most]);
  const sized = folded.nodes.map(({ id, title, subtitle }) => ({
    id,
    width: Math.max(64, Math.max(title.length * 7.6, subtitle.length * 6.3) + 22),
    height: 42,
  }));
  const edges = folded.edges.map(({ from, to }) => [from, to] as const);
  const layout = useCompute('playground', 'layout', { nodes: sized, edges }, { timeLimit: 8_000 });
  const words = search.trim().toLowerCase();
  const matches = words === '' ? [] : findNodes(nodes, words);
  const found = new Set(
    folded.nodes.filter(({ from, to }) => matches.some((at) => from <= at && at < to)).map(({ id }) => id),
  );
  const operations = nodes.filter(({ kind }) => kind === 'operation').length;
  const toggle = (id: string) => setOpen(new Set([...open, id]));
  const table = {
    columns: ['variable', 'operation', 'type', 'from'],
    rows: nodes.map(({ name, kind, operation, detail, type, from }) => [
      name,
      kind === 'operation' ? `${operation} ${detail}`.trim() : kind,
      type,
      from.map((at) => nodes[at]?.name ?? '?').join(', '),
    ]),
    limit: tableRows,
  };
  return (
    <>
      <div class="pg-options controls">
        <Search value={search} count={matches.length} onInput={setSearch} />
        <span class="pg-buttons">
          <Chip
            label="Forward"
            pressed={directions.forward}
            onToggle={() => setDirections({ ...directions, forward: !directions.forward })}
          />
          <Chip
            label="Backward"
            pressed={directions.backward}
            onToggle={() => setDirections({ ...directions, backward: !directions.backward })}
          />
          <Chip label="Fold" pressed={tight} onToggle={() => setTight(!tight)} />
          <button type="button" disabled={open.size === 0} onClick={() => setOpen(new Set())}>
            Fold again
          </button>
        </span>
      </div>
      {matches.length > 0 && (
        <p class="pg-matches controls">
          {matches.slice(0, mostMatches).map((at) => (
            <button
              key={at}
              type="button"
              onClick={() => setOpen(new Set([...open, ...blocksAround(nodes, at, most)]))}
            >
              {nodes[at]!.name}
              {nodes[at]!.operation ? ` = ${nodes[at]!.operation}` : ''}
            </button>
          ))}
          {matches.length > mostMatches && <span class="hint">and {matches.length - mostMatches} more</span>}
        </p>
      )}
      <Progress of={layout} label="laying out the graph" />
      {layout.error && <p class="hint">The graph could not be laid out: {layout.error.message}</p>}
      <FigureWithTable
        title="Computation graph"
        description={`${operations} operations${folded.nodes.some(({ kind }) => kind === 'block') ? ', folded into blocks: open one to look inside' : ''}.`}
        table={table}
      >
        {layout.value &&
        layout.value.paths.length === folded.edges.length &&
        folded.nodes.every(({ id }) => layout.value?.nodes[id]) ? (
          <GraphPicture
            folded={folded}
            sizes={sized}
            layout={layout.value}
            found={found}
            directions={directions}
            onOpen={toggle}
          />
        ) : (
          <div class="pg-graph" aria-busy="true" />
        )}
      </FigureWithTable>
      <p class="pg-legend hint">
        <svg width="34" height="8" aria-hidden="true">
          <path class="forward" d="M0 4H34" />
        </svg>{' '}
        values, forward{' '}
        <svg width="34" height="8" aria-hidden="true">
          <path class="backward" d="M0 4H34" />
        </svg>{' '}
        cotangents, backward
      </p>
    </>
  );
}

function findNodes(nodes: GraphAnswer['nodes'], words: string): number[] {
  const found: number[] = [];
  nodes.forEach(({ name, operation, type }, at) => {
    if (name.toLowerCase() === words || operation.toLowerCase().includes(words) || type === words) found.push(at);
  });
  return found;
}

function Search({ value, count, onInput }: { value: string; count: number; onInput: (text: string) => void }) {
  const id = useId();
  return (
    <div class="pg-choice">
      <label for={id}>Find</label>
      <input
        id={id}
        type="search"
        placeholder="sin, or a name"
        value={value}
        aria-describedby={`${id}-count`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <span id={`${id}-count`} class="hint" role="status">
        {value.trim() === '' ? '' : `${count} found`}
      </span>
    </div>
  );
}
