// The program on its way to the machine: as it was traced, simplified, as loops, as WebAssembly.
import { CopyButton } from '../../../components/copy-button.tsx';
import { ScrollArea } from '../../../components/scroll-area.tsx';
import { stagesAnswer } from '../answers.ts';
import { useAsk } from '../session.ts';
import { Choice } from './choice.tsx';
import { Answer, givenOf, type ViewProps } from './view.tsx';

const bytes = new Intl.NumberFormat('en');

function Stage({ title, note, text }: { readonly title: string; readonly note: string; readonly text: string }) {
  return (
    <section class="pg-stage">
      <div class="pg-stage-head">
        <h3>{title}</h3>
        <span class="hint">{note}</span>
        <CopyButton text={text} label="Copy" title={`Copy: ${title}`} />
      </div>
      <ScrollArea class="pg-code" label={title}>
        <pre>{text}</pre>
      </ScrollArea>
    </section>
  );
}

export function CompiledView({ session, room }: ViewProps) {
  const { order, wrt, inputs } = room.value;
  const question = { ...givenOf(room.value), order, input: Math.min(wrt, Math.max(0, inputs.length - 1)) };
  const answer = useAsk(session, 'stages', question, stagesAnswer);
  return (
    <>
      <div class="pg-options controls">
        <Choice
          label="Program of the"
          value={order}
          options={[
            ['value', 'value'],
            ['gradient', `gradient in ${inputs[question.input]?.name ?? 'x'}`],
            ['Hessian', `Hessian in ${inputs[question.input]?.name ?? 'x'}`],
          ]}
          onChange={(next) => room.change({ order: next })}
        />
      </div>
      <Answer of={answer} label="compiling" session={session}>
        {(found) => (
          <>
            <Stage title="1 · Traced" note={`${found.tracedEquations} operations`} text={found.traced} />
            <Stage title="2 · Simplified" note={`${found.simplifiedEquations} operations`} text={found.simplified} />
            <Stage title="3 · Loops" note={`${found.steps} steps`} text={found.loops} />
            <Stage
              title="4 · WebAssembly"
              note={
                found.wasmBytes > 0
                  ? `${bytes.format(found.wasmBytes)} bytes of code, ${bytes.format(found.scratchBytes)} bytes of memory`
                  : 'no code: nothing is left to compute'
              }
              text={found.wasm}
            />
          </>
        )}
      </Answer>
    </>
  );
}
