// Index notation read as it is meant, entry by entry: an evaluator that shares nothing with the one that wrote the text. It refuses
// indices that are bound twice, not bound, of two sizes, or named like anything else in the formula.
import { type Environment, evaluate } from '../../src/symbolic/evaluate.ts';
import { parse } from '../../src/symbolic/parse.ts';

interface Indexed {
  readonly at: readonly string[];
  readonly power: number;
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly isDelta: boolean;
}

/** The parts of a text at ` + `, ` - ` or spaces outside brackets. */
function split(text: string, separator: RegExp): { before: string; text: string }[] {
  const parts: { before: string; text: string }[] = [];
  let depth = 0;
  let start = 0;
  let before = '';
  for (let i = 0; i < text.length; i++) {
    if ('(['.includes(text[i]!)) depth++;
    if (')]'.includes(text[i]!)) depth--;
    const found = depth === 0 ? separator.exec(text.slice(i))?.[0] : undefined;
    if (found === undefined) continue;
    parts.push({ before, text: text.slice(start, i) });
    before = found.trim();
    start = i + found.length;
    i = start - 1;
  }
  return [...parts, { before, text: text.slice(start) }];
}

const outer = ['i', 'j', 'k', 'l', 'a', 'b', 'c', 'd'];

/** The names of the free indices: those letters in order that are no names in the formula. */
function freeNames(text: string, rank: number): string[] {
  const plain = text.replaceAll(/\[[a-z0-9,]+\]/g, '').replaceAll(/sum_[a-z0-9,]+/g, '');
  const used = new Set(plain.match(/(?<![\p{L}\p{N}_])[a-z]\d*(?![\p{L}\p{N}_(])/gu) ?? []);
  return outer.filter((letter) => !used.has(letter)).slice(0, rank);
}

/** The value of a text of index notation with the given shape, its entries in order; axes of several indices are split. */
export function evaluateIndices(whole: string, env: Environment, shape: readonly number[]): number[] {
  const [text = '', axes] = whole.split(', axes ');
  const groups = axes?.match(/\([a-z0-9,]+\)/g)?.map((list) => list.slice(1, -1).split(',')) ?? [];
  const plain = freeNames(text, shape.length + groups.flat().length - groups.length);
  if (plain.slice(0, groups.flat().length).join() !== groups.flat().join())
    throw new Error(`free indices are ${plain}`);
  const free = [...groups, ...plain.slice(groups.flat().length).map((name) => [name])];
  const result: number[] = new Array(shape.reduce((n, size) => n * size, 1)).fill(0);
  const negative = text.startsWith('-');
  for (const { before, text: term } of split(negative ? text.slice(1) : text, /^ [+-] /)) {
    const isMinus = before === '' ? negative : before === '-';
    addTerm(term, isMinus ? -1 : 1, env, free, shape, result);
  }
  return result;
}

function addTerm(
  term: string,
  sign: number,
  env: Environment,
  free: readonly (readonly string[])[],
  shape: readonly number[],
  result: number[],
): void {
  const sizes = new Map(free.flatMap((names, k) => (names.length === 1 ? [[names[0]!, shape[k]!]] : [])));
  const parts = split(term, /^ /).map((part) => part.text);
  const summed = parts.filter((part) => part.startsWith('sum_')).flatMap(boundBy);
  const all = [...free.flat(), ...summed];
  if (new Set(all).size < all.length) throw new Error(`an index is bound twice in ${term}`);
  const factors = parts.filter((part) => !part.startsWith('sum_')).map((part) => read(part, env, all, sizes));
  spreadOverDeltas(factors, sizes);
  // Ones have no factor: their size is what is left of the axis.
  for (const [axis, names] of free.entries()) {
    const [open, ...more] = names.filter((name) => !sizes.has(name));
    if (more.length > 0) throw new Error(`indices ${open} and ${more} have no size in ${term}`);
    const known = names.reduce((n, name) => n * (sizes.get(name) ?? 1), 1);
    if (open) sizes.set(open, shape[axis]! / known);
  }
  spreadOverDeltas(factors, sizes);
  const unsized = all.find((name) => !sizes.has(name));
  if (unsized) throw new Error(`index ${unsized} has no size in ${term}`);
  const at = new Map<string, number>();
  const visit = (k: number): void => {
    if (k < all.length) {
      for (let v = 0; v < sizes.get(all[k]!)!; v++) {
        at.set(all[k]!, v);
        visit(k + 1);
      }
      return;
    }
    const value = factors.reduce((product, f) => product * entry(f, at), sign);
    result[free.flat().reduce((offset, name) => offset * sizes.get(name)! + at.get(name)!, 0)]! += value;
  };
  visit(0);
}

/** The two indices of a delta have one size. */
function spreadOverDeltas(factors: readonly Indexed[], sizes: Map<string, number>): void {
  for (const { at, isDelta } of factors) {
    const known = isDelta ? (sizes.get(at[0]!) ?? sizes.get(at[1]!)) : undefined;
    if (known !== undefined) for (const name of at) sizes.set(name, known);
  }
}

const boundBy = (part: string): string[] => {
  const list = part.slice('sum_'.length);
  return list.includes(',') ? list.split(',') : [...list];
};

function entry({ isDelta, at, values, shape, power }: Indexed, where: ReadonlyMap<string, number>): number {
  if (isDelta) return where.get(at[0]!) === where.get(at[1]!) ? 1 : 0;
  const value = values[at.reduce((offset, name, axis) => offset * shape[axis]! + where.get(name)!, 0)]!;
  return power === 1 ? value : value ** power;
}

function read(part: string, env: Environment, all: readonly string[], sizes: Map<string, number>): Indexed {
  const [, base = '', slots, exponent] = /^(.*?)(?:\[([a-z0-9,]+)\])?(?:\^(-?[\d.e-]+|\([^()]*\)))?$/.exec(part)!;
  const at = slots?.split(',') ?? [];
  const unbound = at.find((name) => !all.includes(name));
  if (unbound) throw new Error(`index ${unbound} is not bound in ${part} of ${all}`);
  const power = exponent ? Number(evaluate(parse(exponent), env).x.item()) : 1;
  const isDelta = at.length === 2 && (base === 'kronecker' || (base === 'delta' && !env.has('delta')));
  if (isDelta) return { at, power, values: [], shape: [], isDelta };
  const { x } = evaluate(parse(base), env);
  const shape: readonly number[] = x.shape;
  if (shape.length !== at.length) throw new Error(`${part} has ${at.length} indices, the tensor ${shape.length} axes`);
  at.forEach((name, axis) => {
    const size = sizes.get(name) ?? shape[axis]!;
    if (size !== shape[axis]) throw new Error(`index ${name} has sizes ${size} and ${shape[axis]}`);
    sizes.set(name, size);
  });
  return { at, power, values: x.concrete('test').values(), shape, isDelta };
}
