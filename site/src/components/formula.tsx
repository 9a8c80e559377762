/**
 * A typeset formula: KaTeX draws it and lays MathML beside it, which is what screen readers read. KaTeX is loaded with the
 * first formula; until then, and where LaTeX cannot be read, the text form stands in its place.
 */
import { signal } from '@preact/signals';
import type katex from 'katex';
import { useEffect } from 'preact/hooks';
import { CopyButton, type MakeText } from './copy-button.tsx';
import { ScrollArea } from './scroll-area.tsx';
import { typesetBefore, typesetOptions } from './typeset.ts';

const typesetter = signal<typeof katex | null>(null);
let asked = false;

export async function loadTypesetter(): Promise<void> {
  if (asked) return;
  asked = true;
  typesetter.value = (await import('katex')).default;
}

export interface Copy {
  readonly label: string;
  readonly text: string | MakeText;
}

export interface FormulaProps {
  readonly latex: string;
  /** The same in plain text: shown while KaTeX loads, and read aloud where MathML is not understood. */
  readonly text: string;
  /** On a line of its own; default false. */
  readonly display?: boolean;
  /** Buttons beside the formula: LaTeX, code, SVG. None by default. */
  readonly copies?: readonly Copy[];
}

export function Formula({ latex, text, display = false, copies = [] }: FormulaProps) {
  const known = typesetBefore(latex, display);
  useEffect(() => {
    if (known === undefined) void loadTypesetter();
  }, [known === undefined]);
  const html = known ?? typesetter.value?.renderToString(latex, typesetOptions(display));
  const formula = html ? (
    // KaTeX escapes its input and trusts no commands.
    <span dangerouslySetInnerHTML={{ __html: html }} />
  ) : (
    <code>{text}</code>
  );
  if (!display) return <span class="formula">{formula}</span>;
  return (
    <div class="formula formula-display">
      <ScrollArea class="formula-scroll" label={text}>
        {formula}
      </ScrollArea>
      {copies.length > 0 && (
        <div class="formula-copies controls">
          <span class="hint">Copy</span>
          {copies.map((copy) => (
            <CopyButton key={copy.label} label={copy.label} text={copy.text} title={`Copy as ${copy.label}`} />
          ))}
        </div>
      )}
    </div>
  );
}
