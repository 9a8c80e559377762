// An operation that has no rule on nets (cumsum, solve, sort, ...) gets the whole Jacobian of its operand, as a batch with
// one entry an input element: what n products would cost, for this operation alone.
import type { Equation } from '../program/program.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { Knowns } from './known.ts';
import { type Term, wholeAxes } from './term.ts';

export interface Opaque {
  readonly equation: Equation;
  /** The shape of the input, and how many elements it has. */
  readonly inShape: readonly number[];
  readonly count: number;
  /** The Jacobian of each operand that depends on the input, [n, ...operand]: terms, none for zero. */
  readonly jacobians: readonly (readonly Term[] | undefined)[];
}

/** The terms of each output of an equation, every operand's Jacobian taken as a whole. */
export function opaqueTerms(
  equation: Equation,
  operands: readonly (readonly Term[] | undefined)[],
  inputs: readonly (readonly number[])[],
  knowns: Knowns,
): Term[][] {
  const outs: Term[][] = equation.outs.map(() => []);
  for (const [input, inShape] of inputs.entries()) {
    const jacobians = operands.map((terms) => terms?.filter((term) => term.input === input));
    if (jacobians.every((terms) => terms === undefined || terms.length === 0)) continue;
    const count = sizeOf(inShape);
    const to: Opaque = { equation, inShape, count, jacobians };
    for (const [index, out] of equation.outs.entries()) {
      const into = wholeAxes(inShape);
      const axes = wholeAxes(out.shape);
      const at = [...into.flat(), ...axes.flat()];
      const atom = knowns.atom(
        { kind: 'applied', to, index },
        at.map(({ size }) => Number(size)),
      );
      outs[index]!.push({ coef: 1, factors: [{ atom, at, power: 1 }], axes, input, into });
    }
  }
  return outs;
}

/** The sum of terms of one input as one known tensor. */
export function wholeTerm(
  terms: readonly Term[],
  shape: readonly number[],
  inShape: readonly number[],
  knowns: Knowns,
): Term {
  const into = wholeAxes(inShape);
  const axes = wholeAxes(shape);
  const at = [...into.flat(), ...axes.flat()];
  const atom = knowns.atom(
    { kind: 'matrix', terms, shape },
    at.map(({ size }) => Number(size)),
  );
  return { coef: 1, factors: [{ atom, at, power: 1 }], axes, input: terms[0]!.input, into };
}
