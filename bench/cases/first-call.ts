// Case j: the first call of a jitted gradient in a new process: tracing, differentiating, compiling, running once. Libraries
// without jit have nothing to compile and do not take part.
import type { Case } from '../case.ts';
import { classes, uniform } from '../inputs.ts';
import type { NablaTensor } from '../nabla.ts';
import type { JaxArray } from '../peers/jax-js.ts';

const LINKS = 50;

export const firstCalls: readonly Case[] = [
  {
    id: 'j mlp',
    title: 'first call of the jitted gradient of an MLP 784-128-64-10, batch 64',
    inputs: {
      X: uniform(1, [64, 784], 0, 1),
      y: classes(2, [64], 10),
      W1: uniform(3, [784, 128], -0.05, 0.05),
      b1: uniform(4, [128], -0.1, 0.1),
      W2: uniform(5, [128, 64], -0.1, 0.1),
      b2: uniform(6, [64], -0.1, 0.1),
      W3: uniform(7, [64, 10], -0.2, 0.2),
      b3: uniform(8, [10], -0.1, 0.1),
    },
    dtype: 'float32',
    tolerance: 1e-4,
    firstCall: true,
    nabla: ({ jit, nn, valueAndGrad }, { X, y, W1, b1, W2, b2, W3, b3 }) => {
      type Layers = readonly NablaTensor[];
      return () => {
        const f = jit(
          valueAndGrad(([W1, b1, W2, b2, W3, b3]: Layers, X: NablaTensor, y: NablaTensor) => {
            const hidden = X.matmul(W1!).add(b1!).tanh().matmul(W2!).add(b2!).tanh();
            return nn.crossEntropy(hidden.matmul(W3!).add(b3!), y);
          }),
        );
        const [loss, gradients] = f([W1!, b1!, W2!, b2!, W3!, b3!], X!, y!);
        return [loss, ...gradients];
      };
    },
    jaxJs: ({ numpy, nn, jit, valueAndGrad }, { X, y, W1, b1, W2, b2, W3, b3 }) => {
      type Layers = readonly JaxArray[];
      const target = nn.oneHot(y!.ref, 10);
      return () => {
        const f = jit(
          valueAndGrad(([W1, b1, W2, b2, W3, b3]: Layers, X: JaxArray, target: JaxArray) => {
            const first = numpy.tanh(numpy.matmul(X, W1!).add(b1!));
            const second = numpy.tanh(numpy.matmul(first, W2!).add(b2!));
            const logp = nn.logSoftmax(numpy.matmul(second, W3!).add(b3!), -1);
            return logp
              .mul(target)
              .sum()
              .mul(-1 / 64);
          }),
        );
        const [loss, gradients] = f(
          [W1!, b1!, W2!, b2!, W3!, b3!].map((p) => p.ref),
          X!.ref,
          target.ref,
        );
        return [loss, ...gradients];
      };
    },
    program: 'first-mlp',
  },
  {
    id: 'j chain',
    title: 'first call of the jitted gradient of 200 operations in a chain',
    inputs: { x: uniform(1, [1000], -0.5, 0.5) },
    dtype: 'float32',
    tolerance: 1e-4,
    firstCall: true,
    nabla:
      ({ jit, valueAndGrad }, { x }) =>
      () => {
        const f = jit(
          valueAndGrad((x: NablaTensor) => {
            let y = x;
            for (let i = 0; i < LINKS; i++) y = y.mul(1.01).add(0.01).sin().tanh();
            return y.sum();
          }),
        );
        return f(x!);
      },
    jaxJs:
      ({ numpy, jit, valueAndGrad }, { x }) =>
      () => {
        const f = jit(
          valueAndGrad((x: JaxArray) => {
            let y = x;
            for (let i = 0; i < LINKS; i++) y = numpy.tanh(numpy.sin(y.mul(1.01).add(0.01)));
            return y.sum();
          }),
        );
        return f(x!.ref);
      },
    program: 'first-chain',
  },
];
