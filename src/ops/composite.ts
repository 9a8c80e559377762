// Functions made of other public functions need no rules of their own: their derivatives, batching and types follow from
// what they are made of. They still have a record, for the conformance tests, the atlas and the formulas.
import type { Formula } from '../tensor/formula.ts';
import { call } from '../tensor/formula.ts';
import type { Sample } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface CompositeRecord {
  readonly name: string;
  /** Takes the sample's tensors, then its `params` (a list of the remaining arguments). */
  readonly f: (...args: never[]) => Tensor | readonly Tensor[];
  readonly samples: readonly Sample<readonly unknown[]>[];
  readonly formula: (x: readonly Formula[]) => Formula;
}

/** Every composite by name, in the order of definition. */
export const composites: Map<string, CompositeRecord> = new Map();

/** Enters a public function into the table of composites and returns it. */
export function composite<F extends CompositeRecord['f']>(
  name: string,
  f: F,
  samples: CompositeRecord['samples'],
  formula?: CompositeRecord['formula'],
): F {
  if (composites.has(name)) throw new Error(`function ${name} is defined twice`);
  composites.set(name, { name, f, samples, formula: formula ?? ((x) => call(name, ...x)) });
  return f;
}
