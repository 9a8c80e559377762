// A Pratt parser of the matrix-expression language:
//   a + b, a - b  <  a * b, a / b, a .* b, a ./ b  <  -a  <  a ^ b, a .^ b  <  a'
// `-x^2` is -(x^2), `a'^2` is (a')^2, `x.^-2` is x.^(-2), and "2.*x" is 2 .* x, never 2. * x.
import { ParseError } from '../errors.ts';
import type { BinaryOperator, Expression } from './expression.ts';

interface Token {
  readonly kind: 'number' | 'name' | 'string' | 'operator' | 'end';
  readonly text: string;
  readonly at: number;
}

const pattern =
  /\s+|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>\p{L}[\p{L}\p{N}_]*)|(?<string>"[^"]*")|(?<operator>\.\*|\.\/|\.\^|[-+*/^()',])/uy;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match) {
      const found = String.fromCodePoint(source.codePointAt(at)!);
      const what = found === '"' ? 'the string is not closed' : `unexpected character '${found}'`;
      throw new ParseError(`parse: ${what}`, source, at + 1);
    }
    const groups = Object.entries(match.groups!).find(([, text]) => text !== undefined);
    if (groups) tokens.push({ kind: groups[0] as Token['kind'], text: groups[1]!, at });
  }
  tokens.push({ kind: 'end', text: 'the end', at: source.length });
  return tokens;
}

/** Levels of brackets and operands: far more than anyone reads, few enough for every later step. */
const deepest = 600;

/** How tightly an infix operator holds its left operand. */
const strength: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '.*': 2, './': 2, '^': 4, '.^': 4 };
const prefixStrength = 3;

class Parser {
  private readonly source: string;
  private readonly tokens: readonly Token[];
  private next = 0;
  private readonly open: Token[] = [];
  private depth = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
  }

  private get token(): Token {
    return this.tokens[this.next]!;
  }

  private is(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  private fail(what: string, at: number, hint?: string): never {
    throw new ParseError(`parse: ${what}`, this.source, at + 1, hint);
  }

  parse(): Expression {
    const e = this.expression(0);
    if (this.is(')')) this.fail("')' has no opening bracket", this.token.at);
    if (this.token.kind !== 'end') {
      this.fail(`an operator is missing before '${this.token.text}'`, this.token.at, 'products are written with *');
    }
    return e;
  }

  /** An expression whose infix operators all hold tighter than `least`. */
  private expression(least: number): Expression {
    const depth = this.depth;
    this.deepen();
    let left = this.operand();
    for (;;) {
      const { text, at } = this.token;
      if (this.is("'")) {
        this.deepen();
        this.next++;
        left = { kind: 'transpose', arg: left, at };
        continue;
      }
      const holds = this.token.kind === 'operator' ? strength[text] : undefined;
      if (holds === undefined || holds <= least) {
        this.depth = depth;
        return left;
      }
      this.next++;
      // A chain of operators is as deep as it is long.
      this.deepen();
      // A power's exponent may carry a sign and its own power: x^-2, x^y^2 = x^(y^2).
      const right = this.expression(holds === strength['^'] ? prefixStrength : holds);
      left = { kind: 'binary', op: text as BinaryOperator, left, right, at };
    }
  }

  private deepen(): void {
    this.depth++;
    if (this.depth > deepest) {
      this.fail(`more than ${deepest} levels of brackets and operators`, this.token.at, 'name parts with let');
    }
  }

  private operand(): Expression {
    const token = this.token;
    this.next++;
    const { at } = token;
    switch (token.kind) {
      case 'number': {
        const value = Number(token.text);
        if (!Number.isFinite(value)) this.fail(`the number ${token.text} is too large`, at);
        return { kind: 'number', value, at };
      }
      case 'string':
        return { kind: 'string', value: token.text.slice(1, -1), at };
      case 'name':
        return this.is('(')
          ? { kind: 'call', name: token.text, args: this.args(), at }
          : { kind: 'name', name: token.text, at };
      case 'operator':
        if (token.text === '-') return { kind: 'negate', arg: this.expression(prefixStrength), at };
        if (token.text === '(') {
          this.open.push(token);
          const inner = this.expression(0);
          this.close();
          return inner;
        }
    }
    const bracket = this.open.at(-1);
    if (token.kind === 'end' && bracket) this.fail("'(' is not closed", bracket.at);
    if (token.kind === 'end') this.fail('an operand is missing', at);
    return this.fail(`an operand is missing before '${token.text}'`, at);
  }

  private args(): Expression[] {
    this.open.push(this.token);
    this.next++;
    const args: Expression[] = [];
    if (!this.is(')')) {
      args.push(this.expression(0));
      while (this.is(',')) {
        this.next++;
        args.push(this.expression(0));
      }
    }
    this.close();
    return args;
  }

  private close(): void {
    const bracket = this.open.pop()!;
    if (this.is(')')) {
      this.next++;
      return;
    }
    if (this.token.kind === 'end') this.fail("'(' is not closed", bracket.at);
    this.fail(`')' or an operator is missing before '${this.token.text}'`, this.token.at);
  }
}

/** Reads a formula of the expression language; a ParseError names the column of the first mistake. */
export function parse(source: string): Expression {
  return new Parser(source).parse();
}
