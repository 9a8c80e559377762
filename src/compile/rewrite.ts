// A program with some equations written in other operations.
import { type Atom, type Equation, Program, Var } from '../program/program.ts';
import { traceFlat } from '../program/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What the outputs of an equation are instead: `f` of some atoms. */
export interface Replacement {
  readonly x: readonly Atom[];
  readonly f: (...x: Tensor[]) => readonly Tensor[];
}

/** The equation that defines a value in the new program, if one does. */
export type Definition = (a: Atom) => Equation | undefined;

/**
 * `replace` says what stands in the place of an equation: undefined for itself, 'nothing' where nobody needs it any more. It
 * gets the equation of `program`, and with the operands that it has now. Where nothing is replaced it is the same program.
 */
export function rewrite(
  program: Program,
  replace: (original: Equation, e: Equation, definition: Definition) => Replacement | 'nothing' | undefined,
): Program {
  const values = new Map<Var, Atom>();
  const atom = (a: Atom): Atom => (a instanceof Var ? (values.get(a) ?? a) : a);
  const equations: Equation[] = [];
  const definitions = new Map<Atom, Equation>();
  let changed = false;
  const add = (e: Equation): void => {
    equations.push(e);
    for (const out of e.outs) definitions.set(out, e);
  };
  for (const original of program.equations) {
    const e = { ...original, x: original.x.map(atom) };
    const replacement = replace(original, e, (a) => definitions.get(a));
    if (replacement) changed = true;
    if (replacement === 'nothing') continue;
    if (!replacement) {
      add(e);
      continue;
    }
    const x = replacement.x.map(atom);
    const part = traceFlat(e.op.name, replacement.f, x, true);
    part.inputs.forEach((input, i) => {
      values.set(input, x[i]!);
    });
    for (const inner of part.equations) add({ ...inner, x: inner.x.map(atom) });
    e.outs.forEach((out, i) => {
      values.set(out, atom(part.outputs[i]!));
    });
  }
  return changed ? new Program(program.inputs, equations, program.outputs.map(atom)) : program;
}
