// Formulas of derivatives: an expression in, its gradient and Hessian (or its Jacobian) typeset, checked, to take away.

import { firstAnswer } from 'virtual:first-answer';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { openRoomState } from '../../app/room-state.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import { ErrorWithCaret } from '../../components/error-with-caret.tsx';
import { loadTypesetter } from '../../components/formula.tsx';
import { Progress } from '../../components/progress.tsx';
import { rememberTypeset } from '../../components/typeset.ts';
import { compute } from '../../worker/compute.ts';
import { WorkerError } from '../../worker/queue.ts';
import { type Computation, useCompute } from '../../worker/use-compute.ts';
import { Derivative } from './derivative.tsx';
import { ExamplesMenu } from './examples-menu.tsx';
import './formula.css';
import { chosen, initial, questionOf, readState, type VariableState } from './state.ts';
import { Variables } from './variables.tsx';

rememberTypeset(firstAnswer.typeset);
const firstQuestion = JSON.stringify(firstAnswer.input);

/** Loads what the first answer did not need, as soon as somebody is about to ask for another one. */
function useWarmUp(): void {
  useEffect(() => {
    const stop = new AbortController();
    const warmUp = (): void => {
      stop.abort();
      void loadTypesetter();
      // What fails now fails again, and is shown, when it is asked for.
      compute('formula', 'variables', firstAnswer.input).catch(() => undefined);
    };
    for (const type of ['pointermove', 'pointerdown', 'focusin', 'keydown']) {
      addEventListener(type, warmUp, { signal: stop.signal });
    }
    return () => stop.abort();
  }, []);
}

/** What is known now, else what was known before. */
function useLatest<T>(now: T | undefined): T | undefined {
  const latest = useRef(now);
  if (now !== undefined) latest.current = now;
  return latest.current;
}

/** The answer to the present question, not one to the question before it. */
const settled = <T,>({ value, pending }: Computation<T>): T | undefined => (pending ? undefined : value);

export default function FormulaRoom() {
  const id = useId();
  const state = useMemo(() => openRoomState('formula', initial, readState), []);
  const { expression, variables: known, wrt, second } = state.value;
  const question = questionOf(state.value);
  const isFirst = JSON.stringify(question) === firstQuestion;
  const found = useCompute('formula', 'variables', isFirst ? null : { expression, variables: known, wrt });
  const derivation = useCompute('formula', 'derivatives', isFirst ? null : question, { timeLimit: 15_000 });
  useWarmUp();
  const variables = useLatest(isFirst ? firstAnswer.variables : settled(found)) ?? {};
  const names = Object.keys(variables);
  const v = chosen(wrt, variables);
  const value = useLatest(isFirst ? firstAnswer.derivatives : settled(derivation));
  const error = isFirst ? undefined : derivation.error;
  const [step, setStep] = useState(0);

  function change(name: string, part: Partial<VariableState>): void {
    const before = Object.hasOwn(known, name) ? known[name]! : { shape: null, facts: [] };
    const table = { ...known, [name]: { ...before, ...part } };
    state.change({ variables: table }, part.shape === undefined ? '' : `type shape of ${name}`);
  }
  /** Shapes belong to the function they were given for; facts stay. */
  function write(text: string): void {
    const table = Object.entries(known).map(([name, { facts }]) => [name, { shape: null, facts }]);
    state.change({ expression: text, variables: Object.fromEntries(table) }, 'type expression');
  }
  useShortcut('/', 'edit the expression', (event) => {
    event.preventDefault();
    document.getElementById(`${id}-expression`)?.focus();
  });
  useShortcut('v', 'derive by the next variable', () => {
    const next = names[(names.indexOf(v) + 1) % names.length];
    if (next !== undefined) state.change({ wrt: next, second: '' });
  });
  useShortcut('e', 'next example', () => setStep((k) => k + 1));

  return (
    <div class="formula-room">
      <header>
        <h1>The formula of a derivative</h1>
        <p class="hint">
          Write a function of scalars, vectors and matrices. Its derivatives come back as you would write them, each
          compared with numbers before it is shown.
        </p>
      </header>
      <div class="controls formula-inputs">
        <div class="formula-expression">
          <label for={`${id}-expression`}>Expression</label>
          <input
            id={`${id}-expression`}
            class="code"
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            value={expression}
            aria-invalid={error !== undefined}
            aria-describedby={error ? `${id}-error` : undefined}
            onInput={({ currentTarget }) => write(currentTarget.value)}
          />
        </div>
        <ExamplesMenu
          step={step}
          expression={expression}
          onChoose={(example) => {
            const table = Object.entries(example.variables).map(([name, { shape, facts = [] }]) => [
              name,
              { shape, facts },
            ]);
            const { expression, wrt } = example;
            state.change({ expression, wrt, second: '', variables: Object.fromEntries(table) });
          }}
        />
      </div>
      {error && <Failure id={`${id}-error`} error={error} expression={expression} />}
      <div class="controls">
        <Variables
          variables={variables}
          wrt={v}
          onChange={change}
          onDeriveBy={(name) => state.change({ wrt: name, second: '' })}
        />
      </div>
      <Progress of={derivation} label="deriving" />
      {!error && value && (
        <div class="derivatives" aria-busy={derivation.pending}>
          <Derivative view={value.first} key={`1 ${value.first.operator !== undefined}`} />
          {value.second && (
            <div>
              <Derivative view={value.second} key={`2 ${value.second.operator !== undefined}`} />
              {names.length > 1 && (
                <p class="controls formula-second">
                  <label for={`${id}-second`}>Second variable</label>
                  <select
                    id={`${id}-second`}
                    value={second === '' ? v : second}
                    onChange={({ currentTarget }) =>
                      state.change({ second: currentTarget.value === v ? '' : currentTarget.value })
                    }
                  >
                    {names.map((name) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                  </select>
                </p>
              )}
            </div>
          )}
        </div>
      )}
    </div>
  );
}

interface FailureProps {
  readonly id: string;
  readonly error: Error;
  readonly expression: string;
}

/** The library's message without its own drawing of the place, which is drawn anew. */
function Failure({ id, error, expression }: FailureProps) {
  const [message = '', ...rest] = error.message.split('\n');
  const column = error instanceof WorkerError ? Number(error.details.column) : Number.NaN;
  const place = Number.isInteger(column);
  return (
    <ErrorWithCaret
      id={id}
      message={message}
      hint={rest.find((line) => line.includes('hint:'))?.replace(/.*hint:\s*/, '')}
      source={place ? expression : undefined}
      column={place ? column : undefined}
    />
  );
}
