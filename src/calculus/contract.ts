// The normal form of one product: deltas eliminated by unification, then rules B1–B5 until none applies. Each rule removes a
// factor, an index or a level of nesting, so the loop ends.
import { boxed } from './box.ts';
import { components } from './canonical.ts';
import { type Draft, mergeEqual, splice, spliceBoxes, unify } from './draft.ts';
import { atomOf, type Factor, type Index, Net, type Sum, sumOf, tidy } from './net.ts';
import { rules } from './rules.ts';
import { isNumeric } from './size.ts';

/** One factor of a product: a sum, read at these indices. */
export interface Part {
  readonly sum: Sum;
  readonly at: readonly Index[];
}

/** The normal form of  coef Π factors  with the given free indices, every other of `bound` summed. */
export function contract(
  coef: number,
  free: readonly Index[],
  factors: readonly Factor[],
  bound: Iterable<Index>,
  equal: readonly (readonly [Index, Index])[] = [],
): Net[] {
  const draft: Draft = { coef, free: [...free], factors: [...factors], summed: new Set(bound) };
  for (const { at } of factors) for (const index of at) draft.summed.add(index);
  for (const index of free) draft.summed.delete(index);
  unify(draft, equal);
  do {
    mergeEqual(draft);
    countOrphans(draft);
    if (draft.coef === 0) return [];
  } while (rules.some((rule) => rule(draft)) || spliceBoxes(draft));
  return closeScalars(draft) ?? [new Net(tidy(draft.coef), draft.free, draft.factors)];
}

/** An index that is summed and carried by no factor counts its size. */
function countOrphans(draft: Draft): void {
  const carried = new Set(draft.factors.flatMap(({ at }) => at));
  const orphans = [...draft.summed].filter((index) => !carried.has(index));
  for (const index of orphans) {
    draft.summed.delete(index);
    for (const part of index.size.split('*')) {
      if (isNumeric(part)) draft.coef *= Number(part);
      else draft.factors.push({ atom: atomOf('size', part, [], []), at: [], power: 1 });
    }
  }
  if (orphans.length > 0) mergeEqual(draft);
}

/** The last step, where one applies: a closed part as one scalar, or a lone box written out as its terms. */
function closeScalars(draft: Draft): Net[] | undefined {
  const free = new Set(draft.free);
  const [only] = draft.factors;
  if (draft.factors.length === 1 && only!.atom.kind === 'box' && only!.power === 1) {
    const carried = new Set(only!.at);
    if ([...carried].every((index) => free.has(index)))
      return distribute(only!, [], draft.free, []).map((net) => net.scaled(draft.coef));
  }
  for (const group of components(draft.factors, free)) {
    const part = group.map((k) => draft.factors[k]!);
    if (part[0]!.at.length === 0 || part.some(({ at }) => at.some((index) => free.has(index)))) continue;
    const rest = draft.factors.filter((_, k) => !group.includes(k));
    const scalar = closedScalar(part);
    if (scalar.nets.length === 0) return [];
    if (scalar.nets.length === 1) {
      const [net] = scalar.nets;
      return contract(draft.coef * net!.coef, draft.free, [...rest, ...net!.factors], []);
    }
    const { scale, atom } = boxed(scalar);
    return contract(draft.coef * scale, draft.free, [...rest, { atom, at: [], power: 1 }], []);
  }
  return undefined;
}

/** Boxes of more terms than this are not multiplied out to see whether they cancel. */
const mostDistributed = 3;

/** Σ terms of a box, each times the rest. */
function distribute(
  { atom, at }: Factor,
  rest: readonly Factor[],
  free: readonly Index[],
  more: readonly Index[],
): Net[] {
  return atom.args[0]!.nets.flatMap((net) => {
    const spliced = splice(net, at);
    return contract(spliced.coef, free, [...rest, ...spliced.factors], [...more, ...spliced.bound], spliced.equal);
  });
}

/** A part without free indices as a scalar: Σ of a sum where that is simpler, else one atom. */
function closedScalar(part: readonly Factor[]): Sum {
  const [only] = part;
  const boxes = part.filter(({ atom, power }) => atom.kind === 'box' && power === 1);
  const [box] = boxes;
  if (box && boxes.length === 1 && (part.length === 1 || box.atom.args[0]!.nets.length <= mostDistributed)) {
    const rest = part.filter((f) => f !== box);
    const bound = part.flatMap(({ at }) => at);
    // Where terms cancel, as in u'(x - u u'x/u'u), the scalar is simpler than its box.
    const terms = sumOf(distribute(box, rest, [], bound), []);
    if (terms.nets.length <= 1) return terms;
  }
  if (part.length === 1 && only!.atom.kind === 'expm' && only!.power === 1 && only!.at[0] === only!.at[1]) {
    const trace = atomOf('trexpm', '', only!.atom.args, []);
    return sumOf([new Net(1, [], [{ atom: trace, at: [], power: 1 }])], []);
  }
  const inner = sumOf([new Net(1, [], part)], []);
  return sumOf([new Net(1, [], [{ atom: atomOf('closed', '', [inner], []), at: [], power: 1 }])], []);
}
