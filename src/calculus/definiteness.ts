// Proofs that hold for every value of the variables, by composition. Signs: squares and norms are nonnegative, exp is positive,
// 1 - tanh² and 1 - sigmoid are positive, so are sums and products of such. Positive semidefinite matrices:
//   B M B' with M semidefinite    diag(v) with v ≥ 0    v v'    M .* N (Schur)    sums    inverses    scalars ≥ 0
//   diag(s) - s s' with s on the simplex    c I - v v' with c ≥ ‖v‖²
// The first half of the free positions are the rows, the second half the columns; of order 4 it is the matrix over vec × vec.
// No proof means no claim.
import { add, power, product, scale, single } from './algebra.ts';
import { isSymmetric } from './box.ts';
import { components } from './canonical.ts';
import { isPositive } from './facts.ts';
import { type Atom, type Factor, type Index, Net, remembered, type Sum, sumOf } from './net.ts';

export type Sign = 'positive' | 'nonnegative' | undefined;

const positiveMaps = new Set(['exp', 'sigmoid', 'softplus', 'cosh', 'erfc']);
const nonnegativeMaps = new Set(['abs', 'relu', 'step', 'sqrt', 'square']);

/** The sign of an atom's entries. */
export function signOfAtom(atom: Atom): Sign {
  switch (atom.kind) {
    case 'variable': {
      if (['positive', 'simplex', 'large'].some((fact) => atom.facts.has(fact))) return 'positive';
      return ['binary', 'onehot', 'rowonehot'].some((fact) => atom.facts.has(fact)) ? 'nonnegative' : undefined;
    }
    case 'size':
    case 'softmax':
      return 'positive';
    case 'trexpm':
      return isSymmetric(atom.args[0]!) ? 'positive' : undefined;
    case 'map':
      return positiveMaps.has(atom.name) ? 'positive' : nonnegativeMaps.has(atom.name) ? 'nonnegative' : undefined;
    case 'pow':
      return signOf(atom.args[0]!);
    case 'closed':
      return signOfClosed(atom.args[0]!.nets[0]!);
    case 'box':
      return signOf(atom.args[0]!);
    case 'det':
      return isPositive(atom) ? 'positive' : undefined;
    default:
      return undefined;
  }
}

/** The sign of a factor with its power; powers that are not integers have nonnegative bases wherever they are real. */
function signOfFactor({ atom, power }: Factor): Sign {
  const sign = signOfAtom(atom);
  if (sign === 'positive') return 'positive';
  const certain = power % 2 === 0 || !Number.isInteger(power) || sign === 'nonnegative';
  if (!certain) return undefined;
  return power < 0 ? 'positive' : 'nonnegative';
}

/** The sign of all entries of a sum. */
export function signOf(sum: Sum): Sign {
  if (sum.nets.length === 0) return 'nonnegative';
  const signs = sum.nets.map(signOfNet);
  if (signs.every((sign) => sign !== undefined)) return signs.includes('positive') ? 'positive' : 'nonnegative';
  return isOneMinus(sum) ? 'positive' : undefined;
}

function signOfNet(net: Net): Sign {
  if (net.coef <= 0) return undefined;
  const signs = net.factors.map(signOfFactor);
  if (signs.includes(undefined)) return undefined;
  const isDiagonal = new Set(net.free).size < net.free.length;
  return signs.every((sign) => sign === 'positive') && !isDiagonal ? 'positive' : 'nonnegative';
}

/** 1 - sigmoid(u) and 1 - tanh(u)^2k. */
function isOneMinus({ nets }: Sum): boolean {
  const one = nets.find((net) => net.factors.length === 0 && net.coef >= 1);
  const other = nets.find((net) => net !== one);
  if (!one || nets.length !== 2 || new Set(one.free).size < one.free.length) return false;
  const [f, ...more] = other!.factors;
  if (!f || more.length > 0 || f.atom.kind !== 'map' || other!.coef < -one.coef || other!.coef >= 0) return false;
  if (f.atom.name === 'sigmoid') return f.power > 0;
  return f.atom.name === 'tanh' && f.power > 0 && f.power % 2 === 0;
}

/** A scalar: nonnegative by its parts, or a quadratic form of a semidefinite matrix. */
function signOfClosed(net: Net): Sign {
  const plain = signOfNet(net);
  if (plain || net.coef < 0) return plain;
  return isSemidefiniteForm(net) ? 'nonnegative' : undefined;
}

/** Whether Σ v[k] M[k,l] v[l], or tr(M), with M semidefinite. */
function isSemidefiniteForm(net: Net): boolean {
  return net.factors.some((f) => {
    if (f.at.length !== 2 || f.power !== 1) return false;
    const [k, l] = f.at as [Index, Index];
    const rest = net.factors.filter((other) => other !== f);
    // The form is nonnegative when what surrounds M, read as a matrix over its slots, is semidefinite and so is M.
    return k !== l && isSemidefinite(asSum([k, l], [f])) && isSemidefinite(asSum([k, l], rest));
  });
}

function asSum(free: Net['free'], factors: readonly Factor[]): Sum {
  return sumOf(
    [new Net(1, free, factors)],
    free.map(({ size }) => size),
  );
}

/** Whether x'Mx ≥ 0 for every x is proven. */
export function isSemidefinite(sum: Sum): boolean {
  const n = sum.sizes.length;
  if (n % 2 === 1 || n === 0) return false;
  if (sum.sizes.slice(0, n / 2).join() !== sum.sizes.slice(n / 2).join()) return false;
  return remembered('semidefinite', String(sum.id), () => {
    const uncertain = sum.nets.filter((net) => !(net.coef > 0 && isCone(net)));
    if (uncertain.length === 0 || (n === 2 && uncertain.every((net) => isCovered(sum, net)))) return true;
    const inner = n === 2 ? peeled(sum) : undefined;
    return inner !== undefined && isSemidefinite(inner);
  });
}

/** The M of B M B', where every term begins and ends with the same B. */
function peeled(sum: Sum): Sum | undefined {
  const first = sum.nets[0]!;
  const start = outerFactor(first, 0);
  if (!start) return undefined;
  const nets: Net[] = [];
  for (const net of sum.nets) {
    const [f, g] = [outerFactor(net, 0), outerFactor(net, 1)];
    if (!f || !g || f.factor === g.factor) return undefined;
    if ([f, g].some((end) => end.factor.atom !== start.factor.atom || end.slot !== start.slot)) return undefined;
    const free = [f, g].map(({ factor, slot }) => factor.at[1 - slot]!);
    const rest = net.factors.filter((x) => x !== f.factor && x !== g.factor);
    nets.push(new Net(net.coef, free, rest));
  }
  return sumOf(
    nets,
    nets[0]!.free.map(({ size }) => size),
  );
}

/** The matrix that is the only thing at a free position. */
function outerFactor(net: Net, position: 0 | 1): { readonly factor: Factor; readonly slot: number } | undefined {
  const index = net.free[position]!;
  const touching = net.factors.filter(({ at }) => at.includes(index));
  const [factor] = touching;
  if (touching.length !== 1 || factor!.at.length !== 2 || factor!.power !== 1) return undefined;
  const slot = factor!.at.indexOf(index);
  const inner = factor!.at[1 - slot]!;
  return net.free.includes(inner) ? undefined : { factor: factor!, slot };
}

/** One term with a positive coefficient. */
function isCone(net: Net): boolean {
  const half = net.free.length / 2;
  const scalars = net.factors.filter(({ at }) => at.length === 0);
  if (!scalars.every((f) => signOfFactor(f) !== undefined)) return false;
  const shaped = net.factors.filter(({ at }) => at.length > 0);
  if (half === 1) return isMatrixCone(net.free[0]!, net.free[1]!, shaped);
  return isBlockCone(net.free.slice(0, half), net.free.slice(half), shaped);
}

/** Kronecker products of semidefinite matrices, and vec(A) vec(A)'. */
function isBlockCone(rows: readonly Index[], columns: readonly Index[], factors: readonly Factor[]): boolean {
  // An index that is row and column at once only counts the blocks of a block diagonal matrix.
  const counters = new Set(rows.filter((index, k) => index === columns[k]));
  const plain = [...rows, ...columns].filter((index) => !counters.has(index));
  const isTwice = rows.some((index, k) => index !== columns[k] && [index, columns[k]!].some((x) => counters.has(x)));
  // A delta between different slots is a permutation, which is not semidefinite.
  if (isTwice || new Set(plain).size < plain.length) return false;
  const inside = factors.map((f) => ({ ...f, at: f.at.filter((index) => !counters.has(index)) }));
  const groups = components(inside, new Set()).map((group) => group.map((k) => inside[k]!));
  const touched = (group: readonly Factor[], list: readonly Index[]): number[] =>
    list.flatMap((index, k) => (group.some(({ at }) => at.includes(index)) ? [k] : []));
  const left = new Set([...rows.keys()].filter((k) => !counters.has(rows[k]!)));
  const loose: { rows: number[]; columns: number[]; part: readonly Factor[] }[] = [];
  for (const part of groups) {
    const [r, c] = [touched(part, rows), touched(part, columns)];
    const [k] = r;
    if (r.length + c.length === 0) {
      if (!part.every((f) => signOfFactor(f) !== undefined)) return false;
    } else if (r.length === 1 && c.length === 1 && k === c[0] && left.has(k!)) {
      if (!isMatrixCone(rows[k!]!, columns[k!]!, part)) return false;
      left.delete(k!);
    } else loose.push({ rows: r, columns: c, part });
  }
  const net = (at: readonly Index[], part: readonly Factor[]): number => new Net(1, at, part).key;
  for (const { rows: r, columns: c, part } of loose) {
    if (c.length > 0) continue;
    const twin = loose.find((other) => other.rows.length === 0 && other.columns.join() === r.join());
    const [own, mirrored] = [r.map((k) => rows[k]!), r.map((k) => columns[k]!)];
    if (!twin || new Set([...own, ...mirrored]).size < 2 * r.length) return false;
    if (net(own, part) !== net(mirrored, twin.part) || r.some((k) => !left.delete(k))) return false;
  }
  if (loose.some(({ rows: r, columns: c }) => r.length > 0 && c.length > 0)) return false;
  // What is left are ones on both sides.
  return [...left].every((k) => !loose.some((part) => part.columns.includes(k)));
}

/** The matrix over i and j that the factors make. */
function isMatrixCone(i: Index, j: Index, factors: readonly Factor[]): boolean {
  if (i === j) return factors.every((f) => signOfFactor(f) !== undefined) || isSquareHanging(i, factors);
  const groups = components(factors, new Set([i, j])).map((group) => group.map((k) => factors[k]!));
  const hangs = (group: readonly Factor[], index: Index): boolean => group.some(({ at }) => at.includes(index));
  const onRow = groups.filter((group) => hangs(group, i) && !hangs(group, j)).flat();
  const onColumn = groups.filter((group) => hangs(group, j) && !hangs(group, i)).flat();
  const free = groups.filter((group) => !hangs(group, i) && !hangs(group, j)).flat();
  // D M D and v v': what hangs on the row hangs on the column too.
  if (new Net(1, [i], onRow).key !== new Net(1, [j], onColumn).key) return false;
  if (!free.every((f) => signOfFactor(f) !== undefined)) return false;
  const between = groups.filter((group) => hangs(group, i) && hangs(group, j));
  return between.every((group) => isBetween(i, j, group));
}

/** One connected part between i and j: a semidefinite atom, or B M B'. */
function isBetween(i: Index, j: Index, part: readonly Factor[]): boolean {
  const [only] = part;
  if (part.length === 1) return only!.atom.sizes.length === 2 && isAtomCone(only!.atom, only!.power);
  const [f, g] = [i, j].map((index) => part.filter(({ at }) => at.includes(index))) as [Factor[], Factor[]];
  const [a, b] = [f[0]!, g[0]!];
  if (f.length !== 1 || g.length !== 1 || a === b || a.atom !== b.atom || a.power !== 1 || b.power !== 1) return false;
  if (a.at.length !== 2) return false;
  const slot = a.at.indexOf(i);
  const other = b.at.indexOf(j);
  if (slot !== other && !a.atom.symmetric) return false;
  return isMatrixCone(
    a.at[1 - slot]!,
    b.at[1 - other]!,
    part.filter((x) => x !== a && x !== b),
  );
}

/** v.^2 hanging on one index in two equal parts. */
function isSquareHanging(i: Index, factors: readonly Factor[]): boolean {
  const groups = components(factors, new Set([i])).map((group) => group.map((k) => factors[k]!));
  const uncertain = groups.filter((group) => !group.every((f) => signOfFactor(f) !== undefined));
  const keys = uncertain.map((group) => new Net(1, [i], group).key);
  return keys.every((key) => keys.filter((other) => other === key).length % 2 === 0);
}

function isAtomCone(atom: Atom, power: number): boolean {
  if (!Number.isInteger(power) || power < 1) return false;
  // Entrywise powers of semidefinite matrices are semidefinite (Schur).
  switch (atom.kind) {
    case 'variable':
      return atom.facts.has('spd');
    case 'inverse':
    case 'box':
      return isSemidefinite(atom.args[0]!);
    case 'expm':
      return atom.symmetric;
    default:
      return false;
  }
}

/** Whether a negative term is outweighed by another: s s' by diag(s) on the simplex, v v'/‖v‖² by the identity. */
function isCovered(sum: Sum, net: Net): boolean {
  if (net.coef >= 0 || net.free[0] === net.free[1] || sum.nets.filter((n) => n.coef < 0).length > 1) return false;
  const [i, j] = net.free as [Index, Index];
  const own = (index: Index): Factor[] => net.factors.filter(({ at }) => at.includes(index));
  const scalars = net.factors.filter(({ at }) => at.length === 0);
  const [row, column] = [own(i), own(j)];
  if (row.length + column.length + scalars.length !== net.factors.length) return false;
  const [u, v] = [row[0], column[0]];
  if (row.length !== 1 || column.length !== 1 || u!.atom !== v!.atom || u!.power !== 1 || v!.power !== 1) return false;
  if (u!.at.length !== 1) return false;
  const scalarOf = (list: readonly Factor[]): Sum => sumOf([new Net(1, [], list)], []);
  return sum.nets.some((other) => {
    if (other.coef <= 0 || other.free[0] !== other.free[1]) return false;
    const rest = other.factors.filter(({ at }) => at.length === 0);
    const labels = other.factors.filter(({ at }) => at.length > 0);
    if (signOf(scalarOf(rest)) === undefined) return false;
    const onSimplex = u!.atom.kind === 'softmax' || u!.atom.facts.has('simplex') || u!.atom.facts.has('onehot');
    const isSame = labels.length === 1 && labels[0]!.atom === u!.atom && labels[0]!.power === 1;
    if (onSimplex && isSame && labels[0]!.at[0] === other.free[0]) {
      return other.coef >= -net.coef && scalarOf(rest) === scalarOf(scalars);
    }
    if (labels.length > 0 || signOf(scalarOf(scalars)) !== 'positive') return false;
    // c I - d v v' with c/d - ‖v‖² ≥ 0.
    const w = single(u!.atom);
    const at = w.nets[0]!.free;
    const square = product(
      [
        { sum: w, at },
        { sum: w, at },
      ],
      [],
    );
    const ratio = product(
      [
        { sum: scalarOf(rest), at: [] },
        { sum: power(scalarOf(scalars), -1), at: [] },
      ],
      [],
    );
    return signOf(add(scale(ratio, other.coef / -net.coef), square, -1)) !== undefined;
  });
}
