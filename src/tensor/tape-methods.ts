// The members of a tensor that belong to the tape, as types. They are attached in eager/methods.ts.
import type { Tensor } from './tensor.ts';

/** What registering a hook returns. */
export interface HookHandle {
  /** The hook is not called any more. */
  remove(): void;
}

/** Gets a gradient; what it returns, unless that is nothing, takes the gradient's place. */
export type GradHook = (gradient: Tensor) => Tensor | null | undefined;
/** Gets the cotangents of a node's outputs, null for zero; a returned list takes their place. */
export type NodePrehook = (gy: readonly (Tensor | null)[]) => readonly (Tensor | null)[] | undefined;
/** Gets the cotangents of a node's inputs and outputs; a returned list takes the place of the first. */
export type NodeHook = (
  gx: readonly (Tensor | null)[],
  gy: readonly (Tensor | null)[],
) => readonly (Tensor | null)[] | undefined;

/** The recorded operation that made a tensor, or the end of the graph at a leaf (`AccumulateGrad`). */
export interface GradFn {
  readonly name: string;
  /** Where each input came from, with the index among the outputs there; null for constants. */
  readonly nextFunctions: readonly (readonly [gradFn: GradFn, index: number] | null)[];
  /** The values kept for the backward pass: inputs x (null where only the shape is needed) and outputs y. */
  readonly savedTensors: { readonly x: readonly (Tensor | null)[]; readonly y: readonly Tensor[] };
  registerHook(hook: NodeHook): HookHandle;
  registerPrehook(hook: NodePrehook): HookHandle;
}

export interface BackwardOptions {
  /** Keeps the saved values for another backward. Default: the value of createGraph. */
  readonly retainGraph?: boolean;
  /** Records the backward pass itself, so that gradients can be differentiated again. */
  readonly createGraph?: boolean;
  /** Accumulates into these tensors only, instead of all leaves. */
  readonly inputs?: Tensor | readonly Tensor[];
}

export interface TapeMethods {
  /** Whether operations on this tensor are recorded. Settable on leaves of a float dtype. */
  requiresGrad: boolean;
  /** The accumulated gradient of a leaf (or after retainGrad()); null before the first backward. Assign null to reset it. */
  grad: Tensor | null;
  /** True for tensors that no recorded operation made. */
  readonly isLeaf: boolean;
  /** The recorded operation that made this tensor; null for leaves. */
  readonly gradFn: GradFn | null;
  /** The same value as a constant, cut off from the tape and from every transform. */
  detach(): Tensor;
  /**
   * Adds d(this · gy)/d(leaf) to `.grad` of every leaf this was computed from. `gy` may be left out for one element.
   * Values are immutable: accumulation replaces the tensor in `.grad`, it does not write into it.
   */
  backward(gy?: Tensor | number | null, options?: BackwardOptions): void;
  /** Keeps the gradient of a tensor that is not a leaf in its `.grad`. Harmless on leaves and when repeated. */
  retainGrad(): void;
  /** Calls `hook` with this tensor's gradient once it is complete. */
  registerHook(hook: GradHook): HookHandle;
  /** Calls `hook` with this leaf whenever a backward has written its `.grad`. */
  registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): HookHandle;
}
