// What is known for certain about the sign of an atom's entries.
import type { Atom, Net, Sum } from './net.ts';

const positiveMaps = new Set(['exp', 'sigmoid', 'softplus', 'cosh']);

export function isPositive(atom: Atom): boolean {
  switch (atom.kind) {
    case 'variable':
      return ['positive', 'simplex', 'large'].some((fact) => atom.facts.has(fact));
    case 'size':
    case 'softmax':
      return true;
    case 'map':
      return positiveMaps.has(atom.name);
    case 'pow':
      return isPositiveSum(atom.args[0]!);
    case 'closed':
    case 'box':
      return isPositiveSum(atom.args[0]!);
    case 'det':
      return isPositiveDefinite(atom.args[0]!);
    default:
      return false;
  }
}

/** Every factor positive or squared; a sum of such. Zero is possible where squares vanish together, as in norms. */
function isPositiveNet({ coef, factors }: Net): boolean {
  return coef > 0 && factors.every(({ atom, power }) => power % 2 === 0 || isPositive(atom));
}

function isPositiveSum(sum: Sum): boolean {
  return sum.nets.every(isPositiveNet);
}

function isPositiveDefinite(sum: Sum): boolean {
  const [net] = sum.nets;
  const [factor] = net?.factors ?? [];
  return (
    sum.nets.length === 1 &&
    net!.coef > 0 &&
    net!.factors.length === 1 &&
    (factor!.atom.facts.has('spd') || factor!.atom.facts.has('posdet'))
  );
}
