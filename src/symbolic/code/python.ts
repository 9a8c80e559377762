// NumPy, JAX and PyTorch. Vectors are one-dimensional, so a row and a column are the same array.
import type { Kind } from '../check.ts';
import { atom, type Dialect, type Fragment, infix, nested, within } from './dialect.ts';

interface Library {
  readonly name: string;
  readonly takesNumbers: boolean;
  /** A number as an array. */
  readonly tensor: (x: string) => string;
  readonly imports: readonly string[];
  readonly transpose: (x: string) => string;
  readonly calls: Readonly<Record<string, (...args: string[]) => string>>;
  readonly helpers: Readonly<Record<string, string>>;
}

const keywords =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is ' +
  'lambda nonlocal not or pass raise return try while with yield';
const functions = 'np jnp jax torch expm sigmoid softmax logsumexp adj commutation kron step derivative';
const reserved = new Set(`${keywords} ${functions}`.split(' '));

function pythonDialect(library: Library): Dialect {
  const { name: np, calls } = library;
  return {
    reserved,
    takesNumbers: library.takesNumbers,
    tensor: (a) => library.tensor(a.code),
    constant: (x) => library.tensor(nested(x, String)),
    number: (value) => String(value),
    negate: (a) => ({ code: `-${within(a, 3)}`, level: 3, kind: a.kind, isNumber: false }),
    transpose: (a, kind) => (a.kind === 'matrix' ? atom(library.transpose(within(a, 5)), kind) : { ...a, kind }),
    binary: (op, a, b, kind) => {
      if (op === '+' || op === '-') return infix(a, op, b, 1, kind);
      if (op === '/' || op === './') return infix(a, '/', b, 2, kind);
      if (op === '^' && a.kind === 'matrix') return atom(`${np}.linalg.matrix_power(${a.code}, ${b.code})`, kind);
      if (op === '^' || op === '.^')
        return { code: `${within(a, 5)} ** ${within(b, 4)}`, level: 4, kind, isNumber: false };
      if (op === '*' && a.kind === 'column' && b.kind === 'row') return atom(`${np}.outer(${a.code}, ${b.code})`, kind);
      const entries = op === '.*' || a.kind === 'scalar' || b.kind === 'scalar';
      return infix(a, entries ? '*' : '@', b, 2, kind);
    },
    call: (name, args, kind, equation) => {
      if (name === 'einsum') return atom(`${np}.einsum("${equation}", ${args.map((a) => a.code).join(', ')})`, kind);
      if (name === 'kron') return atom(kronCode(library.calls.kron ? 'kron' : `${np}.kron`, args, kind), kind);
      const make = calls[name];
      const codes = args.map((a) => (name === 'vec' || name === 'relu' ? within(a, 5) : a.code));
      return atom(make ? make(...codes) : `${np}.${name}(${codes.join(', ')})`, kind);
    },
    size: (variable, axis) => `${variable}.shape[${axis}]`,
    program: ({ parameters, lines, result, used }) => {
      const helpers = Object.entries(library.helpers).filter(([name]) => used.has(name));
      const body = [...lines.map(([name, code]) => `${name} = ${code}`), `return ${result}`];
      return [
        ...library.imports.filter((line) => !line.startsWith('from scipy') || used.has('expm')),
        '',
        ...helpers.flatMap(([, code]) => [code, '']),
        `def derivative(${parameters.join(', ')}):`,
        ...body.map((line) => `    ${line}`),
        '',
      ].join('\n');
    },
  };
}

/** Vectors need their direction back for a Kronecker product with a matrix. */
function kronCode(kron: string, args: readonly Fragment[], kind: Kind): string {
  const flat = kind !== 'matrix';
  const code = (a: Fragment): string =>
    flat || a.kind === 'matrix' ? a.code : `${within(a, 5)}${a.kind === 'row' ? '[None, :]' : '[:, None]'}`;
  return `${kron}(${args.map(code).join(', ')})`;
}

const shared = (np: string, linalg = `${np}.linalg`): Record<string, (...args: string[]) => string> => ({
  inv: (a) => `${linalg}.inv(${a})`,
  det: (a) => `${linalg}.det(${a})`,
  logdet: (a) => `${linalg}.slogdet(${a})[1]`,
  adj: (a) => `adj(${a})`,
  norm2: (a) => `${linalg}.norm(${a})`,
  norm1: (a) => `${np}.abs(${a}).sum()`,
  tr: (a) => `${np}.trace(${a})`,
  dot: (a, b) => `${np}.sum(${a} * ${b})`,
  atan: (a) => `${np}.arctan(${a})`,
  K: (m, n) => `commutation(${m}, ${n})`,
  softmax: (a) => `softmax(${a})`,
  logsumexp: (a) => `logsumexp(${a})`,
  sigmoid: (a) => `sigmoid(${a})`,
  softplus: (a) => `${np}.logaddexp(0.0, ${a})`,
  relu: (a) => `${np}.maximum(${a}, 0.0)`,
  step: (a) => `${np}.where(${a} > 0, 1.0, 0.0)`,
  expm: (a) => `expm(${a})`,
  vec: (a) => `${a}.T.reshape(-1)`,
  ones: (...sizes) => `${np}.ones((${sizes.join(', ')},))`,
  zeros: (...sizes) => `${np}.zeros((${sizes.join(', ')},))`,
});

const arrayHelpers = (np: string): Record<string, string> => ({
  sigmoid: `def sigmoid(x):\n    return 0.5 * (1.0 + ${np}.tanh(0.5 * x))`,
  softmax: `def softmax(x):\n    e = ${np}.exp(x - x.max())\n    return e / e.sum()`,
  logsumexp: `def logsumexp(x):\n    return x.max() + ${np}.log(${np}.exp(x - x.max()).sum())`,
  adj: `def adj(M):\n    return ${np}.linalg.det(M) * ${np}.linalg.inv(M)`,
  K: `def commutation(m, n):\n    return ${np}.eye(m * n).reshape(m, n, m, n).transpose(0, 1, 3, 2).reshape(m * n, m * n)`,
});

export const numpy: Dialect = pythonDialect({
  name: 'np',
  takesNumbers: true,
  tensor: (x) => `np.asarray(${x}, float)`,
  imports: ['import numpy as np', 'from scipy.linalg import expm'],
  transpose: (x) => `${x}.T`,
  calls: shared('np'),
  helpers: arrayHelpers('np'),
});

export const jax: Dialect = pythonDialect({
  name: 'jnp',
  takesNumbers: true,
  tensor: (x) => `jnp.asarray(${x}, float)`,
  imports: ['import jax', 'import jax.numpy as jnp'],
  transpose: (x) => `${x}.T`,
  calls: {
    ...shared('jnp'),
    sigmoid: (a) => `jax.nn.sigmoid(${a})`,
    softmax: (a) => `jax.nn.softmax(${a})`,
    logsumexp: (a) => `jax.nn.logsumexp(${a})`,
    softplus: (a) => `jax.nn.softplus(${a})`,
    expm: (a) => `jax.scipy.linalg.expm(${a})`,
  },
  helpers: { adj: arrayHelpers('jnp').adj!, K: arrayHelpers('jnp').K! },
});

/** Where vectors are views, as transposes are, its own kron refuses them. */
const contiguousKron = 'def kron(a, b):\n    return torch.kron(a.contiguous(), b.contiguous())';

export const pytorch = (like: string): Dialect => {
  const options = `dtype=${like}.dtype, device=${like}.device`;
  return pythonDialect({
    name: 'torch',
    takesNumbers: false,
    tensor: (x) => `torch.tensor(${x}, ${options})`,
    imports: ['import torch'],
    transpose: (x) => `${x}.T`,
    calls: {
      ...shared('torch'),
      kron: (a, b) => `kron(${a}, ${b})`,
      sigmoid: (a) => `torch.sigmoid(${a})`,
      softmax: (a) => `torch.softmax(${a}, 0)`,
      logsumexp: (a) => `torch.logsumexp(${a}, 0)`,
      softplus: (a) => `torch.nn.functional.softplus(${a})`,
      relu: (a) => `torch.relu(${a})`,
      step: (a) => `step(${a})`,
      expm: (a) => `torch.linalg.matrix_exp(${a})`,
      ones: (...sizes) => `torch.ones(${sizes.join(', ')}, ${options})`,
      zeros: (...sizes) => `torch.zeros(${sizes.join(', ')}, ${options})`,
      eye: (n) => `torch.eye(${n}, ${options})`,
      K: (m, n) => `commutation(${m}, ${n}, ${options})`,
    },
    helpers: {
      kron: contiguousKron,
      step: 'def step(x):\n    return (x > 0).to(x.dtype)',
      adj: 'def adj(M):\n    return torch.linalg.det(M) * torch.linalg.inv(M)',
      K: 'def commutation(m, n, **options):\n    identity = torch.eye(m * n, **options).reshape(m, n, m, n)\n    return identity.permute(0, 1, 3, 2).reshape(m * n, m * n)',
    },
  });
};
