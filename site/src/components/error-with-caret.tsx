export interface ErrorWithCaretProps {
  readonly message: string;
  readonly hint?: string | undefined;
  /** The text with the mistake, and where in it the mistake begins, counted from 1. */
  readonly source?: string | undefined;
  readonly column?: number | undefined;
  /** For aria-describedby of the field. */
  readonly id?: string;
}

/** So many letters of a line are shown: the caret must be in sight, on a phone too. */
const letters = (): number => (matchMedia('(max-width: 40rem)').matches ? 34 : 64);

/** The line, or the part of a long one around the place, and the caret under it. */
function placeIn(source: string, column: number): string {
  const at = Math.max(0, column - 1);
  const longest = letters();
  const from = source.length > longest ? Math.max(0, at - longest / 2) : 0;
  const part = source.slice(from, from + longest);
  const [before, after] = [from > 0 ? '…' : '', from + longest < source.length ? '…' : ''];
  return `${before}${part}${after}\n${' '.repeat(before.length + at - from)}^`;
}

/** A mistake in a text, with a caret under the place. */
export function ErrorWithCaret({ message, hint, source, column, id }: ErrorWithCaretProps) {
  return (
    <div class="error" role="alert" id={id}>
      <p>{message}</p>
      {source !== undefined && column !== undefined && <pre aria-hidden="true">{placeIn(source, column)}</pre>}
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}
