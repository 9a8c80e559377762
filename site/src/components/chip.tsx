export interface ChipProps {
  readonly label: string;
  readonly pressed: boolean;
  readonly onToggle: () => void;
  readonly title?: string;
}

/** A fact that is on or off. */
export function Chip({ label, pressed, onToggle, title }: ChipProps) {
  return (
    <button type="button" class="chip" aria-pressed={pressed} title={title} onClick={onToggle}>
      <span aria-hidden="true">{pressed ? '✓ ' : ''}</span>
      {label}
    </button>
  );
}
