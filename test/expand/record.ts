// The reference an expansion is compared with: the scalar function of the record of that name, evaluated in float64.
import '../../src/index.ts';
import { type Params, primitives } from '../../src/tensor/op.ts';
import { dense } from '../../src/tensor/tensor.ts';

export function evaluateRecord(name: string, x: readonly Float64Array[], params: Params): Float64Array {
  const record = primitives.get(name)!;
  const shape = [x[0]!.length];
  const inputs = x.map((v) => dense('float64', shape, Float64Array.from(v)));
  const [y] = record.evaluate(inputs, params, [{ shape, dtype: 'float64' }]);
  return y!.values() as Float64Array;
}

/** One lane that an expansion leaves to the scalar function. */
export function scalarReference(params: Params): (name: string, x: readonly number[]) => number {
  return (name, x) =>
    evaluateRecord(
      name,
      x.map((v) => Float64Array.of(v)),
      { logs: 0, ...params },
    )[0]!;
}
