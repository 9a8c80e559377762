// How long a call takes, in this browser, here and now.
import { useState } from 'preact/hooks';
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { formatNumber } from '../../../components/number-table.tsx';
import { type TimingAnswer, timingAnswer } from '../answers.ts';
import { readableMessage } from '../positions.ts';
import { useAsk } from '../session.ts';
import { Answer, givenOf, type ViewProps } from './view.tsx';

function duration(milliseconds: number): string {
  if (milliseconds >= 1) return `${formatNumber(milliseconds)} ms`;
  return milliseconds >= 1e-3 ? `${formatNumber(1e3 * milliseconds)} µs` : `${formatNumber(1e6 * milliseconds)} ns`;
}

export function TimingView({ session, room }: ViewProps) {
  const { wrt, inputs } = room.value;
  const [turn, setTurn] = useState(0);
  const question = { ...givenOf(room.value), input: Math.min(wrt, Math.max(0, inputs.length - 1)), turn };
  const answer = useAsk(session, 'timing', question, timingAnswer, 30_000);
  return (
    <>
      <p class="pg-options controls">
        <button type="button" onClick={() => setTurn(turn + 1)}>
          Measure again
        </button>
      </p>
      <Answer of={answer} label="measuring" session={session}>
        {({ rows, failures }) => (
          <>
            <Bars rows={rows} />
            {failures.map((failure) => (
              <p key={failure} class="hint">
                {readableMessage(new Error(failure), session?.mappings ?? '')}
              </p>
            ))}
          </>
        )}
      </Answer>
    </>
  );
}

function Bars({ rows }: Pick<TimingAnswer, 'rows'>) {
  const longest = Math.max(...rows.map(({ milliseconds }) => milliseconds));
  const table = {
    columns: ['', 'median', 'least', 'most', 'calls', 'first call'],
    rows: rows.map((row) => [
      row.name,
      duration(row.milliseconds),
      duration(row.least),
      duration(row.most),
      row.calls,
      duration(row.firstMilliseconds),
    ]),
  };
  return (
    <FigureWithTable title="Time of a call" description="Median over batches of calls." table={table}>
      <dl class="pg-bars">
        {rows.map((row) => (
          <div key={row.name}>
            <dt>{row.name}</dt>
            <dd>
              <span class="pg-bar" style={{ width: `${(100 * row.milliseconds) / longest}%` }} aria-hidden="true" />
              <span>{duration(row.milliseconds)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </FigureWithTable>
  );
}
