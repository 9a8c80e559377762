// A sum used as a factor becomes one atom. Its sign and common scale are pulled out, so that x-u and u-x, 2x+2y and x+y are
// one atom.
import { type Atom, atomOf, Net, remembered, type Sum, sumOf } from './net.ts';

export function isSymmetric(sum: Sum): boolean {
  if (sum.sizes.length !== 2 || sum.sizes[0] !== sum.sizes[1]) return false;
  const flipped = sum.nets.map((net) => new Net(net.coef, [net.free[1]!, net.free[0]!], net.factors));
  return sumOf(flipped, sum.sizes) === sum;
}

export function boxed(sum: Sum): { readonly scale: number; readonly atom: Atom } {
  const scale = commonScale(sum);
  const inner =
    scale === 1
      ? sum
      : sumOf(
          sum.nets.map((net) => net.scaled(1 / scale)),
          sum.sizes,
        );
  return { scale, atom: atomOf('box', '', [inner], inner.sizes, isSymmetric(inner)) };
}

/** Of x-u and u-x the one that was met first stands for both. */
function seenSign(sum: Sum, size: number): number {
  const keyOf = (scale: number): string =>
    `${
      sumOf(
        sum.nets.map((net) => net.scaled(scale)),
        sum.sizes,
      ).id
    }`;
  const own = keyOf(1 / size);
  return remembered('box sign', own, () => {
    remembered('box sign', keyOf(-1 / size), () => -1);
    return 1;
  });
}

function commonScale(sum: Sum): number {
  const sizes = sum.nets.map(({ coef }) => Math.abs(coef));
  const least = Math.min(...sizes);
  const whole = sizes.every((size) => Math.abs(size / least - Math.round(size / least)) < 1e-12);
  const constantTerm = sum.nets.some((net) => net.factors.length === 0);
  // Constants keep their unit: 1 + 2x, not 2(x + ½); and 2 + 2x = 2(1 + x).
  const size = whole && (!constantTerm || sizes.every((s) => s === least)) ? least : 1;
  const positive = sum.nets.filter(({ coef }) => coef > 0).length;
  const negative = sum.nets.length - positive;
  return positive === negative ? size * seenSign(sum, size) : Math.sign(positive - negative) * size;
}
