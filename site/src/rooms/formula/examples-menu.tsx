// Forty functions by theme. They are loaded after the first formula is on screen: a first visit does not wait for them.
import { useEffect, useId, useState } from 'preact/hooks';
import type { Example } from './examples.ts';

export interface ExamplesMenuProps {
  readonly expression: string;
  /** Counts up when the next example is asked for by key. */
  readonly step: number;
  readonly onChoose: (example: Example) => void;
}

export function ExamplesMenu({ expression, step, onChoose }: ExamplesMenuProps) {
  const id = useId();
  const [examples, show] = useState<readonly Example[]>([]);
  useEffect(() => {
    void import('./examples.ts').then((module) => show(module.examples));
  }, []);
  const current = examples.findIndex((example) => example.expression === expression);
  useEffect(() => {
    const next = examples[(current + 1) % examples.length];
    if (step > 0 && next) onChoose(next);
  }, [step]);
  const themes = [...new Set(examples.map(({ theme }) => theme))];
  return (
    <div class="formula-examples">
      <label for={id}>Examples</label>
      <select
        id={id}
        value={examples[current]?.id ?? ''}
        onChange={({ currentTarget }) => {
          const example = examples.find((candidate) => candidate.id === currentTarget.value);
          if (example) onChoose(example);
        }}
      >
        <option value="" disabled>
          your own
        </option>
        {themes.map((theme) => (
          <optgroup key={theme} label={theme}>
            {examples
              .filter((example) => example.theme === theme)
              .map((example) => (
                <option key={example.id} value={example.id}>
                  {example.title}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
