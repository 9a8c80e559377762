// Running a program again and again: as the backend's code where the arguments are numbers and nothing is recorded, else
// equation by equation in the interpreter that is in charge.
import { type Backend, currentBackend, type Executable } from '../program/backend.ts';
import type { Program } from '../program/program.ts';
import { run } from '../program/trace.ts';
import { currentInterpreter, rootInterpreter } from '../tensor/dispatch.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { evaluator } from './evaluate.ts';

/** By argument, whether it is donated. */
export type Donated = readonly boolean[];

/** Runs a program; `donated` arguments are given away where the arguments are numbers that nobody records. */
export type Execute = (args: readonly Tensor[], donated?: Donated) => Tensor[];

/** A function that runs `program`. Code is made at the first call that can use it, for the backend of that call. */
export function executor(program: Program): Execute {
  const constants = constantsOf(program);
  let backend: Backend | undefined;
  let code: Executable | undefined;
  const execute = (args: readonly Tensor[], donated: Donated | undefined): Tensor[] => {
    const wanted = currentBackend();
    if (wanted !== backend) {
      code = compile(wanted, program);
      backend = wanted;
    }
    const dense = code !== undefined && args.every((x) => x instanceof DenseTensor);
    return (dense ? code!(args as DenseTensor[], donated) : undefined) ?? run(program, args);
  };
  return (args, donated) => {
    const current = currentInterpreter();
    const plain = current === rootInterpreter() && !recorded(args) && !recorded(constants);
    if (plain && donated) return giveAway(args, donated, () => execute(args, donated));
    return plain || current === evaluator ? execute(args, undefined) : run(program, args);
  };
}

/** What `compute` returns, after which the donated arguments have no elements; one that is returned leaves as a view. */
function giveAway(args: readonly Tensor[], donated: Donated, compute: () => Tensor[]): Tensor[] {
  const given = new Set(args.filter((x, i): x is DenseTensor => donated[i]! && x instanceof DenseTensor));
  const outs = compute().map((y) => (y instanceof DenseTensor && given.has(y) ? y.view(y.shape, y.strides) : y));
  for (const x of given) x.giveAway();
  return outs;
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
