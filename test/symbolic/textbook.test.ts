// More than six hundred derivatives as textbooks state them: ours are right and stay right when parsed back, with and without
// names; they are as short as the answers written by hand, which are right too.
import { describe, expect, it } from 'vitest';
import { countNodes } from '../../src/symbolic/expression.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { drawEnvironment, evaluateText, flattened, largestDifference, numericDerivative } from './reference.ts';
import { formulaOf, textbook } from './textbook.ts';

const ratios: number[] = [];
const sizes = { n: 4, m: 3, k: 2, p: 6 };

describe('textbook derivatives', () => {
  it.each(textbook.map((row) => [row.order, row.wrt, row.f, row] as const))('%s in %s: %s', (_o, _w, _f, row) => {
    const g = formulaOf(row);
    expect(g.warning).toBeUndefined();
    expect(g.layout).toBe(row.layout);
    const env = drawEnvironment(row.variables, sizes, 11);
    const t = numericDerivative(row.f, [], row.wrt, row.order, env);
    const outRank = t.ndim - (row.order === 'gradient' ? 0 : env.get(row.wrt)!.x.ndim);
    const expected = row.layout === 'vec' ? flattened(t, outRank).flat() : t.concrete('test').values();
    const values = [evaluateText(g.text, g.lets, env), evaluateText(g.inlined, [], env)];
    if (row.answer !== '') values.push(evaluateText(row.answer, row.names, env));
    for (const value of values) {
      expect(largestDifference(expected, value.concrete('test').values())).toBeLessThan(1e-8);
    }
    if (row.layout === 'tensor' && g.type!.sizes.length > 2 && row.order !== 'gradient') {
      expect(g.operator).toBeDefined();
    }
    if (row.answer === '') return;
    const answer = [row.answer, ...row.names.map(([, text]) => text)];
    ratios.push(g.nodes / answer.reduce((n, text) => n + countNodes(parse(text)), 0));
  });

  it('are as short as the answers: median 1.00, 90th percentile 1.00, none above 1.25', () => {
    ratios.sort((a, b) => a - b);
    expect(ratios.length).toBeGreaterThan(580);
    expect(ratios[Math.floor(ratios.length * 0.5)]).toBeLessThanOrEqual(1);
    expect(ratios[Math.floor(ratios.length * 0.9)]).toBeLessThanOrEqual(1);
    expect(ratios.at(-1)).toBeLessThanOrEqual(1.25);
  });
});
