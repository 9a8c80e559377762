// Case d: one training step of an MLP 784-128-10 at batch 64: forward, cross-entropy, backward, gradient descent. As a pure
// function of the parameters under jit, and on the tape with an optimizer.
import type { Case } from '../case.ts';
import { classes, uniform } from '../inputs.ts';
import type { NablaTensor } from '../nabla.ts';
import type { JaxArray, JaxJs } from '../peers/jax-js.ts';
import type { TfTensor } from '../peers/tfjs.ts';

const RATE = 0.1;

const common = {
  inputs: {
    X: uniform(1, [64, 784], 0, 1),
    y: classes(2, [64], 10),
    W1: uniform(3, [784, 128], -0.05, 0.05),
    b1: uniform(4, [128], -0.1, 0.1),
    W2: uniform(5, [128, 10], -0.1, 0.1),
    b2: uniform(6, [10], -0.1, 0.1),
  },
  dtype: 'float32',
  tolerance: 1e-4,
} as const;

function jaxStep({ numpy, nn, valueAndGrad }: JaxJs) {
  type Layers = readonly JaxArray[];
  const f = valueAndGrad(([W1, b1, W2, b2]: Layers, X: JaxArray, target: JaxArray) => {
    const hidden = nn.relu(numpy.matmul(X, W1!).add(b1!));
    return nn
      .logSoftmax(numpy.matmul(hidden, W2!).add(b2!), -1)
      .mul(target)
      .sum()
      .mul(-1 / 64);
  });
  return (layers: Layers, X: JaxArray, target: JaxArray): JaxArray[] => {
    const [loss, gradients] = f(
      layers.map((p) => p.ref),
      X,
      target,
    );
    return [loss, ...layers.map((p, i) => p.sub(gradients[i]!.mul(RATE)))];
  };
}

function jaxRun(step: ReturnType<typeof jaxStep>, jax: JaxJs, x: Readonly<Record<string, JaxArray>>) {
  const target = jax.nn.oneHot(x.y!.ref, 10);
  return () => step([x.W1!.ref, x.b1!.ref, x.W2!.ref, x.b2!.ref], x.X!.ref, target.ref);
}

const tfjs: Case['tfjs'] = (tf, { X, y, W1, b1, W2, b2 }) => {
  const target = tf.cast(tf.oneHot(y!, 10), 'float32');
  const layers = [W1!, b1!, W2!, b2!];
  const f = tf.valueAndGrads((...[W1, b1, W2, b2]: TfTensor[]) => {
    const hidden = tf.relu(tf.add(tf.matMul(X!, W1!), b1!));
    const logp = tf.logSoftmax(tf.add(tf.matMul(hidden, W2!), b2!));
    return tf.mul(tf.sum(tf.mul(logp, target)), -1 / 64);
  });
  return () => {
    const { value, grads } = f(layers);
    return [value, ...layers.map((p, i) => tf.sub(p, tf.mul(grads[i]!, RATE)))];
  };
};

export const mlp: readonly Case[] = [
  {
    ...common,
    id: 'd jit',
    title: 'MLP 784-128-10, batch 64: forward, backward, SGD, jit',
    nabla: ({ jit, nn, valueAndGrad }, { X, y, W1, b1, W2, b2 }) => {
      type Layers = readonly NablaTensor[];
      const f = valueAndGrad(([W1, b1, W2, b2]: Layers, X: NablaTensor, y: NablaTensor) =>
        nn.crossEntropy(X.matmul(W1!).add(b1!).relu().matmul(W2!).add(b2!), y),
      );
      const step = jit((layers: Layers, X: NablaTensor, y: NablaTensor) => {
        const [loss, gradients] = f(layers, X, y);
        return [loss, ...layers.map((p, i) => p.sub(gradients[i]!.mul(RATE)))];
      });
      return () => step([W1!, b1!, W2!, b2!], X!, y!);
    },
    jaxJs: (jax, x) => jaxRun(jax.jit(jaxStep(jax)), jax, x),
    tfjs,
    program: 'mlp-jit',
  },
  {
    ...common,
    id: 'd eager',
    title: 'MLP 784-128-10, batch 64: forward, backward, SGD, tape',
    nabla: ({ nn, optim, tensor }, { X, y, W1, b1, W2, b2 }) => {
      const layers = [W1!, b1!, W2!, b2!].map((p) =>
        tensor(p.toTypedArray(), { shape: [...p.shape], requiresGrad: true }),
      );
      const optimizer = new optim.SGD(layers, { lr: RATE });
      const [V1, c1, V2, c2] = layers;
      return () => {
        const loss = nn.crossEntropy(X!.matmul(V1!).add(c1!).relu().matmul(V2!).add(c2!), y!);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return [loss, ...layers];
      };
    },
    jaxJs: (jax, x) => jaxRun(jaxStep(jax), jax, x),
    tfjs,
    program: 'mlp',
  },
];
