// Julia keeps columns and rows apart as the formula language does; entrywise functions and sums with scalars are dotted.
import { atom, type Dialect, infix, within } from './dialect.ts';

const elementwise = new Set([
  ...[
    'exp',
    'log',
    'sqrt',
    'sin',
    'cos',
    'tan',
    'sinh',
    'cosh',
    'tanh',
    'atan',
    'abs',
    'sign',
    'sigmoid',
    'softplus',
    'step',
    'relu',
  ],
]);

const calls: Readonly<Record<string, (...args: string[]) => string>> = {
  norm1: (a) => `sum(abs, ${a})`,
  norm2: (a) => `norm(${a})`,
  eye: (n) => `Matrix(1.0I, ${n}, ${n})`,
  expm: (a) => `exp(${a})`,
  K: (m, n) => `commutation(${m}, ${n})`,
  diagMatrix: (a) => `Diagonal(${a})`,
};

const helpers: Readonly<Record<string, string>> = {
  sigmoid: 'sigmoid(x) = 1 / (1 + exp(-x))',
  softplus: 'softplus(x) = max(x, 0) + log1p(exp(-abs(x)))',
  step: 'step(x) = x > 0 ? 1.0 : 0.0',
  relu: 'relu(x) = max(x, 0)',
  softmax: 'softmax(x) = (e = exp.(x .- maximum(x)); e ./ sum(e))',
  logsumexp: 'logsumexp(x) = (c = maximum(x); c + log(sum(exp.(x .- c))))',
  adj: 'adj(M) = det(M) * inv(M)',
  K: 'commutation(m, n) = reshape(permutedims(reshape(Matrix(1.0I, m * n, m * n), n, m, m * n), (2, 1, 3)), m * n, m * n)',
};

const keywords =
  'baremodule begin break catch const continue do else elseif end export false finally for function global if import in isa let ' +
  'local macro module mutable outer primitive quote return struct true try type using where while abstract';
const functions =
  'exp log sqrt sin cos tan sinh cosh tanh atan abs sign sigmoid softplus step relu sum norm dot diag diagm inv det logdet tr kron ' +
  'vec ones zeros size Matrix Diagonal I softmax logsumexp adj commutation derivative reshape permutedims maximum max log1p';

export const julia: Dialect = {
  reserved: new Set(`${keywords} ${functions}`.split(' ')),
  takesNumbers: true,
  tensor: (a) => a.code,
  number: (value) => String(value),
  constant: (x) => {
    const entries = Array.from(x.toTypedArray(), (value) => `${Number.isInteger(value) ? value.toFixed(1) : value}`);
    if (x.ndim === 1) return `[${entries.join(', ')}]`;
    // Julia stores columns first.
    const turned = `reshape([${entries.join(', ')}], ${[...x.shape].reverse().join(', ')})`;
    return `permutedims(${turned}, (${x.shape.map((_: number, axis: number) => x.ndim - axis).join(', ')}))`;
  },
  negate: (a) => ({ code: `-${within(a, 3)}`, level: 3, kind: a.kind, isNumber: false }),
  transpose: (a, kind) => (a.kind === 'scalar' ? a : atom(`${within(a, 5)}'`, kind)),
  binary: (op, a, b, kind) => {
    const mixed = (a.kind === 'scalar') !== (b.kind === 'scalar');
    if (op === '+' || op === '-') return infix(a, mixed ? `.${op}` : op, b, 1, kind);
    if (op === '/' || op === './') return infix(a, b.kind === 'scalar' ? '/' : './', b, 2, kind);
    if (op === '^' || op === '.^')
      return {
        code: `${within(a, 5)} ${a.kind === 'scalar' ? '^' : op} ${within(b, 4)}`,
        level: 4,
        kind,
        isNumber: false,
      };
    return infix(a, op === '.*' && !mixed ? '.*' : '*', b, 2, kind);
  },
  call: (name, args, kind, equation) => {
    const codes = args.map((a) => a.code);
    if (name === 'einsum') return atom(`ein"${equation}"(${codes.join(', ')})`, kind);
    if (name === 'diag') {
      // diagm wants a column.
      const [a] = args;
      return a!.kind === 'matrix' ? atom(`diag(${a!.code})`, kind) : atom(`diagm(vec(${a!.code}))`, kind);
    }
    if (elementwise.has(name)) return atom(`${name}${kind === 'scalar' ? '' : '.'}(${codes[0]})`, kind);
    return atom(calls[name]?.(...codes) ?? `${name}(${codes.join(', ')})`, kind);
  },
  size: (variable, axis) => `size(${variable}, ${axis + 1})`,
  program: ({ parameters, lines, result, used }) => {
    const needed = Object.entries(helpers).filter(([name]) => used.has(name));
    return [
      'using LinearAlgebra',
      ...(used.has('einsum') ? ['using OMEinsum'] : []),
      '',
      ...needed.map(([, code]) => code),
      ...(needed.length > 0 ? [''] : []),
      `function derivative(${parameters.join(', ')})`,
      ...lines.map(([name, code]) => `    ${name} = ${code}`),
      `    return ${result}`,
      'end',
      '',
    ].join('\n');
  },
};
