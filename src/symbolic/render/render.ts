// Nets as expressions: each term by series-parallel reduction, terms joined with their signs, and einsum for what matrix
// notation cannot say.

import { diagonalOf, scale } from '../../calculus/algebra.ts';
import { type Atom, type Factor, type Index, Net, remembered, type Sum, sumOf } from '../../calculus/net.ts';
import { simplify } from '../../calculus/simplify.ts';
import { timesSize } from '../../calculus/size.ts';
import { binary, call, callOpaque, type Expression, named, num } from '../expression.ts';
import { closedForm } from './closed.ts';
import { einsumForm } from './einsum-form.ts';
import { type Entry, numberForm, scalarParts } from './entries.ts';
import { cheapest, type Form, fixed, form, negated, scaledOf, sharedCost, transposeOf } from './form.ts';
import { chainOf, mergedChains, type SignedExpression as Signed } from './merge-chains.ts';
import { diagForm, Network, sizeExpression } from './network.ts';
import { majorFirst, vecForm } from './vec-form.ts';

/** A term: its sign, its expression without it, and whether it is one scalar meant for every entry. */
interface Term {
  readonly negative: boolean;
  readonly form: Form;
  readonly spread: boolean;
  /** What it is made of: a scalar times a body. */
  readonly scale?: Expression | undefined;
  readonly body?: Form | undefined;
}

/** The form of a sum of nets. */
export function render(sum: Sum): Form {
  return remembered('render', String(sum.id), () => renderSum(sum));
}

function renderSum(sum: Sum): Form {
  if (sum.nets.length === 0) {
    if (sum.sizes.length === 0) return fixed(num(0));
    const sizes = sum.sizes.map(sizeExpression);
    return { e: call('zeros', ...sizes), t: call('zeros', ...[...sizes].reverse()) };
  }
  const whole = sum.nets.some((net) => !isSpread(net));
  const symmetric = sum.sizes.length === 2 && sum.sizes[0] === sum.sizes[1] && flippedSum(sum) === sum;
  const make = (nets: readonly Net[]): Form => joinTerms(nets.map((net) => renderTerm(net, whole)));
  let result = make(sum.nets);
  if (sum.nets.every(({ coef }) => coef < 0)) {
    // A minus in front may go into a bracket that changes its sign.
    for (const [k, net] of sum.nets.entries()) {
      const turned = withTurnedBox(net);
      if (turned) result = cheapest(result, make([turned, ...sum.nets.filter((_, i) => i !== k)]));
    }
  }
  const diagonal = withOneDiagonal(sum);
  if (diagonal) result = cheapest(result, diagonal);
  const common = commonCoefficient(sum.nets);
  if (common !== 1) {
    const inner = render(
      sumOf(
        sum.nets.map((net) => net.scaled(1 / common)),
        sum.sizes,
      ),
    );
    result = cheapest(result, assemble(common, [], inner));
  }
  return symmetric ? fixed(cheapest(result.e, result.t)) : result;
}

/** Every term as one einsum over its factors, as index notation says it: nothing is contracted first. */
export function renderIndices(sum: Sum): Expression {
  const terms = sum.nets.map((net): Term => {
    const shaped = net.factors.filter(({ at }) => at.length > 0);
    const isScalar = net.free.length === 0;
    const body = isScalar ? undefined : fixed(einsumForm(net.free, new Network(net.free, shaped, factorForm)));
    return termOf(net, body, false);
  });
  return terms.length === 0 ? render(sum).e : joinTerms(terms).e;
}

/** Several diagonal terms as one: I - diag(t²) = diag(1 - t²). */
function withOneDiagonal(sum: Sum): Form | undefined {
  if (sum.sizes.length !== 2) return undefined;
  const isDiagonal = ({ free }: Net): boolean => free[0] === free[1];
  const inside = sum.nets.filter(isDiagonal);
  const touched = inside.some((net) => net.factors.some(({ at }) => at.includes(net.free[0]!)));
  if (inside.length < 2 || !touched) return undefined;
  const v = simplify(diagonalOf(sumOf(inside, sum.sizes)), renderCost);
  const rest = sum.nets.filter((net) => !isDiagonal(net));
  const negative = v.nets.length > 0 && v.nets.every(({ coef }) => coef < 0);
  const term = termOf(new Net(negative ? -1 : 1, [], []), diagForm(render(negative ? scale(v, -1) : v)), false);
  return rest.length === 0 ? joinTerms([term]) : joinTerms([...rest.map((net) => renderTerm(net, true)), term]);
}

/** The size all coefficients have, if it is one size: 2x - 2y = 2(x - y). */
function commonCoefficient(nets: readonly Net[]): number {
  const size = Math.abs(nets[0]!.coef);
  return nets.length > 1 && nets.every(({ coef }) => Math.abs(coef) === size) ? size : 1;
}

const flippedSum = (sum: Sum): Sum =>
  sumOf(
    sum.nets.map((net) => new Net(net.coef, [...net.free].reverse(), net.factors)),
    sum.sizes,
  );

/** A scalar for every entry: no factor touches a free index, and no two free indices are one. */
function isSpread({ free, factors }: Net): boolean {
  return (
    free.length > 0 &&
    free.length <= 2 &&
    new Set(free).size === free.length &&
    factors.every(({ at }) => at.every((index) => !free.includes(index)))
  );
}

/** c·Box(a - b)ᵏ as (-c)·Box(b - a)ᵏ for an odd k; the box stays an atom of its own, with another sign. */
function withTurnedBox(net: Net): Net | undefined {
  const k = net.factors.findIndex(({ atom, power }) => atom.kind === 'box' && Math.abs(power) % 2 === 1);
  if (k < 0) return undefined;
  const { atom, at, power } = net.factors[k]!;
  const inner = atom.args[0]!;
  const turned = sumOf(
    inner.nets.map((term) => term.scaled(-1)),
    inner.sizes,
  );
  const other = { ...atom, args: [turned] };
  return new Net(
    -net.coef,
    net.free,
    net.factors.map((f, i) => (i === k ? { atom: other, at, power } : f)),
  );
}

/** Terms joined by + and -, positive ones first; what a transpose, a trace or a diagonal has in common stands outside. */
function joinTerms(terms: readonly Term[]): Form {
  const ordered = [...terms.filter((t) => !t.negative), ...terms.filter((t) => t.negative)];
  if (ordered.length === 1) {
    const [{ negative, form: f }] = ordered as [Term];
    return negative ? { e: negated(f.e), t: f.e === f.t ? negated(f.e) : negated(f.t) } : f;
  }
  const side = (pick: (f: Form) => Expression): Expression => {
    const merged = mergeCalls(ordered.map((t) => ({ negative: t.negative, e: pick(t.form) })));
    return merged
      .slice(1)
      .reduce(
        (a, { negative, e }) => binary(negative ? '-' : '+', a, e),
        merged[0]!.negative ? negated(merged[0]!.e) : merged[0]!.e,
      );
  };
  const e = side((f) => f.e);
  const fixedAll = ordered.every(({ form: f, spread }) => spread || f.e === f.t);
  return fixedAll
    ? fixed(e)
    : form(
        e,
        side((f) => f.t),
      );
}

const linearCalls = new Set(['tr', 'diag', 'sum']);

/** c*tr(A) + d*tr(B) = tr(c*A + d*B), likewise for diag and sum. */
function mergeCalls(terms: readonly Signed[]): Signed[] {
  const merged: Signed[] = [];
  for (const term of terms) {
    const mine = linearCall(term.e);
    const k = merged.findIndex((other) => {
      const theirs = linearCall(other.e);
      return mine && theirs && mine.name === theirs.name && !other.negative;
    });
    if (k < 0 || !mine) {
      merged.push(term);
      continue;
    }
    const theirs = linearCall(merged[k]!.e)!;
    const inner = binary(term.negative ? '-' : '+', theirs.arg, mine.arg);
    merged[k] = { negative: false, e: call(mine.name, inner) };
  }
  return merged;
}

function linearCall(e: Expression): { name: string; arg: Expression } | undefined {
  if (e.kind === 'call' && linearCalls.has(e.name) && e.args.length === 1) return { name: e.name, arg: e.args[0]! };
  if (e.kind === 'binary' && e.op === '*' && e.left.kind === 'number') {
    const inner = linearCall(e.right);
    return inner && { name: inner.name, arg: binary('*', e.left, inner.arg) };
  }
  return undefined;
}

function renderTerm(net: Net, whole: boolean): Term {
  const spread = whole && isSpread(net);
  const shaped = net.factors.filter(({ at }) => at.length > 0);
  const body = spread || net.free.length === 0 ? undefined : bodyForm(net.free, shaped);
  return termOf(net, body, spread);
}

/** The sum as a matrix over (rows | columns) in Kronecker products, or undefined. `groups` are the slots of the output. */
export function renderVec(sum: Sum, outGroups: readonly number[], inGroups: readonly number[]): Expression | undefined {
  const count = outGroups.reduce((n, size) => n + size, 0);
  const [rows, columns] = [majorFirst(outGroups), majorFirst(inGroups)];
  const terms: Term[] = [];
  for (const net of sum.nets) {
    const body = vecForm(net, count, rows, columns, factorForm);
    if (!body) return undefined;
    terms.push(termOf(net, form(body), false));
  }
  if (terms.length > 0) {
    const common = commonCoefficient(sum.nets);
    if (common === 1) return mergedKron(terms);
    const inner = sumOf(
      sum.nets.map((net) => net.scaled(1 / common)),
      sum.sizes,
    );
    return cheapest(mergedKron(terms), assemble(common, [], fixed(renderVec(inner, outGroups, inGroups)!)).e);
  }
  const size = (order: readonly number[], from: number): Expression =>
    sizeExpression(order.map((k) => sum.sizes[from + k]!).reduce(timesSize, '1'));
  return call('zeros', size(rows, 0), size(columns, count));
}

/** The terms joined, common parts of their chains pulled out. */
function mergedKron(terms: readonly Term[]): Expression {
  const merged = mergedChains(terms.map(({ negative, form: f, scale: c, body }) => chainOf(negative, f.e, c, body!.e)));
  return cheapest(
    joinTerms(terms).e,
    joinTerms(merged.map(({ negative, e }) => ({ negative, form: form(e), spread: false }))).e,
  );
}

function termOf(net: Net, body: Form | undefined, spread: boolean): Term {
  const scalars = net.factors.filter(({ at }) => at.length === 0);
  const entries = scalars.map((f): Entry => ({ form: fixed(scalarForm(f)), power: f.power }));
  const coef = Math.abs(net.coef);
  const front = coef === 1 && entries.length === 0 ? undefined : assemble(coef, entries, undefined).e;
  return { negative: net.coef < 0, form: assemble(coef, entries, body), spread, scale: front, body };
}

/** coef · scalars · body / denominators. */
function assemble(coef: number, entries: readonly Entry[], body: Form | undefined): Form {
  const { over, under } = scalarParts(entries);
  const inverse = Math.round(1 / coef);
  const divides = coef < 1 && inverse > 2 && Math.abs(coef * inverse - 1) < 1e-12 && (over || body);
  const front = coef === 1 || divides ? over : over ? scaledOf(numberForm(coef), over) : numberForm(coef);
  const bottom = divides ? (under ? scaledOf(num(inverse), under) : num(inverse)) : under;
  const attach = (e: Expression | undefined): Expression => {
    let top: Expression | undefined = e;
    if (front) {
      if (!e) top = front;
      else if (e.kind === 'binary' && e.op === './' && isOne(e.left)) top = binary('./', front, e.right);
      else top = scaledOf(front, e);
    }
    return bottom ? binary('/', top ?? num(1), bottom) : (top ?? num(1));
  };
  if (!body) return fixed(attach(undefined));
  return body.e === body.t ? fixed(attach(body.e)) : form(attach(body.e), attach(body.t));
}

const isOne = (e: Expression): boolean => e.kind === 'number' && e.value === 1;

/** A scalar factor, without its power. */
function scalarForm({ atom, power }: Factor): Expression {
  if (atom.kind !== 'closed') return atomForm(atom).e;
  const [net] = atom.args[0]!.nets;
  return closedScalarForm(net!, power !== 1);
}

function closedScalarForm(net: Net, squares: boolean): Expression {
  const e = closedForm(new Network([], net.factors, factorForm), squares);
  return e ?? einsumForm([], new Network([], net.factors, factorForm));
}

function factorForm({ atom }: Factor): Form {
  return atomForm(atom);
}

/** What stands at the free indices. */
function bodyForm(free: readonly Index[], factors: readonly Factor[]): Form {
  if (free.length > 2) {
    const network = new Network(free, factors, factorForm);
    network.reduce();
    return fixed(einsumForm(free, network));
  }
  const network = new Network(free, factors, factorForm);
  network.reduce();
  const [i, j] = free;
  if (network.summed.size > 0 || network.others.length > 0) return fixed(einsumForm(free, network));
  return j ? network.asMatrix(i!, j) : network.asVector(i!);
}

const calls: Readonly<Record<string, string>> = {
  inverse: 'inv',
  det: 'det',
  logdet: 'logdet',
  softmax: 'softmax',
  logsumexp: 'logsumexp',
  expm: 'expm',
};

/** The form of one atom. */
export function atomForm(atom: Atom): Form {
  const [argument] = atom.args;
  const oriented = (make: (inner: Expression) => Expression): Form => {
    const inner = render(argument!);
    const e = make(inner.e);
    return atom.sizes.length < 2
      ? form(e, atom.sizes.length === 0 ? e : undefined)
      : atom.symmetric
        ? fixed(e)
        : form(e, cheapest(transposeOf(e), make(inner.t)));
  };
  switch (atom.kind) {
    case 'variable':
    case 'size':
    case 'hole': {
      const e = named(atom.name);
      return atom.sizes.length === 0 || atom.symmetric ? fixed(e) : form(e);
    }
    case 'box':
      return oriented((e) => e);
    case 'map':
      return oriented((e) => call(atom.name, e));
    case 'pow': {
      const op = atom.sizes.length === 0 ? '^' : '.^';
      const exponent = render(scalarIfSpread(atom.args[1]!));
      const base = render(argument!);
      const e = binary(op, base.e, exponent.e);
      return atom.sizes.length === 2
        ? form(e, binary(op, base.t, exponent.t))
        : form(e, atom.sizes.length === 0 ? e : undefined);
    }
    case 'opaque': {
      const e = callOpaque(atom.opaque!, ...atom.args.map((arg) => render(arg).e));
      return atom.sizes.length === 0 ? fixed(e) : form(e);
    }
    case 'closed':
      return fixed(closedScalarForm(argument!.nets[0]!, false));
    case 'trexpm':
      return fixed(call('tr', call('expm', render(argument!).e)));
    case 'det':
    case 'logdet': {
      const inner = render(argument!);
      return fixed(call(atom.kind, cheapest(inner.e, inner.t)));
    }
    default:
      return oriented((e) => call(calls[atom.kind]!, e));
  }
}

/** An exponent that is the same everywhere, as a scalar. */
function scalarIfSpread(sum: Sum): Sum {
  if (sum.sizes.length === 0 || !sum.nets.every(isSpread)) return sum;
  return sumOf(
    sum.nets.map((net) => new Net(net.coef, [], net.factors)),
    [],
  );
}

/** What a sum costs to read: the measure every simplification has to lower. */
export function renderCost(sum: Sum): number {
  return sharedCost(render(sum).e);
}
