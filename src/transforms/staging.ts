// Tracing functions of trees: `trace` shows the program, `jit` keeps it. A program is cached by the structure and types of
// the arguments and the values of the static ones, so that f runs once for each kind of call.
import { ArgumentError } from '../errors.ts';
import { asTensor } from '../ops/operands.ts';
import type { Program } from '../program/program.ts';
import { traceFlat } from '../program/trace.ts';
import { checkOptions } from '../tensor/arguments.ts';
import type { TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { flatten, showTree, type TreeShape, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, booleansOf, checkFunction, flattenTensors, refusePromise } from './call.ts';
import { type Donated, type Execute, executor } from './execute.ts';

export interface Traced {
  readonly program: Program;
  /** Structure of the output. */
  readonly shape: TreeShape;
}

/** Traces a function of trees at the types of `leaves`, which fill the structure `input`; `keepsLeaves` as in traceFlat. */
export function traceTree(
  transform: string,
  f: AnyFunction,
  input: TreeShape,
  leaves: readonly Tensor[],
  keepsLeaves = false,
): Traced {
  let shape: TreeShape | undefined;
  const program = traceFlat(
    transform,
    (...x) => {
      const out = flattenTensors(transform, refusePromise(transform, f(...(unflatten(input, x) as unknown[]))));
      shape = out.shape;
      return out.leaves;
    },
    leaves,
    keepsLeaves,
  );
  return { program, shape: shape! };
}

/** The program of f at the types of the arguments; `String(program)` prints it. */
export function traceProgram(f: AnyFunction): (...args: unknown[]) => Program {
  checkFunction('trace', f);
  return (...args) => {
    const { leaves, shape } = flattenTensors('trace', args);
    const given = booleansOf(args);
    return traceTree('trace', (...x: unknown[]) => f(...given(x)), shape, leaves).program;
  };
}

export interface JitOptions {
  /** Arguments that are not traced: any value, compared by ===; another value means another program. */
  readonly staticArgnums?: number | readonly number[];
  /**
   * Arguments that nobody needs after the call, such as the parameters before a step of training: results may take over their
   * memory. Reading one afterwards throws a DonatedTensorError. Calls inside of other transforms, and tensors that require
   * gradients, keep their arguments.
   */
  readonly donateArgnums?: number | readonly number[];
}

/** How many programs one jitted function keeps before it forgets the oldest. */
const CACHE_SIZE = 64;

interface CacheEntry extends Traced {
  readonly statics: readonly unknown[];
  readonly donated: Donated | undefined;
  readonly execute: Execute;
}

/**
 * `jit(f)` computes what f computes from a program traced once for each structure, shape and dtype of the arguments (and
 * each value of the static ones and of booleans). f must not read the numbers of its tensor arguments, and its side
 * effects happen only while tracing. Numbers are traced too: compare them with `less` or `equal`, or name them in
 * `staticArgnums`. With `donateArgnums` a step of training updates its parameters in place:
 *
 * `const step = jit((w, x) => w.sub(gradient(w, x)), { donateArgnums: 0 }); w = step(w, x)`
 */
export function jit<F extends AnyFunction>(f: F, options: JitOptions = {}): F {
  checkFunction('jit', f);
  checkOptions('jit', options, 'staticArgnums', 'donateArgnums');
  const { staticArgnums = [], donateArgnums = [] } = options;
  const staticList = typeof staticArgnums === 'number' ? [staticArgnums] : staticArgnums;
  const donateList = typeof donateArgnums === 'number' ? [donateArgnums] : donateArgnums;
  const cache = new Map<string, CacheEntry[]>();
  let kept = 0;
  /** The last entry that was called with tensors only, which most calls want again. */
  let recent: CacheEntry | undefined;
  const jitted = (...args: unknown[]): unknown => {
    if (recent && sameCall(recent.program.inputs, args)) return result(recent, args as DenseTensor[]);
    const positions = staticList.map((n) => positionOf('staticArgnums', n, args.length));
    const statics = positions.map((at) => args[at]);
    const dynamic = args.filter((_, i) => !positions.includes(i));
    const { leaves, shape } = flatten(dynamic);
    const tensors = leaves.map((leaf) => asTensor('jit', leaf as Tensor));
    const booleans = leaves.filter((leaf) => typeof leaf === 'boolean');
    const types = tensors.map((x, i) => (typeof leaves[i] === 'boolean' ? leaves[i] : `${x.dtype}[${x.shape.join()}]`));
    const key = `${args.length};${showTree(shape)};${types.join()}`;
    const entries = cache.get(key) ?? [];
    let entry = entries.find((e) => e.statics.every((value, i) => Object.is(value, statics[i])));
    if (!entry) {
      const given = booleansOf(dynamic);
      const whole = (...x: unknown[]): unknown => {
        const list = [...given(x)];
        return f(...args.map((a, i) => (positions.includes(i) ? a : list.shift())));
      };
      const made = traceTree('jit', whole, shape, tensors, true);
      const donated = donatedLeaves(args, donateList, positions);
      entry = { ...made, statics, donated, execute: executor(made.program) };
      if (capturesOnlyNumbers(entry.program)) {
        if (kept === CACHE_SIZE) {
          cache.clear();
          kept = 0;
        }
        cache.set(key, [...(cache.get(key) ?? []), entry]);
        kept++;
      }
    }
    if (statics.length === 0 && booleans.length === 0 && cache.get(key)?.includes(entry)) recent = entry;
    return result(entry, tensors);
  };
  return jitted as F;
}

/** Whether the arguments are plain tensors of just these types. */
function sameCall(types: readonly TensorType[], args: readonly unknown[]): boolean {
  if (args.length !== types.length) return false;
  for (let i = 0; i < types.length; i++) {
    const x = args[i];
    if (!(x instanceof DenseTensor) || x.dtype !== types[i]!.dtype || !sameShape(x.shape, types[i]!.shape))
      return false;
  }
  return true;
}

function result(entry: CacheEntry, args: readonly Tensor[]): unknown {
  const outs = entry.execute(args, entry.donated);
  return entry.shape.kind === 'leaf' ? outs[0] : unflatten(entry.shape, outs);
}

/** By leaf of the arguments that are not static, whether it is donated; undefined where none is. */
function donatedLeaves(
  args: readonly unknown[],
  donateList: readonly number[],
  statics: readonly number[],
): Donated | undefined {
  if (donateList.length === 0) return undefined;
  const positions = new Set(donateList.map((n) => positionOf('donateArgnums', n, args.length)));
  const both = statics.find((at) => positions.has(at));
  if (both !== undefined) {
    throw new ArgumentError(
      `jit: argument ${both} is both in staticArgnums and in donateArgnums.`,
      'a static argument is a value that stays the same, so it cannot be given away',
    );
  }
  return args.flatMap((arg, i) => (statics.includes(i) ? [] : flatten(arg).leaves.map(() => positions.has(i))));
}

function positionOf(option: string, n: number, length: number): number {
  const at = n < 0 ? n + length : n;
  if (!Number.isInteger(n) || at < 0 || at >= length) {
    throw new ArgumentError(
      `jit: ${option} ${String(n)} is out of range for a call with ${length} argument${length === 1 ? '' : 's'}.`,
    );
  }
  return at;
}

/** False when the program holds a value of an enclosing transform, which will not outlive it. */
function capturesOnlyNumbers(program: Program): boolean {
  const lasting = (a: unknown): boolean => !(a instanceof Tensor) || a instanceof DenseTensor;
  return program.equations.every((e) => e.x.every(lasting)) && program.outputs.every(lasting);
}
