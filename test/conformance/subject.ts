// What the conformance tests call: one sample of one primitive or composite function, as a function of tensors.
import { composites } from '../../src/ops/composite.ts';
import { bind } from '../../src/tensor/dispatch.ts';
import { isFloat } from '../../src/tensor/dtype.ts';
import type { Formula } from '../../src/tensor/formula.ts';
import { primitives, type Sample, type SampleInput } from '../../src/tensor/op.ts';
import type { DenseTensor, Tensor } from '../../src/tensor/tensor.ts';
import { drawDirection, drawInputs, isFloatInput } from './draw.ts';
import { type RandomSource, randomSource } from './random-source.ts';
import './registered.ts';

export type TensorFunction = (...x: Tensor[]) => readonly Tensor[];
export type Check = keyof NonNullable<Sample['exempt']>;

export interface Subject {
  readonly table: 'primitive' | 'composite';
  readonly name: string;
  /** `primitive/mul/0`: also the key of its reference value. */
  readonly key: string;
  readonly sample: Sample;
  readonly call: TensorFunction;
  readonly formula: (x: readonly Formula[]) => Formula;
}

const asList = (y: Tensor | readonly Tensor[]): readonly Tensor[] => (Array.isArray(y) ? y : [y as Tensor]);

/** Every sample of every registered operation. */
export function subjects(): Subject[] {
  const list: Subject[] = [];
  for (const op of primitives.values()) {
    op.samples.forEach((sample, i) => {
      list.push({
        table: 'primitive',
        name: op.name,
        key: `primitive/${op.name}/${i}`,
        sample,
        call: (...x) => bind(op, x, sample.params ?? {}),
        formula: (x) => op.formula(x, sample.params ?? {}),
      });
    });
  }
  for (const { name, f, samples, formula } of composites.values()) {
    const g = f as (...args: unknown[]) => Tensor | readonly Tensor[];
    samples.forEach((sample, i) => {
      list.push({
        table: 'composite',
        name,
        key: `composite/${name}/${i}`,
        sample,
        call: (...x) => asList(g(...x, ...(sample.params ?? []))),
        formula,
      });
    });
  }
  return list;
}

/** A function of float tensors only, at a point: what derivatives are taken of. */
export interface Differentiable {
  /** Printed by failures. */
  readonly label: string;
  readonly f: TensorFunction;
  readonly x: readonly DenseTensor[];
  readonly inputs: readonly (SampleInput | undefined)[];
  /** False where a sample says that it has no reverse mode, which is what the tape is (exempt.tape). */
  readonly reverse: boolean;
}

/** The sample as a function of its float inputs, with its float outputs; undefined where there are none of either. */
export function differentiable(
  subject: Subject,
  x: readonly DenseTensor[] = drawInputs(randomSource(subject.key), subject.sample),
): Differentiable | undefined {
  const floats = subject.sample.inputs.flatMap((input, i) => (isFloatInput(input) ? [i] : []));
  const y = subject.call(...x);
  const kept = y.flatMap((v, i) => (isFloat(v.dtype) ? [i] : []));
  if (floats.length === 0 || kept.length === 0) return undefined;
  return {
    label: subject.key,
    x: floats.map((i) => x[i]!),
    inputs: floats.map((i) => subject.sample.inputs[i]),
    reverse: subject.sample.exempt?.tape === undefined,
    f: (...given) => {
      const all: Tensor[] = [...x];
      floats.forEach((at, i) => {
        all[at] = given[i]!;
      });
      const out = subject.call(...all);
      return kept.map((i) => out[i]!);
    },
  };
}

export function directions(random: RandomSource, { x, inputs }: Differentiable): DenseTensor[] {
  return x.map((v, i) => drawDirection(random, v, inputs[i]));
}
