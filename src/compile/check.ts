// The verifier: every variable is defined once and before it is used, and every equation's outputs have the types that its
// operation gives. Tests run it between passes.
import { type Atom, type Program, Var } from '../program/program.ts';
import { sameShape } from '../tensor/shape.ts';

/** Throws an Error that names the first equation which is not well formed. */
export function checkProgram(program: Program): void {
  const defined = new Set<Var>(program.inputs);
  const use = (a: Atom, where: string): void => {
    if (a instanceof Var && !defined.has(a)) throw new Error(`${where} uses a variable that nothing defines before it`);
  };
  program.equations.forEach((e, i) => {
    const where = `equation ${i} (${e.op.name})`;
    for (const a of e.x) use(a, where);
    if (!e.op.untyped) {
      e.op.type(e.x, e.p).forEach((type, k) => {
        const out = e.outs[k];
        if (!out || out.dtype !== type.dtype || !sameShape(out.shape, type.shape)) {
          throw new Error(`${where}: output ${k} has not the type of its operation`);
        }
      });
    }
    for (const out of e.outs) {
      if (defined.has(out)) throw new Error(`${where} defines a variable again`);
      defined.add(out);
    }
  });
  for (const a of program.outputs) use(a, 'the result');
}
