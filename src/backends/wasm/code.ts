// A plan as one WebAssembly module. Every step is a function of the base address; a run of steps between two operations that
// JavaScript computes is a phase, one function that calls them in order. Steps that threads can share are also exported as
// functions of the parts to compute, `part0`, `part1`, …, and what lies between them as `alone0`, `alone1`, … The body of a
// loop is a module of its own.
import type { Division } from '../../compile/divide.ts';
import type { Plan } from '../../compile/lower.ts';
import type { Nest } from '../../compile/nest.ts';
import type { LoopStep, OpaqueStep, ProductStep, Step } from '../../compile/schedule.ts';
import type { Addresses } from './addresses.ts';
import { type FunctionBuilder, type Local, ModuleBuilder } from './assembler.ts';
import { type Gemms, importGemms } from './gemm.ts';
import { emitNest, type NestContext } from './loops.ts';
import { MOST_PAGES } from './memory.ts';
import { emitProduct, productParts } from './product.ts';
import { Scalars } from './scalars.ts';
import { hasRelaxedMadd } from './support.ts';
import { VectorFunctions } from './vector-functions.ts';
import { type Float, floatOf } from './width.ts';

/** Shares of a product that equals its transpose. */
const SHARES = 8;

/** What runs without leaving WebAssembly. */
type Coded = Exclude<Step, OpaqueStep | LoopStep>;

export type Phase = { readonly kind: 'code'; readonly steps: readonly Coded[] } | OpaqueStep | LoopStep;

/** A function of a phase: of the base address, or of the base address, scratch memory and a range of parts. */
export type Piece =
  | { readonly kind: 'alone'; readonly name: string }
  | {
      readonly kind: 'shared';
      readonly number: number;
      readonly count: number;
      /** Parts that are taken at once; 0 where all threads should take equally many. */
      readonly grain: number;
      readonly nanoseconds: number;
    };

export interface Code {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By phase; the function `phase0`, … does the same in one thread. */
  readonly pieces: readonly (readonly Piece[])[];
  /** The functions that it imports from `scalar`. */
  readonly scalars: Scalars['functions'];
}

export interface Divided {
  readonly nanoseconds: number;
  readonly division: Division;
}

/** What is worth dividing among threads, by nest and by step. */
export interface Divisions {
  readonly nests: ReadonlyMap<Nest, Divided>;
  /** Nanoseconds on one thread, about. */
  readonly products: ReadonlyMap<Step, number>;
}

export function phasesOf(plan: Plan): Phase[] {
  const phases: Phase[] = [];
  let steps: Coded[] = [];
  const close = (): void => {
    if (steps.length > 0) phases.push({ kind: 'code', steps });
    steps = [];
  };
  for (const step of plan.steps) {
    if (step.kind !== 'opaque' && step.kind !== 'loop') steps.push(step);
    else {
      close();
      phases.push(step);
    }
  }
  close();
  return phases;
}

/** The widths of the products in a plan. */
export function productWidths({ steps }: Plan): ReadonlySet<Float> {
  return new Set(steps.flatMap((s) => (s.kind === 'product' ? [floatOf(s.out.dtype)] : [])));
}

/** Code for memory that is shared, or not. `nestsOf` gives the nests of a step, by which `divisions` knows them. */
export function emitCode(
  plan: Plan,
  phases: readonly Phase[],
  nestsOf: (step: Step) => readonly Nest[],
  divisions: Divisions,
  addresses: Addresses,
  shared: boolean,
): Code {
  const module = new ModuleBuilder();
  const scalars = new Scalars(module);
  const gemms = importGemms(module, productWidths(plan));
  module.importMemory(1, MOST_PAGES, shared);
  const nests = plan.steps.flatMap(nestsOf);
  const fallback = scalars.fallback.bind(scalars);
  const functions = new VectorFunctions(module, nests, hasRelaxedMadd(), fallback);
  const emitter = new PhaseEmitter(module, divisions, addresses, scalars, functions, gemms);
  const pieces = phases.map((phase, i) => {
    if (phase.kind !== 'code') return [];
    for (const step of phase.steps) {
      if (step.kind === 'product') emitter.product(step);
      else for (const nest of nestsOf(step)) emitter.nest(nest);
    }
    return emitter.finish(`phase${i}`, shared);
  });
  return { bytes: module.build(), pieces, scalars: scalars.functions };
}

/** A step as a function of the base address, or one that is divided. */
interface Call {
  readonly f: FunctionBuilder;
  readonly shared: Extract<Piece, { kind: 'shared' }> | undefined;
  readonly count: number;
}

class PhaseEmitter {
  private readonly module: ModuleBuilder;
  private readonly divisions: Divisions;
  private readonly addresses: Addresses;
  private readonly gemms: Gemms;
  private readonly context: NestContext;
  private calls: Call[] = [];
  private parts = 0;
  private alone = 0;
  /** Whether the function that was emitted last calls JavaScript for every element. */
  private callsOut = false;

  constructor(
    module: ModuleBuilder,
    divisions: Divisions,
    addresses: Addresses,
    scalars: Scalars,
    functions: VectorFunctions,
    gemms: Gemms,
  ) {
    this.module = module;
    this.divisions = divisions;
    this.addresses = addresses;
    this.gemms = gemms;
    this.context = {
      relaxed: hasRelaxedMadd(),
      addresses,
      findScalar: (...operation) => {
        this.callsOut = true;
        return scalars.find(...operation);
      },
      fallback: scalars.fallback.bind(scalars),
      functions,
    };
  }

  product(step: ProductStep): void {
    const nanoseconds = this.divisions.products.get(step);
    const count = productParts(step);
    const f = emitProduct(this.module, step, this.addresses, this.gemms);
    // Rows of half a product differ in length: smaller shares even that out.
    const grain = step.product.symmetric ? Math.ceil(count / SHARES) : 0;
    this.shareable(f, count, nanoseconds === undefined ? undefined : { grain, nanoseconds });
  }

  nest(nest: Nest): void {
    const divided = this.divisions.nests.get(nest);
    if (!divided) {
      this.plain(nest);
      return;
    }
    const { division, nanoseconds } = divided;
    this.callsOut = false;
    const f = this.blocks(division);
    const count = division.count + (division.rest ? 1 : 0);
    this.shareable(f, count, this.callsOut ? undefined : { grain: 1, nanoseconds });
    if (division.combine) this.plain(division.combine);
  }

  private plain(nest: Nest): void {
    const f = this.module.function({ params: ['i32'], results: [] });
    emitNest(f, nest, this.context);
    this.calls.push({ f, shared: undefined, count: 0 });
  }

  /** A function of parts; threads may share it where `how` says so. */
  private shareable(f: FunctionBuilder, count: number, how: { grain: number; nanoseconds: number } | undefined): void {
    const shared = how && { kind: 'shared' as const, number: this.parts++, count, ...how };
    if (shared) this.module.export(`part${shared.number}`, f);
    this.calls.push({ f, shared, count });
  }

  /** The function (base, scratch, from, to) of the blocks of a nest; the last one may be the rest. */
  private blocks({ block, count, step, rest }: Division): FunctionBuilder {
    const one = this.module.function({ params: ['i32', 'i32'], results: [] });
    emitNest(one, block, this.context, { index: one.params[1]!, step });
    let last: FunctionBuilder | undefined;
    if (rest) {
      last = this.module.function({ params: ['i32'], results: [] });
      emitNest(last, rest, this.context);
    }
    const f = this.module.function({ params: ['i32', 'i32', 'i32', 'i32'], results: [] });
    const [base, , from, to] = f.params as [Local, Local, Local, Local];
    const index = f.local('i32');
    f.forRange(index, from, to, 1, () => {
      const call = (): void => {
        f.get(base);
        f.get(index);
        f.call(one);
      };
      if (!last) {
        call();
        return;
      }
      f.get(index);
      f.i32(count);
      f.op('i32.lt_s');
      f.if(call, () => {
        f.get(base);
        f.call(last);
      });
    });
    return f;
  }

  /** The phase in one function, and in pieces. */
  finish(name: string, inPieces: boolean): Piece[] {
    this.sequence(name, this.calls);
    const pieces: Piece[] = [];
    let run: Call[] = [];
    const close = (): void => {
      if (run.length > 0) pieces.push({ kind: 'alone', name: this.sequence(`alone${this.alone++}`, run) });
      run = [];
    };
    for (const call of inPieces ? this.calls : []) {
      if (call.shared) {
        close();
        pieces.push(call.shared);
      } else run.push(call);
    }
    close();
    this.calls = [];
    return pieces;
  }

  private sequence(name: string, calls: readonly Call[]): string {
    const whole = this.module.function({ params: ['i32'], results: [] }, name);
    const base = whole.params[0]!;
    for (const { f, count } of calls) {
      whole.get(base);
      if (f.params.length > 1) {
        whole.get(base);
        whole.i32(this.addresses.scratch);
        whole.op('i32.add');
        whole.i32(0);
        whole.i32(count);
      }
      whole.call(f);
    }
    return name;
  }
}
