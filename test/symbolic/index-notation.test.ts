// Index notation means what it says: evaluated entry by entry it gives the numeric derivative; every index is bound once and is
// named like nothing else.
import { describe, expect, it } from 'vitest';
import { derive } from '../../src/symbolic/derive.ts';
import { namesIn } from '../../src/symbolic/expression.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { generator } from '../../src/symbolic/points.ts';
import { evaluateIndices } from './index-reference.ts';
import * as randomText from './random-text.ts';
import { RandomText } from './random-text.ts';
import { drawEnvironment, largestDifference, numericDerivative, type Variables } from './reference.ts';
import { formulaOf, textbook } from './textbook.ts';

type Order = 'gradient' | 'jacobian' | 'hessian';
const sizes = { n: 3, m: 4, k: 2, p: 5 };

/** Whether it could be compared: derivatives without many indices, where they are finite. */
function compare(index: string, text: string, wrt: string, order: Order, variables: Variables): boolean {
  const bound = index.match(/sum_[a-z0-9,]+/g) ?? [];
  if (bound.some((list) => list.length > 4 + 7)) return false;
  const env = drawEnvironment(variables, sizes, 9);
  const t = numericDerivative(text, [], wrt, order, env);
  const values = Array.from(t.concrete('test').values());
  if (!values.every(Number.isFinite) || values.some((value) => Math.abs(value) > 1e5)) return false;
  const difference = largestDifference(values, evaluateIndices(index, env, t.shape));
  expect(difference, `${order} in ${wrt} of ${text}: ${index}`).toBeLessThan(1e-6);
  return true;
}

const square = (names: string): Variables => Object.fromEntries([...names].map((name) => [name, ['n', 'n']]));

describe('index notation', () => {
  it('of textbook derivatives', () => {
    const rows = textbook.filter((_, k) => k % 2 === 0);
    const compared = rows.filter((row) => compare(formulaOf(row).index, row.f, row.wrt, row.order, row.variables));
    expect(compared.length).toBeGreaterThan(0.9 * rows.length);
  });

  it('of random texts (seed 20240612)', () => {
    let compared = 0;
    for (let k = 0; k < 60; k++) {
      const order = (['gradient', 'jacobian', 'hessian'] as const)[k % 3]!;
      const source = new RandomText(generator(20240612 + k));
      const text = order === 'jacobian' ? source.vector('n', 3) : source.scalar(order === 'hessian' ? 2 : 3);
      const names = [...namesIn(parse(text))].filter((name) => name in randomText.variables);
      if (names.length === 0) continue;
      const wrt = names[k % names.length]!;
      const g = derive(text, { variables: randomText.variables })[order](wrt);
      if (compare(g.index, text, wrt, order, randomText.variables)) compared++;
    }
    expect(compared).toBeGreaterThan(40);
  });

  it.each([
    ['sum(X*x)/k', 'X', 'gradient', { X: ['n', 'k'], x: ['k'] }, 'k^-1 x[j]'],
    ["i*x'*S*x", 'x', 'hessian', { x: ['n'], S: ['n', 'n'], i: [] }, "i (S+S')[j,k]"],
    ["delta'*S*x", 'x', 'jacobian', { x: ['n'], S: ['n', 'n'], delta: ['n'] }, 'sum_j delta[j] S[j,i]'],
    [
      'vec(A*X*B)',
      'X',
      'jacobian',
      { A: ['p', 'm'], X: ['m', 'n'], B: ['n', 'k'] },
      'A[j,k] B[l,i], axes (i,j), last index fastest',
    ],
    ['delta*sum(x.^2)', 'x', 'hessian', { x: ['n'], delta: [] }, '2 delta kronecker[i,j]'],
    ['sum(x.^(1/3))', 'x', 'gradient', { x: { shape: ['n'], is: 'positive' } } as const, '1/3 x[i]^(-2/3)'],
  ] as const)('%s in %s', (text, wrt, order, variables, expected) => {
    const g = derive(text, { variables })[order](wrt);
    expect(g.index).toBe(expected);
    expect(compare(g.index, text, wrt, order, variables)).toBe(true);
  });

  it('has names for more indices than letters', () => {
    const variables = { ...square('ABCDEFGHJLMNOP'), x: ['n'] };
    const { index, indexLatex } = derive('norm2(A*B*C*D*E*F*G*H*J*L*M*N*O*P*x)^2', { variables }).gradient('x');
    const bound = /sum_(\S+)/.exec(index)![1]!.split(',');
    expect(new Set(bound).size).toBe(bound.length);
    expect(bound.length).toBe(28);
    // The letters of the sizes n and m are free, those of names in the formula are not.
    expect(bound).toContain('i1');
    expect(indexLatex).toContain('_{l_{1}i}');
  });
});
