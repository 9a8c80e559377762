// The methods of a tensor, as types. Their implementations are the public functions, attached in ops/methods.ts and eager/.
import type { DType } from './dtype.ts';
import type { TapeMethods } from './tape-methods.ts';
import type { Tensor } from './tensor.ts';

export interface TensorMethods extends TapeMethods {
  add(b: Tensor | number | boolean): Tensor;
  mul(b: Tensor | number | boolean): Tensor;
  sub(b: Tensor | number | boolean): Tensor;
  square(): Tensor;
  sum(): Tensor;
  to(dtype: DType): Tensor;
}
