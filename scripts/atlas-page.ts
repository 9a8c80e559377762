// The atlas as a Markdown page whose formulas GitHub renders.
import type { Atlas, AtlasEntry, AtlasOperation } from './atlas-data.ts';

/** A formula inside a table, where a bar would end the cell. */
const math = (latex: string): string =>
  `$${latex.replaceAll('\\left|', '\\left\\vert').replaceAll('\\right|', '\\right\\vert')}$`;

function formula({ latex, where }: AtlasEntry): string {
  const names = where.map((definition) => math(definition)).join(', ');
  return names === '' ? math(latex) : `${math(latex)} where ${names}`;
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const bound = (...entries: readonly (AtlasEntry | undefined)[]): string =>
  math(`10^{${Math.max(...entries.flatMap((e) => (e ? [e.error] : [])))}}`);

function operations(list: readonly AtlasOperation[], title: (op: AtlasOperation) => string): string[] {
  return [
    row('operation', 'differential', 'of', 'gradient', 'Hessian', 'error below'),
    row('---', '---', '---', '---', '---', '---'),
    ...list.map((op) =>
      row(
        title(op),
        math(op.differential),
        op.gradient ? math(op.gradient.functionLatex) : '',
        op.gradient ? formula(op.gradient) : '',
        op.hessian ? formula(op.hessian) : '',
        bound(op.gradient, op.hessian),
      ),
    ),
  ];
}

function variablesOf({ variables }: AtlasEntry): string {
  return Object.entries(variables)
    .map(([name, { shape, facts }]) => `${name} [${shape.join(', ')}]${facts.length > 0 ? ` ${facts.join(' ')}` : ''}`)
    .join('; ');
}

const orders: Readonly<Record<string, string>> = { gradient: '\\nabla', jacobian: 'D', hessian: '\\nabla^2' };

function theme({ title, entries }: Atlas['themes'][number]): string[] {
  return [
    `### ${title[0]!.toUpperCase()}${title.slice(1)}`,
    '',
    row('function', 'derivative', 'proven', 'shapes', 'error below'),
    row('---', '---', '---', '---', '---'),
    ...entries.map((e) =>
      row(
        math(e.functionLatex),
        `${math(`${orders[e.order]}_{${e.variable}}${e.layout === 'vec' ? '^{\\mathrm{vec}}' : ''} =`)} ${formula(e)}`,
        e.facts.join(', '),
        variablesOf(e),
        bound(e),
      ),
    ),
    '',
  ];
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

export function atlasPage({ entrywise, linear, multilinear, other, matrix, themes }: Atlas): string {
  return [
    '# Atlas of derivatives',
    '',
    'Written by `npx tsx scripts/write-atlas.ts` from the table of operations and from the textbook derivatives of the tests; a',
    'test writes it again and compares. Every formula is derived by `symbolic.derive` and compared with finite differences at a',
    'random point; the last column bounds the relative error.',
    '',
    'A gradient has the shape of its variable; a Jacobian is indexed output first, then input; with the mark vec both sides are',
    'stacked by columns. Derivatives are taken with all entries independent, also of symmetric matrices.',
    '',
    '## Entry by entry',
    '',
    ...operations(entrywise, ({ name }) => `\`${name}\``),
    '',
    '## Vectors and matrices',
    '',
    ...operations(matrix, ({ name }) => `\`${name}\``),
    '',
    '## The rest of the table',
    '',
    `Linear operations, $\\mathrm{d}f(x) = f(\\mathrm{d}x)$: ${code(linear)}.`,
    '',
    `Multilinear operations, $\\mathrm{d}f(a, b) = f(\\mathrm{d}a, b) + f(a, \\mathrm{d}b)$: ${code(multilinear)}.`,
    '',
    `Operations with several arguments, with parameters, or with a differential of their own: ${code(other)}.`,
    '',
    '## Textbook derivatives',
    '',
    ...themes.flatMap(theme),
  ].join('\n');
}
