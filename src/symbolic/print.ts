// Expressions as text that parses back to the same tree, with as few brackets as the precedences allow.
import type { BinaryOperator, Expression } from './expression.ts';

export const precedence: Record<BinaryOperator, number> = {
  '+': 1,
  '-': 1,
  '*': 2,
  '/': 2,
  '.*': 2,
  './': 2,
  '^': 4,
  '.^': 4,
};
const prefixPrecedence = 3;
const postfixPrecedence = 5;
const atomPrecedence = 6;

/** How tightly the outermost operator of an expression holds. */
export function precedenceOf(e: Expression): number {
  switch (e.kind) {
    case 'binary':
      return precedence[e.op];
    case 'negate':
      return prefixPrecedence;
    case 'transpose':
      return postfixPrecedence;
    case 'number':
      return e.value < 0 ? prefixPrecedence : atomPrecedence;
    default:
      return atomPrecedence;
  }
}

function showNumber(value: number): string {
  return String(value).replace('e+', 'e');
}

/** The text of an expression. */
export function show(e: Expression): string {
  const inside = (part: Expression, least: number): string =>
    precedenceOf(part) < least ? `(${show(part)})` : show(part);
  switch (e.kind) {
    case 'number':
      return showNumber(e.value);
    case 'name':
      return e.name;
    case 'string':
      return `"${e.value}"`;
    case 'call':
      return `${e.name}(${e.args.map(show).join(',')})`;
    case 'transpose':
      return `${inside(e.arg, postfixPrecedence)}'`;
    case 'negate':
      return `-${inside(e.arg, prefixPrecedence)}`;
    case 'binary': {
      const level = precedence[e.op];
      if (level === precedence['^']) {
        const exponent = e.right.kind === 'negate' ? show(e.right) : inside(e.right, postfixPrecedence);
        return `${inside(e.left, postfixPrecedence)}${e.op}${exponent}`;
      }
      // A leading minus on the left of a product is the same as a minus before it; on the right it needs brackets.
      const left = inside(e.left, level);
      const right = e.right.kind === 'negate' ? `(${show(e.right)})` : inside(e.right, level + 1);
      return `${left}${e.op}${right}`;
    }
  }
}
