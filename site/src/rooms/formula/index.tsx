// Formulas of derivatives: an expression in, its gradient typeset.
import { useId, useMemo } from 'preact/hooks';
import { openRoomState } from '../../app/room-state.ts';
import { ErrorWithCaret } from '../../components/error-with-caret.tsx';
import { Formula } from '../../components/formula.tsx';
import { Progress } from '../../components/progress.tsx';
import { WorkerError } from '../../worker/queue.ts';
import { useCompute } from '../../worker/use-compute.ts';

interface State {
  readonly expression: string;
  readonly variables: string;
  readonly variable: string;
  readonly seed: number;
}

const initial: State = { expression: 'norm2(X*w-y)^2', variables: 'X:m,n w:n y:m', variable: 'w', seed: 0 };

function readState(found: unknown): State | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const { expression, variables, variable, seed } = { ...initial, ...found };
  const texts = [expression, variables, variable].every((text) => typeof text === 'string');
  return texts && Number.isInteger(seed) ? { expression, variables, variable, seed } : undefined;
}

export default function FormulaRoom() {
  const id = useId();
  const state = useMemo(() => openRoomState('formula', initial, readState), []);
  const { expression, variables, variable } = state.value;
  const derivation = useCompute('formula', 'gradient', { expression, variables, variable }, { timeLimit: 10_000 });
  const { value, error } = derivation;
  const [message = '', ...rest] = error?.message.split('\n') ?? [];
  const column = error instanceof WorkerError ? Number(error.details.column) : Number.NaN;

  return (
    <>
      <h1>The gradient of an expression</h1>
      <div class="controls">
        <label for={`${id}-expression`}>Expression</label>
        <input
          id={`${id}-expression`}
          class="code"
          spellcheck={false}
          autocomplete="off"
          value={expression}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-error`}
          onInput={({ currentTarget }) => state.change({ expression: currentTarget.value }, 'type expression')}
        />
        <label for={`${id}-variables`}>Shapes</label>
        <input
          id={`${id}-variables`}
          class="code"
          spellcheck={false}
          autocomplete="off"
          value={variables}
          onInput={({ currentTarget }) => state.change({ variables: currentTarget.value }, 'type shapes')}
        />
        <label for={`${id}-variable`}>Derive by</label>
        <input
          id={`${id}-variable`}
          class="code"
          spellcheck={false}
          autocomplete="off"
          value={variable}
          onInput={({ currentTarget }) => state.change({ variable: currentTarget.value }, 'type variable')}
        />
      </div>
      <Progress of={derivation} label="deriving" />
      {error ? (
        <ErrorWithCaret
          id={`${id}-error`}
          message={message}
          hint={rest.find((line) => line.includes('hint:'))?.replace(/.*hint:\s*/, '')}
          source={Number.isInteger(column) ? expression : undefined}
          column={Number.isInteger(column) ? column : undefined}
        />
      ) : (
        value && (
          <section aria-label="Gradient">
            <Formula
              display
              latex={value.latex}
              text={value.text}
              copies={[
                { label: 'LaTeX', text: value.latex },
                { label: 'Text', text: value.text },
              ]}
            />
          </section>
        )
      )}
    </>
  );
}
