// Partial evaluation of a tangent program. What does not depend on the tangents is known before them; the rest is linear in
// the tangents and reads some of the known values, the residuals. With them kept nothing of the first part is computed again.
import type { Equation, Program } from '../program/program.ts';
import { Var } from '../program/program.ts';

/** Operations that cost nothing: their operand is kept, which may be smaller. */
const moves: ReadonlySet<string> = new Set(['broadcast', 'reshape', 'permute']);

export interface Split {
  /** Equations that depend on no tangent. */
  readonly known: readonly Equation[];
  /** Equations for the tangents, with the moves of known values that they read. */
  readonly linear: readonly Equation[];
  /** Known values that the linear equations, or the outputs from `outputs` on, read. */
  readonly residuals: readonly Var[];
}

/** Splits a program whose inputs from `given` on are tangents, and whose outputs from `outputs` on are linear in them. */
export function splitLinear(program: Program, given: number, outputs: number): Split {
  const tangents = new Set<Var>(program.inputs.slice(given));
  const known: Equation[] = [];
  const makers = new Map<Var, Equation>();
  const linear = new Set<Equation>();
  for (const e of program.equations) {
    if (e.x.some((a) => a instanceof Var && tangents.has(a))) {
      linear.add(e);
      for (const v of e.outs) tangents.add(v);
    } else {
      known.push(e);
      for (const v of e.outs) makers.set(v, e);
    }
  }
  const residuals = new Set<Var>();
  const wanted = [...linear].flatMap((e) => e.x).concat(program.outputs.slice(outputs));
  for (let a = wanted.pop(); a; a = wanted.pop()) {
    if (!(a instanceof Var) || tangents.has(a)) continue;
    const maker = makers.get(a);
    if (maker && moves.has(maker.op.name)) {
      if (!linear.has(maker)) wanted.push(...maker.x);
      linear.add(maker);
    } else residuals.add(a);
  }
  return { known, linear: program.equations.filter((e) => linear.has(e)), residuals: [...residuals] };
}

/** Everything that depends on the variables. */
export function dependents(equations: readonly Equation[], on: readonly Var[]): Set<Var> {
  const found = new Set<Var>(on);
  for (const e of equations) {
    if (e.x.some((a) => a instanceof Var && found.has(a))) for (const v of e.outs) found.add(v);
  }
  return found;
}
