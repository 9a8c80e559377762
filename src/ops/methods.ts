// The public functions that read well as methods, attached to the prototype of every tensor.
import type { DType } from '../tensor/dtype.ts';
import { checkDType } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { add, mul, square, sub } from './arithmetic.ts';
import { cast } from './cast.ts';

/** Attaches `f(x, …)` as the method `x.f(…)`. */
function method(name: string, f: (x: Tensor, ...rest: never[]) => unknown): void {
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true,
    writable: true,
    value: function (this: Tensor, ...rest: never[]) {
      return f(this, ...rest);
    },
  });
}

const methods: Record<string, (x: Tensor, ...rest: never[]) => unknown> = { add, sub, mul, square };

for (const [name, f] of Object.entries(methods)) method(name, f);

method('to', (x, dtype: DType) => {
  checkDType('to', dtype);
  return cast(x, dtype);
});
