// What is known about each name of the expression: its shape, its facts, and whether to derive by it.
import { useId } from 'preact/hooks';
import { Chip } from '../../components/chip.tsx';
import { factLabels, factsFor, type ShapedVariable } from './state.ts';

export interface VariablesProps {
  readonly variables: Readonly<Record<string, ShapedVariable>>;
  readonly wrt: string;
  readonly onChange: (name: string, change: Partial<ShapedVariable>) => void;
  readonly onDeriveBy: (name: string) => void;
}

export function Variables({ variables, wrt, onChange, onDeriveBy }: VariablesProps) {
  const id = useId();
  return (
    <fieldset class="variables">
      <legend>Variables</legend>
      {Object.entries(variables).map(([name, { shape, facts }]) => (
        <div class="variable" key={name}>
          <label class="variable-choice">
            <input type="radio" name={`${id}-wrt`} checked={name === wrt} onChange={() => onDeriveBy(name)} />{' '}
            <span class="visually-hidden">derive by </span>
            <code>{name}</code>
          </label>
          <label class="variable-shape">
            <span class="visually-hidden">Shape of {name}</span>
            <input
              class="code"
              value={shape}
              placeholder="scalar"
              spellcheck={false}
              autocomplete="off"
              onInput={({ currentTarget }) => onChange(name, { shape: currentTarget.value, facts: [] })}
            />
          </label>
          <fieldset class="variable-facts">
            <legend class="visually-hidden">Facts about {name}</legend>
            {factsFor(shape).map((fact) => (
              <Chip
                key={fact}
                label={factLabels[fact] ?? fact}
                pressed={facts.includes(fact)}
                onToggle={() =>
                  onChange(name, {
                    facts: facts.includes(fact) ? facts.filter((known) => known !== fact) : [...facts, fact],
                  })
                }
              />
            ))}
          </fieldset>
        </div>
      ))}
    </fieldset>
  );
}
