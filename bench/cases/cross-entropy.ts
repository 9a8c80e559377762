// Case h: softmax cross-entropy of logits [1024, 1000], value and gradient: reductions with a prologue and an epilogue.
import type { Case } from '../case.ts';
import { classes, uniform } from '../inputs.ts';
import type { NablaTensor } from '../nabla.ts';
import type { JaxArray } from '../peers/jax-js.ts';
import type { TfTensor } from '../peers/tfjs.ts';

const [ROWS, CLASSES] = [1024, 1000];

export const crossEntropy: readonly Case[] = [
  {
    id: 'h',
    title: 'softmax cross-entropy of [1024, 1000], value and gradient',
    inputs: { logits: uniform(1, [ROWS, CLASSES], -4, 4), y: classes(2, [ROWS], CLASSES) },
    dtype: 'float32',
    tolerance: 1e-5,
    nabla: ({ jit, nn, valueAndGrad }, { logits, y }) => {
      const f = jit(valueAndGrad((z: NablaTensor, y: NablaTensor) => nn.crossEntropy(z, y)));
      return () => f(logits!, y!);
    },
    jaxJs: ({ nn, jit, valueAndGrad }, { logits, y }) => {
      const target = nn.oneHot(y!.ref, CLASSES);
      const f = jit(
        valueAndGrad((z: JaxArray, target: JaxArray) =>
          nn
            .logSoftmax(z, -1)
            .mul(target)
            .sum()
            .mul(-1 / ROWS),
        ),
      );
      return () => f(logits!.ref, target.ref);
    },
    tfjs: (tf, { logits, y }) => {
      const target = tf.cast(tf.oneHot(y!, CLASSES), 'float32');
      const f = tf.valueAndGrad((z: TfTensor) => tf.mul(tf.sum(tf.mul(tf.logSoftmax(z), target)), -1 / ROWS));
      return () => {
        const { value, grad } = f(logits!);
        return [value, grad];
      };
    },
    program: 'cross-entropy',
  },
];
