// Hooks of one tape node: callbacks on the cotangents that arrive at its outputs, before and after its pullback.
import { ArgumentError, ShapeError } from '../errors.ts';
import { cast } from '../ops/cast.ts';
import { zerosOf } from '../ops/linear.ts';
import { describe } from '../ops/operands.ts';
import type { Cotangent, TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { GradHook, HookHandle, NodeHook, NodePrehook } from '../tensor/tape-methods.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Callbacks in the order they were added; one that is removed while the list runs is not called any more. */
export class HookList<F> implements Iterable<F> {
  private readonly entries = new Set<{ readonly call: F }>();

  add(where: string, call: F): HookHandle {
    if (typeof call !== 'function') {
      throw new ArgumentError(`${where}: expected a function, got ${describe(call)}.`);
    }
    const entry = { call };
    this.entries.add(entry);
    return { remove: () => void this.entries.delete(entry) };
  }

  *[Symbol.iterator](): Iterator<F> {
    for (const { call } of this.entries) yield call;
  }
}

/** What is asked about one output of a node. */
export interface OutputHooks {
  readonly type: TensorType;
  readonly list: HookList<GradHook>;
  /** The gradient is kept in `.grad`. */
  retain: boolean;
}

export class NodeHooks {
  readonly outputs: (OutputHooks | undefined)[] = [];
  readonly before: HookList<NodePrehook> = new HookList();
  readonly after: HookList<NodeHook> = new HookList();
  readonly accumulated: HookList<(leaf: Tensor) => void> = new HookList();

  output(index: number, x: Tensor): OutputHooks {
    this.outputs[index] ??= { type: { shape: x.shape, dtype: x.dtype }, list: new HookList(), retain: false };
    return this.outputs[index];
  }

  /** The complete cotangents after the hooks of the tensors they belong to. */
  arrived(gy: readonly Cotangent[]): readonly Cotangent[] {
    return gy.map((given, i) => {
      const output = this.outputs[i];
      if (!output || (given === null && gy.length > 1)) return given;
      let g = given ?? zerosOf(output.type);
      for (const hook of output.list) g = replaced('registerHook', g, hook(g));
      return g;
    });
  }

  beforePullback(gy: readonly Cotangent[]): readonly Cotangent[] {
    let list = gy;
    for (const hook of this.before) list = replacedList('gradFn.registerPrehook', list, hook(list));
    return list;
  }

  afterPullback(gx: readonly Cotangent[], gy: readonly Cotangent[]): readonly Cotangent[] {
    let list = gx;
    for (const hook of this.after) list = replacedList('gradFn.registerHook', list, hook(list, gy));
    return list;
  }
}

function replaced(where: string, g: Tensor, result: unknown): Tensor {
  if (result === undefined || result === null) return g;
  if (!(result instanceof Tensor)) {
    throw new ArgumentError(
      `${where}: the hook returned ${describe(result)}.`,
      'return a tensor, which replaces the gradient, or nothing',
    );
  }
  if (!sameShape(result.shape, g.shape)) {
    throw new ShapeError(
      `${where}: the hook returned shape ${showShape(result.shape)} for a gradient of shape ${showShape(g.shape)}.`,
    );
  }
  return cast(result, g.dtype);
}

function replacedList(where: string, list: readonly Cotangent[], result: unknown): readonly Cotangent[] {
  if (result === undefined || result === null) return list;
  if (!Array.isArray(result) || result.length !== list.length) {
    const got = Array.isArray(result) ? `${result.length} cotangents` : describe(result);
    throw new ArgumentError(`${where}: the hook returned ${got} in place of ${list.length} cotangents.`);
  }
  return list.map((g, i) => {
    const given: unknown = result[i];
    if (given === null) return null;
    if (g) return replaced(where, g, given);
    return given instanceof Tensor ? given : null;
  });
}
