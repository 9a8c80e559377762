import { useId } from 'preact/hooks';
import type { RoomState } from '../../app/room-state.ts';
import { examples, themes } from './examples/index.ts';
import { type PlaygroundState, startOf } from './state.ts';

/** The examples by theme; choosing one replaces code and inputs, in one step of undo. */
export function ExamplesMenu({ room }: { readonly room: RoomState<PlaygroundState> }) {
  const id = useId();
  const current = examples.find(({ code }) => code === room.value.code);
  return (
    <div class="pg-choice controls">
      <label for={id}>Example</label>
      <select
        id={id}
        value={current?.id ?? ''}
        onChange={({ currentTarget }) => {
          const chosen = examples.find(({ id: name }) => name === currentTarget.value);
          if (chosen) room.change(startOf(chosen));
        }}
      >
        {!current && <option value="">your own</option>}
        {themes.map((theme) => (
          <optgroup key={theme.title} label={theme.title}>
            {theme.examples.map((example) => (
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
