// A traced program read again: its equations, one after another, on other values of the same types.
import { ArgumentError, ShapeError } from '../errors.ts';
import { Program } from '../program/program.ts';
import { run } from '../program/trace.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';

/**
 * The outputs of a program at `args`, the tensors it was traced for in order (the leaves, where an argument was a tree). It is a
 * function of tensors like any other: it can be differentiated, batched and traced.
 *
 * `runProgram(trace(sin)(x), [x])` is `[sin(x)]`. Throws ShapeError where an argument has another shape than the traced one.
 */
export function runProgram(program: Program, args: readonly Tensor[]): Tensor[] {
  if (!(program instanceof Program)) {
    throw new ArgumentError('runProgram: the first argument is no program.', 'trace(f)(...args) gives one');
  }
  if (!Array.isArray(args) || !args.every((x) => x instanceof Tensor) || args.length !== program.inputs.length) {
    throw new ArgumentError(`runProgram: needs a list of ${program.inputs.length} tensors.`);
  }
  program.inputs.forEach(({ shape }, i) => {
    if (!sameShape(args[i]!.shape, shape)) {
      throw new ShapeError(
        `runProgram: argument ${i} has shape ${showShape(args[i]!.shape)}, the program needs ${showShape(shape)}.`,
      );
    }
  });
  return run(program, args);
}
