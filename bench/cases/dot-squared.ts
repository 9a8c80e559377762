// Case a: y = (w·x)², n = 3, value and gradient: the cost of a call. Written for the tape, and for jit where there is one.
import type { Case } from '../case.ts';
import { uniform } from '../inputs.ts';
import type { NablaTensor } from '../nabla.ts';
import type { JaxArray, JaxJs } from '../peers/jax-js.ts';
import type { TfTensor } from '../peers/tfjs.ts';

const common = {
  inputs: { w: uniform(1, [3]), x: uniform(2, [3]) },
  dtype: 'float32',
  tolerance: 1e-5,
} as const;

const tfjs: Case['tfjs'] = (tf, { w, x }) => {
  const f = tf.valueAndGrad((w: TfTensor) => tf.square(tf.dot(w, x!)));
  return () => {
    const { value, grad } = f(w!);
    return [value, grad];
  };
};

const jaxFunction =
  ({ numpy }: JaxJs) =>
  (w: JaxArray, x: JaxArray) =>
    numpy.square(numpy.dot(w, x));

export const dotSquared: readonly Case[] = [
  {
    ...common,
    id: 'a eager',
    title: '(w·x)², n = 3, value and gradient',
    nabla: ({ tensor }, x) => {
      const w = tensor(x.w!.toTypedArray(), { requiresGrad: true });
      return () => {
        w.grad = null;
        const y = w.dot(x.x!).square();
        y.backward();
        return [y, w.grad!];
      };
    },
    jaxJs: (jax, { w, x }) => {
      const f = jax.valueAndGrad(jaxFunction(jax));
      return () => f(w!.ref, x!.ref);
    },
    tfjs,
    program: 'dot-squared',
  },
  {
    ...common,
    id: 'a jit',
    title: '(w·x)², n = 3, value and gradient, jit',
    nabla: ({ jit, valueAndGrad }, { w, x }) => {
      const f = jit(valueAndGrad((w: NablaTensor, x: NablaTensor) => w.dot(x).square().sum()));
      return () => f(w!, x!);
    },
    jaxJs: (jax, { w, x }) => {
      const f = jax.jit(jax.valueAndGrad(jaxFunction(jax)));
      return () => f(w!.ref, x!.ref);
    },
    tfjs,
    program: 'dot-squared-jit',
  },
];
