// Linear operations: f(x + y) = f(x) + f(y) over all float inputs jointly, so the differential is the operation itself,
// dy = f(dx), and the record gives its transpose.
import { bind } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { type Batched, type OpRecord, register, type TensorType } from '../tensor/op.ts';
import { type DenseTensor, filled } from '../tensor/tensor.ts';

/** Static parameters of operations that have none. */
export type None = Readonly<Record<string, never>>;
export const none: None = {};

export function zerosOf(type: TensorType): DenseTensor {
  return filled(type.shape, 0, type.dtype);
}

export type LinearFields<P> = Omit<OpRecord<P>, 'jvp' | 'partials' | 'savesNothing' | 'multilinear' | 'transpose'> &
  Required<Pick<OpRecord<P>, 'transpose'>>;

/** Builds the record of an operation with one output, jointly linear in its float inputs. */
export function linear<P = None>(fields: LinearFields<P>): OpRecord<P> {
  const record: OpRecord<P> = {
    ...fields,
    savesNothing: true,
    jvp: (x, dx, p) => {
      if (dx.every((d) => d === null)) return [null];
      return bind(
        record,
        x.map((v, i) => (isFloat(v.dtype) ? (dx[i] ?? zerosOf(v)) : v)),
        p,
      );
    },
  };
  return register(record);
}

/** Batching of a one-input operation whose parameters name axes or sizes: `shift` moves them past the batch axis. */
export function shiftAxes<P>(record: () => OpRecord<P>, shift: (p: P, size: number) => P): OpRecord<P>['batch'] {
  return (x, _batched, size, p): Batched => {
    const outs = bind(record(), x, shift(p, size));
    return { outs, batched: outs.map(() => true) };
  };
}
