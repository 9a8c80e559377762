// A formula is a tree that knows its precedence, never a string: a renderer decides about brackets and notation.

export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Formula[] }
  | {
      readonly kind: 'infix';
      readonly symbol: string;
      readonly precedence: number;
      readonly args: readonly [Formula, Formula];
    }
  | { readonly kind: 'prefix'; readonly symbol: string; readonly args: readonly [Formula] }
  | { readonly kind: 'postfix'; readonly symbol: string; readonly args: readonly [Formula] };

export const precedence = { compare: 0, sum: 1, product: 2, prefix: 3, power: 4, postfix: 5, atom: 6 } as const;

export const number = (value: number): Formula => ({ kind: 'number', value });
export const name = (text: string): Formula => ({ kind: 'name', name: text });
export const call = (text: string, ...args: readonly Formula[]): Formula => ({ kind: 'call', name: text, args });
export const prefix = (symbol: string, x: Formula): Formula => ({ kind: 'prefix', symbol, args: [x] });
export const postfix = (symbol: string, x: Formula): Formula => ({ kind: 'postfix', symbol, args: [x] });
export const infix = (symbol: string, level: keyof typeof precedence, a: Formula, b: Formula): Formula => ({
  kind: 'infix',
  symbol,
  precedence: precedence[level],
  args: [a, b],
});

function level(f: Formula): number {
  if (f.kind === 'infix') return f.precedence;
  if (f.kind === 'prefix' || (f.kind === 'number' && f.value < 0)) return precedence.prefix;
  return f.kind === 'postfix' ? precedence.postfix : precedence.atom;
}

/** Plain text in the notation of the expression language: `A*x`, `x.*y`, `exp(x)`, `A'`. */
export function showFormula(f: Formula): string {
  const inside = (g: Formula, least: number): string => (level(g) < least ? `(${showFormula(g)})` : showFormula(g));
  switch (f.kind) {
    case 'number':
      return String(f.value);
    case 'name':
      return f.name;
    case 'call':
      return `${f.name}(${f.args.map(showFormula).join(', ')})`;
    case 'prefix':
      return f.symbol + inside(f.args[0], precedence.prefix);
    case 'postfix':
      return inside(f.args[0], precedence.postfix) + f.symbol;
    case 'infix': {
      const tight = f.precedence >= precedence.product;
      const gap = tight ? '' : ' ';
      const [left, right] = f.args;
      return inside(left, f.precedence) + gap + f.symbol + gap + inside(right, f.precedence + 1);
    }
  }
}
