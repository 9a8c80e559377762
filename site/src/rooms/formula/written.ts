// How a derivative's formula, and the names that it uses, are written as equations.
import type { FormulaView } from './tasks.ts';

export const mainLatex = ({ symbol, latex }: FormulaView): string => `${symbol} = ${latex}`;
export const letLatex = ({ nameLatex, latex }: FormulaView['lets'][number]): string => `${nameLatex} = ${latex}`;
