// First-order optimizers as pure functions: trees in, trees out. The state is a tree of tensors too, its counter included,
// so `update` can be traced, compiled, batched and differentiated like any function.
import { ArgumentError } from '../errors.ts';
import { add } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { dense, filled, type Tensor } from '../tensor/tensor.ts';
import { flatten, sameTree, showTree, unflatten } from '../tensor/tree.ts';
import { flattenTensors, matching, requireFloat } from '../transforms/call.ts';
import { checkNumber, type LearningRate, type Slots, type UpdateRule } from './rule.ts';

/** The counter of steps made, int32, and for every slot of the rule a tree like the parameters. */
export interface OptimizerState {
  readonly step: Tensor;
  readonly slots: Readonly<Record<string, unknown>>;
}

export interface Optimizer {
  /** The state before the first step. */
  init(params: unknown): OptimizerState;
  /** Parameters and state after one step; neither argument is changed. */
  update<P>(gradients: unknown, state: OptimizerState, params: P): [params: P, state: OptimizerState];
}

const scalar = (value: number): Tensor => filled([], value, 'float64');

/** The optimizer that moves every leaf by `rule`. */
export function optimizer(rule: UpdateRule, lr: Required<LearningRate>['lr']): Optimizer {
  const name = `optim.${rule.name}`;
  if (typeof lr !== 'function') checkNumber(name, 'lr', lr);
  const names = Object.keys(rule.slots);
  return {
    init(params) {
      const { leaves, shape } = flattenTensors(name, params);
      requireFloat(name, leaves);
      const slots = names.map((slot) => {
        const start = leaves.map((p) => filled(p.shape, rule.slots[slot]!, p.dtype));
        return [slot, unflatten(shape, start)];
      });
      return { step: dense('int32', [], new Int32Array(1)), slots: Object.fromEntries(slots) };
    },
    update<P>(gradients: unknown, state: OptimizerState, params: P): [P, OptimizerState] {
      const like = flattenTensors(name, params);
      requireFloat(name, like.leaves);
      const g = matching(name, 'the gradient', gradients, like);
      const remembered = names.map((slot) => {
        const { leaves, shape } = flatten(state?.slots?.[slot]);
        if (sameTree(shape, like.shape)) return leaves as Tensor[];
        throw new ArgumentError(
          `${name}: the state has the structure ${showTree(shape)}, the parameters ${showTree(like.shape)}.`,
          'make the state with opt.init(params)',
        );
      });
      const before = cast(state.step, 'float64');
      const rate = typeof lr === 'function' ? lr(before) : lr;
      const move = rule.begin({
        t: add(before, 1),
        lr: typeof rate === 'number' ? scalar(rate) : cast(rate, 'float64'),
      });
      const moved = like.leaves.map((p, i) => {
        const slots: Slots = Object.fromEntries(names.map((slot, k) => [slot, remembered[k]![i]!]));
        return move(p, g[i]!, slots);
      });
      const slots = names.map((slot) => [
        slot,
        unflatten(
          like.shape,
          moved.map((leaf) => leaf.slots[slot]!),
        ),
      ]);
      const p = moved.map((leaf) => leaf.p);
      return [unflatten(like.shape, p) as P, { step: add(state.step, 1), slots: Object.fromEntries(slots) }];
    },
  };
}
