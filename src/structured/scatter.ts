// A core into all entries: where each of its elements stands, as offset + Σ index · stride, once for every value of the labels
// that the core does not carry.
import type { TypedArray } from '../tensor/dtype.ts';
import { forEachOffset, rowMajorStrides } from '../tensor/layout.ts';
import type { Labelling } from './cores.ts';

/** Adds the elements of a core, in the order of its labels, to the elements of an [...Out, ...In]. */
export type Scatter = (storage: TypedArray, core: TypedArray) => void;

export function scatter(labels: Labelling): Scatter {
  const visit = places(labels);
  return (storage, from) =>
    visit((position, offset) => {
      storage[offset]! += from[position]!;
    });
}

/** Visits the place of every element of a core: its position in the core, and in all entries. */
export function places({
  sizes,
  out,
  in: into,
  core,
}: Labelling): (visit: (position: number, offset: number) => void) => void {
  const strides = rowMajorStrides([...out, ...into].map((l) => sizes[l]!));
  const strideOf = (label: number): number =>
    (out.includes(label) ? strides[out.indexOf(label)]! : 0) +
    (into.includes(label) ? strides[out.length + into.indexOf(label)]! : 0);
  const same = out.filter((l) => into.includes(l) && !core.includes(l));
  const [sameSizes, coreSizes] = [same, core].map((list) => list.map((l) => sizes[l]!)) as [number[], number[]];
  const [sameStrides, coreStrides] = [same, core].map((list) => list.map(strideOf)) as [number[], number[]];
  return (visit) =>
    forEachOffset(sameSizes, sameStrides, 0, (_, start) => forEachOffset(coreSizes, coreStrides, start, visit));
}
