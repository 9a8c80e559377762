// where(condition, a, b): a choice entry by entry, linear in a and b. The branch not chosen gets an exact zero.

import { DTypeError } from '../errors.ts';
import { apply } from '../tensor/dispatch.ts';
import { allocate } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import { dense, type Tensor } from '../tensor/tensor.ts';
import { cast } from './cast.ts';
import { linear, type None, none, zerosOf } from './linear.ts';
import { elementwiseType } from './map.ts';
import { asTensor, promoted, type TensorLike } from './operands.ts';
import { broadcastInto, leadingAxes } from './spread.ts';

const selectOp: OpRecord<None> = linear<None>({
  name: 'where',
  type: ([c, a, b]) => {
    if (c!.dtype !== 'bool') throw new DTypeError(`where: the condition has dtype ${c!.dtype}, expected bool.`);
    const type = elementwiseType('where', [a!, b!], 'any');
    elementwiseType('where', [{ shape: c!.shape, dtype: type.dtype }, type], 'any');
    return [type];
  },
  evaluate: ([c, a, b], _p, [y]) => {
    const size = sizeOf(y!.shape);
    const out = allocate(y!.dtype, size);
    const [choice, yes, no] = [c!.values(), a!.values(), b!.values()];
    for (let i = 0; i < size; i++) out[i] = choice[i] !== 0 ? yes[i]! : no[i]!;
    return [dense(y!.dtype, y!.shape, out)];
  },
  transpose: ([gy], [c, a, b]) => [
    undefined,
    a || !gy ? undefined : apply(selectOp, [c!, gy, zerosOf(gy)], none),
    b || !gy ? undefined : apply(selectOp, [c!, zerosOf(gy), gy], none),
  ],
  batch: leadingAxes(() => selectOp),
  formula: (x) => call('where', ...x),
  samples: [{ inputs: [{ shape: [2, 3], dtype: 'bool' }, { shape: [2, 3] }, { shape: [2, 3] }] }],
});

/** `a` where the condition holds, `b` elsewhere; all three broadcast. A non-bool condition means "not zero". */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  const c = cast(asTensor('where', condition), 'bool');
  const [x, y] = promoted('where', [a, b]);
  const shape = broadcastShapes('where', c.shape, broadcastShapes('where', x!.shape, y!.shape));
  return apply(selectOp, [broadcastInto(c, shape), broadcastInto(x!, shape), broadcastInto(y!, shape)], none);
}
