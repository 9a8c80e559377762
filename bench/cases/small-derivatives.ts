// Case a': a Jacobian and a Hessian of tiny functions, called again and again without jit.
import type { Case } from '../case.ts';
import { uniform } from '../inputs.ts';
import type { NablaTensor } from '../nabla.ts';
import type { JaxArray } from '../peers/jax-js.ts';
import type { TfTensor } from '../peers/tfjs.ts';

export const smallDerivatives: readonly Case[] = [
  {
    id: "a' jacobian",
    title: 'Jacobian of w∘x, n = 3',
    inputs: { w: uniform(1, [3]), x: uniform(2, [3]) },
    dtype: 'float32',
    tolerance: 1e-5,
    nabla: ({ jacobian }, { w, x }) => {
      const f = jacobian((w: NablaTensor) => w.mul(x!));
      return () => [f(w!)];
    },
    // jacrev would be the natural choice; both give the same for a diagonal matrix.
    jaxJs: (jax, { w, x }) => {
      const f = jax.jacfwd((w) => w.mul(x!.ref));
      return () => [f(w!.ref)];
    },
    tfjs: (tf, { w, x }) => {
      const rows = [0, 1, 2].map((i) => tf.grad((w: TfTensor) => tf.slice(tf.mul(w, x!), [i], [1])));
      return () => [tf.stack(rows.map((row) => row(w!)))];
    },
    program: 'small-jacobian',
  },
  {
    id: "a' hessian",
    title: 'Hessian of w₁² w₂ + w₂³',
    inputs: { w: uniform(1, [2], 1, 2) },
    dtype: 'float32',
    tolerance: 1e-5,
    nabla: ({ hessian }, { w }) => {
      const f = hessian((w: NablaTensor) => {
        const [a, b] = [w.at(0), w.at(1)];
        return a.square().mul(b).add(b.pow(3)).sum();
      });
      return () => [f(w!)];
    },
    jaxJs: (jax, { w }) => {
      const f = jax.hessian((w: JaxArray) => {
        const [a, b] = [w.ref.slice(0), w.slice(1)];
        return jax.numpy.square(a).mul(b.ref).add(b.ref.mul(b.ref).mul(b));
      });
      return () => [f(w!.ref)];
    },
    tfjs: (tf, { w }) => {
      const part = (w: TfTensor, i: number) => tf.sum(tf.slice(w, [i], [1]));
      const f = (w: TfTensor) => {
        const [a, b] = [part(w, 0), part(w, 1)];
        return tf.add(tf.mul(tf.square(a), b), tf.mul(tf.square(b), b));
      };
      const rows = [0, 1].map((i) => tf.grad((w: TfTensor) => part(tf.grad(f)(w), i)));
      return () => [tf.stack(rows.map((row) => row(w!)))];
    },
    program: 'small-hessian',
  },
];
