// Arithmetic of sums of nets: everything the formula language and the derivative rules are written with.

import { boxed } from './box.ts';
import { contract, type Part } from './contract.ts';
import { distributes, splice } from './draft.ts';
import { type Atom, atomOf, type Factor, Index, indices, Net, type Sum, sumOf, zero } from './net.ts';
import { isNumeric, type Size } from './size.ts';

export function constant(value: number, sizes: readonly Size[] = []): Sum {
  return value === 0 ? zero(sizes) : sumOf([new Net(value, indices(sizes), [])], sizes);
}

/** The number a sum is everywhere, if it is one. */
export function constantValue(sum: Sum): number | undefined {
  if (sum.nets.length === 0) return 0;
  const [net] = sum.nets;
  return sum.nets.length === 1 && net!.factors.length === 0 && new Set(net!.free).size === net!.free.length
    ? net!.coef
    : undefined;
}

/** The sum that is one atom. */
export function single(atom: Atom): Sum {
  const free = indices(atom.sizes);
  return sumOf([new Net(1, free, [{ atom, at: free, power: 1 }])], atom.sizes);
}

/** The value of a size as a scalar. */
export function sizeScalar(size: Size): Sum {
  return size
    .split('*')
    .map((part) => (isNumeric(part) ? constant(Number(part)) : single(atomOf('size', part, [], []))))
    .reduce((a, b) =>
      product(
        [
          { sum: a, at: [] },
          { sum: b, at: [] },
        ],
        [],
      ),
    );
}

export function scale(sum: Sum, by: number): Sum {
  return by === 1 ? sum : sumOf(by === 0 ? [] : sum.nets.map((net) => net.scaled(by)), sum.sizes);
}

/** a + by·b; a scalar spreads over the other's positions. */
export function add(a: Sum, b: Sum, by = 1): Sum {
  const sizes = a.sizes.length >= b.sizes.length ? a.sizes : b.sizes;
  return sumOf([...spread(a, sizes).nets, ...scale(spread(b, sizes), by).nets], sizes);
}

/** A scalar over every position of a shape. */
export function spread(sum: Sum, sizes: readonly Size[]): Sum {
  if (sum.sizes.length === sizes.length) return sum;
  return sumOf(
    sum.nets.map((net) => new Net(net.coef, indices(sizes), net.factors)),
    sizes,
  );
}

/** Π parts, with the given free indices; every other index is summed. */
export function product(parts: readonly Part[], free: readonly Index[], coef = 1): Sum {
  return sumOf(
    productNets(parts, free, coef),
    free.map((index) => index.size),
  );
}

export function productNets(parts: readonly Part[], free: readonly Index[], coef = 1): Net[] {
  if (parts.some(({ sum }) => sum.nets.length === 0)) return [];
  let total = coef;
  const factors: Factor[] = [];
  const bound: Index[] = [];
  const equal: (readonly [Index, Index])[] = [];
  for (const { sum, at } of parts) {
    bound.push(...at);
    if (sum.nets.length === 1) {
      const spliced = splice(sum.nets[0]!, at);
      total *= spliced.coef;
      factors.push(...spliced.factors);
      bound.push(...spliced.bound);
      equal.push(...spliced.equal);
    } else {
      const { scale: s, atom } = boxed(sum);
      total *= s;
      factors.push({ atom, at, power: 1 });
    }
  }
  return contract(total, free, factors, bound, equal);
}

/** Entry by entry; a scalar meets every entry. */
export function times(a: Sum, b: Sum): Sum {
  const free = indices(a.sizes.length >= b.sizes.length ? a.sizes : b.sizes);
  const at = (s: Sum) => (s.sizes.length === 0 ? [] : free);
  return product(
    [
      { sum: a, at: at(a) },
      { sum: b, at: at(b) },
    ],
    free,
  );
}

/** Entry by entry power with a number. */
export function power(sum: Sum, exponent: number): Sum {
  if (exponent === 1) return sum;
  if (exponent === 0) return constant(1, sum.sizes);
  if (sum.nets.length === 0) return sum;
  const free = indices(sum.sizes);
  if (sum.nets.length === 1) {
    const net = sum.nets[0]!;
    if (distributes(net, exponent)) {
      const { factors, equal, bound } = splice(net, free);
      const raised = factors.map((f) => ({ ...f, power: f.power * exponent }));
      return sumOf(contract(net.coef ** exponent, free, raised, bound, equal), sum.sizes);
    }
  }
  const { scale: s, atom } = boxed(sum);
  const whole = Number.isInteger(exponent) || s > 0;
  const base = whole ? atom : atomOf('box', '', [sum], sum.sizes, atom.symmetric);
  return sumOf(contract(whole ? s ** exponent : 1, free, [{ atom: base, at: free, power: exponent }], []), sum.sizes);
}

export function transpose(sum: Sum): Sum {
  if (sum.sizes.length !== 2) return sum;
  return permute(sum, [1, 0]);
}

export function permute(sum: Sum, order: readonly number[]): Sum {
  return sumOf(
    sum.nets.map(
      (net) =>
        new Net(
          net.coef,
          order.map((k) => net.free[k]!),
          net.factors,
        ),
    ),
    order.map((k) => sum.sizes[k]!),
  );
}

/** The sum of all entries. */
export function total(sum: Sum): Sum {
  return product([{ sum, at: indices(sum.sizes) }], []);
}

export function diagonalMatrix(v: Sum): Sum {
  const i = new Index(v.sizes[0]!);
  return product([{ sum: v, at: [i] }], [i, i]);
}

/** The diagonal of a square matrix as a vector. */
export function diagonalOf(m: Sum): Sum {
  const i = new Index(m.sizes[0]!);
  const nets = m.nets.flatMap((net) => {
    const { coef, factors, bound, equal } = splice(net, [i, i]);
    return contract(coef, [i], factors, bound, equal);
  });
  return sumOf(nets, [i.size]);
}

export function identity(size: Size): Sum {
  const i = new Index(size);
  return sumOf([new Net(1, [i, i], [])], [size, size]);
}

export function trace(m: Sum): Sum {
  const i = new Index(m.sizes[0]!);
  const nets = m.nets.flatMap((net) => {
    const { coef, factors, bound, equal } = splice(net, [i, i]);
    return contract(coef, [], factors, [i, ...bound], equal);
  });
  return sumOf(nets, []);
}

/** The product of two tensors over the last index of the first and the first of the second. */
export function multiply(a: Sum, b: Sum): Sum {
  const ia = indices(a.sizes);
  const ib = indices(b.sizes);
  const inner = ia.at(-1)!;
  return product(
    [
      { sum: a, at: ia },
      { sum: b, at: [inner, ...ib.slice(1)] },
    ],
    [...ia.slice(0, -1), ...ib.slice(1)],
  );
}
