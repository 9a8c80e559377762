// A function of the reader's own: written, run in the sandbox, and looked at from all sides.
import './playground.css';
import { useMemo, useState } from 'preact/hooks';
import { openRoomState } from '../../app/room-state.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import { Tabs } from '../../components/tabs.tsx';
import { WorkerError } from '../../worker/queue.ts';
import { valuesAnswer } from './answers.ts';
import { Editor, type TypeTrouble } from './editor/editor.tsx';
import { ExamplesMenu } from './examples-menu.tsx';
import { GraphView } from './graph/graph-view.tsx';
import { Inputs } from './inputs.tsx';
import { errorPosition, readableMessage } from './positions.ts';
import { type OpenedSession, useAsk, useSession } from './session.ts';
import { initial, readState, type View, views } from './state.ts';
import type { Position } from './transpile.ts';
import { type Trouble, Troubles } from './troubles.tsx';
import { CompiledView } from './views/compiled.tsx';
import { FormulaView } from './views/formula.tsx';
import { LandscapeView } from './views/landscape.tsx';
import { HessianView, JacobianView } from './views/matrices.tsx';
import { RaceView } from './views/race.tsx';
import { StepsView } from './views/steps.tsx';
import { TimingView } from './views/timing.tsx';
import { ValuesView } from './views/values.tsx';
import { givenOf, type ViewProps } from './views/view.tsx';

const shown: Readonly<
  Record<View, { readonly title: string; readonly View: (props: ViewProps) => preact.JSX.Element }>
> = {
  values: { title: 'Values', View: ValuesView },
  graph: { title: 'Graph', View: GraphView },
  steps: { title: 'Steps', View: StepsView },
  landscape: { title: 'Landscape', View: LandscapeView },
  jacobian: { title: 'Jacobian', View: JacobianView },
  hessian: { title: 'Hessian', View: HessianView },
  race: { title: 'Race', View: RaceView },
  compiled: { title: 'Compiled', View: CompiledView },
  formula: { title: 'Formula', View: FormulaView },
  timing: { title: 'Timing', View: TimingView },
};

/** What went wrong, in terms of the user's source. */
function failureOf(
  { session, trouble }: OpenedSession,
  error: Error | undefined,
  types: readonly TypeTrouble[],
): Trouble | null {
  if (trouble) return trouble;
  if (!error) return null;
  const [first] = types;
  // An engine does not tell where a worker's script cannot be read; the compiler does.
  if (error.name === 'WorkerError' && first) return { ...first, hint: 'the code cannot be read, so nothing has run' };
  const mappings = session?.mappings ?? '';
  const [message = '', ...rest] = readableMessage(error, mappings).split('\n');
  const hint = rest.find((line) => line.includes('hint:'))?.replace(/.*hint:\s*/, '');
  return { message, hint, at: error instanceof WorkerError ? errorPosition(error, mappings) : undefined };
}

export default function PlaygroundRoom() {
  const room = useMemo(() => openRoomState('playground', initial, readState), []);
  const { code, view } = room.value;
  const opened = useSession(code);
  const { session } = opened;
  const run = useAsk(session, 'values', givenOf(room.value), valuesAnswer);
  const [types, setTypes] = useState<readonly TypeTrouble[]>([]);
  const [jump, setJump] = useState<{ readonly at: Position } | null>(null);
  const failure = failureOf(opened, run.error, types);
  const mark = failure?.at ? { at: failure.at, message: failure.message } : null;
  // Code that does not run is not asked again by every view; they keep what they showed.
  const working = failure ? null : session;
  useShortcut('Mod+Enter', 'run the code again', opened.restart);

  return (
    <>
      <div class="pg-head">
        <h1>Playground</h1>
        <ExamplesMenu room={room} />
      </div>
      <div class="pg-room">
        <div class="pg-source">
          <Editor
            code={code}
            onChange={(next) => room.change({ code: next }, 'type code')}
            mark={mark}
            onTypes={setTypes}
            jump={jump}
          />
          <p class="pg-run controls">
            <button type="button" class="primary" onClick={opened.restart}>
              Run
            </button>
            <span class="hint">It also runs as you type.</span>
          </p>
          <Troubles code={code} failure={failure} types={types} lines={run.lines} onGo={(at) => setJump({ at })} />
          <Inputs room={room} />
        </div>
        <div class="pg-views">
          {failure && <p class="hint">The code does not run at the moment; below is what ran before.</p>}
          <Tabs
            label="Views"
            selected={view}
            onSelect={(id) => room.change({ view: views.find((name) => name === id) ?? 'values' })}
            tabs={views.map((id) => {
              const { title, View } = shown[id];
              return { id, title, content: () => <View key={id} session={working} room={room} /> };
            })}
          />
        </div>
      </div>
    </>
  );
}
