// Case i: a 3×3 convolution, 32 to 64 channels, of eight 56×56 images: forward alone, and Σ y² with both gradients.
import type { Case } from '../case.ts';
import { uniform } from '../inputs.ts';
import type { NablaTensor } from '../nabla.ts';
import type { JaxArray } from '../peers/jax-js.ts';
import type { Tf, TfTensor } from '../peers/tfjs.ts';

const [BATCH, IN, OUT, SIZE] = [8, 32, 64, 56];
const WORK = 2 * BATCH * SIZE ** 2 * OUT * IN * 9;

const common = {
  inputs: { x: uniform(1, [BATCH, IN, SIZE, SIZE]), w: uniform(2, [OUT, IN, 3, 3], -0.1, 0.1) },
  dtype: 'float32',
  tolerance: 1e-4,
} as const;

// TensorFlow.js computes with channels last.
const channelsLast = (tf: Tf, x: TfTensor, w: TfTensor): [TfTensor, TfTensor] => [
  tf.transpose(x, [0, 2, 3, 1]),
  tf.transpose(w, [2, 3, 1, 0]),
];
const imagesBack = (tf: Tf, y: TfTensor) => tf.transpose(y, [0, 3, 1, 2]);
const kernelBack = (tf: Tf, w: TfTensor) => tf.transpose(w, [3, 2, 0, 1]);

export const convolutions: readonly Case[] = [
  {
    ...common,
    id: 'i forward',
    title: 'conv2d 3×3, 32→64, 56×56, batch 8, forward',
    work: WORK,
    nabla: ({ jit, nn }, { x, w }) => {
      const f = jit((x: NablaTensor, w: NablaTensor) => nn.conv2d(x, w, { padding: 1 }));
      return () => [f(x!, w!)];
    },
    jaxJs: ({ lax, jit }, { x, w }) => {
      const f = jit((x: JaxArray, w: JaxArray) => lax.conv(x, w, [1, 1], 'SAME'));
      return () => [f(x!.ref, w!.ref)];
    },
    tfjs: (tf, { x, w }) => {
      const [images, kernel] = channelsLast(tf, x!, w!);
      return Object.assign(() => [tf.conv2d(images, kernel, 1, 'same')], {
        canonical: ([y]: readonly TfTensor[]) => [imagesBack(tf, y!)],
      });
    },
    program: 'convolution-forward',
  },
  {
    ...common,
    id: 'i',
    title: 'conv2d 3×3, 32→64, 56×56, batch 8, forward and backward',
    work: 3 * WORK,
    // Peers that add up 1.6·10⁶ float32 numbers one after another are off by 9e-4; they are timed, with a remark.
    tolerance: 2e-3,
    nabla: ({ jit, nn, valueAndGrad }, { x, w }) => {
      const f = jit(valueAndGrad(([x, w]: readonly NablaTensor[]) => nn.conv2d(x!, w!, { padding: 1 }).square().sum()));
      return () => {
        const [value, gradients] = f([x!, w!]);
        return [value, ...gradients];
      };
    },
    jaxJs: ({ lax, numpy, jit, valueAndGrad }, { x, w }) => {
      const f = jit(
        valueAndGrad(([x, w]: readonly JaxArray[]) => numpy.square(lax.conv(x!, w!, [1, 1], 'SAME')).sum()),
      );
      return () => {
        const [value, gradients] = f([x!.ref, w!.ref]);
        return [value, ...gradients];
      };
    },
    tfjs: (tf, { x, w }) => {
      const f = tf.valueAndGrads((x: TfTensor, w: TfTensor) => tf.sum(tf.square(tf.conv2d(x, w, 1, 'same'))));
      const inputs = channelsLast(tf, x!, w!);
      const step = () => {
        const { value, grads } = f(inputs);
        return [value, ...grads];
      };
      return Object.assign(step, {
        canonical: ([y, dx, dw]: readonly TfTensor[]) => [y!, imagesBack(tf, dx!), kernelBack(tf, dw!)],
      });
    },
    program: 'convolution',
  },
];
