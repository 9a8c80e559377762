import type { ComponentChildren } from 'preact';

export interface ScrollAreaProps {
  readonly class: string;
  /** What is inside, for screen readers. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A place for something that may be wider than the page; it takes the focus, so that arrow keys scroll it. */
export function ScrollArea({ class: name, label, children }: ScrollAreaProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop the keyboard could not scroll it.
    <div class={name} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
