// The LaTeX of every formula renders in KaTeX, which refuses unknown commands and doubtful input here.
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { typeOfShape } from '../../src/symbolic/check.ts';
import { derive } from '../../src/symbolic/derive.ts';
import type { Formula } from '../../src/symbolic/formula.ts';
import { latexOf as latexOfExpression } from '../../src/symbolic/latex.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { generator } from '../../src/symbolic/points.ts';
import { RandomText, variables } from './random-text.ts';
import { formulaOf, textbook } from './textbook.ts';

/** Every LaTeX text of a formula. */
function* latexOf(g: Formula): Generator<string> {
  yield g.latex;
  yield g.indexLatex;
  if (g.operatorLatex !== undefined) yield g.operatorLatex;
  if (g.vecLatex !== undefined) yield g.vecLatex;
  for (const [name, definition] of g.latexLets) yield `${name} = ${definition}`;
}

function renderAll(g: Formula): number {
  let count = 0;
  for (const latex of latexOf(g)) {
    const html = katex.renderToString(latex, { throwOnError: true, strict: 'error', displayMode: true });
    expect(html, latex).toContain('katex');
    count++;
  }
  return count;
}

describe('KaTeX renders', () => {
  it('every textbook derivative', () => {
    const count = textbook.map((row) => renderAll(formulaOf(row))).reduce((a, b) => a + b);
    expect(count).toBeGreaterThan(1500);
  });

  it('derivatives of random texts (seed 20240608)', () => {
    for (let k = 0; k < 60; k++) {
      const text = new RandomText(generator(20240608 + k)).scalar(3);
      const f = derive(text, { variables });
      renderAll(f.gradient(['x', 'A', 'S'][k % 3]!));
    }
  });

  it.each(['alpha', 'x1', 'x_1', 'w_out', 'Sigma', 'lambda2', 'ζ', 'abc', 'X_ab_c', 'é', 'x₁', '変数'])(
    'a variable named %s',
    (name) => {
      const g = derive(`norm2(${name})`, { variables: { [name]: ['n'] } }).hessian(name);
      expect(renderAll(g)).toBeGreaterThan(1);
    },
  );

  it.each([
    ["sqrt(v)'", '\\left(v^{\\circ 1/2}\\right)^{\\top}'],
    ['sqrt(v).^2', '\\left(v^{\\circ 1/2}\\right)^{\\circ 2}'],
    ["sqrt(c)'", '\\sqrt{c}^{\\top}'],
    ['(1e-7)^2', '\\left(1 \\cdot 10^{-7}\\right)^{2}'],
    ["inv(X)'^2", '\\left(X^{-\\top}\\right)^{2}'],
    // Juxtaposition holds tighter than ⊙, so this bracket is no ornament.
    ['v.*v*c', '\\left(v \\odot v\\right) c'],
    ['c*2*c', 'c \\cdot 2 c'],
    ['c-(-2)', 'c - \\left(-2\\right)'],
    ['-(-c)', '-\\left(-c\\right)'],
    ['x_a_b', 'x_{a,b}'],
    ['x_ab', 'x_{\\mathit{ab}}'],
  ])('%s', (text, expected) => {
    const types = new Map([
      ['c', typeOfShape([])],
      ['v', typeOfShape(['n'])],
      ['X', typeOfShape(['n', 'n'])],
    ]);
    const latex = latexOfExpression(parse(text), types);
    expect(latex).toBe(expected);
    katex.renderToString(latex, { throwOnError: true, strict: 'error' });
  });
});
