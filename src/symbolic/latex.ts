// Expressions in LaTeX that KaTeX renders: transposes as \top, inverses as powers, entrywise operations with \odot and
// \oslash, vectors' diag and vec as operators. Brackets follow the precedences of the rendered signs.
import { Checker, type ExpressionType } from './check.ts';
import type { Expression } from './expression.ts';
import { precedence, precedenceOf } from './print.ts';

const greek = new Set([
  ...[
    'alpha',
    'beta',
    'gamma',
    'delta',
    'epsilon',
    'zeta',
    'eta',
    'theta',
    'kappa',
    'lambda',
    'mu',
    'nu',
    'xi',
    'pi',
    'rho',
  ],
  ...[
    'sigma',
    'tau',
    'phi',
    'chi',
    'psi',
    'omega',
    'Gamma',
    'Delta',
    'Theta',
    'Lambda',
    'Xi',
    'Pi',
    'Sigma',
    'Phi',
    'Psi',
    'Omega',
  ],
]);

/** Functions LaTeX has a command for. */
const commands = new Set(['exp', 'log', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'det']);

/** A letter, a Greek letter by its name, a word in italics; letters that mathematics has no shapes for are text. */
function wordLatex(word: string): string {
  if (greek.has(word)) return `\\${word}`;
  if (!/^[\p{Script=Latin}\p{Script=Greek}\d]*$/u.test(word) || /[^\p{ASCII}\p{Script=Greek}]/u.test(word))
    return `\\textit{${word}}`;
  return [...word].length === 1 || /^\d+$/.test(word) ? word : `\\mathit{${word}}`;
}

/** The first word, the others as its subscript: x1, x_1 and x_max_2. */
function nameLatex(name: string): string {
  const plain = name.normalize('NFKC');
  const [, letters, digits] = /^(\p{L}+?)(\d+)$/u.exec(plain) ?? [];
  const [head, ...rest] = digits === undefined ? plain.split('_') : [letters!, digits];
  const under = rest.filter((part) => part !== '').map(wordLatex);
  return under.length > 0 ? `${wordLatex(head!)}_{${under.join(',')}}` : wordLatex(head!);
}

const bracketed = (inner: string): string => `\\left(${inner}\\right)`;

/** The LaTeX of an expression; `types` tell vectors from scalars where that changes a sign. */
export function latexOf(e: Expression, types: ReadonlyMap<string, ExpressionType> = new Map()): string {
  const inside = (part: Expression, least: number): string => {
    const inner = latexOf(part, types);
    return levelOf(part, types) < least ? bracketed(inner) : inner;
  };
  switch (e.kind) {
    case 'number':
      return numberLatex(e.value);
    case 'name':
      return nameLatex(e.name);
    case 'string':
      return e.value
        .split('->')
        .map((part) => `\\text{${part}}`)
        .join(' \\to ');
    case 'negate':
      return `-${signed(e.arg) ? bracketed(latexOf(e.arg, types)) : inside(e.arg, precedence['*'])}`;
    case 'transpose':
      if (e.arg.kind === 'call' && e.arg.name === 'inv') return `${inside(e.arg.args[0]!, 6)}^{-\\top}`;
      return `${inside(e.arg, 6)}^{\\top}`;
    case 'call':
      return callLatex(e, types, inside);
    case 'binary':
      return binaryLatex(e, types, inside);
  }
}

/** How tightly the rendered form holds: a call of inv or a power is a superscript already, 2 · 10⁻⁷ a product. */
function levelOf(e: Expression, types: ReadonlyMap<string, ExpressionType>): number {
  if (e.kind === 'call') {
    const isRaised = e.name === 'inv' || e.name === 'expm' || (e.name === 'sqrt' && !isScalar(e.args[0]!, types));
    return isRaised ? 5 : precedenceOf(e);
  }
  if (e.kind === 'number' && e.value > 0 && String(e.value).includes('e')) return precedence['*'];
  if (e.kind === 'binary' && e.op === '/') return 5.5;
  return precedenceOf(e);
}

/** Whether it begins with a minus. */
const signed = (e: Expression): boolean => e.kind === 'negate' || (e.kind === 'number' && e.value < 0);

function numberLatex(value: number): string {
  const [mantissa, exponent] = String(value).split('e');
  return exponent ? `${mantissa} \\cdot 10^{${Number(exponent)}}` : mantissa!;
}

type Inside = (part: Expression, least: number) => string;

function binaryLatex(
  e: Expression & { kind: 'binary' },
  types: ReadonlyMap<string, ExpressionType>,
  inside: Inside,
): string {
  const { op, left, right } = e;
  switch (op) {
    case '+':
    case '-':
      return `${inside(left, 1)} ${op} ${signed(right) ? bracketed(latexOf(right, types)) : inside(right, 2)}`;
    case '/':
      return `\\frac{${latexOf(left, types)}}{${latexOf(right, types)}}`;
    case '^':
      if (right.kind === 'number' && right.value === 0.5) return `\\sqrt{${latexOf(left, types)}}`;
      return `${inside(left, 6)}^{${latexOf(right, types)}}`;
    case '.^':
      return `${inside(left, 6)}^{\\circ ${right.kind === 'number' || right.kind === 'name' ? latexOf(right, types) : bracketed(latexOf(right, types))}}`;
    case '*': {
      // What stands side by side holds tighter than ⊙.
      const isEntrywise = left.kind === 'binary' && (left.op === '.*' || left.op === './');
      const a = isEntrywise ? bracketed(latexOf(left, types)) : inside(left, 2);
      const b = signed(right) ? bracketed(latexOf(right, types)) : inside(right, 3);
      return `${a} ${/^\d/.test(b) ? '\\cdot ' : ''}${b}`;
    }
    default: {
      const sign = op === '.*' ? '\\odot' : '\\oslash';
      const b = signed(right) ? bracketed(latexOf(right, types)) : inside(right, 3);
      return `${inside(left, 3)} ${sign} ${b}`;
    }
  }
}

function callLatex(
  e: Expression & { kind: 'call' },
  types: ReadonlyMap<string, ExpressionType>,
  inside: Inside,
): string {
  const [a, b] = e.args;
  const all = e.args.map((arg) => latexOf(arg, types));
  switch (e.name) {
    case 'inv':
      return `${inside(a!, 6)}^{-1}`;
    case 'sqrt':
      return isScalar(a!, types) ? `\\sqrt{${all[0]}}` : `${inside(a!, 6)}^{\\circ 1/2}`;
    case 'norm1':
    case 'norm2':
      return `\\left\\lVert ${all[0]} \\right\\rVert_{${e.name.slice(-1)}}`;
    case 'abs':
      return `\\left| ${all[0]} \\right|`;
    case 'eye':
      return `I_{${all[0]}}`;
    case 'ones':
      return `\\mathbf{1}_{${all.join(' \\times ')}}`;
    case 'zeros':
      return `\\mathbf{0}_{${all.join(' \\times ')}}`;
    case 'K':
      return `K_{${all.join(',')}}`;
    case 'kron':
      return bracketed(`${inside(a!, 3)} \\otimes ${inside(b!, 3)}`);
    case 'dot':
      return `\\left\\langle ${all.join(', ')} \\right\\rangle`;
    case 'sigmoid':
      return `\\sigma${bracketed(all[0]!)}`;
    case 'expm':
      return `e^{${all[0]}}`;
    case 'logdet':
      return `\\log\\det${bracketed(all[0]!)}`;
    case 'einsum':
      return einsumLatex((a as Expression & { kind: 'string' }).value, e.args.slice(1), types);
    default: {
      const head = commands.has(e.name) ? `\\${e.name}` : `\\operatorname{${e.name.replaceAll('_', '\\_')}}`;
      return `${head}${bracketed(all.join(', '))}`;
    }
  }
}

/** Entries with their indices: [Σₐ A_{ia} B_{aj}]_{ij}, identities as deltas. */
function einsumLatex(
  equation: string,
  operands: readonly Expression[],
  types: ReadonlyMap<string, ExpressionType>,
): string {
  const [inputs = '', output = ''] = equation.split('->');
  const lists = inputs.split(',');
  const summed = [...new Set(lists.join(''))].filter((letter) => !output.includes(letter));
  const factors = operands.map((operand, k) => {
    if (operand.kind === 'call' && operand.name === 'eye') return `\\delta_{${lists[k]}}`;
    const inner = latexOf(operand, types);
    return `${operand.kind === 'name' ? `{${inner}}` : bracketed(inner)}_{${lists[k]}}`;
  });
  const sum = summed.length > 0 ? `\\sum_{${summed.join(',')}} ` : '';
  return `\\left[${sum}${factors.join(' \\, ')}\\right]${output === '' ? '' : `_{${output}}`}`;
}

/** Certain only where the names' kinds decide it. */
function isScalar(e: Expression, types: ReadonlyMap<string, ExpressionType>): boolean {
  return kindOf(e, types) === 'scalar';
}

function kindOf(e: Expression, types: ReadonlyMap<string, ExpressionType>): string | undefined {
  try {
    return new Checker('', types).check(e).kind;
  } catch {
    return undefined;
  }
}
