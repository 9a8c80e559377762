// The value of the function, its gradient, and what went in.
import { type ValuesAnswer, valuesAnswer } from '../answers.ts';
import { useAsk } from '../session.ts';
import { showShape, TensorView } from '../tensor-view.tsx';
import { Answer, givenOf, type ViewProps } from './view.tsx';

function List({
  title,
  items,
  label,
}: {
  title: string;
  items: ValuesAnswer['inputs'];
  label: (name: string) => string;
}) {
  if (items.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      {items.map(({ name, tensor }) => (
        <div key={name} class="pg-named">
          <h3>
            {label(name)} <span class="hint">{showShape(tensor.shape)}</span>
          </h3>
          <TensorView label={label(name)} tensor={tensor} />
        </div>
      ))}
    </section>
  );
}

export function ValuesView({ session, room }: ViewProps) {
  const answer = useAsk(session, 'values', givenOf(room.value), valuesAnswer);
  return (
    <Answer of={answer} label="computing" session={session}>
      {({ inputs, outputs, gradients }) => (
        <>
          <List title="Value" items={outputs} label={(name) => name} />
          <List title="Gradient" items={gradients} label={(name) => `∂f/∂${name}`} />
          <List title="Inputs" items={inputs} label={(name) => name} />
        </>
      )}
    </Answer>
  );
}
