// What a tape node keeps of its forward call. An operation that is linear in an input does not need that input's value to
// be pulled back, so only its type stays; savedTensorsHooks may put anything else in a value's place (a copy on disk, a
// compressed form) and bring it back when it is needed.
import { ArgumentError, AutogradError, GraphFreedError } from '../errors.ts';
import { describe } from '../ops/operands.ts';
import { within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, snapshot, type TapeSlot, Tensor } from '../tensor/tensor.ts';
import { refusePromise } from '../transforms/call.ts';
import { evaluator } from '../transforms/evaluate.ts';
import type { Slot, TapeNode } from './node.ts';

/** A tensor, or only its type where the value is not needed. */
export type Saved = Tensor | TensorType;

export interface Kept {
  readonly x: readonly Saved[];
  readonly y: readonly Saved[];
  /** False when there are only types: then nothing is freed, and backward may run again. */
  readonly values: boolean;
  /** True when some values are in the form that a pack hook gave them. */
  readonly packed: boolean;
}

interface PackHooks {
  readonly pack: (x: Tensor) => unknown;
  readonly unpack: (packed: never) => Tensor;
}

let hooks: PackHooks | undefined;

/**
 * While `fn` runs, every value saved for backward is replaced by `pack(value)`; `unpack` gets that back when the value is
 * needed. The innermost pair wins. Unpacked values stay connected, so second derivatives work.
 */
export function savedTensorsHooks<P, T>(pack: (x: Tensor) => P, unpack: (packed: P) => Tensor, fn: () => T): T {
  for (const f of [pack, unpack, fn]) {
    if (typeof f !== 'function') {
      throw new ArgumentError(`savedTensorsHooks: expected functions pack, unpack, fn, got ${describe(f)}.`);
    }
  }
  const before = hooks;
  hooks = { pack, unpack };
  try {
    return refusePromise('savedTensorsHooks', fn());
  } finally {
    hooks = before;
  }
}

/** A saved value in the form that the user's pack hook gave it. */
class Packed {
  readonly shape: readonly number[];
  readonly dtype: TensorType['dtype'];
  private readonly packed: unknown;
  private readonly unpack: PackHooks['unpack'];
  private readonly slot: Slot | undefined;

  constructor(x: DenseTensor, { pack, unpack }: PackHooks) {
    this.shape = x.shape;
    this.dtype = x.dtype;
    this.slot = x.tape as Slot | undefined;
    this.packed = within(evaluator, () => pack(x.view(x.shape, x.strides)));
    this.unpack = unpack;
  }

  restore(): Tensor {
    const x: unknown = within(evaluator, () => this.unpack(this.packed as never));
    if (!(x instanceof DenseTensor) || !sameShape(x.shape, this.shape) || x.dtype !== this.dtype) {
      const got = x instanceof Tensor ? `a ${x.dtype} tensor of shape ${showShape(x.shape)}` : describe(x);
      throw new ArgumentError(
        `savedTensorsHooks: unpack returned ${got}, expected a ${this.dtype} tensor of shape ${showShape(this.shape)}.`,
      );
    }
    const restored = x.view(x.shape, x.strides);
    restored.tape = this.slot;
    return restored;
  }
}

/** The slot of every tensor made in inferenceMode. */
export const inferenceSlot: TapeSlot = { requiresGrad: false, gradFnName: undefined };

const typeOnly = (x: Tensor): TensorType => ({ shape: x.shape, dtype: x.dtype });

function store(op: string, x: Tensor): Saved {
  const value = x as DenseTensor;
  if (value.tape === inferenceSlot) {
    throw new AutogradError(
      `${op}: a tensor of shape ${showShape(x.shape)} made in inferenceMode would have to be saved for backward.`,
      'compute it in noGrad instead, or use x.add(0) outside inferenceMode to get an ordinary tensor',
    );
  }
  return hooks ? new Packed(value, hooks) : snapshot(x);
}

/** The values that the pullback of one call reads. `wanted[i]` is null for inputs that need no gradient. */
export function keep(op: OpRecord, x: readonly Tensor[], y: readonly Tensor[], wanted: readonly (Slot | null)[]): Kept {
  if (op.savesNothing) {
    let values = false;
    const kept = new Array<Saved>(x.length);
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      if (isFloat(v.dtype)) kept[i] = typeOnly(v);
      else {
        kept[i] = store(op.name, v);
        values = true;
      }
    }
    return { x: kept, y: [], values, packed: hooks !== undefined };
  }
  if (op.multilinear) {
    // Input i is pulled back through the others, so a single wanted input is not needed itself.
    let count = 0;
    for (const slot of wanted) if (slot !== null) count++;
    const kept = new Array<Saved>(x.length);
    for (let i = 0; i < x.length; i++) {
      kept[i] = count === 1 && wanted[i] !== null ? typeOnly(x[i]!) : store(op.name, x[i]!);
    }
    return { x: kept, y: [], values: true, packed: hooks !== undefined };
  }
  return {
    x: x.map((v) => store(op.name, v)),
    y: y.map((v) => store(op.name, v)),
    values: true,
    packed: hooks !== undefined,
  };
}

/** The values a node has kept, in the form its rule reads; throws once they are freed. */
export function restored(node: TapeNode): { readonly x: readonly Tensor[]; readonly y: readonly Tensor[] } {
  const { kept } = node;
  if (!kept) {
    throw new GraphFreedError(
      `backward: the values saved by ${node.name} have been freed by an earlier backward.`,
      'pass { retainGraph: true } to the earlier call if you need to go through the graph again',
    );
  }
  // Rules read only the types of inputs whose values are not kept.
  if (!kept.packed) return kept as { readonly x: readonly Tensor[]; readonly y: readonly Tensor[] };
  const all = (list: readonly Saved[]) => list.map((v) => (v instanceof Packed ? v.restore() : (v as Tensor)));
  return { x: all(kept.x), y: all(kept.y) };
}
