// A program as code: planned once, then linked to a memory. A call takes a block of scratch memory, brings the arguments in,
// runs the phases, and brings the results out. In a memory that is shared, steps that pay are divided among the threads.
import { debug } from '../../compile/debug.ts';
import { distributeLoops } from '../../compile/distribute-loops.ts';
import { costOf, divide } from '../../compile/divide.ts';
import { expandOperations } from '../../compile/expand.ts';
import type { Buffer } from '../../compile/expression.ts';
import { writableOver } from '../../compile/in-place.ts';
import { cheap, lower, lowerBody, type Plan } from '../../compile/lower.ts';
import { type MemoryPlan, planMemory } from '../../compile/memory.ts';
import { mergeLoops } from '../../compile/merge-loops.ts';
import { movements } from '../../compile/moved.ts';
import type { Nest } from '../../compile/nest.ts';
import { showPlan } from '../../compile/print.ts';
import { type LoopStep, nestOf, type OpaqueStep, type Step } from '../../compile/schedule.ts';
import { reduceSelections } from '../../compile/selections.ts';
import { simplify } from '../../compile/simplify.ts';
import { sinkBroadcasts } from '../../compile/sink-broadcasts.ts';
import type { Executable } from '../../program/backend.ts';
import type { Program } from '../../program/program.ts';
import { within } from '../../tensor/dispatch.ts';
import { DenseTensor } from '../../tensor/tensor.ts';
import { evaluate, evaluator } from '../../transforms/evaluate.ts';
import { Addresses } from './addresses.ts';
import { type Code, type Divided, type Divisions, emitCode, type Phase, phasesOf, productWidths } from './code.ts';
import { isElementwise } from './elementwise.ts';
import { gemmImports, gemmModule } from './gemm.ts';
import { loopRun } from './loop.ts';
import { type Arena, aligned, bytesOf, copyOut } from './memory.ts';
import { productScratch } from './product.ts';
import { LEAST_BYTES } from './slots.ts';
import type { Part, Place } from './threads/crew.ts';
import { Trial } from './threads/trial.ts';
import { writeTensor } from './transfer.ts';
import { outsideOf, Visits } from './visits.ts';

/** A plan with all that code for it needs to know, whatever memory it will run in. */
export interface Planned {
  readonly plan: Plan;
  readonly phases: readonly Phase[];
  readonly nestsOf: (step: Step) => readonly Nest[];
  readonly divisions: Divisions;
  readonly addresses: Addresses;
  /** Buffers that may lie outside of the block of a run. */
  readonly outside: readonly Buffer[];
  /** Bytes that products use besides the buffers, for each thread. */
  readonly scratchSize: number;
  /** Nanoseconds of one run that threads can share. */
  readonly shareable: number;
  /** The bodies of its loops. */
  readonly bodies: ReadonlyMap<LoopStep, Planned>;
  /** Tensors whose elements stand in the code, here and in the bodies. */
  readonly inlined: readonly DenseTensor[];
}

/** Multiplications a nanosecond, about. */
const RATE = 25;
/** A step that takes fewer nanoseconds is not divided. */
const LEAST = 20_000;

const nests = (step: Step): readonly Nest[] =>
  step.kind === 'cluster' ? [nestOf(step)] : step.kind === 'copies' ? step.nests : [];

const reusing = (plan: Plan): MemoryPlan => planMemory(plan, (b) => aligned(b.size * bytesOf[b.dtype]));

/**
 * The plan of a program; undefined where there is nothing for code to do, as where all results are views of arguments. Steps that take `least` nanoseconds on one thread
 * are divided; arguments and results of `movable` bytes may lie where they are.
 */
export function planProgram(
  program: Program,
  layout: (plan: Plan) => MemoryPlan = reusing,
  least: number = LEAST,
  movable: number = LEAST_BYTES,
): Planned | undefined {
  const simple = prepared(program);
  debug('program', () => String(simple));
  if (simple.equations.every(({ op }) => movements.has(op.name))) return undefined;
  const lowered = lower(simple, isElementwise);
  if (lowered.steps.every((step) => step.kind === 'opaque')) return undefined;
  return planned(lowered, layout, least, movable);
}

/** The program as it is lowered. */
export function prepared(program: Program): Program {
  const simple = simplify(expandOperations(program));
  const reduced = sinkBroadcasts(reduceSelections(simple), isElementwise);
  return distributeLoops(mergeLoops(reduced === simple ? simple : simplify(reduced)));
}

/** The plan of a loop's body. */
function planBody({ loop }: LoopStep, layout: (plan: Plan) => MemoryPlan, least: number): Planned {
  return planned(lowerBody(prepared(loop.body), loop, isElementwise), layout, least, Infinity);
}

function planned(lowered: Plan, layout: (plan: Plan) => MemoryPlan, least: number, movable: number): Planned {
  debug('loops', () => showPlan(lowered));
  const phases = phasesOf(lowered);
  const nestsByStep = new Map(lowered.steps.map((step) => [step, nests(step)]));
  const nestsOf = (step: Step): readonly Nest[] => nestsByStep.get(step)!;
  const { divisions, partial } = divisionsOf(lowered, nestsOf, least);
  const plan = { ...lowered, buffers: [...lowered.buffers, ...partial] };
  const memory = layout(plan);
  const scratchSize = aligned(Math.max(0, ...plan.steps.map((s) => (s.kind === 'product' ? productScratch(s) : 0))));
  let shareable = 0;
  for (const { nanoseconds } of divisions.nests.values()) shareable += nanoseconds;
  for (const nanoseconds of divisions.products.values()) shareable += nanoseconds;
  const outside = outsideOf(plan, movable);
  const table = aligned(memory.bytes);
  const addresses = new Addresses(memory.offsets, outside, table, aligned(table + 4 * outside.length));
  const loops = plan.steps.filter((step) => step.kind === 'loop');
  const bodies = new Map(loops.map((step) => [step, planBody(step, layout, least)]));
  const inlined = [...plan.inlined];
  for (const [{ loop }, body] of bodies) {
    shareable += (Number.isFinite(loop.length) ? loop.length : 1) * body.shareable;
    inlined.push(...body.inlined);
  }
  return { plan, phases, nestsOf, divisions, addresses, outside, scratchSize, shareable, bodies, inlined };
}

/** What can be divided, and the buffers for partial results. */
function divisionsOf(
  plan: Plan,
  nestsOf: (step: Step) => readonly Nest[],
  least: number,
): { divisions: Divisions; partial: readonly Buffer[] } {
  const partial: Buffer[] = [];
  const divided = new Map<Nest, Divided>();
  const products = new Map<Step, number>();
  for (const step of plan.steps) {
    if (step.kind === 'product') {
      const nanoseconds = (step.out.size * step.product.k) / RATE;
      if (nanoseconds >= least) products.set(step, nanoseconds);
      continue;
    }
    for (const nest of nestsOf(step)) {
      const nanoseconds = costOf(nest, ({ name }) => cheap.has(name));
      if (nanoseconds < least) continue;
      const division = divide(nest, nanoseconds, (dtype, size) => {
        const buffer = { id: plan.buffers.length + partial.length, dtype, size, position: step.position };
        partial.push(buffer);
        return buffer;
      });
      if (division) divided.set(nest, { division, nanoseconds });
    }
  }
  return { divisions: { nests: divided, products }, partial };
}

/** The program in a memory. */
export function compileProgram(
  arena: Arena,
  program: Program,
  layout: (plan: Plan) => MemoryPlan = reusing,
): Executable | undefined {
  const planned = planProgram(program, layout);
  return planned && link(arena, planned);
}

/** A plan as functions to be called one after another. */
export interface LinkedPlan {
  readonly planned: Planned;
  readonly alone: readonly Run[];
  /** The same in pieces that threads share; undefined where nothing can be shared. */
  readonly shared: readonly Run[] | undefined;
}

/** Code for the plan, in a memory. */
export function link(arena: Arena, planned: Planned): Executable {
  return executable(arena, linkPlan(arena, planned));
}

function linkPlan(arena: Arena, planned: Planned): LinkedPlan {
  const { plan, phases, nestsOf, divisions, addresses } = planned;
  const shared = arena.crew !== undefined;
  const code = emitCode(plan, phases, nestsOf, divisions, addresses, shared);
  const { bytes } = code;
  debug('wasm', () => hexadecimal(bytes));
  const widths = productWidths(plan);
  for (const float of widths) arena.crew?.kernels.add(gemmModule(true, float).bytes);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory: arena.memory },
    scalar: code.scalars,
    gemm: gemmImports(arena.memory, widths),
  });
  const loops = new Map<LoopStep, Run>();
  for (const [step, body] of planned.bodies) {
    const run = loopRun(arena, step, linkPlan(arena, body), addresses);
    loops.set(step, ({ base }) => run(base));
  }
  const alone = runsAlone(arena, planned, exports, loops);
  const sharing = arena.crew !== undefined && planned.shareable > 0;
  return { planned, alone, shared: sharing ? runsShared(arena, planned, code, exports, loops) : undefined };
}

/** The module as text for `xxd -r -p`, from where any disassembler takes it. */
function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export type Run = (place: Place) => void;

/** The phases on one thread. */
function runsAlone(
  arena: Arena,
  { phases, addresses }: Planned,
  exports: WebAssembly.Exports,
  loops: ReadonlyMap<LoopStep, Run>,
): Run[] {
  return phases.map((phase, i): Run => {
    if (phase.kind === 'opaque') return ({ base }) => runOpaque(arena, phase, base, addresses);
    if (phase.kind === 'loop') return loops.get(phase)!;
    const run = exports[`phase${i}`] as (base: number) => void;
    return ({ base }) => run(base);
  });
}

/** The phases in pieces, of which threads share some. */
function runsShared(
  arena: Arena,
  { phases, addresses, shareable }: Planned,
  { bytes, pieces }: Code,
  exports: WebAssembly.Exports,
  loops: ReadonlyMap<LoopStep, Run>,
): Run[] {
  let left = shareable;
  return phases.flatMap((phase, i): Run[] => {
    if (phase.kind === 'opaque') return [({ base }) => runOpaque(arena, phase, base, addresses)];
    if (phase.kind === 'loop') return [loops.get(phase)!];
    return pieces[i]!.map((piece): Run => {
      if (piece.kind === 'alone') {
        const run = exports[piece.name] as (base: number) => void;
        return ({ base }) => run(base);
      }
      const own = exports[`part${piece.number}`] as Part;
      const job = { ...piece, code: bytes, nanoseconds: left, trial: new Trial() };
      left -= piece.nanoseconds;
      return (place) => arena.crew!.run(job, place, own);
    });
  });
}

function executable(arena: Arena, { planned, alone, shared }: LinkedPlan): Executable {
  const { plan, addresses, outside, scratchSize, shareable } = planned;
  const { crew } = arena;
  const visits = new Visits(arena, plan, addresses, outside, writableOver(plan));
  const inlined = planned.inlined.map((tensor) => ({ tensor, storage: tensor.storage }));
  return (args, donated) => {
    if (inlined.some(({ tensor, storage }) => tensor.storage !== storage)) return undefined;
    const threads = shared ? crew!.gather(shareable) : 1;
    const base = arena.enter(addresses.scratch + scratchSize * threads);
    try {
      const place = { base, scratch: base + addresses.scratch, scratchSize };
      return visits.run(base, args, donated, () => {
        for (const run of threads > 1 ? shared! : alone) run(place);
      });
    } finally {
      arena.leave(base);
    }
  };
}

/** One operation by its own evaluation, on copies. */
function runOpaque(arena: Arena, step: OpaqueStep, base: number, addresses: Addresses): void {
  const x = step.x.map(({ buffer, shape, strides, offset }) => {
    const storage = copyOut(arena.heap, buffer.dtype, addresses.find(arena.heap, base, buffer), buffer.size);
    return new DenseTensor(buffer.dtype, shape, storage, strides, offset);
  });
  const y = within(evaluator, () => evaluate(step.op, x, step.p));
  y.forEach((v, i) => {
    writeTensor(arena, addresses.find(arena.heap, base, step.outs[i]!), v);
  });
}
