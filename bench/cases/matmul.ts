// Case e: products of square matrices, and of transposed ones.
import type { Case } from '../case.ts';
import { type DType, uniform } from '../inputs.ts';

type Form = 'A·B' | 'Aᵀ·B' | 'A·Bᵀ';

function product(n: number, dtype: DType, form: Form): Case {
  const [transposeA, transposeB] = [form === 'Aᵀ·B', form === 'A·Bᵀ'];
  return {
    id: `e ${n}${form === 'A·B' ? '' : ` ${form}`}${dtype === 'float64' ? ' float64' : ''}`,
    title: `${form}, ${n} × ${n}, ${dtype}`,
    inputs: { A: uniform(1, [n, n]), B: uniform(2, [n, n]) },
    dtype,
    tolerance: dtype === 'float64' ? 1e-12 : 1e-5,
    work: 2 * n ** 3,
    nabla: (_nabla, { A, B }) => {
      if (transposeA) return () => [A!.t().matmul(B!)];
      if (transposeB) return () => [A!.matmul(B!.t())];
      return () => [A!.matmul(B!)];
    },
    jaxJs: ({ numpy, jit }, { A, B }) => {
      const f = jit((a: typeof A & {}, b: typeof B & {}) =>
        numpy.matmul(transposeA ? a.transpose() : a, transposeB ? b.transpose() : b),
      );
      return () => [f(A!.ref, B!.ref)];
    },
    // TensorFlow.js has no float64.
    ...(dtype === 'float32' && {
      tfjs:
        (tf, { A, B }) =>
        () => [tf.matMul(A!, B!, transposeA, transposeB)],
    }),
    program: transposeA ? 'matmul-transposed-a' : transposeB ? 'matmul-transposed-b' : 'matmul',
  };
}

const SIZES = [256, 512, 1024];

export const products: readonly Case[] = [
  ...SIZES.map((n) => product(n, 'float32', 'A·B')),
  ...SIZES.map((n) => product(n, 'float64', 'A·B')),
  product(512, 'float32', 'Aᵀ·B'),
  product(512, 'float32', 'A·Bᵀ'),
];
