// The figure about one variable: sin, and its tangent at a point.
import { grad, linspace, type Tensor } from 'nabla';
import { vector } from './surfaces.ts';

export interface Tangent {
  readonly x: readonly number[];
  readonly curve: readonly number[];
  readonly tangent: readonly number[];
  readonly value: number;
  readonly slope: number;
}

export function tangent({ at }: { readonly at: number }): Tangent {
  const f = (x: Tensor): Tensor => x.sin();
  const a = vector([at]).at(0);
  const xs = linspace(-3, 3, 61, { dtype: 'float64' });
  const [value, slope] = [f(a), grad(f)(a)];
  const round = (values: Tensor): number[] => (values.toArray() as number[]).map((v) => Number(v.toFixed(6)));
  return {
    x: round(xs),
    curve: round(f(xs)),
    tangent: round(xs.sub(a).mul(slope).add(value)),
    value: value.item() as number,
    slope: slope.item() as number,
  };
}
