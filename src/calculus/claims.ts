// What is proven about a derivative: symmetry and definiteness of a Hessian, a bound of its rank, the sign of a gradient, and
// convexity where the function is smooth on the whole space (or the whole positive orthant).
import { diagonalOf, scale } from './algebra.ts';
import { components } from './canonical.ts';
import { isSemidefinite, signOf, signOfAtom } from './definiteness.ts';
import type { Atom, Factor, Net, Sum } from './net.ts';

/**
 * Claims about the Hessian of `f`, whose equal forms at the point are `forms` and around it `nearby`; `shortest` simplifies a
 * vector.
 */
export function hessianClaims(
  f: Sum,
  forms: readonly Sum[],
  nearby: readonly Sum[],
  shortest: (v: Sum) => Sum,
): string[] {
  const [first] = forms;
  if (first!.nets.length === 0) return ['zero'];
  const claims = ['symmetric'];
  const isUpward = (sum: Sum): boolean => isSemidefinite(sum) || isNonnegativeDiagonal(sum, shortest);
  const isUp = forms.some(isUpward);
  const isDown = !isUp && forms.some((sum) => isUpward(scale(sum, -1)));
  if (isUp) claims.push('positive semidefinite');
  if (isDown) claims.push('negative semidefinite');
  const isEverywhere = (isUp || isDown) && nearby.some((sum) => isUpward(isUp ? sum : scale(sum, -1)));
  if (isEverywhere && isSmooth(f)) claims.push(isUp ? 'convex' : 'concave');
  const rank = forms.map(rankBound).find((bound) => bound !== undefined);
  if (rank) claims.push(`rank <= ${rank}`);
  return claims;
}

function isNonnegativeDiagonal(sum: Sum, shortest: (v: Sum) => Sum): boolean {
  if (sum.sizes.length !== 2 || !sum.nets.every(({ free }) => free[0] === free[1])) return false;
  return signOf(shortest(diagonalOf(sum))) !== undefined;
}

/** Claims about the signs of a gradient's entries. */
export function gradientClaims(forms: readonly Sum[]): string[] {
  const [first] = forms;
  if (first!.nets.length === 0) return ['zero'];
  for (const [by, names] of [
    [1, { positive: 'positive', nonnegative: 'nonnegative' }],
    [-1, { positive: 'negative', nonnegative: 'nonpositive' }],
  ] as const) {
    const signs = forms.map((sum) => signOf(scale(sum, by))).filter((sign) => sign !== undefined);
    if (signs.includes('positive')) return [names.positive];
    if (signs.length > 0) return [names.nonnegative];
  }
  return [];
}

const smoothMaps = new Set(['exp', 'sin', 'cos', 'tanh', 'sinh', 'cosh', 'atan', 'sigmoid', 'softplus', 'erf', 'erfc']);

/** Twice differentiable wherever the variables have their facts: no kinks, no poles. */
function isSmooth(sum: Sum): boolean {
  return sum.nets.every((net) => net.factors.every(isSmoothFactor));
}

function isSmoothFactor({ atom, power }: Factor): boolean {
  const always = Number.isInteger(power) && power > 0;
  return (always || signOfAtom(atom) === 'positive') && isSmoothAtom(atom);
}

function isSmoothAtom({ kind, name, args }: Atom): boolean {
  switch (kind) {
    case 'variable':
    case 'size':
      return true;
    case 'map':
      if (name === 'log') return signOf(args[0]!) === 'positive' && isSmooth(args[0]!);
      return smoothMaps.has(name) && args.every(isSmooth);
    case 'box':
    case 'closed':
    case 'softmax':
    case 'logsumexp':
    case 'expm':
    case 'trexpm':
      return args.every(isSmooth);
    default:
      return false;
  }
}

/** A bound of the rank of a matrix as a sum of sizes, if one is below the size of the matrix for certain. */
function rankBound(sum: Sum): string | undefined {
  if (sum.sizes.length !== 2) return undefined;
  const bounds = sum.nets.map(netRank);
  if (bounds.includes(undefined)) return undefined;
  const ones = bounds.filter((bound) => bound === '1').length;
  const names = bounds.filter((bound) => bound !== '1');
  return [...names, ...(ones > 0 ? [String(ones)] : [])].join('+');
}

/** 1 for an outer product, else the size of an index that separates rows from columns. */
function netRank(net: Net): string | undefined {
  const [i, j] = net.free;
  if (i === j) return undefined;
  const isJoined = (cut: ReadonlySet<Net['free'][number]>): boolean =>
    components(net.factors, cut).some((group) => {
      const touched = group.flatMap((k) => net.factors[k]!.at);
      return touched.includes(i!) && touched.includes(j!);
    });
  if (!isJoined(new Set())) return '1';
  for (const index of net.summed) if (index.size !== i!.size && !isJoined(new Set([index]))) return index.size;
  return undefined;
}
