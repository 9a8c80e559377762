// TypeScript with this library's functions. Numbers stay numbers; vectors are one-dimensional tensors.
import type { BinaryOperator } from '../expression.ts';
import { atom, type Dialect, type Fragment, infix, nested, within } from './dialect.ts';

const names: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '.*': 'mul',
  '/': 'div',
  './': 'div',
};
const linalg = new Set(['inv', 'det', 'logdet', 'matrixExp', 'matrixPower']);
const local: Readonly<Record<string, string>> = {
  step: 'const step = (x: Tensor): Tensor => where(greater(x, 0), 1, 0)',
  vec: 'const vec = (x: Tensor): Tensor => (x.ndim === 2 ? transpose(x) : x).reshape([-1])',
  K: "const commutation = (m: number, n: number): Tensor => reshape(einsum('ik,jl->ijlk', eye(m), eye(n)), [m * n, m * n])",
};
const needs: Readonly<Record<string, readonly string[]>> = {
  step: ['where', 'greater'],
  vec: ['transpose'],
  K: ['reshape', 'einsum', 'eye'],
};

const keywords =
  'arguments as async await boolean break case catch class const continue debugger default delete do else enum eval export extends ' +
  'false finally for function get if implements import in instanceof interface let new null number of package private protected ' +
  'public return set static string super switch symbol this throw true try type typeof undefined var void while with yield NaN Infinity';
const functions =
  'exp log sqrt sin cos tan sinh cosh tanh atan abs sign step relu sigmoid softplus softmax logsumexp sum norm trace linalg pow ' +
  'matmul outer transpose add sub mul div neg diag vec kron einsum eye ones zeros tensor expandDims where greater reshape ' +
  'commutation derivative Tensor';
const reserved = new Set(`${keywords} ${functions}`.split(' '));

export function typescriptDialect(like: string): Dialect {
  const imported = new Set<string>();
  const options = `{ dtype: ${like}.dtype }`;
  const use = (name: string): string => {
    if (linalg.has(name)) {
      imported.add('linalg');
      return `linalg.${name}`;
    }
    imported.add(name);
    return name;
  };
  const apply = (name: string, ...args: readonly Fragment[]): string =>
    `${use(name)}(${args.map((a) => a.code).join(', ')})`;
  return {
    reserved,
    takesNumbers: false,
    tensor: (a) => `${use('tensor')}(${a.code}, ${options})`,
    constant: (x) => `${use('tensor')}(${nested(x, String)}, ${options})`,
    number: String,
    negate: (a) => (a.isNumber ? { ...atom(`-${within(a, 5)}`, a.kind), level: 3 } : atom(apply('neg', a), a.kind)),
    transpose: (a, kind) => (a.kind === 'matrix' ? atom(apply('transpose', a), kind) : { ...a, kind }),
    binary: (op, a, b, kind) => {
      if (a.isNumber && b.isNumber) return numberCode(op, a, b);
      if (op === '^' && a.kind === 'matrix') return atom(apply('matrixPower', a, b), kind);
      if (op === '^' || op === '.^') return atom(apply('pow', a, b), kind);
      if (op !== '*' || a.kind === 'scalar' || b.kind === 'scalar') return atom(apply(names[op]!, a, b), kind);
      return atom(apply(a.kind === 'column' && b.kind === 'row' ? 'outer' : 'matmul', a, b), kind);
    },
    call: (name, args, kind, equation) => {
      switch (name) {
        case 'einsum':
          return atom(`${use('einsum')}('${equation}', ${args.map((a) => a.code).join(', ')})`, kind);
        case 'norm1':
          return atom(`${use('sum')}(${apply('abs', ...args)})`, kind);
        case 'norm2':
          return atom(apply('norm', ...args), kind);
        case 'tr':
          return atom(apply('trace', ...args), kind);
        case 'dot':
          return atom(`${use('sum')}(${apply('mul', ...args)})`, kind);
        case 'adj':
          return atom(`${use('mul')}(${apply('det', ...args)}, ${apply('inv', ...args)})`, kind);
        case 'expm':
          return atom(apply('matrixExp', ...args), kind);
        case 'ones':
        case 'zeros':
          return atom(`${use(name)}([${args.map((a) => a.code).join(', ')}], ${options})`, kind);
        case 'eye':
          return atom(`${use('eye')}(${args[0]!.code}, undefined, ${options})`, kind);
        case 'step':
        case 'vec':
          return atom(`${name}(${args[0]!.code})`, kind);
        case 'K':
          return atom(`commutation(${args.map((a) => a.code).join(', ')})`, kind);
        case 'kron':
          return atom(`${use('kron')}(${args.map((a) => shapedForKron(a, kind === 'matrix', use)).join(', ')})`, kind);
        default:
          return atom(apply(name, ...args), kind);
      }
    },
    size: (variable, axis) => `${variable}.shape[${axis}]!`,
    program: ({ parameters, lines, result, used }) => {
      const helpers = Object.keys(local).filter((name) => used.has(name));
      for (const helper of helpers) for (const name of needs[helper]!) use(name);
      return [
        `import { ${[...imported].sort().join(', ')}${imported.size > 0 ? ', ' : ''}type Tensor } from 'nabla';`,
        '',
        ...helpers.map((name) => `${local[name]};`),
        `export function derivative(${parameters.map((name) => `${name}: Tensor`).join(', ')}): Tensor {`,
        ...lines.map(([name, code]) => `  const ${name} = ${code};`),
        `  return ${result};`,
        '}',
        '',
      ].join('\n');
    },
  };
}

/** Numbers keep their precision where tensors of the default type would not. */
function numberCode(op: BinaryOperator, a: Fragment, b: Fragment): Fragment {
  const sign = op.replace('.', '');
  if (sign === '^') return { ...atom(`${within(a, 5)} ** ${within(b, 4)}`, 'scalar'), level: 4 };
  return infix(a, sign, b, sign === '+' || sign === '-' ? 1 : 2, 'scalar');
}

function shapedForKron(a: Fragment, matrix: boolean, use: (name: string) => string): string {
  if (!matrix || a.kind === 'matrix') return a.code;
  return `${use('expandDims')}(${a.code}, ${a.kind === 'row' ? 0 : 1})`;
}
