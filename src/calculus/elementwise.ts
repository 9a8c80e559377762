// Functions applied entry by entry: what they simplify to (B4).
import { add, constant, constantValue, power, product, scale, single, spread, total } from './algebra.ts';
import { isSymmetric } from './box.ts';
import { isPositive } from './facts.ts';
import { atomOf, indices, type Net, type Sum, zero } from './net.ts';
import { onePlusExp, onlyFactor } from './rules.ts';

const atZero: Readonly<Record<string, number>> = {
  ...{
    exp: 1,
    cos: 1,
    cosh: 1,
    sin: 0,
    sinh: 0,
    tan: 0,
    tanh: 0,
    atan: 0,
    abs: 0,
    sign: 0,
    step: 0,
    relu: 0,
    sigmoid: 0.5,
  },
};
const odd = new Set(['sin', 'sinh', 'tan', 'tanh', 'atan', 'sign']);
const even = new Set(['cos', 'cosh', 'abs']);

/** f(u), entry by entry. */
export function map(name: string, u: Sum): Sum {
  if (name === 'sqrt') return power(u, 0.5);
  if (u.nets.length === 0 && name in atZero) return constant(atZero[name]!, u.sizes);
  if (name === 'exp') return exponential(u);
  if (name === 'log') return logarithm(u);
  if (u.nets.length > 0 && u.nets.every(({ coef }) => coef < 0)) {
    if (odd.has(name)) return scale(map(name, scale(u, -1)), -1);
    if (even.has(name)) return map(name, scale(u, -1));
  }
  if ((name === 'abs' || name === 'relu') && u.nets.every(isCertain)) return u;
  const f = onlyFactor(u);
  if (name === 'abs' && f?.atom.facts.has('pm1') && Number.isInteger(f.power)) return constant(1, u.sizes);
  if (name === 'sign' && f?.atom.kind === 'map' && f.atom.name === 'sign' && f.power === 1) return u;
  return plain(name, u);
}

/** Nonnegative because every factor is, not merely squared. */
const isCertain = ({ coef, factors }: Net): boolean =>
  coef > 0 &&
  factors.every(
    ({ atom, power: k }) =>
      isPositive(atom) || (k > 0 && ['binary', 'onehot', 'rowonehot'].some((fact) => atom.facts.has(fact))),
  );

function plain(name: string, u: Sum): Sum {
  return single(atomOf('map', name, [u], u.sizes, isSymmetric(u)));
}

/** exp(log u) = u, exp(k log u + v) stays. */
function exponential(u: Sum): Sum {
  const f = onlyFactor(u);
  if (f?.power === 1 && f.atom.kind === 'map' && f.atom.name === 'log') return f.atom.args[0]!;
  if (f?.power === 1 && f.atom.kind === 'logdet') return single(atomOf('det', '', f.atom.args, []));
  return plain('exp', u);
}

function logarithm(u: Sum): Sum {
  if (constantValue(u) === 1) return zero(u.sizes);
  const f = onlyFactor(u);
  if (f?.power === 1) {
    const { atom } = f;
    if (atom.kind === 'map' && atom.name === 'exp') return atom.args[0]!;
    if (atom.kind === 'det') return single(atomOf('logdet', '', atom.args, []));
    if (atom.kind === 'softmax') return add(atom.args[0]!, logSumExp(atom.args[0]!), -1);
    if (atom.kind === 'map' && atom.name === 'sigmoid') return scale(map('softplus', scale(atom.args[0]!, -1)), -1);
    const inner = atom.kind === 'closed' ? atom.args[0]!.nets[0]!.factors : [];
    if (inner.length === 1 && inner[0]!.power === 1 && inner[0]!.at.length === 1) {
      const { atom: e } = inner[0]!;
      if (e.kind === 'map' && e.name === 'exp') return logSumExp(e.args[0]!);
    }
  }
  const [net] = u.nets;
  if (u.nets.length === 1 && net!.coef === 1 && net!.factors.every(({ atom }) => atom.kind === 'det')) {
    const logs = net!.factors.map(({ atom, power: k }) => scale(single(atomOf('logdet', '', atom.args, [])), k));
    return logs.reduce((a, b) => add(a, b));
  }
  const e = onePlusExp(u);
  if (e) return map('softplus', e.args[0]!);
  return plain('log', u);
}

export function logSumExp(u: Sum): Sum {
  return single(atomOf('logsumexp', '', [u], []));
}

export function softmax(u: Sum): Sum {
  return single(atomOf('softmax', '', [u], u.sizes));
}

/** bᵉ entry by entry with an exponent that depends on names. */
export function symbolicPower(base: Sum, exponent: Sum): Sum {
  const value = constantValue(exponent);
  if (value !== undefined) return power(base, value);
  if (constantValue(base) === 1) return base;
  const sizes = base.sizes.length >= exponent.sizes.length ? base.sizes : exponent.sizes;
  return single(atomOf('pow', '', [spread(base, sizes), spread(exponent, sizes)], sizes));
}

/** The root of the sum of all squares, and the sum of all absolute values. */
export function norm2(u: Sum): Sum {
  return power(sumOfSquares(u), 0.5);
}

function sumOfSquares(u: Sum): Sum {
  return total(power(u, 2));
}

export function norm1(u: Sum): Sum {
  return total(map('abs', u));
}

/** Σ over all entries of a product, entry by entry. */
export function dot(a: Sum, b: Sum): Sum {
  const at = indices(a.sizes);
  return product(
    [
      { sum: a, at },
      { sum: b, at },
    ],
    [],
  );
}
