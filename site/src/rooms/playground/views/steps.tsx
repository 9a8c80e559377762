// One operation at a time: forward through the values, then back through the cotangents. ← → and Space.
import { useEffect, useId, useRef } from 'preact/hooks';
import { useShortcut } from '../../../app/shortcuts.ts';
import { ScrollArea } from '../../../components/scroll-area.tsx';
import { Slider } from '../../../components/slider.tsx';
import { type Step, type StepsAnswer, stepsAnswer } from '../answers.ts';
import { useAsk } from '../session.ts';
import { briefly, showShape, TensorView } from '../tensor-view.tsx';
import { Answer, givenOf, type ViewProps } from './view.tsx';

export function StepsView({ session, room }: ViewProps) {
  const answer = useAsk(session, 'steps', givenOf(room.value), stepsAnswer);
  return (
    <Answer of={answer} label="computing every step" session={session}>
      {(value) =>
        value.steps.length === 0 ? <p>The function does nothing.</p> : <Stepper answer={value} room={room} />
      }
    </Answer>
  );
}

function Stepper({ answer, room }: { readonly answer: StepsAnswer; readonly room: ViewProps['room'] }) {
  const { steps, seed } = answer;
  const n = steps.length;
  const backward = steps.some(({ cotangent }) => cotangent);
  const last = backward ? 2 * n - 1 : n - 1;
  const at = Math.min(room.value.at, last);
  const go = (to: number) => room.change({ at: Math.min(last, Math.max(0, to)) }, 'step');
  useShortcut('ArrowRight', 'next operation', () => go(at + 1));
  useShortcut('ArrowLeft', 'operation before', () => go(at - 1));
  useShortcut(' ', 'next operation', () => go(at === last ? 0 : at + 1));
  const goingBack = at >= n;
  const place = goingBack ? 2 * n - 1 - at : at;
  const step = steps[place]!;
  const phase = goingBack ? 'backward' : 'forward';
  return (
    <>
      <div class="pg-stepper controls">
        <button type="button" disabled={at === 0} onClick={() => go(at - 1)}>
          <span aria-hidden="true">←</span> Back
        </button>
        <button type="button" class="primary" disabled={at === last} onClick={() => go(at + 1)}>
          Step <span aria-hidden="true">→</span>
        </button>
        <Slider
          label="Operation"
          value={at + 1}
          min={1}
          max={last + 1}
          step={1}
          onChange={(to) => go(to - 1)}
          format={(k) => `${k} of ${last + 1}`}
        />
      </div>
      <section class={`pg-step pg-${phase}`} aria-live="polite" aria-label="Operation">
        <p class="pg-phase">
          {goingBack ? 'Backward ◂' : 'Forward ▸'}{' '}
          <span class="hint">
            {place + 1} of {n}
          </span>
        </p>
        <p class="pg-equation">
          {step.equation === 'input' ? `${step.name} (input)` : `${step.name} = ${step.equation}`}
        </p>
        <StepDetails step={step} goingBack={goingBack} seed={seed} isLast={place === n - 1} />
      </section>
      <StepTable steps={steps} place={place} goingBack={goingBack} onPick={(i) => go(goingBack ? 2 * n - 1 - i : i)} />
    </>
  );
}

function StepDetails({
  step,
  goingBack,
  seed,
  isLast,
}: {
  step: Step;
  goingBack: boolean;
  seed: string;
  isLast: boolean;
}) {
  return (
    <div class="pg-columns">
      <div>
        <h3>
          Value <span class="hint">{showShape(step.value.shape)}</span>
        </h3>
        <TensorView label={`Value of ${step.name}`} tensor={step.value} />
      </div>
      {step.locals.map((local) => (
        <div key={local.name}>
          <h3>
            ∂{step.name}/∂{local.name}{' '}
            <span class="hint">
              {local.form === 'entries'
                ? 'entry by entry'
                : `${local.form === 'large' ? 'large: ' : ''}${showShape(local.tensor.shape)}`}
            </span>
          </h3>
          {local.form === 'large' ? (
            <p class="hint">Applied without being formed.</p>
          ) : (
            <TensorView label={`Local derivative of ${step.name} in ${local.name}`} tensor={local.tensor} />
          )}
        </div>
      ))}
      {goingBack && (
        <div>
          <h3>
            Cotangent <span class="hint">∂f/∂{step.name}</span>
          </h3>
          {step.cotangent ? (
            <TensorView label={`Cotangent of ${step.name}`} tensor={step.cotangent} />
          ) : (
            <p class="hint">none: the output does not depend on it smoothly</p>
          )}
          {isLast && <p class="hint">It begins with {seed}.</p>}
        </div>
      )}
    </div>
  );
}

interface StepTableProps {
  readonly steps: readonly Step[];
  readonly place: number;
  readonly goingBack: boolean;
  readonly onPick: (place: number) => void;
}

function StepTable({ steps, place, goingBack, onPick }: StepTableProps) {
  const id = useId();
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    const row = table.current?.querySelector<HTMLElement>('[aria-current]');
    const box = table.current?.parentElement;
    if (!row || !box) return;
    const hidden = row.offsetTop < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight;
    if (hidden) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }, [place]);
  return (
    <ScrollArea class="table-scroll" label="All operations">
      <table class="pg-steps" ref={table}>
        <caption class="visually-hidden">All operations</caption>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col">Value</th>
            <th scope="col">Cotangent</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step, i) => (
            <tr key={i} aria-current={i === place ? 'step' : undefined}>
              <th scope="row">
                <button type="button" aria-describedby={id} onClick={() => onPick(i)}>
                  {step.equation === 'input' ? step.name : `${step.name} = ${step.equation}`}
                </button>
              </th>
              <td>{goingBack || i <= place ? briefly(step.value) : '·'}</td>
              <td>{goingBack && i >= place && step.cotangent ? briefly(step.cotangent) : '·'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <span id={id} class="visually-hidden">
        go to this operation
      </span>
    </ScrollArea>
  );
}
