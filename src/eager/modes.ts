// Grad modes are interpreters too, so they nest with transforms in the order they are written: noGrad inside the function
// given to grad() makes constants there, and noGrad around grad(f)(x) leaves the derivative alone. Modes end when the
// function returns or throws; an async function would outlive its mode and is refused.
import { ArgumentError, AutogradError } from '../errors.ts';
import { none } from '../ops/linear.ts';
import { describe } from '../ops/operands.ts';
import { stopGradientOp } from '../ops/stop-gradient.ts';
import { apply, bind, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { refusePromise } from '../transforms/call.ts';
import { evaluate, evaluator } from '../transforms/evaluate.ts';
import { recorder } from './recorder.ts';
import { inferenceSlot } from './saved.ts';

/** Inside a transform: operations go on as before, and their results are constants of everything outside. */
class Cut implements Interpreter {
  readonly name = 'noGrad';
  readonly parent: Interpreter;

  constructor(parent: Interpreter) {
    this.parent = parent;
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    return within(this.parent, () =>
      bind(op, x, p).map((y) => (isFloat(y.dtype) ? apply(stopGradientOp, [y], none) : y)),
    );
  }
}

const inference: Interpreter = {
  name: 'inferenceMode',
  bind(op, x, p) {
    return evaluate(op, x, p).map((v) => {
      const y = x.includes(v) || v.tape !== undefined ? v.view(v.shape, v.strides) : v;
      y.tape = inferenceSlot;
      return y;
    });
  },
};

function run<T>(mode: string, interpreter: Interpreter, fn: () => T): T {
  if (typeof fn !== 'function') {
    throw new ArgumentError(`${mode}: expected a function, got ${describe(fn)}.`, `write ${mode}(() => …)`);
  }
  return refuseGenerator(mode, refusePromise(mode, within(interpreter, fn)));
}

function refuseGenerator<T>(mode: string, result: T): T {
  if (/^\[object (Async)?Generator\]$/.test(Object.prototype.toString.call(result))) {
    throw new AutogradError(
      `${mode}: the function is a generator, whose body runs after ${mode} has ended.`,
      `use ${mode} inside the generator, around the statements it is meant for`,
    );
  }
  return result;
}

/**
 * Runs `fn` without recording: its results do not require grad, and inside a transform they are constants of it and of
 * those around it. Returns what `fn` returns.
 */
export function noGrad<T>(fn: () => T): T {
  const current = currentInterpreter();
  if (current === recorder) return run('noGrad', evaluator, fn);
  return run('noGrad', isGradEnabled() ? new Cut(current) : current, fn);
}

/** Runs `fn` with recording on again inside noGrad. Inside inferenceMode it changes nothing. */
export function enableGrad<T>(fn: () => T): T {
  let below = currentInterpreter();
  while (below instanceof Cut) below = below.parent;
  return run('enableGrad', below === evaluator ? recorder : below, fn);
}

/** False inside noGrad and inferenceMode. */
export function isGradEnabled(): boolean {
  const current = currentInterpreter();
  return !(current === evaluator || current === inference || current instanceof Cut);
}

export function isInferenceMode(): boolean {
  return currentInterpreter() === inference;
}

/**
 * noGrad whose results can never enter a recorded computation that would save them for backward: doing so throws. Inside
 * a transform it is noGrad.
 */
export function inferenceMode<T>(fn: () => T): T {
  const current = currentInterpreter();
  if (current === recorder || current === evaluator) return run('inferenceMode', inference, fn);
  return run('inferenceMode', isGradEnabled() ? new Cut(current) : current, fn);
}
