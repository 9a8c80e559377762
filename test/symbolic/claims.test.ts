// Claims about derivatives are checked with eigenvalues, ranks and signs at random points; and the proofs find what convex
// analysis says about the usual losses.
import { describe, expect, it } from 'vitest';
import { eigvalsh } from '../../src/linalg/eigh.ts';
import { derive } from '../../src/symbolic/derive.ts';
import { namesIn } from '../../src/symbolic/expression.ts';
import type { Formula } from '../../src/symbolic/formula.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { generator } from '../../src/symbolic/points.ts';
import { tensor } from '../../src/tensor/create.ts';
import * as randomText from './random-text.ts';
import { RandomText } from './random-text.ts';
import { drawEnvironment, numericDerivative, type Variables } from './reference.ts';
import { formulaOf, textbook } from './textbook.ts';

const sizes = { n: 4, m: 3, k: 2, p: 5 };
let claimed = 0;

/** Every claim of a formula, at three points that the library did not see. */
function verify(g: Formula, text: string, wrt: string, order: 'gradient' | 'hessian', variables: Variables): void {
  for (const seed of [3, 4, 5]) {
    if (g.facts.length === 0) return;
    const env = drawEnvironment(variables, sizes, seed);
    const t = numericDerivative(text, [], wrt, order, env);
    const values = Array.from(t.concrete('test').values());
    const scale = Math.max(1, ...values.map(Math.abs));
    if (!values.every(Number.isFinite) || scale > 1e8) continue;
    const claim = `${text} in ${wrt}: ${g} is ${g.facts.join(', ')}`;
    const slack = 1e-9 * scale;
    claimed++;
    if (order === 'gradient') {
      const least = Math.min(...values);
      const most = Math.max(...values);
      for (const fact of g.facts) {
        if (fact === 'positive' || fact === 'nonnegative') expect(least, claim).toBeGreaterThanOrEqual(-slack);
        if (fact === 'negative' || fact === 'nonpositive') expect(most, claim).toBeLessThanOrEqual(slack);
        if (fact === 'zero') expect(Math.max(most, -least), claim).toBe(0);
      }
      continue;
    }
    const n = Math.round(Math.sqrt(values.length));
    const matrix = tensor(new Float64Array(values), { shape: [n, n], dtype: 'float64' });
    const eigenvalues = Array.from(eigvalsh(matrix).concrete('test').values());
    for (const fact of g.facts) {
      if (fact === 'positive semidefinite') expect(Math.min(...eigenvalues), claim).toBeGreaterThanOrEqual(-slack);
      if (fact === 'negative semidefinite') expect(Math.max(...eigenvalues), claim).toBeLessThanOrEqual(slack);
      if (fact === 'zero') expect(Math.max(...values.map(Math.abs)), claim).toBe(0);
      if (fact.startsWith('rank <= ')) {
        const bound = fact
          .slice(8)
          .split('+')
          .reduce((total, size) => total + (sizes[size as 'n'] ?? Number(size)), 0);
        const rank = eigenvalues.filter((value) => Math.abs(value) > 1e-8 * scale).length;
        expect(rank, claim).toBeLessThanOrEqual(bound);
      }
    }
  }
}

const variables: Variables = {
  ...{
    X: ['m', 'n'],
    w: ['n'],
    y: ['m'],
    a: ['n'],
    b: ['m'],
    Y: ['m', 'n'],
    U: ['m', 'k'],
    W: ['n', 'k'],
    D: ['m', 'n'],
  },
  S: { shape: ['n', 'n'], is: 'spd' },
  T: { shape: ['n', 'n'], is: 'symmetric' },
  p: { shape: ['n'], is: 'positive' },
  c: { shape: [], is: 'positive' },
};

describe('what is proven', () => {
  const up = ['symmetric', 'positive semidefinite', 'convex'];
  it.each([
    ['norm2(X*w-y)^2', 'w', [...up, 'rank <= m']],
    ["sum(softplus(X*w))-y'*(X*w)", 'w', [...up, 'rank <= m']],
    ['logsumexp(X*w+b)', 'w', [...up, 'rank <= m']],
    ["norm2(X*w-y)^2+c*w'*w", 'w', up],
    ["w'*S*w", 'w', up],
    ["w'*T*w", 'w', ['symmetric']],
    ['norm2(w)', 'w', ['symmetric', 'positive semidefinite']],
    ["sqrt(1+w'*w)", 'w', up],
    ['sum(sqrt(1+w.^2))', 'w', up],
    ['sum(p.*log(p))', 'p', up],
    ['sum(log(p))', 'p', ['symmetric', 'negative semidefinite', 'concave']],
    ["exp(a'*w)", 'w', [...up, 'rank <= 1']],
    ["(a'*w)^3", 'w', ['symmetric', 'rank <= 1']],
    ['sum(relu(w))', 'w', ['zero']],
    ["norm2(D.*(Y-U*W'))^2", 'U', up],
    ["1/(w'*w)", 'w', ['symmetric']],
    ["-1/(1+w'*w)", 'w', ['symmetric']],
    ['sum(tanh(w))', 'w', ['symmetric']],
  ])('the Hessian of %s in %s', (text, wrt, facts) => {
    const g = derive(text, { variables }).hessian(wrt);
    expect(g.facts).toEqual(facts);
    verify(g, text, wrt, 'hessian', variables);
  });

  it.each([
    ['sum(x.^3)', 'binary', ['symmetric', 'positive semidefinite']],
    ['sum(x.^3)', 'onehot', ['symmetric', 'positive semidefinite']],
    ['sum(x.^4)-sum(x.^2)', 'pm1', ['symmetric', 'positive semidefinite']],
    ['sum(x)^4-1.5*sum(x)^2', 'simplex', ['symmetric', 'positive semidefinite', 'rank <= 1']],
    ['sum(x.^3)', 'simplex', [...up]],
    ['sum(x.^4)', 'binary', [...up]],
  ] as const)('%s of a variable that is %s: what holds at its values makes nothing convex', (text, is, facts) => {
    const own: Variables = { x: { shape: ['n'], is } };
    const g = derive(text, { variables: own }).hessian('x');
    expect(g.facts).toEqual(facts);
    verify(g, text, 'x', 'hessian', own);
  });

  it.each([
    ['sum(softplus(w))', 'w', ['positive']],
    ['sum(relu(w))', 'w', ['nonnegative']],
    ['-sum(exp(w))', 'w', ['negative']],
    ["w'*S*w", 'w', []],
  ])('the gradient of %s in %s', (text, wrt, facts) => {
    const g = derive(text, { variables }).gradient(wrt);
    expect(g.facts).toEqual(facts);
    verify(g, text, wrt, 'gradient', variables);
  });
});

describe('no claim is wrong', () => {
  /** Losses of affine functions, summed with signs. */
  const losses = [
    ...['norm2(X*w-y)^2', 'sum(exp(0.3*(X*w)))', 'logsumexp(X*w+b)', 'sum(softplus(-y.*(X*w)))', "(a'*w)^4", "w'*S*w"],
    ...['sum(log(cosh(X*w-b)))', "sqrt(1+w'*w)", "exp(0.1*w'*S*w)", 'norm2(X*w-b)', "w'*T*w", "(a'*w)^3", 'sum(w.^4)'],
    ...['sum(sqrt((X*w-b).^2+c))', 'sum(tanh(X*w))', "log(1+w'*w)", "1/(1+w'*S*w)", 'norm2(w)^3', 'sum(sigmoid(w))'],
    ...["(w'*S*w)/(1+w'*w)", "c*(a'*w)*(w'*w)", 'sum(w.^2.*softmax(w))', "norm2(w)^4-w'*w", 'sum(atan(w))'],
  ];
  it('sums of losses (seed 20240610)', () => {
    const random = generator(20240610);
    const pick = (): string => losses[Math.floor(random() * losses.length)]!;
    for (let k = 0; k < 120; k++) {
      const sign = random() < 0.3 ? '-' : '+';
      const text = random() < 0.4 ? pick() : `${random() < 0.3 ? '-' : ''}(${pick()})${sign}c*(${pick()})`;
      verify(derive(text, { variables }).hessian('w'), text, 'w', 'hessian', variables);
    }
    expect(claimed).toBeGreaterThan(300);
  });

  it('random texts (seed 20240611)', () => {
    for (let k = 0; k < 90; k++) {
      const text = new RandomText(generator(20240611 + k)).scalar(2);
      const names = [...namesIn(parse(text))].filter((name) => name in randomText.variables);
      if (names.length === 0) continue;
      const order = k % 3 === 0 ? 'gradient' : 'hessian';
      const wrt = names[k % names.length]!;
      verify(derive(text, { variables: randomText.variables })[order](wrt), text, wrt, order, randomText.variables);
    }
  });

  it('textbook derivatives', () => {
    for (const row of textbook) {
      if (row.order !== 'jacobian') verify(formulaOf(row), row.f, row.wrt, row.order, row.variables);
    }
  });
});
