// The functions of this folder that have differentiable parameters, in the table of composites: for a fixed key they are
// smooth in location and scale.
import { composite } from '../ops/composite.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { exponential, normal, truncatedNormal, uniform } from './continuous.ts';
import { key } from './keys.ts';

const fixed: Tensor = key(42);
const dtype = 'float64';
const exempt = { float32: 'its dtype is an option, not that of the parameters' };

composite('random.uniform', (low: Tensor, high: Tensor) => uniform(fixed, [3], { low, high, dtype }), [
  {
    inputs: [
      { shape: [], domain: [-2, -1] },
      { shape: [3], domain: [1, 2] },
    ],
    exempt,
  },
]);
composite('random.normal', (loc: Tensor, scale: Tensor) => normal(fixed, [2, 3], { loc, scale, dtype }), [
  { inputs: [{ shape: [3] }, { shape: [], domain: [0.5, 2] }], exempt },
]);
composite('random.exponential', (scale: Tensor) => exponential(fixed, [3], { scale, dtype }), [
  { inputs: [{ shape: [3], domain: [0.5, 2] }], exempt },
]);
composite('random.truncatedNormal', (low: Tensor, high: Tensor) => truncatedNormal(fixed, low, high, [3], { dtype }), [
  {
    inputs: [
      { shape: [3], domain: [-2, -1] },
      { shape: [], domain: [1, 2] },
    ],
    exempt,
  },
]);
