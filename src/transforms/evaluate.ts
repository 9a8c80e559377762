// The plain reading of a program: every operation is computed on concrete tensors, by the installed backend where that is
// faster, else by its reference evaluation.
import { TracedValueError } from '../errors.ts';
import { currentBackend } from '../program/backend.ts';
import { type Interpreter, installRoot } from '../tensor/dispatch.ts';
import type { OpRecord } from '../tensor/op.ts';
import { DenseTensor, type Tensor, Tracer } from '../tensor/tensor.ts';

/** Throws for a value whose transform has already returned. */
function refuse(op: string, x: Tensor): never {
  const owner = x instanceof Tracer ? x.transform : 'a transform';
  throw new TracedValueError(
    `${op}: a value of shape [${x.shape.join(',')}] from inside ${owner} was used where ${owner} is not at work, after it had returned or inside a function with its own rule.`,
    `return it from the function given to ${owner}, or pass it as an argument, instead of keeping it in a variable`,
  );
}

export function evaluate<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly DenseTensor[] {
  for (let i = 0; i < x.length; i++) if (!(x[i] instanceof DenseTensor)) refuse(op.name, x[i]!);
  const values = x as readonly DenseTensor[];
  if (op.untyped) return op.evaluate(values, p, []);
  const types = op.type(values, p);
  return currentBackend().evaluate(op as OpRecord, values, p, types) ?? op.evaluate(values, p, types);
}

export const evaluator: Interpreter = { name: 'evaluate', bind: evaluate };

installRoot(evaluator);
