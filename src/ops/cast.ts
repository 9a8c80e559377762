// Conversion between dtypes. Between floats it is linear, and its transpose converts back, so that a gradient always has
// the dtype of its variable; into or out of int32 and bool it cuts the derivative.
import { apply } from '../tensor/dispatch.ts';
import { type DType, isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import { type OpRecord, register } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { mapElements } from './map.ts';
import { leadingAxes } from './spread.ts';

interface CastParam {
  readonly dtype: DType;
}

const castOp: OpRecord<CastParam> = register<CastParam>({
  name: 'cast',
  savesNothing: true,
  type: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
  evaluate: ([x], { dtype }, [y]) => {
    if (dtype === 'bool') return [mapElements((v) => (v === 0 ? 0 : 1), [x!], y!)];
    return [mapElements(dtype === 'int32' ? Math.trunc : (v) => v!, [x!], y!)];
  },
  jvp: (_x, [dx], p) => [dx && isFloat(p.dtype) ? apply(castOp, [dx], p) : null],
  transpose: ([gy], _x, _p, [x]) => [gy && cast(gy, x!.dtype)],
  batch: leadingAxes(() => castOp),
  formula: ([x], { dtype }) => call(dtype, x!),
  samples: [
    {
      inputs: [{ shape: [2, 3] }],
      params: { dtype: 'float64' },
      exempt: { float32: 'rounds to float32 by definition' },
    },
    { inputs: [{ shape: [3], dtype: 'int32' }], params: { dtype: 'float64' } },
  ],
});

/** `x` converted to `dtype`; `x` itself if it has it. Truncates towards zero into int32; nonzero is true in bool. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], { dtype });
}
