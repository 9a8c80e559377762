// A hook on several tensors at once, called once a backward pass when all (or the first) of their gradients are complete.
import { ArgumentError } from '../errors.ts';
import type { HookHandle } from '../tensor/tape-methods.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { currentPass, type Pass } from './backward.ts';
import { requireSlot, tensorList } from './roots.ts';

/**
 * Calls `hook` with the gradients of `tensors`, null for those that the pass does not reach, once the last of them is
 * known. With mode 'any' it is called at the first one, with that gradient.
 */
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: ((gradients: readonly (Tensor | null)[]) => void) | ((gradient: Tensor) => void),
  { mode = 'all' }: { readonly mode?: 'all' | 'any' } = {},
): HookHandle {
  if (mode !== 'all' && mode !== 'any') {
    throw new ArgumentError(`registerMultiGradHook: mode must be 'all' or 'any', got ${String(mode)}.`);
  }
  const list = tensorList('registerMultiGradHook', 'tensors', tensors);
  const slots = list.map((x, i) => requireSlot('registerMultiGradHook', `tensor ${i}`, x));
  const call = hook as (value: unknown) => void;
  const states = new WeakMap<Pass, { readonly gradients: (Tensor | null)[]; missing: number }>();
  const arrived = (position: number, g: Tensor): void => {
    const pass = currentPass()!;
    let state = states.get(pass);
    if (!state) {
      const missing = slots.filter((slot) => pass.reaches(slot.node)).length;
      state = { gradients: list.map(() => null), missing };
      states.set(pass, state);
      if (mode === 'any') call(g);
    }
    state.gradients[position] = g;
    state.missing--;
    if (mode === 'all' && state.missing === 0) call(state.gradients);
  };
  const handles = slots.map(({ node, index }, i) =>
    node.hooks.output(index, list[i]!).list.add('registerMultiGradHook', (g) => {
      arrived(i, g);
      return undefined;
    }),
  );
  return { remove: () => handles.forEach((handle) => void handle.remove()) };
}
