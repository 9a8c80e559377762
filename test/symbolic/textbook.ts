// The rows of fixtures/textbook.txt: function | variable | variables | order[ vec] | answer | names in the answer.
import { readFileSync } from 'node:fs';
import type { Fact } from '../../src/symbolic/declare.ts';
import { derive } from '../../src/symbolic/derive.ts';
import type { Formula } from '../../src/symbolic/formula.ts';
import type { Variables } from './reference.ts';

export interface TextbookRow {
  readonly f: string;
  readonly wrt: string;
  readonly variables: Variables;
  readonly order: 'gradient' | 'jacobian' | 'hessian';
  readonly layout: 'tensor' | 'vec';
  /** Empty where books give no closed form. */
  readonly answer: string;
  readonly names: readonly (readonly [name: string, text: string])[];
}

const parts = (text: string, sign: string): string[] => text.split(sign).map((part) => part.trim());

function rowOf(line: string): TextbookRow {
  const [f = '', wrt = '', declarations = '', how = '', answer = '', lets = ''] = parts(line, '|');
  const [order, layout = 'tensor'] = how.split(' ') as [TextbookRow['order'], TextbookRow['layout']?];
  const variables = declarations.split(' ').map((declaration) => {
    const [name = '', sizes = '', fact = ''] = declaration.split(':');
    return [name, { shape: sizes === '' ? [] : sizes.split(','), is: fact === '' ? [] : [fact as Fact] }] as const;
  });
  const names = lets === '' ? [] : parts(lets, ';').map((definition) => parts(definition, '=') as [string, string]);
  return { f, wrt, variables: Object.fromEntries(variables), order, layout, answer, names };
}

export const textbook: readonly TextbookRow[] = readFileSync(
  new URL('./fixtures/textbook.txt', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line.includes('|') && !line.startsWith('#'))
  .map(rowOf);

export function formulaOf({ f, variables, wrt, order, layout }: TextbookRow): Formula {
  const derivation = derive(f, { variables });
  return order === 'gradient' ? derivation.gradient(wrt) : derivation[order](wrt, { layout });
}
