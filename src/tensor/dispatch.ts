// The one door between what was asked and who reads it. A public function ends in `apply(record, inputs, params)`; the
// current interpreter (evaluate, record on the tape, jvp, vmap, trace, ...) decides what that means. Interpreters nest:
// each knows the one outside it and runs the rules of an operation there, so transforms compose in any order.
import type { OpRecord } from './op.ts';
import type { Tensor } from './tensor.ts';

export interface Interpreter {
  readonly name: string;
  /** The interpreter this one runs rules in; none at the bottom. */
  readonly parent?: Interpreter;
  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[];
}

const none: Interpreter = {
  name: 'none',
  bind(op) {
    throw new Error(`${op.name}: no interpreter is installed; import from 'nabla'`);
  },
};
let root: Interpreter = none;
let current: Interpreter = none;

/** Installs the interpreter at the bottom, the one that gets concrete tensors. */
export function installRoot(interpreter: Interpreter): void {
  if (current === root) current = interpreter;
  root = interpreter;
}

export function rootInterpreter(): Interpreter {
  return root;
}

export function currentInterpreter(): Interpreter {
  return current;
}

/** The interpreter that finally gets concrete tensors here and now: the tape, or plain evaluation. */
export function bottomInterpreter(): Interpreter {
  let at = current;
  while (at.parent) at = at.parent;
  return at;
}

/** Runs `body` with `interpreter` in charge and restores the one before, also after a throw. */
export function within<T>(interpreter: Interpreter, body: () => T): T {
  const before = current;
  current = interpreter;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Binds an operation with `interpreter` in charge. */
export function bindUnder<P>(interpreter: Interpreter, op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
  const before = current;
  current = interpreter;
  try {
    return interpreter.bind(op, x, p);
  } finally {
    current = before;
  }
}

export function bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
  return current.bind(op, x, p);
}

/** Binds an operation that has one output. */
export function apply<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): Tensor {
  return current.bind(op, x, p)[0]!;
}
