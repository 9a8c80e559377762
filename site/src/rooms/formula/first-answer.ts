// The answer to the room's first question, and its formulas typeset. It is made while the page is built (build/first-answer.ts).
import katex from 'katex';
import { typesetKey, typesetOptions } from '../../components/typeset.ts';
import { initial, questionOf, type ShapedVariable } from './state.ts';
import { type DeriveInput, type DeriveOutput, type FormulaView, tasks } from './tasks.ts';
import { letLatex, mainLatex } from './written.ts';

export interface FirstAnswer {
  readonly input: DeriveInput;
  readonly variables: Readonly<Record<string, ShapedVariable>>;
  readonly derivatives: DeriveOutput;
  /** HTML by typesetKey. */
  readonly typeset: Readonly<Record<string, string>>;
}

function typesetView(view: FormulaView): [string, string][] {
  const set = (latex: string, display: boolean): [string, string] => [
    typesetKey(latex, display),
    katex.renderToString(latex, typesetOptions(display)),
  ];
  return [set(mainLatex(view), true), ...view.lets.map((part) => set(letLatex(part), false))];
}

export function makeFirstAnswer(): FirstAnswer {
  const input = questionOf(initial);
  const derivatives = tasks.derivatives(input, { progress: () => undefined, log: () => undefined });
  const { first, second } = derivatives;
  const typeset = Object.fromEntries([first, ...(second ? [second] : [])].flatMap(typesetView));
  return { input, variables: tasks.variables(input), derivatives, typeset };
}
