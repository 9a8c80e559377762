// Source text with many distinct uses of the shape types, for the budget of what checking them may cost.

/** A module with `uses` statements, no two of which compute with the same shapes. */
export function stressSource(uses: number): string {
  const lines = ["import { concat, einsum, grad, type Tensor, tensor, zeros } from './library.ts';"];
  for (let i = 0; i < uses; i++) {
    const [m, k, n] = [i + 2, i + 3, i + 5];
    const statements = [
      `zeros([${m}, ${k}]).matmul(zeros([${k}, ${n}])).add(zeros([${n}]))`,
      `zeros([7, ${m}, 1]).mul(zeros([${m}, ${n}])).sub(1).exp()`,
      `zeros([${m}, ${k}, ${n}]).sum([0, -1]).add(zeros([${k}]))`,
      `zeros([${m}, ${k}]).reshape([${k}, ${m}]).mean(1, { keepdims: true })`,
      `einsum('bij,bjk->bik', zeros([3, ${m}, ${k}]), zeros([3, ${k}, ${n}]))`,
      `zeros([${m}, ${k}, ${n}]).permute([2, 0, 1]).transpose()`,
      `grad((x: Tensor<[${m}]>) => zeros([${k}, ${m}]).matmul(x).tanh().sum())(zeros([${m}]))`,
      `concat([zeros([${m}, ${k}]), zeros([${n}, ${k}])]).expandDims(0)`,
      `tensor([[${m}, ${k}], [${n}, 1]]).matmul(zeros([2, ${m}]))`,
      `zeros([1, ${m}, 1, ${n}]).squeeze().max(0)`,
    ];
    lines.push(`export const r${i}: Tensor = ${statements[i % statements.length]};`);
  }
  return `${lines.join('\n')}\n`;
}
