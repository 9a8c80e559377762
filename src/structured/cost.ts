// Floating-point operations of an equation: enough to rank plans that differ by factors, not by percents.
import type { Equation } from '../program/program.ts';
import { sizeOf } from '../tensor/layout.ts';

/** Operations that only change how elements are addressed. */
const free = new Set(['reshape', 'broadcast', 'permute', 'slice', 'cast', 'diagonal', 'flip', 'stopGradient']);
const cheap = new Set(['add', 'sub', 'neg', 'mul', 'chain', 'where', 'square', 'abs', 'sum', 'relu', 'step', 'sign']);
const cubic = new Set(['solve', 'inv', 'cholesky', 'lu', 'slogdet', 'det', 'solveTriangular', 'eigh', 'svd', 'qr']);

const TRANSCENDENTAL = 8;

function equationCost({ op, x, p, outs }: Equation): number {
  if (free.has(op.name)) return 0;
  const sizes = [...x, ...outs].map(({ shape }) => sizeOf(shape));
  const largest = Math.max(...sizes, 1);
  if (op.name === 'contract') {
    const { a, b } = p as { a: readonly number[]; b: readonly number[] };
    const size = new Map<number, number>();
    a.forEach((label, k) => {
      size.set(label, x[0]!.shape[k]!);
    });
    b.forEach((label, k) => {
      size.set(label, x[1]!.shape[k]!);
    });
    return 2 * sizeOf([...size.values()]);
  }
  if (cubic.has(op.name)) return largest * (x[0]!.shape.at(-1) ?? 1);
  return cheap.has(op.name) ? largest : TRANSCENDENTAL * largest;
}

export function programCost(equations: readonly Equation[]): number {
  return equations.reduce((total, e) => total + equationCost(e), 0);
}
