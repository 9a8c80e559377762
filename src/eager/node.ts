// The tape's own bookkeeping. A TapeNode is a recorded operation, or a leaf, where gradients accumulate; a Slot is what a
// tensor knows: the node it came from and which of its outputs it is. Slots are the edges of the graph.
import type { OpRecord, Params } from '../tensor/op.ts';
import type { GradFn, HookHandle, NodeHook, NodePrehook } from '../tensor/tape-methods.ts';
import { type DenseTensor, type TapeSlot, Tensor } from '../tensor/tensor.ts';
import { type Edge, Node } from '../transforms/tape.ts';
import { NodeHooks } from './hooks.ts';
import { type Kept, restored } from './saved.ts';

export class TapeNode extends Node implements GradFn {
  declare readonly from: readonly (Slot | null)[];
  /** Values for the pullback; undefined for leaves and once freed. */
  kept: Kept | undefined = undefined;
  /** The tensor at a leaf. */
  variable: DenseTensor | undefined = undefined;
  /** Accumulated gradients by output; undefined while there are none. */
  grads: (Tensor | null)[] | undefined = undefined;
  watch: NodeHooks | undefined = undefined;
  /** Where the user called the operation; known in anomaly mode only. */
  frame: string | undefined = undefined;

  constructor(op: OpRecord | undefined, params: Params, from: readonly (Slot | null)[], outputs: number) {
    super(op, params, from, undefined, outputs);
  }

  get hooks(): NodeHooks {
    this.watch ??= new NodeHooks();
    return this.watch;
  }

  get name(): string {
    return this.op?.name ?? 'AccumulateGrad';
  }

  get nextFunctions(): GradFn['nextFunctions'] {
    return this.from.map((slot) => slot && [slot.node, slot.index]);
  }

  get savedTensors(): GradFn['savedTensors'] {
    if (!this.op) return { x: [], y: [] };
    const { x, y } = restored(this);
    return { x: x.map((v) => (v instanceof Tensor ? v : null)), y };
  }

  registerHook(hook: NodeHook): HookHandle {
    return this.hooks.after.add('gradFn.registerHook', hook);
  }

  registerPrehook(hook: NodePrehook): HookHandle {
    return this.hooks.before.add('gradFn.registerPrehook', hook);
  }
}

export class Slot implements TapeSlot, Edge<TapeNode> {
  readonly node: TapeNode;
  readonly index: number;
  requiresGrad: boolean;

  constructor(node: TapeNode, index: number, requiresGrad: boolean) {
    this.node = node;
    this.index = index;
    this.requiresGrad = requiresGrad;
  }

  get gradFnName(): string | undefined {
    return this.node.op?.name;
  }
}

/** A new leaf slot for `x`, which had none. */
export function makeLeaf(x: DenseTensor, requiresGrad: boolean): Slot {
  const node = new TapeNode(undefined, undefined, [], 1);
  node.variable = x;
  const slot = new Slot(node, 0, requiresGrad);
  x.tape = slot;
  return slot;
}
