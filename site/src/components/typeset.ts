// How formulas are typeset, here and while the page is built; and those that were typeset then, which need no KaTeX here.
import type { KatexOptions } from 'katex';

export const typesetKey = (latex: string, display: boolean): string => `${display ? 'display' : 'inline'} ${latex}`;

export const typesetOptions = (display: boolean): KatexOptions => ({
  displayMode: display,
  throwOnError: false,
  output: 'htmlAndMathml',
  strict: false,
  trust: false,
});

const before = new Map<string, string>();

/** HTML by typesetKey. */
export function rememberTypeset(typeset: Readonly<Record<string, string>>): void {
  for (const [key, html] of Object.entries(typeset)) before.set(key, html);
}

export const typesetBefore = (latex: string, display: boolean): string | undefined =>
  before.get(typesetKey(latex, display));
