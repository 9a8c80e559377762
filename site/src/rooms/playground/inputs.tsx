// The arguments of the function: name, shape and entries of each, and the seed of those that are drawn.
import { useEffect, useId, useState } from 'preact/hooks';
import type { RoomState } from '../../app/room-state.ts';
import { type Fill, fills, type InputSpec } from './answers.ts';
import { mostElements, type PlaygroundState } from './state.ts';

const mostInputs = 12;

/** Numbers from `1, 2 3` or `[[1, 2], [3, 4]]`; undefined where something else stands there. */
function readNumbers(text: string): number[] | undefined {
  const parts = text
    .replaceAll(/[[\](){}]/g, ' ')
    .split(/[\s,;]+/)
    .filter(Boolean);
  const found = parts.map((part) => Number(part.replace('−', '-')));
  return found.length > 0 && found.every(Number.isFinite) ? found : undefined;
}

/** Sizes from `2, 3` or `2 × 3`; nothing at all is a scalar. */
function readShape(text: string): number[] | undefined {
  const parts = text.split(/[\s,×x[\]]+/).filter(Boolean);
  const sizes = parts.map(Number);
  const fine = sizes.every((size) => Number.isInteger(size) && size >= 0 && size <= 10_000);
  return fine && sizes.length <= 8 && sizes.reduce((product, n) => product * n, 1) <= mostElements ? sizes : undefined;
}

interface FieldProps<T> {
  readonly label: string;
  readonly value: T;
  readonly show: (value: T) => string;
  readonly read: (text: string) => T | undefined;
  readonly onChange: (value: T) => void;
  readonly placeholder?: string;
}

/** A text that stands for a value: what cannot be read stays in the field and changes nothing. */
function Field<T>({ label, value, show, read, onChange, placeholder = '' }: FieldProps<T>) {
  const id = useId();
  const shown = show(value);
  const [text, setText] = useState(shown);
  useEffect(() => {
    const mine = read(text);
    if (mine === undefined || show(mine) !== shown) setText(shown);
  }, [shown]);
  return (
    <div class="pg-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="code"
        value={text}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={read(text) === undefined}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          const next = read(currentTarget.value);
          if (next !== undefined) onChange(next);
        }}
      />
    </div>
  );
}

const isName = (text: string): boolean => /^[\p{L}_][\p{L}\p{N}_]{0,30}$/u.test(text);

interface InputRowProps {
  readonly input: InputSpec;
  readonly onChange: (part: Partial<InputSpec>) => void;
  readonly onRemove: () => void;
}

function InputRow({ input, onChange, onRemove }: InputRowProps) {
  const id = useId();
  const { name, shape, fill, values } = input;
  return (
    <fieldset class="pg-input">
      <legend class="visually-hidden">Input {name}</legend>
      <Field
        label="Name"
        value={name}
        show={(text) => text}
        read={(text) => (isName(text.trim()) ? text.trim() : undefined)}
        onChange={(next) => onChange({ name: next })}
      />
      <Field
        label="Shape"
        value={shape}
        show={(sizes) => sizes.join(', ')}
        read={readShape}
        placeholder="scalar"
        onChange={(next) => onChange({ shape: next })}
      />
      <div class="pg-field">
        <label for={id}>Entries</label>
        <select id={id} value={fill} onChange={({ currentTarget }) => onChange({ fill: currentTarget.value as Fill })}>
          {fills.map((kind) => (
            <option key={kind} value={kind}>
              {kind}
            </option>
          ))}
        </select>
      </div>
      {fill === 'numbers' && (
        <Field
          label="Numbers"
          value={values}
          show={(list) => list.join(', ')}
          read={readNumbers}
          onChange={(next) => onChange({ values: next })}
        />
      )}
      <button type="button" class="pg-remove" aria-label={`Remove input ${name}`} onClick={onRemove}>
        ×
      </button>
    </fieldset>
  );
}

export function Inputs({ room }: { readonly room: RoomState<PlaygroundState> }) {
  const { inputs, seed } = room.value;
  const change = (next: readonly InputSpec[], gesture = '') => room.change({ inputs: next }, gesture);
  function add(): void {
    const free = [...'xyzuvwabc'].find((letter) => inputs.every(({ name }) => name !== letter)) ?? `x${inputs.length}`;
    change([...inputs, { name: free, shape: [2], fill: 'numbers', values: [1, 2] }]);
  }
  return (
    <section class="pg-inputs controls" aria-label="Inputs">
      <h2>Inputs</h2>
      {inputs.map((input, i) => (
        <InputRow
          key={i}
          input={input}
          onChange={(part) =>
            change(
              inputs.map((old, k) => (k === i ? { ...old, ...part } : old)),
              `input ${i} ${Object.keys(part)}`,
            )
          }
          onRemove={() => change(inputs.filter((_, k) => k !== i))}
        />
      ))}
      <div class="pg-seed">
        <button type="button" disabled={inputs.length >= mostInputs} onClick={add}>
          Add input
        </button>
        <Field
          label="Seed"
          value={seed}
          show={String}
          read={(text) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined)}
          onChange={(next) => room.change({ seed: next }, 'seed')}
        />
        <button type="button" onClick={() => room.change({ seed: seed + 1 }, 'seed')}>
          Draw again
        </button>
      </div>
    </section>
  );
}
