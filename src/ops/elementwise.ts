// Elementwise operations: y = f(x₁, …) entry by entry, dy = Σ ∂f/∂xᵢ · dxᵢ. A record gives f on plain numbers in float64
// (a float32 result is its rounding, so the reference is right to half an ulp) and the partial derivatives as tensors.
import { apply } from '../tensor/dispatch.ts';
import { type DType, isFloat } from '../tensor/dtype.ts';
import { call, type Formula } from '../tensor/formula.ts';
import { type Cotangent, type OpRecord, register, type Sample } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { accumulate, chainOp } from './addition.ts';
import { type None, none } from './linear.ts';
import { type Accepts, elementwiseType, mapElements, type Scalar } from './map.ts';
import { leadingAxes } from './spread.ts';

export interface Elementwise<P> {
  readonly name: string;
  /** f on numbers, or a function of the static parameters that builds it. */
  readonly scalar: Scalar | { readonly of: (p: P) => Scalar };
  /** f on int32 values, where it differs. */
  readonly int?: Scalar;
  /** Default 'float'. */
  readonly accepts?: Accepts;
  /** 'bool' for predicates. */
  readonly result?: 'bool';
  /** ∂y/∂xᵢ, null for zero. Left out where f is piecewise constant. `y()` is the output, computed once. */
  readonly partials?: (x: readonly Tensor[], y: () => Tensor, p: P) => readonly Cotangent[];
  /** Default: `name(x, …)`. */
  readonly formula?: (x: readonly Formula[], p: P) => Formula;
  readonly samples: readonly Sample<P>[];
}

export function elementwise<P = None>(e: Elementwise<P>): OpRecord<P> {
  const { partials, scalar } = e;
  const accepts = e.accepts ?? 'float';
  const scalarFor = (p: P, dtype: DType): Scalar => {
    const f = typeof scalar === 'function' ? scalar : scalar.of(p);
    return isFloat(dtype) ? f : (e.int ?? f);
  };
  const record: OpRecord<P> = {
    name: e.name,
    type: (x) => {
      const type = elementwiseType(e.name, x, accepts);
      return [e.result ? { shape: type.shape, dtype: e.result } : type];
    },
    scalar: scalarFor,
    evaluate: (x, p, [y]) => [mapElements(scalarFor(p, x[0]!.dtype), x, y!)],
    jvp: (x, dx, p, y) => {
      if (!partials) return [null];
      const rates = partials(x, () => y()[0]!, p);
      let dy: Cotangent = null;
      dx.forEach((d, i) => {
        const rate = rates[i];
        if (d && rate) dy = accumulate(dy, apply(chainOp, [rate, d], none));
      });
      return [dy];
    },
    ...(partials ? { partials } : {}),
    batch: leadingAxes(() => record),
    formula: e.formula ?? ((x) => call(e.name, ...x)),
    samples: e.samples,
  };
  return register(record);
}
