// Staged derivatives: a transform called at the bottom records what the function does, once and without computing. The first
// calls with a structure are read by the transform as they are; after that the derivative itself is traced, simplified and
// kept, so that a further call costs the recording and a run. The recording is made anew by each call, so branches on
// JavaScript values, closures and random numbers behave as ever: another structure is another entry.
import { simplify } from '../compile/simplify.ts';
import { asTensor } from '../ops/operands.ts';
import { traceFlat } from '../program/trace.ts';
import { currentInterpreter, rootInterpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { flatten, sameTree, type TreeShape, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, flattenTensors, splitAux } from './call.ts';
import { DeferredTracer, Recording } from './deferred.ts';
import { evaluator } from './evaluate.ts';
import { currentPlanner, type PlannedCall, type PlanRequest } from './planner.ts';
import { stepper } from './steps.ts';
import { hashOf, Structure } from './structure.ts';

/** A transform of a function, as far as it is known before the call. */
export interface Derivation {
  /** The function that is recorded. */
  readonly base: AnyFunction;
  /** The transform named by the values that it sees. */
  readonly name: string;
  /** Transforms and options: equal for derivations that do the same to their function. */
  readonly key: string;
  /** `base` returns `[output, aux]`. */
  readonly hasAux: boolean;
  /** The transform of any function in place of `base`, not staged. */
  readonly transform: (f: AnyFunction) => AnyFunction;
  /** The transform of `base`, not staged. */
  readonly direct: AnyFunction;
  /** For a Jacobian or Hessian: which one, and the transforms under it. */
  readonly planning?: (Planning & { readonly inner: (f: AnyFunction) => AnyFunction }) | undefined;
  /** What the last call found. */
  recent?: Entry | undefined;
}

/** A derivative that a planner may take over. */
export interface Planning {
  readonly kind: PlanRequest['kind'];
  readonly structured: boolean;
  /** True when argnums is a single number, so that results are not wrapped in a list. */
  readonly single: boolean;
}

/** One call, on flat lists. */
export interface Call {
  /** Concrete inputs: those of the function, then others that the transform takes. */
  readonly leaves: readonly DenseTensor[];
  /** What the function sees of its inputs. */
  readonly types: readonly TensorType[];
  /** The number of examples that the function's values stand for, where there is not just one. */
  readonly batch?: number;
  /** How the inputs were given. */
  readonly shape: TreeShape;
  /** The positions of the arguments that are followed. */
  readonly positions: readonly number[];
  /** Runs the function. */
  readonly run: (x: readonly Tensor[]) => unknown;
  /** The transform (or another in its place) of `f`, a function of the flat inputs, at `leaves`. */
  readonly derive: (
    f: (x: readonly Tensor[]) => unknown,
    leaves: readonly Tensor[],
    transform?: (f: AnyFunction) => AnyFunction,
  ) => unknown;
  /** Whether the outermost transform differentiates all of the inputs. */
  readonly whole?: boolean;
}

/** Stands in a result for what the function put into aux that is no value of its own. */
class Hole {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** What a function returned, as places in its recording. */
interface Result {
  readonly outs: readonly number[];
  readonly shape: TreeShape;
  /** The leaves of aux: places, or holes for anything else. */
  readonly aux: readonly (number | Hole)[];
  readonly auxShape: TreeShape | undefined;
  readonly others: readonly unknown[];
}

const leafShape: TreeShape = { kind: 'leaf' };

function resultOf(d: Derivation, recording: Recording, returned: unknown): Result {
  if (!d.hasAux && returned instanceof Tensor) {
    return { outs: [recording.place(returned)], shape: leafShape, aux: [], auxShape: undefined, others: [] };
  }
  const [output, extra] = splitAux(d.name, returned, d.hasAux);
  const { leaves, shape } = flattenTensors(d.name, output);
  const outs = leaves.map((y) => recording.place(y));
  if (!d.hasAux) return { outs, shape, aux: [], auxShape: undefined, others: [] };
  const flat = flatten(extra);
  const others: unknown[] = [];
  const aux = flat.leaves.map((leaf) =>
    leaf instanceof DeferredTracer && leaf.owner === recording ? leaf.index : new Hole(others.push(leaf) - 1),
  );
  return { outs, shape, aux, auxShape: flat.shape, others };
}

/** The same result with other values at the places. */
function restored(d: Derivation, result: Result, values: readonly Tensor[], others?: readonly unknown[]): unknown {
  const output = unflatten(result.shape, values.slice(0, result.outs.length));
  if (!d.hasAux) return output;
  let next = result.outs.length;
  const aux = result.aux.map((leaf) => (leaf instanceof Hole ? (others ? others[leaf.index] : leaf) : values[next++]));
  return [output, unflatten(result.auxShape!, aux)];
}

const placesOf = (result: Result): number[] => [...result.outs, ...result.aux.filter((a) => typeof a === 'number')];

// -------------------------------------------------------------------------------------------------------------- entries

interface Code {
  readonly run: (inputs: readonly DenseTensor[]) => DenseTensor[];
  /** The structure of the result and its leaves: which output, or −1 − i for hole i. */
  readonly shape: TreeShape;
  readonly leaves: readonly number[];
}

class Entry {
  readonly hash: number;
  readonly structure: Structure;
  private readonly key: string;
  private readonly positions: readonly number[];
  private readonly batch: number | undefined;
  private readonly shapes: readonly TreeShape[];
  calls = 0;
  code: Code | undefined;
  /** null where the planner has nothing better. */
  planned: PlannedCall | null | undefined;

  constructor(
    d: Derivation,
    call: Call,
    recording: Recording,
    result: Result,
    places: readonly number[],
    hash: number,
  ) {
    this.hash = hash;
    this.key = d.key;
    this.positions = call.positions;
    this.batch = call.batch;
    this.shapes = shapesOf(call, result);
    this.structure = new Structure(recording, places);
  }

  matches(d: Derivation, call: Call, recording: Recording, result: Result, places: readonly number[]): boolean {
    return (
      this.key === d.key &&
      this.batch === call.batch &&
      sameShape(this.positions, call.positions) &&
      shapesOf(call, result).every((shape, i) => sameTree(shape, this.shapes[i]!)) &&
      this.structure.matches(recording, places)
    );
  }
}

const shapesOf = (call: Call, { shape, auxShape }: Result): readonly TreeShape[] =>
  auxShape ? [call.shape, shape, auxShape] : [call.shape, shape];

/** Structures by hash, the one not called for longest first. Their places are counted, since that is what they weigh. */
class Structures {
  private readonly entries = new Map<number, Entry[]>();
  private weight = 0;

  get size(): number {
    return this.weight;
  }

  find(hash: number, matches: (entry: Entry) => boolean): Entry | undefined {
    const list = this.entries.get(hash);
    const entry = list?.find(matches);
    if (entry) {
      this.entries.delete(hash);
      this.entries.set(hash, list!);
    }
    return entry;
  }

  add(entry: Entry): void {
    const list = this.entries.get(entry.hash);
    if (list) list.push(entry);
    else this.entries.set(entry.hash, [entry]);
    this.weight += entry.structure.size;
    for (const [hash, oldest] of this.entries) {
      if (this.weight <= MOST_PLACES) break;
      this.entries.delete(hash);
      for (const { structure } of oldest) this.weight -= structure.size;
    }
  }
}

/** How many values all kept structures have together. */
export const MOST_PLACES = 50_000;
/** At this call with a structure its derivative is compiled. */
const PAYS = 3;
/** Longer recordings cost more to compare and to keep than they save. */
const MOST_STEPS = 2000;

const structures = new Structures();

/** How many values the structures have that are kept now. */
export function keptPlaces(): number {
  return structures.size;
}

function entryFor(d: Derivation, call: Call, recording: Recording, result: Result, places: readonly number[]): Entry {
  const matches = (entry: Entry): boolean => entry.matches(d, call, recording, result, places);
  if (d.recent && matches(d.recent)) return d.recent;
  const hash = hashOf(recording, places);
  let entry = structures.find(hash, matches);
  if (!entry) {
    entry = new Entry(d, call, recording, result, places, hash);
    structures.add(entry);
  }
  d.recent = entry;
  return entry;
}

/** Functions that did something which a structure cannot tell. */
const unstaged = new WeakSet<AnyFunction>();

/** Whether a call of this function is worth recording, and may be recorded where it is made. */
export function stages(base: AnyFunction): boolean {
  const current = currentInterpreter();
  return (current === rootInterpreter() || current === evaluator) && !unstaged.has(base);
}

export function perform(d: Derivation, call: Call): unknown {
  const recording = new Recording(d.name, call.leaves, call.batch);
  const tracers = call.types.map((type) => recording.input(type));
  const result = resultOf(
    d,
    recording,
    within(recording, () => call.run(tracers)),
  );
  const places = placesOf(result);
  if (!recording.repeatable) {
    const done = plannedOnce(d, call, recording, result, places);
    if (done) return done.result;
    unstaged.add(d.base);
  } else if (!recording.recorded && recording.steps.length <= MOST_STEPS) {
    const entry = entryFor(d, call, recording, result, places);
    entry.calls++;
    if (entry.planned === undefined && planningPays(d, call, recording, entry.calls)) {
      entry.planned = planOf(d, call, recording, result, places) ?? null;
    }
    if (entry.planned) {
      const done = entry.planned([...(recording.captured as DenseTensor[]), ...call.leaves]);
      if (done) return done.result;
    }
    if (entry.calls === PAYS && !d.planning?.structured) entry.code = codeOf(d, call, recording, result, places);
    if (entry.code) return runCode(entry.code, recording, call, result);
  }
  const again = (x: readonly Tensor[]): unknown => restored(d, result, recording.replay(x, places), result.others);
  return call.derive(again, call.leaves);
}

/**
 * A structured derivative of a function with loops or branches, whose record cannot be compared with another one: planned
 * anew by each call. `prepare` plans it once.
 */
function plannedOnce(
  d: Derivation,
  call: Call,
  recording: Recording,
  result: Result,
  places: readonly number[],
): { readonly result: unknown } | undefined {
  const captured = recording.captured.filter((x): x is DenseTensor => x instanceof DenseTensor);
  const may = d.planning?.structured && call.whole && !recording.wasRead && !recording.recorded;
  if (!may || captured.length < recording.captured.length) return undefined;
  return planOf(d, call, recording, result, places)?.([...captured, ...call.leaves]);
}

/** Work of the products above which a plan is made for a single call: some 50 ms. */
const MUCH_WORK = 5e7;

/** Many calls, or one with much work: every value for every input element. */
function planningPays({ planning }: Derivation, { whole, leaves }: Call, recording: Recording, calls: number): boolean {
  if (!planning || !whole) return false;
  if (planning.structured || calls >= PAYS) return true;
  const elements = leaves.reduce((total, x) => total + x.size, 0);
  const values = recording.values.reduce((total, x) => total + x.size, 0);
  // A second derivative goes through every value forwards and backwards, and again for the tangents.
  return values * elements * (planning.kind === 'hessian' ? 4 : 1) > MUCH_WORK;
}

/** The planner's way to the derivative; undefined where it has none, or where the function cannot be traced. */
function planOf(
  d: Derivation,
  call: Call,
  recording: Recording,
  result: Result,
  places: readonly number[],
): PlannedCall | undefined {
  const { captured } = recording;
  const { kind, structured, single, inner } = d.planning!;
  let output = leafShape;
  try {
    const program = traceFlat(
      d.name,
      (...values) => {
        const constants = values.slice(0, captured.length);
        const again = (x: readonly Tensor[]): unknown => restored(d, result, recording.replay(x, places, constants));
        const flat = flattenTensors(d.name, call.derive(again, values.slice(captured.length), inner));
        output = flat.shape;
        return flat.leaves;
      },
      [...captured, ...call.leaves],
    );
    const one = call.positions.length === 2; // the last position is the number of arguments
    const perInput = (values: readonly unknown[]): unknown => {
      const tree = unflatten(call.shape, values);
      return one && !single ? [tree] : tree;
    };
    return currentPlanner()?.plan({ kind, structured, program, output, count: call.leaves.length, perInput });
  } catch {
    // The products come next. If the function is at fault, they throw as they did before.
    return undefined;
  }
}

function runCode({ run, shape, leaves }: Code, recording: Recording, call: Call, result: Result): unknown {
  const inputs = [...(recording.captured as DenseTensor[]), ...call.leaves];
  const outs = within(evaluator, () => run(inputs));
  if (shape === leafShape || shape.kind === 'leaf') return outs[leaves[0]!];
  return unflatten(
    shape,
    leaves.map((at) => (at >= 0 ? outs[at] : result.others[-1 - at])),
  );
}

/** The derivative as a program of the captured tensors and the inputs; undefined where it cannot be traced. */
function codeOf(
  d: Derivation,
  call: Call,
  recording: Recording,
  result: Result,
  places: readonly number[],
): Code | undefined {
  const { captured } = recording;
  let shape = leafShape;
  let leaves: number[] = [];
  try {
    const program = traceFlat(
      d.name,
      (...values) => {
        const constants = values.slice(0, captured.length);
        const again = (x: readonly Tensor[]): unknown => restored(d, result, recording.replay(x, places, constants));
        const flat = flatten(call.derive(again, values.slice(captured.length)));
        shape = flat.shape;
        const outs: Tensor[] = [];
        leaves = flat.leaves.map((leaf) => {
          if (leaf instanceof Hole) return -1 - leaf.index;
          // A structured value is made of tensors, but no program returns one.
          if (!(leaf instanceof Tensor)) throw new TypeError('not a tensor');
          return outs.push(leaf) - 1;
        });
        return outs;
      },
      [...captured, ...call.leaves],
    );
    return { run: stepper(simplify(program)), shape, leaves };
  } catch {
    // The plain reading comes next. If the function is at fault, that throws as it did before.
    return undefined;
  }
}

// ------------------------------------------------------------------------------------------ transforms of curried form

/** Derivations by the functions they became, so that a transform of a transform records the innermost function. */
export const derivations: WeakMap<AnyFunction, Curried> = new WeakMap();

export interface Curried {
  readonly derivation: Derivation;
  /** One list for each transform, the outermost first. */
  readonly argnums: readonly (readonly number[])[];
}

/**
 * `transform(f)`, staged. The transform must call its function once, with all its arguments, and differentiates those that
 * `argnums` names.
 */
export function staged(
  name: string,
  f: AnyFunction,
  options: { readonly argnums?: number | readonly number[]; readonly hasAux?: boolean; readonly mode?: string },
  transform: (f: AnyFunction) => AnyFunction,
  planned?: Planning,
): AnyFunction {
  const { argnums: named = 0, hasAux = false, mode = '' } = options;
  const key = `${name} ${Array.isArray(named)} ${String(named)} ${hasAux} ${mode} ${planned?.structured ?? ''}`;
  const direct = transform(f);
  const inner = derivations.get(f);
  const argnums = [typeof named === 'number' ? [named] : named, ...(inner?.argnums ?? [])];
  const under = inner?.derivation.transform ?? ((g: AnyFunction) => g);
  const planning = planned && { ...planned, inner: under };
  const derivation: Derivation = inner
    ? {
        ...inner.derivation,
        key: `${key} of ${inner.derivation.key}`,
        transform: (g) => transform(inner.derivation.transform(g)),
        direct,
        planning,
        recent: undefined,
      }
    : { base: f, name, key, hasAux, transform, direct, planning };
  const made: AnyFunction = (...args: unknown[]) => {
    const call = stages(derivation.base) ? callAt(derivation, args, argnums) : undefined;
    return call ? perform(derivation, call) : direct(...args);
  };
  derivations.set(made, { derivation, argnums });
  return made;
}

/** The arguments that some transform differentiates; undefined where a list names one wrongly. */
function positionsOf(argnums: readonly (readonly number[])[], count: number): number[] | undefined {
  const all: number[] = [];
  for (const list of argnums) {
    if (!Array.isArray(list)) return undefined;
    const own: number[] = [];
    for (const n of list) {
      const at = n < 0 ? n + count : n;
      if (!Number.isInteger(at) || at < 0 || at >= count || own.includes(at)) return undefined;
      own.push(at);
      if (!all.includes(at)) all.push(at);
    }
    if (own.length === 0) return undefined;
  }
  return all;
}

/** The call as flat lists; undefined where the arguments are not plain float tensors. */
function callAt(d: Derivation, args: readonly unknown[], argnums: readonly (readonly number[])[]): Call | undefined {
  const positions = positionsOf(argnums, args.length);
  if (!positions) return undefined;
  const followed = positions.length === 1 ? args[positions[0]!] : positions.map((at) => args[at]);
  const { leaves, shape } = followed instanceof Tensor ? { leaves: [followed], shape: leafShape } : flatten(followed);
  const dense: DenseTensor[] = [];
  for (const leaf of leaves) {
    const x = typeof leaf === 'number' ? asTensor(d.name, leaf) : leaf;
    if (!(x instanceof DenseTensor) || !isFloat(x.dtype) || x.tape?.requiresGrad) return undefined;
    dense.push(x);
  }
  const replaced = (x: readonly Tensor[]): unknown[] => {
    const list = args.slice();
    const values = positions.length === 1 ? [unflatten(shape, x)] : (unflatten(shape, x) as unknown[]);
    positions.forEach((at, i) => {
      list[at] = values[i];
    });
    return list;
  };
  const leavesOf = (list: readonly unknown[]): readonly Tensor[] =>
    flatten(positions.length === 1 ? list[positions[0]!] : positions.map((at) => list[at])).leaves as Tensor[];
  return {
    leaves: dense,
    types: dense,
    shape,
    positions: [...positions, args.length],
    run: (x) => d.base(...replaced(x)),
    derive: (f, x, transform = d.transform) => transform((...list: unknown[]) => f(leavesOf(list)))(...replaced(x)),
    whole: positions.length === argnums[0]!.length,
  };
}
