// The rules of one product (B3–B5). A rule changes the draft and says so, or leaves it alone.

import { boxed } from './box.ts';
import { components } from './canonical.ts';
import { chainOf } from './chain.ts';
import { type Draft, unify } from './draft.ts';
import { type Atom, atomOf, type Factor, type Index, Net, type Sum, sumOf } from './net.ts';
import { productWithOpaque } from './opaque.ts';

export type Rule = (draft: Draft) => boolean;

const sameIndices = (a: Factor, b: Factor): boolean =>
  a.at.length === b.at.length &&
  (a.at.every((index, k) => index === b.at[k]) || (a.atom.symmetric && a.at[0] === b.at[1] && a.at[1] === b.at[0]));

/** How many slots an index fills. */
function degree(draft: Draft, index: Index): number {
  return draft.factors.reduce((n, { at }) => n + at.filter((i) => i === index).length, 0);
}

/** The factor list with some factors taken out and others put in. */
function replace(draft: Draft, out: readonly Factor[], put: readonly Factor[]): void {
  draft.factors = [...draft.factors.filter((f) => !out.includes(f)), ...put.filter(({ power }) => power !== 0)];
}

/** y² = 1 for ±1 vectors, y² = y for 0/1. */
const powersOfSigns: Rule = (draft) => {
  for (const f of draft.factors) {
    if (f.atom.kind !== 'variable') continue;
    const { facts } = f.atom;
    if (facts.has('pm1') && Number.isInteger(f.power) && (f.power > 1 || f.power < 0)) {
      replace(draft, [f], Math.abs(f.power) % 2 === 0 ? [] : [{ ...f, power: 1 }]);
      return true;
    }
    if ((facts.has('binary') || facts.has('onehot') || facts.has('rowonehot')) && f.power > 0 && f.power !== 1) {
      replace(draft, [f], [{ ...f, power: 1 }]);
      return true;
    }
  }
  for (const f of draft.factors) {
    if (f.atom.kind !== 'map' || (f.atom.name !== 'sign' && f.atom.name !== 'step') || f.power < 2) continue;
    if (f.atom.name === 'step') {
      replace(draft, [f], [{ ...f, power: 1 }]);
      return true;
    }
  }
  return false;
};

/** Σy = 1 on the simplex; Σ softmax = 1; every row of a one-hot matrix sums to 1. */
const sumsToOne: Rule = (draft) => {
  for (const f of draft.factors) {
    if (f.power !== 1 || f.at.length === 0) continue;
    const { atom } = f;
    const vector = atom.kind === 'softmax' || atom.facts.has('simplex') || atom.facts.has('onehot');
    const index = vector && f.at.length === 1 ? f.at[0]! : atom.facts.has('rowonehot') ? f.at[1]! : undefined;
    if (!index || !draft.summed.has(index) || degree(draft, index) !== 1) continue;
    draft.summed.delete(index);
    replace(draft, [f], []);
    return true;
  }
  return false;
};

/** Q'Q = I for a matrix with orthonormal columns; the squares of a column sum to 1. */
const orthonormal: Rule = (draft) => {
  for (const [k, f] of draft.factors.entries()) {
    if (!f.atom.facts.has('orthogonal')) continue;
    const slots = f.atom.sizes[0] === f.atom.sizes[1] ? [0, 1] : [0];
    const summed = slots.map((slot) => f.at[slot]!).find((i) => draft.summed.has(i) && degree(draft, i) === 1);
    if (f.power === 2 && summed) {
      replace(draft, [f], []);
      draft.summed.delete(summed);
      return true;
    }
    if (f.power !== 1) continue;
    for (const g of draft.factors.slice(k + 1)) {
      if (g.atom !== f.atom || g.power !== 1) continue;
      for (const slot of slots) {
        const index = f.at[slot]!;
        if (g.at[slot] !== index || !draft.summed.has(index) || degree(draft, index) !== 2) continue;
        replace(draft, [f, g], []);
        draft.summed.delete(index);
        joined(draft, f.at[1 - slot]!, g.at[1 - slot]!);
        return true;
      }
    }
  }
  return false;
};

/** δ between two indices that lost their factors. */
function joined(draft: Draft, a: Index, b: Index): void {
  unify(draft, [[a, b]]);
}

/** inv(M) M = I, for M one matrix or a product of several. */
const inverseMeetsMatrix: Rule = (draft) => {
  for (const f of draft.factors) {
    if (f.atom.kind !== 'inverse' || f.power !== 1 || f.at[0] === f.at[1]) continue;
    const links = inverseChain(f.atom.args[0]!);
    if (!links) continue;
    const slots = f.atom.symmetric ? [0, 1, 2, 3] : [0, 1];
    for (const way of slots) {
      // The matrix may stand to the right (its first slot at the inverse's second) or to the left.
      const right = way % 2 === 0;
      const start = f.at[way === 0 || way === 3 ? 1 : 0]!;
      const other = f.at[way === 0 || way === 3 ? 0 : 1]!;
      const walk = walkChain(draft, f, start, right ? links : reversed(links));
      if (!walk) continue;
      replace(draft, [f, ...walk.used], []);
      for (const index of walk.passed) draft.summed.delete(index);
      joined(draft, other, walk.end);
      return true;
    }
  }
  return false;
};

type Step = { readonly atom: Atom; readonly transposed: boolean };

function inverseChain(argument: Sum): Step[] | undefined {
  if (argument.nets.length === 1) {
    const [net] = argument.nets;
    return net!.coef === 1 ? chainOf(net!) : undefined;
  }
  const { scale, atom } = boxed(argument);
  return scale === 1 ? [{ atom, transposed: false }] : undefined;
}

const reversed = (links: readonly Step[]): Step[] =>
  [...links].reverse().map(({ atom, transposed }) => ({ atom, transposed: !transposed }));

/** Follows the links from `start` along factors that nothing else touches. */
function walkChain(
  draft: Draft,
  origin: Factor,
  start: Index,
  links: readonly Step[],
): { used: Factor[]; passed: Index[]; end: Index } | undefined {
  const used: Factor[] = [];
  const passed: Index[] = [];
  let at = start;
  for (const { atom, transposed } of links) {
    if (!draft.summed.has(at) || degree(draft, at) !== 2) return undefined;
    const slot = transposed ? 1 : 0;
    const next = draft.factors.find(
      (f) =>
        f !== origin &&
        !used.includes(f) &&
        f.atom === atom &&
        f.power === 1 &&
        f.at[0] !== f.at[1] &&
        (f.at[slot] === at || (atom.symmetric && f.at[1 - slot] === at)),
    );
    if (!next) return undefined;
    used.push(next);
    passed.push(at);
    at = next.at[0] === at ? next.at[1]! : next.at[0]!;
  }
  return { used, passed, end: at };
}

/** The single factor a sum is, with coefficient 1 and its slots in order. */
export function onlyFactor(sum: Sum): Factor | undefined {
  const [net] = sum.nets;
  if (sum.nets.length !== 1 || net!.coef !== 1 || net!.factors.length !== 1) return undefined;
  const [f] = net!.factors;
  return f!.at.length === net!.free.length && f!.at.every((index, k) => index === net!.free[k]) ? f : undefined;
}

/** The u of 1 + exp(u). */
export function onePlusExp(sum: Sum): Atom | undefined {
  if (sum.nets.length !== 2) return undefined;
  const one = sum.nets.find((net) => net.factors.length === 0 && net.coef === 1 && isSpread(net));
  const other = sum.nets.find((net) => net !== one);
  const f = other && onlyFactor(sumOf([other], sum.sizes));
  return one && f && f.power === 1 && f.atom.kind === 'map' && f.atom.name === 'exp' ? f.atom : undefined;
}

const isSpread = (net: Net): boolean => new Set(net.free).size === net.free.length;

/** exp(u)/Σexp(u) = softmax(u); exp(u)/(1+exp(u)) = sigmoid(u); sinh/cosh = tanh; sin/cos = tan. */
const quotients: Rule = (draft) => {
  for (const f of draft.factors) {
    if (f.atom.kind !== 'map' || f.power <= 0) continue;
    for (const g of draft.factors) {
      if (g.power >= 0) continue;
      const result = quotient(f, g);
      if (!result) continue;
      const power = Math.min(f.power, -g.power);
      replace(
        draft,
        [f, g],
        [
          { atom: result, at: f.at, power },
          { ...f, power: f.power - power },
          { ...g, power: g.power + power },
        ],
      );
      return true;
    }
  }
  return false;
};

/** relu(u) step(u) = relu(u), |u| sign(u) = u, u step(u) = relu(u), u sign(u) = |u|. */
const kinks: Rule = (draft) => {
  for (const f of draft.factors) {
    const { atom, power } = f;
    if (atom.kind !== 'map' || (atom.name !== 'step' && atom.name !== 'sign') || power !== 1) continue;
    const [u] = atom.args as [Sum];
    const name = atom.name === 'step' ? 'relu' : 'abs';
    const whole = draft.factors.find(
      (g) => g.atom.kind === 'map' && g.atom.name === name && g.atom.args[0] === u && g.power > 0 && sameIndices(f, g),
    );
    if (whole && name === 'relu') {
      replace(draft, [f], []);
      return true;
    }
    const plain = onlyFactor(u) ?? boxFactor(u);
    if (plain?.power !== 1) continue;
    const own = { ...plain, at: f.at };
    if (whole) {
      replace(draft, [f, whole], [{ ...whole, power: whole.power - 1 }, own]);
      return true;
    }
    const bare = draft.factors.find((g) => g.atom === plain.atom && g.power === 1 && sameIndices(f, g));
    if (!bare) continue;
    replace(draft, [f, bare], [{ atom: atomOf('map', name, [u], atom.sizes, atom.symmetric), at: f.at, power: 1 }]);
    return true;
  }
  return false;
};

const ratio: Readonly<Record<string, readonly [string, string]>> = { sinh: ['cosh', 'tanh'], sin: ['cos', 'tan'] };

function quotient(f: Factor, g: Factor): Atom | undefined {
  const { atom } = f;
  const [u] = atom.args;
  const pair = ratio[atom.name];
  if (pair && g.atom.kind === 'map' && g.atom.name === pair[0] && g.atom.args[0] === u && sameIndices(f, g)) {
    return atomOf('map', pair[1], [u!], atom.sizes, atom.symmetric);
  }
  if (atom.name !== 'exp') return undefined;
  if (g.atom.kind === 'box' && sameIndices(f, g) && onePlusExp(g.atom.args[0]!) === atom) {
    return atomOf('map', 'sigmoid', [u!], atom.sizes, atom.symmetric);
  }
  if (g.atom.kind === 'closed' && f.at.length === 1) {
    const [inner] = g.atom.args[0]!.nets[0]!.factors;
    const alone = g.atom.args[0]!.nets[0]!.factors.length === 1 && inner!.power === 1;
    if (alone && inner!.atom === atom) return atomOf('softmax', '', [u!], atom.sizes);
  }
  return undefined;
}

/** 1/(1+exp(u)) = sigmoid(-u). */
const reciprocalLogistic: Rule = (draft) => {
  for (const g of draft.factors) {
    if (g.atom.kind !== 'box' || g.power > -1 || !Number.isInteger(g.power)) continue;
    const e = onePlusExp(g.atom.args[0]!);
    if (!e) continue;
    const u = e.args[0]!;
    const minus = sumOf(
      u.nets.map((net) => net.scaled(-1)),
      u.sizes,
    );
    const atom = atomOf('map', 'sigmoid', [minus], e.sizes, e.symmetric);
    replace(draft, [g], [{ atom, at: g.at, power: -g.power }]);
    return true;
  }
  return false;
};

/** bᵘ bᵛ = bᵘ⁺ᵛ for exponents that are not numbers. */
const symbolicPowers: Rule = (draft) => {
  for (const f of draft.factors) {
    if (f.atom.kind !== 'pow') continue;
    const [base, exponent] = f.atom.args;
    const pow = (e: Sum): Factor => ({ atom: atomOf('pow', '', [base!, e], f.atom.sizes), at: f.at, power: 1 });
    if (f.power !== 1) {
      replace(
        draft,
        [f],
        [
          pow(
            sumOf(
              exponent!.nets.map((net) => net.scaled(f.power)),
              exponent!.sizes,
            ),
          ),
        ],
      );
      return true;
    }
    const baseAtom = onlyFactor(base!) ?? (base!.nets.length > 1 ? boxFactor(base!) : undefined);
    for (const g of draft.factors) {
      if (g === f || !sameIndices(f, g)) continue;
      let more: readonly Net[] | undefined;
      if (g.atom.kind === 'pow' && g.atom.args[0] === base && g.power === 1) more = g.atom.args[1]!.nets;
      else if (baseAtom && g.atom === baseAtom.atom) {
        const size = exponent!.sizes;
        more = [new Net(g.power / baseAtom.power, exponentIndices(exponent!), [])];
        if (size.length !== more[0]!.free.length) continue;
      }
      if (!more) continue;
      const e = sumOf([...exponent!.nets, ...more], exponent!.sizes);
      const value = e.nets.length === 0 ? 0 : constantOf(e);
      if (value !== undefined && !baseAtom) continue;
      replace(
        draft,
        [f, g],
        value === undefined ? [pow(e)] : [{ atom: baseAtom!.atom, at: f.at, power: value * baseAtom!.power }],
      );
      return true;
    }
  }
  return false;
};

const exponentIndices = (e: Sum): readonly Index[] => e.nets[0]?.free ?? [];

function constantOf(e: Sum): number | undefined {
  return e.nets.length === 1 && e.nets[0]!.factors.length === 0 ? e.nets[0]!.coef : undefined;
}

function boxFactor(sum: Sum): Factor | undefined {
  const { scale, atom } = boxed(sum);
  return scale === 1 ? { atom, at: [], power: 1 } : undefined;
}

/** Equal vectors hanging on one index, (Ax)ᵢ(Ax)ᵢ, become one box with a power. */
const equalPendants: Rule = (draft) => {
  if (draft.factors.length < 2) return false;
  const free = new Set(draft.free);
  const vertices = new Set(draft.factors.flatMap(({ at }) => at));
  for (const vertex of vertices) {
    const cut = new Set([vertex]);
    const groups = components(draft.factors, cut)
      .map((group) => group.map((k) => draft.factors[k]!))
      .filter((part) => {
        const inner = part.flatMap(({ at }) => at).filter((index) => index !== vertex);
        const touches = part.some(({ at }) => at.includes(vertex));
        return touches && inner.length > 0 && !inner.some((index) => free.has(index));
      });
    const boxes = draft.factors.filter(
      ({ atom, at }) => atom.kind === 'box' && at.length === 1 && at[0] === vertex && atom.args[0]!.nets.length === 1,
    );
    if (groups.length + boxes.length < 2) continue;
    const atoms = groups.map((part) => boxed(sumOf([new Net(1, [vertex], part)], [vertex.size])).atom);
    for (const [k, atom] of atoms.entries()) {
      const box = boxes.find((f) => f.atom === atom);
      const twin = atoms.indexOf(atom, k + 1);
      if (!box && twin < 0) continue;
      const out = box ? [box, ...groups[k]!] : [...groups[k]!, ...groups[twin]!];
      for (const f of out) for (const index of f.at) if (index !== vertex) draft.summed.delete(index);
      replace(draft, out, [{ atom, at: [vertex], power: box ? box.power + 1 : 2 }]);
      if (draft.factors.every(({ at }) => !at.includes(vertex)) && !free.has(vertex)) draft.summed.add(vertex);
      return true;
    }
  }
  return false;
};

export const rules: readonly Rule[] = [
  powersOfSigns,
  sumsToOne,
  orthonormal,
  inverseMeetsMatrix,
  quotients,
  reciprocalLogistic,
  kinks,
  symbolicPowers,
  productWithOpaque,
  equalPendants,
];
