// vmap: a function of one example becomes a function of a batch. Inside, every value looks like one example; a tracer
// holds the whole batch with the batch as axis 0, and each operation's batching rule says how to run on all of it at once.
import { ArgumentError, ShapeError, TracedValueError } from '../errors.ts';
import { concat } from '../ops/joining.ts';
import { moveaxis, slice } from '../ops/movement.ts';
import { describe } from '../ops/operands.ts';
import { repeatOverBatch } from '../ops/spread.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { bind, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { normalizeAxis } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, type Tensor, Tracer } from '../tensor/tensor.ts';
import { flatten, showTree, type TreeShape, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, booleansOf, callUnder, checkFunction, type Flat, flattenTensors } from './call.ts';
import { type Derivation, perform, stages } from './staged.ts';
import { plain } from './staged-point.ts';

class BatchTracer extends Tracer {
  readonly transform = 'vmap';
  readonly owner: Batching;
  /** The whole batch, batch axis first. */
  readonly value: Tensor;

  constructor(owner: Batching, value: Tensor) {
    super(value.shape.slice(1), value.dtype);
    this.owner = owner;
    this.value = value;
  }

  override concrete(where: string): DenseTensor {
    throw new TracedValueError(
      `${where}: a value of shape ${showShape(this.shape)} inside vmap stands for ${this.value.shape[0]} examples, not one.`,
      'branch with where or cond instead of reading it',
    );
  }
}

class Batching implements Interpreter {
  readonly name = 'vmap';
  readonly parent: Interpreter = currentInterpreter();
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  owns(x: Tensor): x is BatchTracer {
    return x instanceof BatchTracer && x.owner === this;
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    return within(this.parent, () => {
      const batched = x.map((v) => this.owns(v));
      if (!batched.includes(true)) return bind(op, x, p);
      const values = x.map((v) => (this.owns(v) ? v.value : v));
      const { outs, batched: carries } = op.batch(values, batched, this.size, p);
      return outs.map((y, i) => (carries[i] ? new BatchTracer(this, y) : y));
    });
  }
}

/** Runs a function of flat lists over a batch carried as axis 0 of the inputs marked; all outputs carry it. */
export function vmapFlat(
  f: (...x: Tensor[]) => readonly Tensor[],
  size: number,
  x: readonly Tensor[],
  batched: readonly boolean[],
): Tensor[] {
  const mode = new Batching(size);
  const traced = x.map((v, i) => (batched[i] ? new BatchTracer(mode, v) : v));
  const outs = callUnder('vmap', mode, f, traced) as readonly Tensor[];
  return outs.map((y) => (mode.owns(y) ? y.value : repeatOverBatch(y, size)));
}

/** The batch axis of every leaf under it, or null for none; a tree prefix of the arguments. */
export type AxisTree = number | null | readonly AxisTree[] | { readonly [key: string]: AxisTree };

export interface VmapOptions {
  readonly inAxes?: AxisTree;
  readonly outAxes?: AxisTree;
  /** Runs this many examples at a time; the result is the same and less memory is needed. */
  readonly chunkSize?: number;
}

/** Spreads a tree prefix of axes over the leaves of `shape`. */
function axesFor(what: string, axes: unknown, shape: TreeShape): (number | null)[] {
  if (axes === null || typeof axes === 'number') return flatten(fillTree(shape, axes)).leaves as (number | null)[];
  if (shape.kind === 'list' && Array.isArray(axes) && axes.length === shape.items.length) {
    return shape.items.flatMap((item, i) => axesFor(what, axes[i], item));
  }
  if (shape.kind === 'object' && typeof axes === 'object' && !Array.isArray(axes)) {
    const named = axes as Record<string, unknown>;
    return shape.keys.flatMap((key, i) => axesFor(what, key in named ? named[key] : undefined, shape.items[i]!));
  }
  throw new ArgumentError(
    `vmap: ${what} ${Array.isArray(axes) ? `of length ${axes.length}` : describe(axes)} does not fit the structure ${showTree(shape)}.`,
    'give a number, null, or a tree of them that is a prefix of the arguments',
  );
}

function fillTree(shape: TreeShape, value: number | null): unknown {
  const count = (s: TreeShape): number => (s.kind === 'leaf' ? 1 : s.items.reduce((n, item) => n + count(item), 0));
  return unflatten(shape, new Array<number | null>(count(shape)).fill(value));
}

function batchSize(leaves: readonly Tensor[], axes: readonly (number | null)[]): number {
  const sizes = leaves.flatMap((leaf, i) => {
    const axis = axes[i]!;
    return axis === null ? [] : [leaf.shape[normalizeAxis('vmap', axis, leaf.shape)]!];
  });
  if (sizes.length === 0) {
    throw new ArgumentError(
      leaves.length === 0
        ? 'vmap: there are no arguments to map over.'
        : 'vmap: inAxes is null for every argument, so there is nothing to map over.',
    );
  }
  if (sizes.some((n) => n !== sizes[0])) {
    throw new ShapeError(`vmap: the mapped axes have different sizes: ${sizes.join(', ')}.`);
  }
  return sizes[0]!;
}

/** `vmap(f)(x)` is the stack of `f(x[i])`, computed in one pass. Axes may be negative, null (not mapped) or trees. */
export function vmap(f: AnyFunction, options: VmapOptions = {}): AnyFunction {
  checkFunction('vmap', f);
  checkOptions('vmap', options, 'inAxes', 'outAxes', 'chunkSize');
  const { inAxes = 0, outAxes = 0, chunkSize } = options;
  if (chunkSize !== undefined && !(Number.isInteger(chunkSize) && chunkSize > 0)) {
    throw new ArgumentError(`vmap: chunkSize must be a positive integer, got ${String(chunkSize)}.`);
  }
  // f stays as it is, since the derivatives inside are taken of values that are not all mapped.
  const key = `vmap ${typeof outAxes === 'number' ? outAxes : ''}`;
  const derivation: Derivation = { base: f, name: 'vmap', key, hasAux: false, transform: (g) => g, direct: f };
  return (...args: unknown[]): unknown => {
    const input = flattenTensors('vmap', args);
    const given = booleansOf(args);
    const called: AnyFunction = (...list) => f(...given(list));
    const axes = axesFor('inAxes', inAxes, input.shape);
    const size = batchSize(input.leaves, axes);
    const all = chunkSize ?? size;
    const mapped = input.leaves.filter((_, i) => axes[i] !== null);
    // A program of all chunks would hold what the chunks are there to avoid.
    if (all < size || typeof outAxes !== 'number' || !stages(f) || !plain(mapped)) {
      return vmapAt(called, input, axes, outAxes, size, all);
    }
    const withMapped = (x: readonly Tensor[]): Tensor[] => {
      let next = 0;
      return input.leaves.map((leaf, i) => (axes[i] === null ? leaf : x[next++]!));
    };
    return perform(derivation, {
      leaves: mapped,
      types: mapped.map((leaf, i) => exampleOf(leaf, mappedAxes(axes)[i]!)),
      batch: size,
      shape: input.shape,
      positions: axes.map((axis) => axis ?? Infinity),
      run: (x) => called(...(unflatten(input.shape, withMapped(x)) as unknown[])),
      derive: (again, x) => {
        const g = (...list: unknown[]): unknown =>
          again((flatten(list).leaves as Tensor[]).filter((_, i) => axes[i] !== null));
        return vmapAt(g, { leaves: withMapped(x), shape: input.shape }, axes, outAxes, size, all);
      },
    });
  };
}

const mappedAxes = (axes: readonly (number | null)[]): number[] => axes.filter((axis) => axis !== null);

/** The type of one example of a batch along `axis`. */
function exampleOf({ shape, dtype }: TensorType, axis: number): TensorType {
  const at = axis < 0 ? axis + shape.length : axis;
  return { shape: shape.filter((_, i) => i !== at), dtype };
}

function vmapAt(
  f: AnyFunction,
  input: Flat,
  axes: readonly (number | null)[],
  outAxes: AxisTree,
  size: number,
  chunkSize: number,
): unknown {
  const batched = axes.map((axis) => axis !== null);
  const x = input.leaves.map((leaf, i) => (batched[i] ? moveaxis(leaf, axes[i]!, 0) : leaf));
  let shape: TreeShape | undefined;
  const flat = (...leaves: Tensor[]): readonly Tensor[] => {
    const out = flattenTensors('vmap', f(...(unflatten(input.shape, leaves) as unknown[])));
    shape = out.shape;
    return out.leaves;
  };
  const outs = inChunks(size, chunkSize, x, batched, (n, part) => vmapFlat(flat, n, part, batched));
  const places = axesFor('outAxes', outAxes, shape!);
  return unflatten(
    shape!,
    outs.map((y, i) => {
      const to = places[i];
      if (to === null || to === undefined) {
        throw new ArgumentError('vmap: outAxes null is only possible for outputs that do not depend on the batch.');
      }
      return to === 0 ? y : moveaxis(y, 0, to);
    }),
  );
}

/** Applies `run` to slices of the batch and joins the results along axis 0. */
export function inChunks(
  size: number,
  chunk: number,
  x: readonly Tensor[],
  batched: readonly boolean[],
  run: (size: number, x: readonly Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  if (size <= chunk) return run(size, x);
  const parts: (readonly Tensor[])[] = [];
  for (let start = 0; start < size; start += chunk) {
    const stop = Math.min(start + chunk, size);
    parts.push(
      run(
        stop - start,
        x.map((v, i) => (batched[i] ? slice(v, [start], [stop]) : v)),
      ),
    );
  }
  return parts[0]!.map((_, k) =>
    concat(
      parts.map((part) => part[k]!),
      0,
    ),
  );
}
