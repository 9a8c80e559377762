// Tracing: run a function on variables and write down what it does. Operations on values that are already known are
// computed at once, so a program holds only what depends on its inputs.

import { TracedValueError } from '../errors.ts';
import { bind, bindUnder, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, type Tensor, Tracer } from '../tensor/tensor.ts';
import { type Atom, type Equation, Program, Var } from './program.ts';
import { userFrame } from './user-frame.ts';

class VarTracer extends Tracer {
  readonly transform: string;
  readonly owner: Tracing;
  readonly variable: Var;

  constructor(owner: Tracing, variable: Var) {
    super(variable.shape, variable.dtype);
    this.transform = owner.name;
    this.owner = owner;
    this.variable = variable;
  }

  override concrete(where: string): DenseTensor {
    const frame = userFrame();
    throw new TracedValueError(
      `${where}: a value of shape ${showShape(this.shape)} inside ${this.transform} has no numbers yet${frame ? ` (at ${frame})` : ''}.`,
      'use cond, scan, whileLoop or where instead of branching on it, or compute it outside',
    );
  }
}

class Tracing implements Interpreter {
  readonly name: string;
  readonly parent: Interpreter = currentInterpreter();
  readonly equations: Equation[] = [];
  private readonly keepsLeaves: boolean;

  constructor(name: string, keepsLeaves: boolean) {
    this.name = name;
    this.keepsLeaves = keepsLeaves;
  }

  atom(x: Tensor): Atom {
    return x instanceof VarTracer && x.owner === this ? x.variable : x;
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    const atoms = x.map((v) => this.atom(v));
    if (!atoms.some((a) => a instanceof Var || (this.keepsLeaves && isLeaf(a)))) {
      return bindUnder(this.parent, op, x, p);
    }
    const outs = op.type(x, p).map((type) => new Var(type));
    this.equations.push({ op: op as OpRecord, x: atoms, p, outs });
    return outs.map((v) => new VarTracer(this, v));
  }
}

/** Whether the tensor is a leaf of the tape, which an optimizer may assign to. */
function isLeaf(x: Tensor): boolean {
  const tape = x instanceof DenseTensor ? x.tape : undefined;
  return tape !== undefined && tape.gradFnName === undefined;
}

/**
 * The program of a function of flat lists at the given types. Tensors it closes over stay in it as constants. With
 * `keepsLeaves` what is computed from leaves of the tape alone stays in it too, for programs that outlive their values.
 */
export function traceFlat(
  name: string,
  f: (...x: Tensor[]) => readonly Tensor[],
  types: readonly TensorType[],
  keepsLeaves = false,
): Program {
  const tracing = new Tracing(name, keepsLeaves);
  const inputs = types.map((type) => new Var(type));
  const outs = within(tracing, () => f(...inputs.map((v) => new VarTracer(tracing, v))));
  return new Program(
    inputs,
    tracing.equations,
    outs.map((y) => tracing.atom(y)),
  );
}

/** Runs a program, equation by equation, in the interpreter that is in charge. */
export function run(program: Program, args: readonly Tensor[]): Tensor[] {
  const values = new Map<Var, Tensor>();
  program.inputs.forEach((v, i) => {
    values.set(v, args[i]!);
  });
  const value = (a: Atom): Tensor => (a instanceof Var ? values.get(a)! : a);
  for (const { op, x, p, outs } of program.equations) {
    const y = bind(op, x.map(value), p);
    outs.forEach((v, i) => {
      values.set(v, y[i]!);
    });
  }
  return program.outputs.map(value);
}
