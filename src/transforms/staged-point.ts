// Staging of transforms that get the point together with the function, as jvp does: what they do is kept by the function, so
// that the next call finds it at once.
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { flatten, unflatten } from '../tensor/tree.ts';
import type { AnyFunction, Flat } from './call.ts';
import { type Derivation, derivations, perform, stages } from './staged.ts';

/** A transform of f, or of the function behind f where f is itself made by a transform. */
function derivationOf(name: string, key: string, f: AnyFunction, hasAux = false): Derivation {
  const under = derivations.get(f)?.derivation;
  if (!under) return { base: f, name, key, hasAux, transform: (g) => g, direct: f };
  return { ...under, key: `${key} of ${under.key}`, planning: undefined, recent: undefined };
}

/** Whether the tensors are plain numbers, which the tape does not follow. */
export function plain(x: readonly Tensor[]): x is readonly DenseTensor[] {
  for (const v of x) if (!(v instanceof DenseTensor) || v.tape?.requiresGrad) return false;
  return true;
}

const kept = new WeakMap<AnyFunction, Map<string, Derivation>>();

function derivationAt(name: string, key: string, f: AnyFunction, hasAux: boolean): Derivation {
  let list = kept.get(f);
  if (!list) {
    list = new Map();
    kept.set(f, list);
  }
  let found = list.get(key);
  if (!found) {
    found = derivationOf(name, key, f, hasAux);
    list.set(key, found);
  }
  return found;
}

/**
 * `at(f, primals, others)`, staged: a transform of f at the leaves of its arguments, which takes other tensors besides.
 */
export function stagedAt<T>(
  name: string,
  f: AnyFunction,
  primals: Flat,
  others: readonly Tensor[],
  at: (f: AnyFunction, primals: Flat, others: readonly Tensor[]) => T,
  hasAux = false,
): T {
  const leaves = [...primals.leaves, ...others];
  const derivation = derivationAt(name, `${name} ${hasAux}`, f, hasAux);
  if (!stages(derivation.base) || !plain(leaves)) return at(f, primals, others);
  const { shape } = primals;
  const count = primals.leaves.length;
  return perform(derivation, {
    leaves,
    types: primals.leaves,
    shape,
    positions: [],
    run: (x) => derivation.base(...(unflatten(shape, x) as unknown[])),
    derive: (again, x) => {
      const g = (...list: unknown[]): unknown => again(flatten(list).leaves as Tensor[]);
      return at(derivation.transform(g), { leaves: x.slice(0, count), shape }, x.slice(count));
    },
  }) as T;
}
