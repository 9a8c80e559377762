// Elementwise operations whose partial derivatives cost far more than the value (an integral each): a rate is computed only
// for an argument that moves. `elementwise` is the simpler form for all others.
import type { Formula } from '../tensor/formula.ts';
import { type Cotangent, type OpRecord, register, type Sample } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { accumulate } from './addition.ts';
import { elementwiseType, mapElements, type Scalar } from './map.ts';
import { leadingAxes } from './spread.ts';
import { chained } from './unary.ts';

/** ∂y/∂xᵢ. */
export type Rate<P> = (x: readonly Tensor[], y: () => Tensor, p: P) => Tensor;

export interface ByArgument<P> {
  readonly name: string;
  readonly scalar: (p: P) => Scalar;
  /** One for each argument. */
  readonly rates: readonly Rate<P>[];
  readonly formula: (x: readonly Formula[], p: P) => Formula;
  readonly samples: readonly Sample<P>[];
}

export function elementwiseByArgument<P>({ name, scalar, rates, formula, samples }: ByArgument<P>): OpRecord<P> {
  const record: OpRecord<P> = {
    name,
    type: (x) => [elementwiseType(name, x, 'float')],
    scalar,
    evaluate: (x, p, [y]) => [mapElements(scalar(p), x, y!)],
    jvp: (x, dx, p, y) => {
      let dy: Cotangent = null;
      dx.forEach((d, i) => {
        if (d)
          dy = accumulate(
            dy,
            chained(
              rates[i]!(x, () => y()[0]!, p),
              d,
            ),
          );
      });
      return [dy];
    },
    batch: leadingAxes(() => record),
    formula,
    samples,
  };
  return register(record);
}
