// Case k: an LSTM of 128 units over 100 steps at batch 16: the final state, and Σ h² with the gradients of all weights.
// nabla and JAX scan; jax-js and TensorFlow.js have no scan and unroll, jax-js under jit.
import type { Case } from '../case.ts';
import { uniform } from '../inputs.ts';
import type { Nabla, NablaTensor } from '../nabla.ts';
import type { JaxArray, JaxJs } from '../peers/jax-js.ts';
import type { Tf, TfTensor } from '../peers/tfjs.ts';

const [STEPS, BATCH, HIDDEN] = [100, 16, 128];

const common = {
  inputs: {
    xs: uniform(1, [STEPS, BATCH, HIDDEN]),
    Wx: uniform(2, [4 * HIDDEN, HIDDEN], -0.09, 0.09),
    Wh: uniform(3, [4 * HIDDEN, HIDDEN], -0.09, 0.09),
    b: uniform(4, [4 * HIDDEN], -0.09, 0.09),
  },
  dtype: 'float32',
  tolerance: 1e-4,
} as const;

/** The last state h; the gates lie in the order i, f, g, o. */
function scanned({ nn, scan, zeros, zerosLike }: Nabla, weights: readonly NablaTensor[], xs: NablaTensor): NablaTensor {
  const [weightIh, weightHh, biasIh] = weights as [NablaTensor, NablaTensor, NablaTensor];
  const params = { weightIh, weightHh, biasIh, biasHh: zerosLike(biasIh) };
  const start = zeros([BATCH, HIDDEN]);
  const step = ([h, c]: [NablaTensor, NablaTensor], x: NablaTensor) => [nn.lstmCell(params, [h, c], x), null] as const;
  return (scan(step as never, [start, start], xs) as [[NablaTensor, NablaTensor], null])[0][0];
}

function unrolledJax({ numpy, nn }: JaxJs, [Wx, Wh, b]: readonly JaxArray[], xs: JaxArray): JaxArray {
  const [U, V] = [Wx!.transpose(), Wh!.transpose()];
  let [h, c] = [numpy.zeros([BATCH, HIDDEN]), numpy.zeros([BATCH, HIDDEN])];
  for (let t = 0; t < STEPS; t++) {
    const a = numpy.matmul(xs.ref.slice(t), U.ref).add(numpy.matmul(h, V.ref)).add(b!.ref);
    const [i, f, g, o] = numpy.split(a, 4, 1) as [JaxArray, JaxArray, JaxArray, JaxArray];
    c = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(numpy.tanh(g)));
    h = nn.sigmoid(o).mul(numpy.tanh(c.ref));
  }
  for (const used of [U, V, b!, xs, c]) used.dispose();
  return h;
}

function unrolledTf(tf: Tf, [Wx, Wh, b]: readonly TfTensor[], xs: readonly TfTensor[]): TfTensor {
  let [h, c] = [tf.zeros([BATCH, HIDDEN]), tf.zeros([BATCH, HIDDEN])];
  for (const x of xs) {
    const a = tf.add(tf.add(tf.matMul(x, Wx!, false, true), tf.matMul(h, Wh!, false, true)), b!);
    const [i, f, g, o] = tf.split(a, 4, 1) as [TfTensor, TfTensor, TfTensor, TfTensor];
    c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    h = tf.mul(tf.sigmoid(o), tf.tanh(c));
  }
  return h;
}

export const lstm: readonly Case[] = [
  {
    ...common,
    id: 'k forward',
    title: 'LSTM, 128 units, 100 steps, batch 16, forward',
    nabla: (nabla, { xs, Wx, Wh, b }) => {
      const f = nabla.jit((weights: readonly NablaTensor[], xs: NablaTensor) => scanned(nabla, weights, xs));
      return () => [f([Wx!, Wh!, b!], xs!)];
    },
    jaxJs: (jax, { xs, Wx, Wh, b }) => {
      const f = jax.jit((weights: readonly JaxArray[], xs: JaxArray) => unrolledJax(jax, weights, xs));
      return () => [f([Wx!.ref, Wh!.ref, b!.ref], xs!.ref)];
    },
    tfjs: (tf, { xs, Wx, Wh, b }) => {
      const steps = tf.unstack(xs!);
      return () => [unrolledTf(tf, [Wx!, Wh!, b!], steps)];
    },
    program: 'lstm-forward',
  },
  {
    ...common,
    id: 'k',
    title: 'LSTM, 128 units, 100 steps, batch 16, forward and backward',
    nabla: (nabla, { xs, Wx, Wh, b }) => {
      const f = nabla.jit(
        nabla.valueAndGrad((weights: readonly NablaTensor[], xs: NablaTensor) =>
          scanned(nabla, weights, xs).square().sum(),
        ),
      );
      return () => {
        const [value, gradients] = f([Wx!, Wh!, b!], xs!);
        return [value, ...gradients];
      };
    },
    jaxJs: (jax, { xs, Wx, Wh, b }) => {
      const f = jax.jit(
        jax.valueAndGrad((weights: readonly JaxArray[], xs: JaxArray) =>
          jax.numpy.square(unrolledJax(jax, weights, xs)).sum(),
        ),
      );
      return () => {
        const [value, gradients] = f([Wx!.ref, Wh!.ref, b!.ref], xs!.ref);
        return [value, ...gradients];
      };
    },
    tfjs: (tf, { xs, Wx, Wh, b }) => {
      const steps = tf.unstack(xs!);
      const f = tf.valueAndGrads((...weights: TfTensor[]) => tf.sum(tf.square(unrolledTf(tf, weights, steps))));
      return () => {
        const { value, grads } = f([Wx!, Wh!, b!]);
        return [value, ...grads];
      };
    },
    program: 'lstm',
  },
];
