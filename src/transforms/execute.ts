// Running a program again and again: as the backend's code where the arguments are numbers and nothing is recorded, else
// equation by equation in the interpreter that is in charge.
import { type Backend, currentBackend, type Executable } from '../program/backend.ts';
import type { Program } from '../program/program.ts';
import { run } from '../program/trace.ts';
import { currentInterpreter, rootInterpreter } from '../tensor/dispatch.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { evaluator } from './evaluate.ts';

/** A function that runs `program`. Code is made at the first call that can use it, for the backend of that call. */
export function executor(program: Program): (args: readonly Tensor[]) => Tensor[] {
  const constants = constantsOf(program);
  let backend: Backend | undefined;
  let code: Executable | undefined;
  return (args) => {
    const current = currentInterpreter();
    if (current === evaluator || (current === rootInterpreter() && !recorded(args) && !recorded(constants))) {
      const wanted = currentBackend();
      if (wanted !== backend) {
        code = compile(wanted, program);
        backend = wanted;
      }
      const outs =
        code !== undefined && args.every((x) => x instanceof DenseTensor) ? code(args as DenseTensor[]) : undefined;
      if (outs) return outs;
    }
    return run(program, args);
  };
}

/** An engine may refuse code that is too large for it. */
function compile(backend: Backend, program: Program): Executable | undefined {
  try {
    return backend.compile(program);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whether the tape wants to know what happens to one of these. */
function recorded(x: readonly Tensor[]): boolean {
  for (const v of x) if ((v as DenseTensor).tape?.requiresGrad) return true;
  return false;
}

function constantsOf(program: Program): DenseTensor[] {
  const list = [...program.equations.flatMap((e) => e.x), ...program.outputs];
  return list.filter((v): v is DenseTensor => v instanceof DenseTensor);
}
