// The forty examples of the page's Formula room: every derivative is found, agrees with finite differences, renders, and is
// as short as written here, where it was compared with the textbook by hand.
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { examples } from '../src/rooms/formula/examples.ts';
import { tasks } from '../src/rooms/formula/tasks.ts';

const quiet = { progress: () => {}, log: () => {} };

/** What a teacher would write; a shorter answer is welcome, a longer one is looked at. */
const books: Readonly<Record<string, string>> = {
  square: '3*a^2',
  inner: 'a',
  quadratic: "(A+A')*x",
  norm: 'x/norm2(x)',
  linear: 'A',
  elementwise: 'exp(x).*(sin(x)+cos(x))',
  'least-squares': "2*X'*(X*w-y)",
  ridge: "X'*(X*w-y)+c*w",
  weighted: "2*X'*(s.*(X*w-y))",
  'matrix-fit': "2*A'*(A*X-B)",
  logistic: "-X'*(y.*sigmoid(-y.*(X*w)))",
  'cross-entropy': "(softmax(W*x)-y)*x'",
  softmax: "diag(softmax(x))-softmax(x)*softmax(x)'",
  layer: 'diag(1-tanh(W*x+b).^2)*W',
  network: "(v.*(1-tanh(W*x+b).^2))*x'",
  poisson: "X'*(exp(X*w)-y)",
  entropy: '-log(x)-1',
  trace: "A'",
  'trace-quadratic': "(A+A')*X",
  sandwich: "a*b'",
  factorisation: "(U*V'-Y)*V",
  masked: "(D.*(U*V'-Y))*V",
  hadamard: "(B+B')*X",
  logdet: 'inv(X)',
  det: "det(X)*inv(X)'",
  inverse: "-inv(X)'*a*b'*inv(X)'",
  'trace-inverse': "-(inv(X)^2)'",
  gram: "2*X*inv(X'*X)",
  'gaussian-mean': 'inv(S)*(u-x)',
  'log-partition': "A'*softmax(A*x+b)",
  markowitz: 'S*x-u-1./x',
};

test('there are forty, each with a name of its own, in themes', () => {
  expect(examples).toHaveLength(40);
  expect(new Set(examples.map(({ id }) => id)).size).toBe(40);
  expect(new Set(examples.map(({ expression }) => expression)).size).toBe(40);
  expect(Object.keys(books).filter((id) => !examples.some((example) => example.id === id))).toEqual([]);
});

describe.each(examples)('$id: $expression', ({ id, expression, variables, wrt }) => {
  const table = Object.fromEntries(
    Object.entries(variables).map(([name, { shape, facts = [] }]) => [name, { shape, facts }]),
  );
  const { first, second } = tasks.derivatives({ expression, variables: table, wrt, second: '' }, quiet);
  const views = second ? [first, second] : [first];

  test('its derivatives agree with differences', () => {
    for (const { check, warning } of views) {
      expect(warning).toBeUndefined();
      expect(check).toMatchObject({ passed: true });
      expect(check!.error).toBeLessThan(1e-9);
    }
  });

  test('every form renders', () => {
    for (const { latex, lets, index, operator, vec, symbol } of views) {
      for (const text of [latex, symbol, index.latex, operator?.latex, vec?.latex, ...lets.map((part) => part.latex)]) {
        if (text !== undefined) katex.renderToString(text, { throwOnError: true, strict: 'error' });
      }
    }
  });

  test('it is no longer than the book’s', () => {
    const whole = first.text.length + first.lets.reduce((n, part) => n + part.text.length, 0);
    // Where the book has no answer of its own, one line will do.
    expect(whole).toBeLessThanOrEqual((books[id] ?? ' '.repeat(60)).length + 4);
  });

  test('without declared shapes it is read in the same way', () => {
    const facts = Object.fromEntries(
      Object.entries(table).map(([name, known]) => [name, { shape: null, facts: known.facts }]),
    );
    const inferred = tasks.variables({ expression, variables: facts, wrt });
    const orders = (shapes: Readonly<Record<string, { readonly shape: string }>>) =>
      Object.entries(shapes).map(([name, { shape }]) => `${name}: ${shape === '' ? 0 : shape.split(',').length}`);
    expect(orders(inferred).sort()).toEqual(orders(table).sort());
  });
});
