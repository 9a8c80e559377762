import { useEffect, useRef, useState } from 'preact/hooks';

export interface CopyButtonProps {
  /** What is copied, or a function that makes it when the button is pressed. */
  readonly text: string | (() => string | Promise<string>);
  readonly label: string;
  readonly title?: string;
}

/** Copies a text, says so on the button and to screen readers. */
export function CopyButton({ text, label, title }: CopyButtonProps) {
  const [said, say] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      say('Copied');
    } catch {
      say('Not copied');
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(null), 1500);
  }

  return (
    <button type="button" class="copy-button" title={title} onClick={() => void copy()}>
      <span aria-live="polite">{said ?? label}</span>
    </button>
  );
}
