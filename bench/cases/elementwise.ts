// Case f: y = Σ tanh(x) exp(-x²) + log(1 + x²) over 10⁶ numbers, value and gradient: fusion and vectorised functions.
import type { Case } from '../case.ts';
import { uniform } from '../inputs.ts';
import type { NablaTensor } from '../nabla.ts';
import type { JaxArray } from '../peers/jax-js.ts';
import type { TfTensor } from '../peers/tfjs.ts';

export const elementwise: readonly Case[] = [
  {
    id: 'f',
    title: 'Σ tanh(x) exp(-x²) + log(1 + x²), 10⁶, value and gradient',
    inputs: { x: uniform(1, [1_000_000], -2, 2) },
    dtype: 'float32',
    // Peers that add up 10⁶ float32 numbers one after another are off by 3e-4; they are timed all the same, with a remark.
    tolerance: 1e-3,
    nabla: ({ jit, valueAndGrad }, { x }) => {
      const f = jit(
        valueAndGrad((x: NablaTensor) => {
          const s = x.square();
          return x.tanh().mul(s.neg().exp()).add(s.add(1).log()).sum();
        }),
      );
      return () => f(x!);
    },
    jaxJs: ({ numpy, jit, valueAndGrad }, { x }) => {
      const f = jit(
        valueAndGrad((x: JaxArray) => {
          const s = numpy.square(x.ref);
          return numpy
            .tanh(x)
            .mul(numpy.exp(s.ref.neg()))
            .add(numpy.log(s.add(1)))
            .sum();
        }),
      );
      return () => f(x!.ref);
    },
    tfjs: (tf, { x }) => {
      const f = tf.valueAndGrad((x: TfTensor) => {
        const s = tf.square(x);
        return tf.sum(tf.add(tf.mul(tf.tanh(x), tf.exp(tf.neg(s))), tf.log(tf.add(s, 1))));
      });
      return () => {
        const { value, grad } = f(x!);
        return [value, grad];
      };
    },
    program: 'elementwise',
  },
];
