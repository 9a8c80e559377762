// The formula language: precedences, printing that parses back, and mistakes shown at their column.
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../src/errors.ts';
import { derive } from '../../src/symbolic/derive.ts';
import { countNodes } from '../../src/symbolic/expression.ts';
import { parse } from '../../src/symbolic/parse.ts';
import { show } from '../../src/symbolic/print.ts';

const bracketed = (text: string): string => {
  const walk = (e: ReturnType<typeof parse>): string =>
    e.kind === 'binary'
      ? `(${walk(e.left)}${e.op}${walk(e.right)})`
      : e.kind === 'negate'
        ? `(-${walk(e.arg)})`
        : e.kind === 'transpose'
          ? `${walk(e.arg)}'`
          : show(e);
  return walk(parse(text));
};

describe('precedence', () => {
  it.each([
    ['-x^2', '(-(x^2))'],
    ["a'^2", "(a'^2)"],
    ['x.^-2', '(x.^(-2))'],
    ['A*x.*y', '((A*x).*y)'],
    ['2.*x', '(2.*x)'],
    ['a-b-c', '((a-b)-c)'],
    ['-a*b', '((-a)*b)'],
    ['x^y^z', '(x^(y^z))'],
    ["a*b'", "(a*b')"],
    ['1e-3*x', '(0.001*x)'],
    ['a/b*c', '((a/b)*c)'],
  ])('%s is %s', (text, tree) => {
    expect(bracketed(text)).toBe(tree);
  });
});

describe('printing', () => {
  it.each([
    "2*X'*(X*w-y)",
    '-x^2',
    'a-(b-c)',
    "(A*B)'",
    'x.^-2',
    'a*(-b)',
    '(-a)^2',
    'x^(3/2)',
    'einsum("ij,k->ijk",A,b)',
    'a./(b.*c)',
  ])('%s parses back to itself', (text) => {
    expect(show(parse(text))).toBe(text);
  });
});

it('counts numbers, names, operators and calls', () => {
  expect(countNodes(parse("2*X'*(X*w-y)"))).toBe(10);
  expect(countNodes(parse('einsum("ik,jl->ijkl",eye(m),eye(n))'))).toBe(6);
});

describe('mistakes', () => {
  const variables = { X: ['m', 'n'], w: ['n'], y: ['m'] };
  it.each([
    ['norm2(X*w-z)', "derive: unknown name 'z' at column 11.\n  norm2(X*w-z)\n            ^"],
    ['norm2(X*y)', '*: inner sizes differ: [m,n] * [m] needs n = m at column 8.\n  norm2(X*y)\n         ^'],
    ['norm2(X*w-y', "parse: '(' is not closed at column 6.\n  norm2(X*w-y\n       ^"],
    ['X*w)', "parse: ')' has no opening bracket at column 4.\n  X*w)\n     ^"],
    ['X w', "parse: an operator is missing before 'w' at column 3.\n  X w\n    ^"],
    ['X*', 'parse: an operand is missing at column 3.\n  X*\n    ^'],
    ['X*#', "parse: unexpected character '#' at column 3.\n  X*#\n    ^"],
    ['w*w', '*: a column times a column: [n] * [n] at column 2.\n  w*w\n   ^'],
    ['nrm2(w)', "derive: unknown function 'nrm2' at column 1.\n  nrm2(w)\n  ^\n  hint: did you mean norm2?"],
    ['inv(X)', 'inv: needs a square matrix: [m,n] at column 5.\n  inv(X)\n      ^'],
    ['w+y', '+: shapes differ: [n] + [m] at column 2.\n  w+y\n   ^'],
    ['', 'parse: an operand is missing at column 1.\n  \n  ^'],
    ['sum(exp(w+log(z)))', "derive: unknown name 'z' at column 15.\n  sum(exp(w+log(z)))\n                ^"],
    ['sum(exp(w+X))', '+: shapes differ: [n] + [m,n] at column 10.\n  sum(exp(w+X))\n           ^'],
    [
      'w(1)',
      "derive: unknown function 'w' at column 1.\n  w(1)\n  ^\n  hint: w is a variable; products are written with *",
    ],
    ['sum(w)\n+z', "derive: unknown name 'z' at column 9.\n  sum(w) +z\n          ^"],
    ['sum(w)*1e400', 'parse: the number 1e400 is too large at column 8.\n  sum(w)*1e400\n         ^'],
    ["w'*(X'*X)^25*w", '^: matrix powers above 24 are too long at column 11.'],
    [`${'('.repeat(5000)}w`, 'parse: more than 600 levels of brackets and operators at column 601.'],
    [`${'-'.repeat(5000)}w`, 'parse: more than 600 levels of brackets and operators at column 601.'],
    [`w${"'".repeat(5000)}`, 'parse: more than 600 levels of brackets and operators at column 601.'],
    [`sum(w)${'+sum(w)'.repeat(2000)}`, 'parse: more than 600 levels of brackets and operators at column 4191.'],
  ])('%s', (text, message) => {
    let error: unknown;
    try {
      derive(text, { variables });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ParseError);
    expect((error as Error).message.startsWith(message)).toBe(true);
  });

  it('in long texts are shown with what is around them', () => {
    const text = `sum(w)${'+sum(w)'.repeat(40)}+z${'+sum(w)'.repeat(40)}`;
    expect(() => derive(text, { variables })).toThrow("derive: unknown name 'z' at column 288.");
    let message = '';
    try {
      derive(text, { variables });
    } catch (error) {
      message = (error as Error).message;
    }
    const [, line = '', caret = ''] = message.split('\n');
    expect(line.length).toBeLessThan(110);
    expect(line[caret.indexOf('^')]).toBe('z');
  });

  it('deep and long formulas that are none are derived', () => {
    const deep = derive(`${'sin('.repeat(200)}c${')'.repeat(200)}`, { variables: { c: [] } }).gradient('c');
    expect(deep.warning).toBeUndefined();
    expect(deep.nodes).toBeLessThan(1200);
    expect(derive(`sum(w)${'+sum(w)'.repeat(500)}`, { variables }).gradient('w').text).toBe('501*ones(n)');
  });
});
