// A while loop as a loop that carries the answer of its test: the first is found before the loop, and a step gives the test
// of what it made.
//   go = test(c);  while (go) { c = body(c); go = test(c) }
import { type Atom, type Equation, Program, Var } from '../program/program.ts';
import type { Loop } from './loops.ts';

/** The parameters of a while loop. */
interface While {
  /** Inputs: its constants, carry. Output: a bool scalar. */
  readonly test: Program;
  /** Inputs: its constants, carry. Outputs: carry. */
  readonly body: Program;
  readonly testConstants: number;
  readonly bodyConstants: number;
}

export interface WhileParts {
  /** The equations of the first test, and its answer. */
  readonly first: readonly Equation[];
  readonly answer: Atom;
  /** Inputs: constants of both, carry, the answer. */
  readonly loop: Loop;
}

export function whileOf({ op, p }: Equation): While | undefined {
  return op.name === 'while' && p?.test instanceof Program && p?.body instanceof Program ? (p as While) : undefined;
}

/** The loop for the operands x of the equation. */
export function loopOfWhile({ test, body, testConstants, bodyConstants }: While, x: readonly Atom[]): WhileParts {
  const constants = testConstants + bodyConstants;
  const ofTest = test.inputs.slice(0, testConstants);
  const first = copied(test, [...x.slice(0, testConstants), ...x.slice(constants)]);
  const again = copied(test, [...ofTest, ...body.outputs]);
  const answer = new Var({ shape: [], dtype: 'bool' });
  return {
    first: first.equations,
    answer: first.outputs[0]!,
    loop: {
      body: new Program(
        [...ofTest, ...body.inputs, answer],
        [...body.equations, ...again.equations],
        [...body.outputs, again.outputs[0]!],
      ),
      constants,
      carry: body.outputs.length + 1,
      length: Infinity,
      reverse: false,
    },
  };
}

/** The program's equations on the given atoms, with variables of their own. */
function copied(program: Program, x: readonly Atom[]): { equations: Equation[]; outputs: Atom[] } {
  const names = new Map<Var, Atom>(program.inputs.map((v, i) => [v, x[i]!]));
  const atom = (a: Atom): Atom => (a instanceof Var ? (names.get(a) ?? a) : a);
  const equations = program.equations.map((e): Equation => {
    const read = e.x.map(atom);
    const outs = e.outs.map((v) => new Var(v));
    e.outs.forEach((v, i) => {
      names.set(v, outs[i]!);
    });
    return { ...e, x: read, outs };
  });
  return { equations, outputs: program.outputs.map(atom) };
}
