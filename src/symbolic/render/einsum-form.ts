// What matrix notation cannot say, as einsum: one operand for each label and edge, eye for a delta between two outputs.
import type { Index } from '../../calculus/net.ts';
import { call, type Expression, text } from '../expression.ts';
import { type Network, onesForm, sizeExpression } from './network.ts';

const small = 'ijklabcdefghmnopqrstuvwxyz';
const letters = small + small.toUpperCase();

export function einsumForm(free: readonly Index[], network: Network): Expression {
  const names = new Map<Index, string>();
  let used = 0;
  const nameOf = (index: Index): string => {
    if (!names.has(index)) names.set(index, letters[used++]!);
    return names.get(index)!;
  };
  const inputs: string[] = [];
  const operands: Expression[] = [];
  const put = (indices: string, operand: Expression): void => {
    inputs.push(indices);
    operands.push(operand);
  };
  let out = '';
  const deltas: [string, Index][] = [];
  for (const index of free) {
    if (!names.has(index)) out += nameOf(index);
    else {
      const twin = letters[used++]!;
      deltas.push([nameOf(index) + twin, index]);
      out += twin;
    }
  }
  for (const index of new Set([...free, ...network.summed])) {
    const v = network.vector(index);
    if (v) put(nameOf(index), v.e);
  }
  for (const edge of network.edges) {
    const from = [...free, ...network.summed].find((index) => index === edge.from || index === edge.to)!;
    const to = from === edge.from ? edge.to : edge.from;
    const m = network.matrix(edge, from);
    // A transpose only renames the indices.
    if (m.e.kind === 'transpose') put(nameOf(to) + nameOf(from), m.e.arg);
    else put(nameOf(from) + nameOf(to), m.e);
  }
  for (const { at, form } of network.others) put(at.map(nameOf).join(''), form.e);
  for (const [pair, index] of deltas) put(pair, call('eye', sizeExpression(index.size)));
  for (const index of new Set(free)) {
    if (!inputs.some((list) => list.includes(nameOf(index)))) put(nameOf(index), onesForm(index).e);
  }
  if (inputs.length === 1 && inputs[0] === out) return operands[0]!;
  return call('einsum', text(`${inputs.join(',')}->${out}`), ...operands);
}
