import { useEffect, useRef, useState } from 'preact/hooks';

/** Makes what is copied; it may stop when the signal says so. */
export type MakeText = (signal: AbortSignal) => string | Promise<string>;

export interface CopyButtonProps {
  /** What is copied, or a function that makes it when the button is pressed. */
  readonly text: string | MakeText;
  readonly label: string;
  readonly title?: string;
}

const late = 200;
const said = 1500;

/** Copies a text, says so on the button and to screen readers. A text that takes long to make can be cancelled with the same button. */
export function CopyButton({ text, label, title }: CopyButtonProps) {
  const [words, say] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const making = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      making.current?.abort();
    },
    [],
  );

  function sayFor(next: string | null, milliseconds: number, then: string | null): void {
    clearTimeout(timer.current);
    say(next);
    timer.current = setTimeout(() => say(then), milliseconds);
  }
  async function copy(): Promise<void> {
    const mine = new AbortController();
    making.current = mine;
    sayFor(null, late, 'Cancel');
    try {
      const made = typeof text === 'string' ? text : await text(mine.signal);
      if (mine.signal.aborted) return;
      await navigator.clipboard.writeText(made);
      sayFor('Copied', said, null);
    } catch {
      if (!mine.signal.aborted) sayFor('Not copied', said, null);
    } finally {
      if (making.current === mine) making.current = null;
    }
  }
  function press(): void {
    if (!making.current) {
      void copy();
      return;
    }
    making.current.abort();
    making.current = null;
    sayFor('Cancelled', said, null);
  }

  return (
    <button type="button" class="copy-button" title={title} aria-busy={words === 'Cancel'} onClick={press}>
      <span aria-live="polite">{words ?? label}</span>
    </button>
  );
}
