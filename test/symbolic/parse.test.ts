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
});
