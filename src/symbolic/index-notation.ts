// Index notation with sums and deltas: always available, whatever matrix notation can say.
import type { Atom, Index, Net, Sum } from '../calculus/net.ts';
import type { Expression } from './expression.ts';
import { latexOf } from './latex.ts';
import { show } from './print.ts';
import { numberForm } from './render/entries.ts';
import { atomForm, render } from './render/render.ts';

export interface IndexNotation {
  readonly text: string;
  readonly latex: string;
}

const letters = [...'ijklabcdefghmnopqrstuvwxyz'];

/** The sum in index notation; free indices are i, j, k, l in order. */
export function indexNotation(sum: Sum): IndexNotation {
  if (sum.nets.length === 0) return { text: '0', latex: '0' };
  const terms = sum.nets.map((net) => term(net));
  const join = (pick: (t: IndexNotation) => string): string =>
    terms
      .map((t, k) => {
        const negative = sum.nets[k]!.coef < 0;
        return k === 0 ? (negative ? `-${pick(t)}` : pick(t)) : `${negative ? ' - ' : ' + '}${pick(t)}`;
      })
      .join('');
  return { text: join((t) => t.text), latex: join((t) => t.latex) };
}

function term(net: Net): IndexNotation {
  const names = new Map<Index, string>();
  const deltas: [string, string][] = [];
  let next = 0;
  for (const index of net.free) {
    const letter = letters[next++ % letters.length]!;
    const known = names.get(index);
    if (known) deltas.push([known, letter]);
    else names.set(index, letter);
  }
  const summed = [...net.summed];
  for (const index of summed) names.set(index, letters[next++ % letters.length]!);
  const bound = summed.map((index) => names.get(index)!);
  const parts: IndexNotation[] = [];
  const coef = Math.abs(net.coef);
  const empty = net.factors.length === 0 && deltas.length === 0;
  if (coef !== 1 || empty) parts.push(both(numberForm(coef)));
  if (bound.length > 0) parts.push({ text: `sum_${bound.join('')}`, latex: `\\sum_{${bound.join(',')}}` });
  for (const { atom, at, power } of net.factors)
    parts.push(
      factor(
        atom,
        at.map((index) => names.get(index)!),
        power,
      ),
    );
  for (const pair of deltas) parts.push({ text: `delta[${pair.join(',')}]`, latex: `\\delta_{${pair.join('')}}` });
  return { text: parts.map((p) => p.text).join(' '), latex: parts.map((p) => p.latex).join(' \\, ') };
}

const both = (e: Expression): IndexNotation => ({ text: show(e), latex: latexOf(e) });

function factor(atom: Atom, at: readonly string[], power: number): IndexNotation {
  const isTensorSum = atom.sizes.length > 2 && atom.kind === 'box';
  const e = isTensorSum ? render(atom.args[0]!).e : atomForm(atom).e;
  const bare = e.kind === 'name' || e.kind === 'call';
  const slots = at.length > 0 ? `[${at.join(',')}]` : '';
  const raised = power === 1 ? '' : `^${show(numberForm(power))}`;
  const shown = bare ? show(e) : `(${show(e)})`;
  const inner = latexOf(e);
  const body =
    at.length > 0
      ? `{${bare && e.kind === 'name' ? inner : `\\left(${inner}\\right)`}}_{${at.join('')}}`
      : bare
        ? inner
        : `\\left(${inner}\\right)`;
  return {
    text: `${shown}${slots}${raised}`,
    latex: power === 1 ? body : `{${body}}^{${latexOf(numberForm(power))}}`,
  };
}
