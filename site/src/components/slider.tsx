import { useId } from 'preact/hooks';

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  /** How the value is written; it is also what a screen reader says. */
  readonly format?: (value: number) => string;
}

/** A number to be dragged or stepped: arrows by one step, Page Up and Down by ten. */
export function Slider({ label, value, min, max, step, onChange, format = String }: SliderProps) {
  const id = useId();
  return (
    <div class="slider controls">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={format(value)}
        onInput={({ currentTarget }) => onChange(Number(currentTarget.value))}
        onKeyDown={(event) => {
          if (event.key !== 'PageUp' && event.key !== 'PageDown') return;
          event.preventDefault();
          const moved = value + (event.key === 'PageUp' ? 10 : -10) * step;
          onChange(Math.min(max, Math.max(min, moved)));
        }}
      />
      <output for={id}>{format(value)}</output>
    </div>
  );
}
