// NumPy, JAX and PyTorch. Vectors are one-dimensional, so a row and a column are the same array.
import type { Kind } from '../check.ts';
import { atom, type Dialect, type Fragment, infix, within } from './dialect.ts';

interface Library {
  readonly name: string;
  readonly imports: readonly string[];
  readonly transpose: (x: string) => string;
  readonly calls: Readonly<Record<string, (...args: string[]) => string>>;
  readonly helpers: Readonly<Record<string, string>>;
}

function pythonDialect(library: Library): Dialect {
  const { name: np, calls } = library;
  return {
    number: (value) => String(value),
    negate: (a) => ({ code: `-${within(a, 3)}`, level: 3, kind: a.kind }),
    transpose: (a, kind) => (a.kind === 'matrix' ? atom(library.transpose(within(a, 5)), kind) : { ...a, kind }),
    binary: (op, a, b, kind) => {
      if (op === '+' || op === '-') return infix(a, op, b, 1, kind);
      if (op === '/' || op === './') return infix(a, '/', b, 2, kind);
      if (op === '^' && a.kind === 'matrix') return atom(`${np}.linalg.matrix_power(${a.code}, ${b.code})`, kind);
      if (op === '^' || op === '.^') return { code: `${within(a, 5)} ** ${within(b, 4)}`, level: 4, kind };
      if (op === '*' && a.kind === 'column' && b.kind === 'row') return atom(`${np}.outer(${a.code}, ${b.code})`, kind);
      const entries = op === '.*' || a.kind === 'scalar' || b.kind === 'scalar';
      return infix(a, entries ? '*' : '@', b, 2, kind);
    },
    call: (name, args, kind, equation) => {
      if (name === 'einsum') return atom(`${np}.einsum("${equation}", ${args.map((a) => a.code).join(', ')})`, kind);
      if (name === 'kron') return atom(kronCode(np, args, kind), kind);
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
function kronCode(np: string, args: readonly Fragment[], kind: Kind): string {
  const flat = kind !== 'matrix';
  const code = (a: Fragment): string =>
    flat || a.kind === 'matrix' ? a.code : `${within(a, 5)}${a.kind === 'row' ? '[None, :]' : '[:, None]'}`;
  return `${np}.kron(${args.map(code).join(', ')})`;
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
  imports: ['import numpy as np', 'from scipy.linalg import expm'],
  transpose: (x) => `${x}.T`,
  calls: shared('np'),
  helpers: arrayHelpers('np'),
});

export const jax: Dialect = pythonDialect({
  name: 'jnp',
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

export const pytorch: Dialect = pythonDialect({
  name: 'torch',
  imports: ['import torch'],
  transpose: (x) => `${x}.T`,
  calls: {
    ...shared('torch'),
    sigmoid: (a) => `torch.sigmoid(${a})`,
    softmax: (a) => `torch.softmax(${a}, 0)`,
    logsumexp: (a) => `torch.logsumexp(${a}, 0)`,
    softplus: (a) => `torch.nn.functional.softplus(${a})`,
    relu: (a) => `torch.relu(${a})`,
    expm: (a) => `torch.linalg.matrix_exp(${a})`,
    ones: (...sizes) => `torch.ones(${sizes.join(', ')}, dtype=torch.float64)`,
    zeros: (...sizes) => `torch.zeros(${sizes.join(', ')}, dtype=torch.float64)`,
    eye: (n) => `torch.eye(${n}, dtype=torch.float64)`,
  },
  helpers: {
    adj: 'def adj(M):\n    return torch.linalg.det(M) * torch.linalg.inv(M)',
    K: 'def commutation(m, n):\n    identity = torch.eye(m * n, dtype=torch.float64).reshape(m, n, m, n)\n    return identity.permute(0, 1, 3, 2).reshape(m * n, m * n)',
  },
});
