// autograd.grad: gradients as results instead of in `.grad`.
import { ArgumentError, ShapeError } from '../errors.ts';
import { zerosOf } from '../ops/linear.ts';
import { checkOptions } from '../tensor/arguments.ts';
import type { Cotangent } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { vmapFlat } from '../transforms/vmap.ts';
import { collecting, differentiating, ownGradient, propagate, unreached } from './backward.ts';
import type { Slot, TapeNode } from './node.ts';
import { type GivenCotangents, type Root, rootsOf, slotsOf, tensorList } from './roots.ts';

export interface AutogradOptions {
  /** One cotangent for each output; may be left out (or null) for one-element outputs. */
  readonly gradOutputs?: GivenCotangents;
  /** Keeps the saved values for another backward. Default: the value of createGraph. */
  readonly retainGraph?: boolean;
  /** Records the gradients, so that they can be differentiated again. */
  readonly createGraph?: boolean;
  /** Gives null for inputs that the outputs do not depend on, instead of throwing. */
  readonly allowUnused?: boolean;
  /** Gives zeros for them. */
  readonly materializeGrads?: boolean;
  /** The gradOutputs carry a batch as axis 0, and so do the results. */
  readonly isGradsBatched?: boolean;
}

const optionNames: readonly (keyof AutogradOptions)[] = [
  'gradOutputs',
  'retainGraph',
  'createGraph',
  'allowUnused',
  'materializeGrads',
  'isGradsBatched',
];

/** Σ yᵢ · gyᵢ differentiated with respect to each input, a list; leaves `.grad` alone. */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: AutogradOptions & { readonly allowUnused: true; readonly materializeGrads?: false },
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: AutogradOptions,
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: AutogradOptions = {},
): (Tensor | null)[] {
  checkOptions('grad', options, ...optionNames);
  const { createGraph = false, retainGraph = createGraph, materializeGrads = false } = options;
  const y = tensorList('grad', 'outputs', outputs);
  const x = tensorList('grad', 'inputs', inputs);
  const slots = slotsOf('grad', x);
  const batch = options.isGradsBatched ? batchSize(options.gradOutputs) : undefined;
  const roots = rootsOf('grad', y, options.gradOutputs, batch);
  const gradients = differentiating(createGraph, () => {
    const settings = { createGraph, retainGraph, retained: false };
    if (batch === undefined) return collect(roots, slots, x, settings);
    const from = roots.map(([slot]) => slot);
    const cotangents = roots.map(([, g]) => g);
    const reached: boolean[] = [];
    const dense = vmapFlat(
      (...gy) => {
        const list = collect(
          from.map((slot, i) => [slot, gy[i]!] as const),
          slots,
          x,
          settings,
        );
        list.forEach((g, i) => {
          reached[i] = g !== null;
        });
        return list.map((g, i) => g ?? zerosOf(x[i]!));
      },
      batch,
      cotangents,
      cotangents.map(() => true),
    );
    return dense.map((g, i) => (reached[i] ? g : null));
  });
  return gradients.map((g, i) => {
    if (g) return ownGradient(g, createGraph);
    if (materializeGrads)
      return zerosOf(batch === undefined ? x[i]! : { ...typeOf(x[i]!), shape: [batch, ...x[i]!.shape] });
    if (options.allowUnused) return null;
    throw unreached('grad', i, x[i]!);
  });
}

const typeOf = ({ shape, dtype }: Tensor) => ({ shape, dtype });

/** The cotangents of the inputs; null for those that were not reached. */
function collect(
  roots: readonly Root[],
  slots: readonly Slot[],
  x: readonly Tensor[],
  settings: { readonly createGraph: boolean; readonly retainGraph: boolean; readonly retained: boolean },
): Cotangent[] {
  const task = collecting(slots, roots, settings);
  propagate(roots, task);
  return slots.map(({ node, index }, i) => {
    const gy = task.collect.get(node)!;
    return gy[index] ?? (reachedAsZero(node, gy) ? zerosOf(x[i]!) : null);
  });
}

/** A node with one output that was visited is reached, even where the cotangent is an exact zero. */
const reachedAsZero = (node: TapeNode, gy: readonly Cotangent[]): boolean => gy.length > 0 && node.outputs === 1;

function batchSize(given: GivenCotangents): number {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const first = list.find((g) => g !== null && typeof g === 'object') as Tensor | undefined;
  if (!first) throw new ArgumentError('grad: isGradsBatched needs gradOutputs, which carry the batch as axis 0.');
  if (first.ndim === 0)
    throw new ShapeError('grad: with isGradsBatched gradOutputs need a leading batch axis, got shape [].');
  return first.shape[0]!;
}
