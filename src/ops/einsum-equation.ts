// Reading an einsum equation, `'ij,jk->ik'`: one list of labels for each operand and one for the result. A label is a
// letter, or one of the axes an ellipsis stands for; those are aligned at the right, as in broadcasting.
import { ArgumentError, ShapeError } from '../errors.ts';
import { einsumMessage, showShape } from '../tensor/shape-messages.ts';

export interface ParsedEinsum {
  readonly terms: readonly (readonly number[])[];
  readonly out: readonly number[];
  /** The size of each label; among the axes of '...' a size 1 beside a larger one broadcasts. */
  readonly sizes: ReadonlyMap<number, number>;
}

const ELLIPSIS = '...';
/** Labels of ellipsis axes: -1 for the last axis, -2 for the one before. Letters are their character codes. */
const ellipsisLabels = (count: number): number[] => Array.from({ length: count }, (_, i) => i - count);

interface Term {
  readonly text: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly ellipsis: boolean;
}

function readTerm(equation: string, text: string): Term {
  const parts = text.split(ELLIPSIS);
  const bad = parts.join('').match(/[^A-Za-z]/);
  if (bad || parts.length > 2) {
    throw new ArgumentError(
      `einsum '${equation}': ${bad ? `'${bad[0]}' is not an index` : `term '${text}' has more than one '...'`}.`,
      "indices are letters; terms are separated by ',' and the output follows '->', as in 'ij,jk->ik'",
    );
  }
  return { text, before: [...parts[0]!], after: [...(parts[1] ?? '')], ellipsis: parts.length === 2 };
}

const labelsOf = ({ before, after }: Term, ellipsis: readonly number[]): number[] => [
  ...before.map((c) => c.charCodeAt(0)),
  ...ellipsis,
  ...after.map((c) => c.charCodeAt(0)),
];

/** How many axes the ellipsis of a term stands for. */
function ellipsisRank(equation: string, term: Term, shape: readonly number[]): number {
  const named = term.before.length + term.after.length;
  if (!term.ellipsis && named !== shape.length) {
    throw new ShapeError(einsumMessage(equation, { kind: 'rank', term: term.text, shape }));
  }
  if (named > shape.length) {
    throw new ShapeError(
      `einsum '${equation}': term '${term.text}' has ${named} indices beside '...' but its operand has shape ${showShape(shape)} (rank ${shape.length}).`,
    );
  }
  return shape.length - named;
}

function sizesOf(
  equation: string,
  terms: readonly (readonly number[])[],
  shapes: readonly (readonly number[])[],
): Map<number, number> {
  const sizes = new Map<number, number>();
  terms.forEach((labels, k) => {
    labels.forEach((label, axis) => {
      const size = shapes[k]![axis]!;
      const known = sizes.get(label);
      const repeated = labels.indexOf(label);
      const clash =
        repeated < axis
          ? shapes[k]![repeated]! !== size
          : known !== undefined && known !== size && (label >= 0 || (known !== 1 && size !== 1));
      if (clash) {
        const index = label < 0 ? ELLIPSIS : String.fromCharCode(label);
        const other = repeated < axis ? shapes[k]![repeated]! : known!;
        throw new ShapeError(einsumMessage(equation, { kind: 'size', index, sizes: [other, size] }));
      }
      if (known === undefined || known === 1) sizes.set(label, size);
    });
  });
  return sizes;
}

/** NumPy's implicit output: ellipsis axes, then the letters that occur once, in the order of the alphabet. */
function implicitOutput(terms: readonly (readonly number[])[], ellipsis: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const label of terms.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const once = [...counts].filter(([label, count]) => label >= 0 && count === 1).map(([label]) => label);
  return [...ellipsis, ...once.sort((a, b) => a - b)];
}

/** The labels of an equation for operands of these shapes; throws where the two do not fit. */
export function parseEinsum(equation: string, shapes: readonly (readonly number[])[]): ParsedEinsum {
  const arrow = equation.replace(/\s/g, '').split('->');
  if (arrow.length > 2) throw new ArgumentError(`einsum '${equation}': more than one '->'.`);
  const inputs = arrow[0]!.split(',').map((text) => readTerm(equation, text));
  if (inputs.length > shapes.length) throw new ArgumentError(einsumMessage(equation, { kind: 'too many terms' }));
  if (inputs.length < shapes.length) throw new ArgumentError(einsumMessage(equation, { kind: 'too many operands' }));
  const ranks = inputs.map((term, i) => ellipsisRank(equation, term, shapes[i]!));
  const ellipsis = ellipsisLabels(Math.max(0, ...ranks));
  const terms = inputs.map((term, i) => labelsOf(term, ellipsisLabels(ranks[i]!)));
  const sizes = sizesOf(equation, terms, shapes);
  if (arrow[1] === undefined) return { terms, out: implicitOutput(terms, ellipsis), sizes };
  const output = readTerm(equation, arrow[1]);
  const out = labelsOf(output, output.ellipsis ? ellipsis : []);
  out.forEach((label, i) => {
    const index = String.fromCharCode(label);
    if (label >= 0 && !sizes.has(label)) {
      throw new ArgumentError(einsumMessage(equation, { kind: 'unknown output', index }));
    }
    if (out.indexOf(label) < i) throw new ArgumentError(einsumMessage(equation, { kind: 'repeated output', index }));
  });
  if (!output.ellipsis && ellipsis.length > 0) {
    throw new ArgumentError(
      `einsum '${equation}': the output has no '...' for the ${ellipsis.length} axes it stands for in the operands.`,
    );
  }
  return { terms, out, sizes };
}
