// Scans outside of compiled programs. One that is long enough to pay for the code is compiled as a program of its own, once
// for each body.
import { type Loop, loopOf } from '../../compile/loops.ts';
import type { Executable } from '../../program/backend.ts';
import { Program, Var } from '../../program/program.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { OpRecord, Params, TensorType } from '../../tensor/op.ts';
import type { DenseTensor } from '../../tensor/tensor.ts';

/** What one operation of a step costs in the interpreter: nanoseconds, and nanoseconds for an element. */
const OPERATION = 2000;
const ELEMENT = 2;
/** Compiling an operation takes so many nanoseconds. */
const COMPILING = 300_000;

export class LoopPrograms {
  private readonly compile: (program: Program) => Executable | undefined;
  private readonly programs = new WeakMap<Program, Executable | false>();

  constructor(compile: (program: Program) => Executable | undefined) {
    this.compile = compile;
  }

  evaluate(
    op: OpRecord,
    x: readonly DenseTensor[],
    p: Params,
    types: readonly TensorType[],
  ): readonly DenseTensor[] | undefined {
    const loop = loopOf({ op, p });
    if (!loop || !pays(loop)) return undefined;
    let run = this.programs.get(loop.body);
    if (run === undefined) {
      const inputs = x.map((v) => new Var(v));
      const outs = types.map((type) => new Var(type));
      run = this.compile(new Program(inputs, [{ op, x: inputs, p, outs }], outs)) ?? false;
      this.programs.set(loop.body, run);
    }
    return run ? run(x) : undefined;
  }
}

function pays({ body, length }: Loop): boolean {
  const { equations } = body;
  const elements = equations.flatMap((e) => e.outs).reduce((sum, v) => sum + sizeOf(v.shape), 0);
  return length * (equations.length * OPERATION + elements * ELEMENT) > equations.length * COMPILING;
}
