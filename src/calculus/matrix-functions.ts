// Functions of a square matrix: inverse, determinant, logdet, exponential. The inverse of a product of square matrices
// splits (so that it can cancel); determinants stay whole.
import { apply } from '../tensor/dispatch.ts';
import { primitives } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  diagonalMatrix,
  diagonalOf,
  identity,
  multiply,
  power,
  scale,
  single,
  times,
  total,
  trace,
  transpose,
} from './algebra.ts';
import { isSymmetric } from './box.ts';
import { chainOf } from './chain.ts';
import { map } from './elementwise.ts';
import { type Atom, atomOf, opaqueAtom, type Sum } from './net.ts';
import type { OpaqueFunction } from './opaque.ts';
import type { Size } from './size.ts';

/** The vector v of a matrix diag(v), when every term is one. */
function asDiagonal(m: Sum): Sum | undefined {
  return m.nets.length > 0 && m.nets.every(({ free }) => free[0] === free[1]) ? diagonalOf(m) : undefined;
}

export function inverse(m: Sum): Sum {
  const v = asDiagonal(m);
  if (v) return diagonalMatrix(power(v, -1));
  if (m.nets.length === 1) {
    const [net] = m.nets;
    if (net!.coef !== 1 && net!.factors.length > 0) {
      const scalars = net!.factors.filter(({ at }) => at.length === 0);
      if (scalars.length === 0) return scale(inverse(scale(m, 1 / net!.coef)), 1 / net!.coef);
    }
    const scalars = net!.factors.filter(({ at }) => at.length === 0);
    if (scalars.length > 0) {
      const s = scalars.map(({ atom, power: k }) => power(single(atom), k)).reduce(times);
      return times(power(s, -1), inverse(times(power(s, -1), m)));
    }
    const links = chainOf(net!);
    if (links && net!.coef === 1 && links.every(({ atom }) => atom.sizes[0] === atom.sizes[1])) {
      if (links.length > 1) {
        return links
          .map(({ atom, transposed }) => (transposed ? transpose(inverse(single(atom))) : inverse(single(atom))))
          .reduceRight(multiply);
      }
      const [link] = links;
      if (link!.atom.kind === 'inverse') return link!.transposed ? transpose(link!.atom.args[0]!) : link!.atom.args[0]!;
      if (link!.atom.kind === 'expm') {
        const inverted = matrixExponential(scale(link!.atom.args[0]!, -1));
        return link!.transposed ? transpose(inverted) : inverted;
      }
      if (link!.atom.facts.has('orthogonal')) return transpose(m);
      if (link!.transposed) return transpose(inverse(single(link!.atom)));
    }
  }
  return single(atomOf('inverse', '', [m], m.sizes, isSymmetric(m)));
}

export function determinant(m: Sum): Sum {
  const [net] = m.nets;
  const links = m.nets.length === 1 && net!.coef === 1 ? chainOf(net!) : undefined;
  if (links?.length === 1) {
    const [{ atom, transposed }] = links as [(typeof links)[0]];
    if (atom.kind === 'inverse') return power(determinant(atom.args[0]!), -1);
    if (atom.kind === 'expm') return map('exp', trace(atom.args[0]!));
    if (transposed) return determinant(single(atom));
  }
  return single(atomOf('det', '', [m], []));
}

export function logDeterminant(m: Sum): Sum {
  const v = asDiagonal(m);
  if (v) return total(map('log', v));
  return map('log', determinant(m));
}

export function adjugate(m: Sum): Sum {
  return times(determinant(m), inverse(m));
}

export function matrixPower(m: Sum, exponent: number): Sum {
  if (exponent < 0) return matrixPower(inverse(m), -exponent);
  let result = exponent === 0 ? identity(m.sizes[0]!) : m;
  for (let k = 1; k < exponent; k++) result = multiply(result, m);
  return result;
}

export function matrixExponential(m: Sum): Sum {
  if (m.nets.length === 0) return identity(m.sizes[0]!);
  const v = asDiagonal(m);
  if (v) return diagonalMatrix(map('exp', v));
  return single(atomOf('expm', '', [m], m.sizes, isSymmetric(m)));
}

/** The matrix exponential as a function whose derivative has no matrix notation: ∫ expm(sP) dP expm((1-s)P) ds. */
export function exponentialFunction(sizes: readonly Size[]): OpaqueFunction {
  const exponential = ([x]: readonly Tensor[]): Tensor => apply(primitives.get('matrixExp')!, [x!], {});
  return { name: 'expm', takes: [sizes], gives: sizes, apply: exponential };
}

export const opaqueExponential = (m: Sum): Atom => opaqueAtom(exponentialFunction(m.sizes), [m]);
