export interface ErrorWithCaretProps {
  readonly message: string;
  readonly hint?: string | undefined;
  /** The text with the mistake, and where in it the mistake begins, counted from 1. */
  readonly source?: string | undefined;
  readonly column?: number | undefined;
  /** For aria-describedby of the field. */
  readonly id?: string;
}

/** A mistake in a text, with a caret under the place. */
export function ErrorWithCaret({ message, hint, source, column, id }: ErrorWithCaretProps) {
  return (
    <div class="error" role="alert" id={id}>
      <p>{message}</p>
      {source !== undefined && column !== undefined && (
        <pre aria-hidden="true">{`${source}\n${' '.repeat(Math.max(0, column - 1))}^`}</pre>
      )}
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}
