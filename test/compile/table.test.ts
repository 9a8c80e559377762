// Every sample of every operation, primitive or composite, and its gradient where there is one: compiled against the
// reference.
import { describe, it } from 'vitest';
import { NotDifferentiableError, TracedValueError } from '../../src/errors.ts';
import { ones } from '../../src/tensor/create.ts';
import { isFloat } from '../../src/tensor/dtype.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { drawInputs } from '../conformance/draw.ts';
import { randomSource } from '../conformance/random-source.ts';
import { subjects } from '../conformance/subject.ts';
import { compareOn } from './compare.ts';

const tolerance = { float32: 2e-6, float64: 1e-13 };

/** Some functions read numbers, or have no reverse mode; then there is nothing to compare. */
function compareTraceable(...args: Parameters<typeof compareOn>): boolean {
  try {
    compareOn(...args);
    return true;
  } catch (error) {
    if (error instanceof TracedValueError || error instanceof NotDifferentiableError) return false;
    throw error;
  }
}

for (const dtype of ['float32', 'float64'] as const) {
  describe(`compiled operations, ${dtype}`, () => {
    for (const { key, sample, call } of subjects()) {
      it(key, () => {
        const x = drawInputs(randomSource(key), sample, dtype);
        if (!compareTraceable(key, call, x, tolerance)) return;
        const floats = x.flatMap((v, i) => (isFloat(v.dtype) ? [i] : []));
        if (sample.exempt?.jvp || floats.length === 0) return;
        const gradient = (...given: Tensor[]): readonly Tensor[] => {
          const [y, pullback] = vjp(
            (...v: Tensor[]) =>
              call(...given.map((g, i) => (floats.includes(i) ? v[floats.indexOf(i)]! : g))).filter((o) =>
                isFloat(o.dtype),
              ),
            ...floats.map((i) => given[i]!),
          ) as [Tensor[], (gy: unknown) => Tensor[]];
          return pullback(y.map((v) => ones(v.shape, { dtype: v.dtype })));
        };
        compareTraceable(`gradient of ${key}`, gradient, x, { float32: 2e-5, float64: 1e-12 });
      });
    }
  });
}
