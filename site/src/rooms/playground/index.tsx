// A function of the reader's own, run in the sandbox.
import { useId, useMemo, useState } from 'preact/hooks';
import { openRoomState } from '../../app/room-state.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import { ErrorWithCaret } from '../../components/error-with-caret.tsx';
import { Progress } from '../../components/progress.tsx';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { CancelledError } from '../../worker/queue.ts';

interface State {
  readonly code: string;
  readonly seed: number;
}

const initial: State = {
  code: [
    "const { grad, tensor } = require('nabla');",
    '',
    'exports.f = () => {',
    '  const loss = (x) => x.square().sum();',
    '  return grad(loss)(tensor([1, 2, 3]));',
    '};',
  ].join('\n'),
  seed: 0,
};

function readState(found: unknown): State | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const { code, seed } = { ...initial, ...found };
  return typeof code === 'string' && Number.isInteger(seed) ? { code, seed } : undefined;
}

export default function PlaygroundRoom() {
  const id = useId();
  const state = useMemo(() => openRoomState('playground', initial, readState), []);
  const [sandbox, setSandbox] = useState<Sandbox | null>(null);
  const [answer, setAnswer] = useState('');
  const [error, setError] = useState('');

  async function run(): Promise<void> {
    sandbox?.close();
    const mine = openSandbox(state.value.code);
    setSandbox(mine);
    setError('');
    try {
      setAnswer(String(await mine.request('call', { name: 'f', args: [] }, { timeLimit: 3_000 })));
    } catch (thrown) {
      if (!(thrown instanceof CancelledError)) setError(String(thrown));
    } finally {
      mine.close();
      setSandbox((current) => (current === mine ? null : current));
    }
  }
  useShortcut('Mod+Enter', 'run the code', () => void run());

  return (
    <>
      <h1>Playground</h1>
      <div class="controls">
        <label for={`${id}-code`}>Code</label>
        <textarea
          id={`${id}-code`}
          rows={10}
          spellcheck={false}
          value={state.value.code}
          onInput={({ currentTarget }) => state.change({ code: currentTarget.value }, 'type code')}
        />
        <button type="button" class="primary" onClick={() => void run()}>
          Run
        </button>
      </div>
      <Progress
        of={{ pending: sandbox !== null, fraction: undefined, cancel: () => sandbox?.close() }}
        label="running"
      />
      {error ? <ErrorWithCaret message={error} /> : answer && <pre role="status">{answer}</pre>}
    </>
  );
}
