// What becomes of a program on its way to the machine, stage by stage, for people who want to see it.
import { lower } from '../../compile/lower.ts';
import { showPlan } from '../../compile/print.ts';
import { ArgumentError } from '../../errors.ts';
import { Program } from '../../program/program.ts';
import { emitCode } from './code.ts';
import { isElementwise } from './elementwise.ts';
import { planProgram, prepared } from './program.ts';
import { hasSimd } from './support.ts';

export interface CompileStages {
  /** The program as it was traced. */
  readonly traced: Program;
  /** Expanded and simplified: what is repeated, undone or unused is gone. */
  readonly simplified: Program;
  /** The loop nests as text: what is walked, what is stored. */
  readonly loops: string;
  /** How many loop nests, products and operations in JavaScript there are. */
  readonly steps: number;
  /** The WebAssembly module; undefined where there is nothing for code to do, or no engine for it. */
  readonly wasm: Uint8Array | undefined;
  /** Bytes of scratch memory for one run of the module. */
  readonly scratchBytes: number;
}

/** The stages of compiling `program`, as `jit` goes through them: `compileStages(trace(f)(x)).loops`. */
export function compileStages(program: Program): CompileStages {
  if (!(program instanceof Program)) {
    throw new ArgumentError('compileStages: the argument is no program.', 'trace(f)(...args) gives one');
  }
  const simplified = prepared(program);
  const lowered = lower(simplified, isElementwise);
  const planned = hasSimd() ? planProgram(program) : undefined;
  return {
    traced: program,
    simplified,
    loops: showPlan(lowered),
    steps: lowered.steps.length,
    wasm: planned && moduleBytes(planned),
    scratchBytes: planned ? planned.addresses.scratch + planned.scratchSize : 0,
  };
}

function moduleBytes(planned: NonNullable<ReturnType<typeof planProgram>>): Uint8Array {
  const { plan, phases, nestsOf, divisions, addresses } = planned;
  return emitCode(plan, phases, nestsOf, divisions, addresses, false).bytes;
}
