// Index notation with sums and deltas: always available, whatever matrix notation can say.
import type { Atom, Index, Net, Sum } from '../calculus/net.ts';
import { type Expression, namesIn } from './expression.ts';
import { latexOf } from './latex.ts';
import { show } from './print.ts';
import { numberForm } from './render/entries.ts';
import { atomForm, render } from './render/render.ts';

export interface IndexNotation {
  readonly text: string;
  readonly latex: string;
}

const letters = [...'ijklabcdefghmnopqrstuvwxyz'];

/**
 * The sum in index notation; free indices are i, j, k, l in order, without the letters that are names in it. `groups` says how many
 * of them each axis of the function has: an axis that vec or kron made has several, the last one runs fastest.
 */
export function indexNotation(sum: Sum, groups: readonly number[]): IndexNotation {
  if (sum.nets.length === 0) return { text: '0', latex: '0' };
  const taken = new Set<string>();
  for (const { factors } of sum.nets) for (const { atom } of factors) namesIn(formOf(atom), taken);
  const terms = sum.nets.map((net) => term(net, taken));
  const join = (pick: (t: IndexNotation) => string): string =>
    terms
      .map((t, k) => {
        const negative = sum.nets[k]!.coef < 0;
        return k === 0 ? (negative ? `-${pick(t)}` : pick(t)) : `${negative ? ' - ' : ' + '}${pick(t)}`;
      })
      .join('');
  const axes = axesOf(groups, taken);
  return { text: join((t) => t.text) + axes.text, latex: join((t) => t.latex) + axes.latex };
}

/** Which indices make one axis, where there are such. */
function axesOf(groups: readonly number[], taken: ReadonlySet<string>): IndexNotation {
  if (groups.every((n) => n === 1)) return { text: '', latex: '' };
  const fresh = indexNames(taken);
  const lists = groups.map((n) => Array.from({ length: n }, () => fresh.next().value));
  return {
    text: `, axes ${lists.map((list) => `(${list.join(',')})`).join(' ')}, last index fastest`,
    latex: `, \\quad \\text{axes } ${lists.map((list) => `(${list.map(indexLatex).join(',')})`).join(' \\, ')}, \\text{ last index fastest}`,
  };
}

/** Names for indices, each given once: letters, then letters with numbers. */
function* indexNames(taken: ReadonlySet<string>): Generator<string, never> {
  for (let round = 0; ; round++) {
    for (const letter of letters) {
      const name = round === 0 ? letter : `${letter}${round}`;
      if (!taken.has(name)) yield name;
    }
  }
}

function term(net: Net, taken: ReadonlySet<string>): IndexNotation {
  const fresh = indexNames(taken);
  const names = new Map<Index, string>();
  const deltas: [string, string][] = [];
  for (const index of net.free) {
    const name = fresh.next().value;
    const known = names.get(index);
    if (known) deltas.push([known, name]);
    else names.set(index, name);
  }
  const summed = [...net.summed];
  for (const index of summed) names.set(index, fresh.next().value);
  const bound = summed.map((index) => names.get(index)!);
  const parts: IndexNotation[] = [];
  const coef = Math.abs(net.coef);
  const empty = net.factors.length === 0 && deltas.length === 0;
  if (coef !== 1 || empty) parts.push(both(numberForm(coef)));
  if (bound.length > 0) {
    const separator = bound.some((name) => name.length > 1) ? ',' : '';
    parts.push({ text: `sum_${bound.join(separator)}`, latex: `\\sum_{${bound.map(indexLatex).join(',')}}` });
  }
  for (const { atom, at, power } of net.factors) {
    const slots = at.map((index) => names.get(index)!);
    parts.push(factor(atom, slots, power));
  }
  const delta = taken.has('delta') ? 'kronecker' : 'delta';
  for (const pair of deltas) {
    parts.push({ text: `${delta}[${pair.join(',')}]`, latex: `\\delta_{${pair.map(indexLatex).join('')}}` });
  }
  return { text: parts.map((p) => p.text).join(' '), latex: parts.map((p) => p.latex).join(' \\, ') };
}

const both = (e: Expression): IndexNotation => ({ text: show(e), latex: latexOf(e) });

const indexLatex = (name: string): string => (name.length > 1 ? `${name[0]}_{${name.slice(1)}}` : name);

function formOf(atom: Atom): Expression {
  const isTensorSum = atom.sizes.length > 2 && atom.kind === 'box';
  return isTensorSum ? render(atom.args[0]!).e : atomForm(atom).e;
}

function factor(atom: Atom, at: readonly string[], power: number): IndexNotation {
  const e = formOf(atom);
  const bare = e.kind === 'name' || e.kind === 'call';
  const slots = at.length > 0 ? `[${at.join(',')}]` : '';
  const exponent = numberForm(power);
  const isPlain = exponent.kind === 'number' || (exponent.kind === 'negate' && exponent.arg.kind === 'number');
  const raised = power === 1 ? '' : `^${isPlain ? show(exponent) : `(${show(exponent)})`}`;
  const shown = bare ? show(e) : `(${show(e)})`;
  const inner = latexOf(e);
  const body =
    at.length > 0
      ? `{${bare && e.kind === 'name' ? inner : `\\left(${inner}\\right)`}}_{${at.map(indexLatex).join('')}}`
      : bare
        ? inner
        : `\\left(${inner}\\right)`;
  return {
    text: `${shown}${slots}${raised}`,
    latex: power === 1 ? body : `{${body}}^{${latexOf(exponent)}}`,
  };
}
