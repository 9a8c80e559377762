// The LaTeX of every formula renders in KaTeX, which refuses unknown commands and doubtful input here.
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { derive } from '../../src/symbolic/derive.ts';
import type { Formula } from '../../src/symbolic/formula.ts';
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

  it.each(['alpha', 'x1', 'x_1', 'w_out', 'Sigma', 'lambda2', 'ζ', 'abc', 'X_ab_c'])('a variable named %s', (name) => {
    const g = derive(`norm2(${name})`, { variables: { [name]: ['n'] } }).hessian(name);
    expect(renderAll(g)).toBeGreaterThan(1);
  });
});
