// Einstein's summation: y[out] = Σ over all other indices of the product of the operands. Repeated indices of one operand
// are diagonals, indices of one operand alone are summed first, and the rest is a tree of pairwise contractions in the
// cheapest order.
import { ArgumentError } from '../errors.ts';
import { apply } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { composite } from './composite.ts';
import { contract } from './contract.ts';
import { type ContractionTree, contractionOrder } from './contraction-order.ts';
import { diagonalOp } from './diagonals.ts';
import { type ParsedEinsum, parseEinsum } from './einsum-equation.ts';
import { checkAccepted } from './map.ts';
import { moveaxis, permute } from './movement.ts';
import { describe, onlyTensor, promoted } from './operands.ts';
import { reshapeTo, sumOver } from './spread.ts';

/** A tensor with a name for each axis; no name occurs twice. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly number[];
}

/** Replaces axes with the same label by their diagonal. */
function withoutRepeats({ x, labels }: Labelled): Labelled {
  const axis = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (axis < 0) return { x, labels };
  const first = labels.indexOf(labels[axis]!);
  const diagonal = apply(diagonalOp, [moveaxis(x, [first, axis], [-2, -1])], { offset: 0 });
  const rest = labels.filter((_, i) => i !== first && i !== axis);
  return withoutRepeats({ x: diagonal, labels: [...rest, labels[axis]!] });
}

/** Drops axes of '...' with size 1 that stand for a larger size: they broadcast, so the operand does not depend on them. */
function withoutBroadcast({ x, labels }: Labelled, sizes: ParsedEinsum['sizes']): Labelled {
  const shape: readonly number[] = x.shape;
  const keep = labels.map((label, i) => shape[i] === sizes.get(label));
  if (!keep.includes(false)) return { x, labels };
  return {
    x: reshapeTo(
      x,
      shape.filter((_, i) => keep[i]),
    ),
    labels: labels.filter((_, i) => keep[i]),
  };
}

/** Sums the labels that nobody needs. */
function summed({ x, labels }: Labelled, needed: (label: number) => boolean): Labelled {
  const axes = labels.flatMap((label, i) => (needed(label) ? [] : [i]));
  return { x: sumOver(x, axes), labels: labels.filter(needed) };
}

function contractTree(tree: ContractionTree, operands: readonly Labelled[], needed: ReadonlySet<number>): Labelled {
  if (typeof tree === 'number') return summed(operands[tree]!, (label) => needed.has(label));
  const [left, right] = tree;
  const a = contractTree(left, operands, new Set([...needed, ...labelsUnder(right, operands)]));
  const b = contractTree(right, operands, new Set([...needed, ...labelsUnder(left, operands)]));
  const union = [...a.labels, ...b.labels.filter((label) => !a.labels.includes(label))];
  const out = union.filter((label) => needed.has(label));
  return { x: contract(a.x, b.x, { a: a.labels, b: b.labels, out }), labels: out };
}

function labelsUnder(tree: ContractionTree, operands: readonly Labelled[]): readonly number[] {
  if (typeof tree === 'number') return operands[tree]!.labels;
  return [...labelsUnder(tree[0], operands), ...labelsUnder(tree[1], operands)];
}

/**
 * The sum of products that an equation names, with NumPy's rules: `'ij,jk->ik'`, implicit outputs, `'...'`, repeated
 * indices of one operand (diagonals), spaces. Axes of '...' broadcast; a letter has one size. Three and more operands are multiplied in the order
 * that needs the fewest operations.
 * @example einsum('bi,ij,bj->b', x, A, x) // a quadratic form for each row of x
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (typeof equation !== 'string') {
    throw new ArgumentError(
      `einsum: the equation must be a string, got ${describe(equation)}.`,
      "write einsum('ij,jk->ik', a, b)",
    );
  }
  if (operands.length === 0) throw new ArgumentError(`einsum '${equation}': there are no operands.`);
  const x = promoted(
    'einsum',
    operands.map((v) => onlyTensor('einsum', v)),
  );
  checkAccepted('einsum', x[0]!.dtype, 'number');
  const { terms, out, sizes } = parseEinsum(
    equation,
    x.map((v) => v.shape),
  );
  const labelled = x.map((v, i) => withoutBroadcast(withoutRepeats({ x: v, labels: terms[i]! }), sizes));
  // What only one operand has is summed before anything is multiplied.
  const counts = new Map<number, number>();
  for (const { labels } of labelled) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const ready = labelled.map((v) => summed(v, (label) => out.includes(label) || counts.get(label)! > 1));
  const tree = contractionOrder(
    ready.map((v) => v.labels),
    out,
    (label) => sizes.get(label)!,
  );
  const result = contractTree(tree, ready, new Set(out));
  return permute(
    result.x,
    out.map((label) => result.labels.indexOf(label)),
  );
}

composite('einsum', (a: Tensor, b: Tensor, equation: string): Tensor => einsum(equation, a, b), [
  { inputs: [{ shape: [2, 3] }, { shape: [3, 4] }], params: ['ij,jk->ki'] },
  { inputs: [{ shape: [3, 3] }, { shape: [3, 1] }], params: ['ii,i...'] },
  { inputs: [{ shape: [2, 1, 3] }, { shape: [4, 2] }], params: ['...a,b...->b...'] },
]);
composite('einsumOfOne', (a: Tensor, equation: string): Tensor => einsum(equation, a), [
  { inputs: [{ shape: [3, 3, 2] }], params: ['iij->ji'] },
  { inputs: [{ shape: [3, 3] }], params: ['ii'] },
]);
composite(
  'einsumOfThree',
  (a: Tensor, b: Tensor, c: Tensor): Tensor => einsum('ij,jk,kl->il', a, b, c),
  [{ inputs: [{ shape: [2, 3] }, { shape: [3, 4] }, { shape: [4, 2] }] }],
  (x) => call('einsum', ...x),
);
