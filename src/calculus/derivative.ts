// The derivative of a sum of nets with respect to one atom, again a sum of nets, over out ++ in:
//   D(x) = δ per slot     D(aᵉ) = e aᵉ⁻¹ D(a)     D(g(P)) = g'(P) D(P)      D(P⁻¹) = -P⁻¹ D(P) P⁻¹
//   D(det P) = det P · P⁻¹ᵀ·D(P)     D(logdet P) = P⁻¹ᵀ·D(P)     D(softmax)ᵢ = sᵢDᵢ - sᵢ sⱼDⱼ     D(logsumexp) = sⱼDⱼ
// Splicing flattens, so forward, reverse and any other order of the chain rule give the same normal form.
import { NotDifferentiableError } from '../errors.ts';
import { add, multiply, productNets, single, times } from './algebra.ts';
import { boxed } from './box.ts';
import { contract } from './contract.ts';
import { type Spliced, splice } from './draft.ts';
import { map, softmax, symbolicPower } from './elementwise.ts';
import { slope } from './entrywise.ts';
import { inverse, matrixExponential, opaqueExponential } from './matrix-functions.ts';
import { type Atom, type Factor, Index, indices, Net, remembered, type Sum, sumOf, zero } from './net.ts';
import { isConstantIn, opaqueSlope } from './opaque.ts';

/** ∂sum/∂x over the free positions of the sum, then those of x. */
export function derivative(sum: Sum, x: Atom): Sum {
  return remembered('derivative', `${sum.id}/${x.id}`, () => {
    const nets = sum.nets.flatMap((net) => net.factors.flatMap((_, k) => overFactor(net, k, x)));
    return sumOf(nets, [...sum.sizes, ...x.sizes]);
  });
}

/** The term in which factor k is differentiated. */
function overFactor(net: Net, k: number, x: Atom): Net[] {
  const { atom, at, power: e } = net.factors[k]!;
  const d = ofAtom(atom, x);
  if (d.nets.length === 0) return [];
  const rest: Factor[] = net.factors.filter((_, other) => other !== k);
  if (e !== 1) rest.push({ atom, at, power: e - 1 });
  const xi = indices(x.sizes);
  return pieces(d).flatMap((piece) => {
    const { coef, factors, bound, equal } = spliceSum(piece, [...at, ...xi]);
    return contract(net.coef * coef * e, [...net.free, ...xi], [...rest, ...factors], [...net.summed, ...bound], equal);
  });
}

/**
 * The terms to multiply one by one. Those without a delta stay together as one factor where that factor is a vector or a
 * matrix: (Ax + A'x) need not be multiplied out only to be found again.
 */
function pieces(d: Sum): Sum[] {
  const one = (net: Net): Sum => sumOf([net], d.sizes);
  if (d.nets.length === 1) return [d];
  if (d.sizes.length > 2) return d.nets.map(one);
  const isDense = ({ free }: Net): boolean => new Set(free).size === free.length;
  const dense = d.nets.filter(isDense);
  const rest = d.nets.filter((net) => !isDense(net)).map(one);
  return dense.length === 0 ? rest : [sumOf(dense, d.sizes), ...rest];
}

function spliceSum(piece: Sum, at: readonly Index[]): Spliced {
  if (piece.nets.length === 1) return splice(piece.nets[0]!, at);
  const { scale, atom } = boxed(piece);
  return { coef: scale, factors: [{ atom, at, power: 1 }], bound: at, equal: [] };
}

function ofAtom(atom: Atom, x: Atom): Sum {
  return remembered('derivative of atom', `${atom.id}/${x.id}`, () => {
    const sizes = [...atom.sizes, ...x.sizes];
    if (atom === x) {
      const at = indices(x.sizes);
      return sumOf([new Net(1, [...at, ...at], [])], sizes);
    }
    if (!dependsOn(atom, x)) return zero(sizes);
    if (atom.kind === 'box' || atom.kind === 'closed') return derivative(atom.args[0]!, x);
    const xi = indices(x.sizes);
    if (atom.kind === 'opaque') return ofOpaque(atom, x);
    const inner = derivative(atom.args[0]!, x);
    const eachTerm = (make: (term: Sum) => readonly Net[]): Sum => sumOf(pieces(inner).flatMap(make), sizes);
    return rule(atom, x, xi, inner, eachTerm);
  });
}

function rule(
  atom: Atom,
  x: Atom,
  xi: readonly Index[],
  inner: Sum,
  eachTerm: (make: (term: Sum) => readonly Net[]) => Sum,
): Sum {
  const [argument] = atom.args;
  const free = indices(atom.sizes);
  switch (atom.kind) {
    case 'map': {
      const rate = slope(atom.name, argument!);
      return eachTerm((term) =>
        productNets(
          [
            { sum: rate, at: free },
            { sum: term, at: [...free, ...xi] },
          ],
          [...free, ...xi],
        ),
      );
    }
    case 'pow':
      return ofSymbolicPower(atom, x, free, xi);
    case 'inverse': {
      const [a, b] = indices(argument!.sizes);
      const own = single(atom);
      return eachTerm((term) =>
        productNets(
          [
            { sum: own, at: [free[0]!, a!] },
            { sum: term, at: [a!, b!, ...xi] },
            { sum: own, at: [b!, free[1]!] },
          ],
          [...free, ...xi],
          -1,
        ),
      );
    }
    case 'det':
    case 'logdet':
    case 'trexpm': {
      const [a, b] = indices(argument!.sizes);
      const gradient = atom.kind === 'trexpm' ? matrixExponential(argument!) : inverse(argument!);
      const before = atom.kind === 'det' ? [{ sum: single(atom), at: [] }] : [];
      return eachTerm((term) =>
        productNets([...before, { sum: gradient, at: [b!, a!] }, { sum: term, at: [a!, b!, ...xi] }], xi),
      );
    }
    case 'expm': {
      // P commutes with its derivative: d expm(P) = P' expm(P).
      const commute = x.sizes.length === 0 && multiply(argument!, inner) === multiply(inner, argument!);
      return commute ? multiply(inner, single(atom)) : ofOpaque(opaqueExponential(argument!), x);
    }
    case 'softmax':
    case 'logsumexp': {
      const s = softmax(argument!);
      const j = new Index(argument!.sizes[0]!);
      const spreadOut = eachTerm((term) =>
        productNets(
          [
            ...(atom.kind === 'softmax' ? [{ sum: s, at: free }] : []),
            { sum: s, at: [j] },
            { sum: term, at: [j, ...xi] },
          ],
          [...free, ...xi],
        ),
      );
      if (atom.kind === 'logsumexp') return spreadOut;
      const [i] = free;
      const own = eachTerm((term) =>
        productNets(
          [
            { sum: s, at: [i!] },
            { sum: term, at: [i!, ...xi] },
          ],
          [i!, ...xi],
        ),
      );
      return add(own, spreadOut, -1);
    }
    default:
      throw new NotDifferentiableError(
        `derive: no formula is known for the derivative of ${atom.kind} in ${inner.sizes.join()}.`,
      );
  }
}

/** Σ over the arguments of  jac_f · D(argument). */
function ofOpaque(atom: Atom, x: Atom): Sum {
  const free = indices(atom.sizes);
  const xi = indices(x.sizes);
  const nets = atom.args.flatMap((argument, k) => {
    const inner = derivative(argument, x);
    if (inner.nets.length === 0 || isConstantIn(atom.opaque!, k)) return [];
    const at = indices(argument.sizes);
    const { atom: rate, turned } = opaqueSlope(atom, k);
    const slots = turned ? [...at, ...free] : [...free, ...at];
    return pieces(inner).flatMap((piece) =>
      productNets(
        [
          { sum: single(rate), at: slots },
          { sum: piece, at: [...at, ...xi] },
        ],
        [...free, ...xi],
      ),
    );
  });
  return sumOf(nets, [...atom.sizes, ...x.sizes]);
}

/** D(bᵉ) = e bᵉ⁻¹ D(b) + bᵉ log(b) D(e). */
function ofSymbolicPower(atom: Atom, x: Atom, free: readonly Index[], xi: readonly Index[]): Sum {
  const [base, exponent] = atom.args as [Sum, Sum];
  const all = [...free, ...xi];
  const one = sumOf([new Net(1, indices(exponent.sizes), [])], exponent.sizes);
  const sizes = [...atom.sizes, ...x.sizes];
  const chained = (rate: () => Sum, inner: Sum): Net[] =>
    pieces(inner).flatMap((piece) =>
      productNets(
        [
          { sum: rate(), at: free },
          { sum: piece, at: all },
        ],
        all,
      ),
    );
  return sumOf(
    [
      ...chained(() => times(exponent, symbolicPower(base, add(exponent, one, -1))), derivative(base, x)),
      ...chained(() => times(single(atom), map('log', base)), derivative(exponent, x)),
    ],
    sizes,
  );
}

/** Whether x occurs anywhere in an atom. */
export function dependsOn(atom: Atom, x: Atom): boolean {
  if (atom === x) return true;
  return remembered('depends', `${atom.id}/${x.id}`, () =>
    atom.args.some((sum) => sum.nets.some((net) => net.factors.some((f) => dependsOn(f.atom, x)))),
  );
}
