// A plan as one WebAssembly module: a function for every loop nest, and one for each run of steps between two operations
// that JavaScript computes. A call copies the arguments into a block of scratch memory, runs, and copies the results out.

import { debug } from '../../compile/debug.ts';
import { expandOperations } from '../../compile/expand.ts';
import type { Buffer } from '../../compile/expression.ts';
import { lower, type Output, type Plan } from '../../compile/lower.ts';
import { type MemoryPlan, planMemory } from '../../compile/memory.ts';
import type { Nest } from '../../compile/nest.ts';
import { showPlan } from '../../compile/print.ts';
import { nestOf, type OpaqueStep, type Step } from '../../compile/schedule.ts';
import { simplify } from '../../compile/simplify.ts';
import type { Executable } from '../../program/backend.ts';
import type { Program } from '../../program/program.ts';
import { within } from '../../tensor/dispatch.ts';
import { sizeOf } from '../../tensor/layout.ts';
import { DenseTensor } from '../../tensor/tensor.ts';
import { evaluate, evaluator } from '../../transforms/evaluate.ts';
import { ModuleBuilder } from './assembler.ts';
import { isElementwise } from './elementwise.ts';
import { gemmKernels, importGemms } from './gemm.ts';
import { emitNest } from './loops.ts';
import { type Arena, aligned, bytesOf, copyIn, copyOut, MOST_PAGES } from './memory.ts';
import { emitProduct, productParts, productScratch } from './product.ts';
import { Scalars } from './scalars.ts';
import { hasRelaxedMadd } from './support.ts';

/** What runs without leaving WebAssembly. */
type Coded = Exclude<Step, OpaqueStep>;

type Phase = { readonly kind: 'code'; readonly steps: readonly Coded[] } | OpaqueStep;

function phasesOf(plan: Plan): Phase[] {
  const phases: Phase[] = [];
  let steps: Coded[] = [];
  const close = (): void => {
    if (steps.length > 0) phases.push({ kind: 'code', steps });
    steps = [];
  };
  for (const step of plan.steps) {
    if (step.kind !== 'opaque') steps.push(step);
    else {
      close();
      phases.push(step);
    }
  }
  close();
  return phases;
}

const nestsOf = (step: Coded): readonly Nest[] =>
  step.kind === 'cluster' ? [nestOf(step)] : step.kind === 'copies' ? step.nests : [];

interface Code {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether a scalar function was met that had not been imported: then the code is only a rehearsal. */
  readonly incomplete: boolean;
}

/** The module exports `phase0`, `phase1`, …, functions of the base address. */
function emit(
  plan: Plan,
  phases: readonly Phase[],
  addresses: readonly number[],
  scratch: number,
  scalars: Scalars,
): Code {
  const module = new ModuleBuilder();
  scalars.declare(module);
  const gemms = plan.steps.some((s) => s.kind === 'product') ? importGemms(module) : undefined;
  module.importMemory(1, MOST_PAGES, false);
  const context = {
    relaxed: hasRelaxedMadd(),
    addressOf: (buffer: Buffer) => addresses[buffer.id]!,
    findScalar: scalars.find.bind(scalars),
    fallback: scalars.fallback.bind(scalars),
  };
  phases.forEach((phase, i) => {
    if (phase.kind === 'opaque') return;
    const parts = phase.steps.flatMap((step) => {
      if (step.kind === 'product') {
        const product = emitProduct(module, step, addresses, gemms!);
        const f = module.function({ params: ['i32'], results: [] });
        f.get(f.params[0]!);
        f.get(f.params[0]!);
        f.i32(scratch);
        f.op('i32.add');
        f.i32(0);
        f.i32(productParts(step));
        f.call(product);
        return [f];
      }
      return nestsOf(step).map((nest) => {
        const f = module.function({ params: ['i32'], results: [] });
        emitNest(f, nest, context);
        return f;
      });
    });
    const whole = module.function({ params: ['i32'], results: [] }, `phase${i}`);
    for (const part of parts) {
      whole.get(whole.params[0]!);
      whole.call(part);
    }
  });
  return { bytes: module.build(), incomplete: scalars.incomplete };
}

const reusing = (plan: Plan): MemoryPlan => planMemory(plan, (b) => aligned(b.size * bytesOf[b.dtype]));

/** The plan of a program, as code; undefined where there is nothing for code to do. */
export function compileProgram(
  arena: Arena,
  program: Program,
  layout: (plan: Plan) => MemoryPlan = reusing,
): Executable | undefined {
  const simple = simplify(expandOperations(program));
  debug('program', () => String(simple));
  const plan = lower(simple, isElementwise);
  debug('loops', () => showPlan(plan));
  const phases = phasesOf(plan);
  if (!phases.some((p) => p.kind === 'code')) return undefined;
  const memory = layout(plan);
  const scratch = Math.max(0, ...plan.steps.map((s) => (s.kind === 'product' ? productScratch(s) : 0)));
  const scalars = new Scalars();
  let code = emit(plan, phases, memory.offsets, memory.bytes, scalars);
  if (code.incomplete) code = emit(plan, phases, memory.offsets, memory.bytes, scalars);
  debug('wasm', () => hexadecimal(code.bytes));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code.bytes), {
    env: { memory: arena.memory },
    scalar: scalars.functions,
    ...(plan.steps.some((s) => s.kind === 'product') ? { gemm: { ...gemmKernels(arena.memory) } } : {}),
  });
  return executable(arena, plan, phases, instance, memory.offsets, memory.bytes + scratch);
}

/** The module as text for `xxd -r -p`, from where any disassembler takes it. */
function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

function executable(
  arena: Arena,
  plan: Plan,
  phases: readonly Phase[],
  instance: WebAssembly.Instance,
  offsets: readonly number[],
  bytes: number,
): Executable {
  const runs = phases.map((phase, i): ((base: number) => void) => {
    if (phase.kind === 'code') return instance.exports[`phase${i}`] as (base: number) => void;
    return (base) => runOpaque(arena, phase, base, offsets);
  });
  const fixed = plan.constants.map(({ buffer, tensor }) => ({ offset: offsets[buffer.id]!, tensor }));
  const inlined = plan.inlined.map((tensor) => ({ tensor, storage: tensor.storage }));
  return (args) => {
    if (inlined.some(({ tensor, storage }) => tensor.storage !== storage)) return undefined;
    const base = arena.enter(bytes);
    try {
      for (let i = 0; i < plan.inputs.length; i++) {
        const buffer = plan.inputs[i];
        if (buffer) writeTensor(arena, base + offsets[buffer.id]!, args[i]!);
      }
      for (const { offset, tensor } of fixed) writeTensor(arena, base + offset, tensor);
      for (const run of runs) run(base);
      return plan.outputs.map((out) => readOutput(arena, out, args, base, offsets));
    } finally {
      arena.leave(base);
    }
  };
}

function writeTensor(arena: Arena, address: number, x: DenseTensor): void {
  const { storage, offset, shape } = x;
  const size = sizeOf(shape);
  if (x.isRowMajor) copyIn(arena.heap, x.dtype, address, storage, offset, size);
  else copyIn(arena.heap, x.dtype, address, x.values(), 0, size);
}

function readOutput(
  arena: Arena,
  out: Output,
  args: readonly DenseTensor[],
  base: number,
  offsets: readonly number[],
): DenseTensor {
  if (out.kind === 'input') return args[out.index]!;
  if (out.kind === 'constant') return out.tensor;
  const { buffer, shape, strides, offset } = out.view;
  const storage = copyOut(arena.heap, buffer.dtype, base + offsets[buffer.id]!, buffer.size);
  return new DenseTensor(buffer.dtype, shape, storage, strides, offset);
}

/** One operation by its own evaluation, on copies. */
function runOpaque(arena: Arena, step: OpaqueStep, base: number, offsets: readonly number[]): void {
  const x = step.x.map(({ buffer, shape, strides, offset }) => {
    const storage = copyOut(arena.heap, buffer.dtype, base + offsets[buffer.id]!, buffer.size);
    return new DenseTensor(buffer.dtype, shape, storage, strides, offset);
  });
  const y = within(evaluator, () => evaluate(step.op, x, step.p));
  y.forEach((v, i) => {
    writeTensor(arena, base + offsets[step.outs[i]!.id]!, v);
  });
}
