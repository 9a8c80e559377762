// The gradient of a scalar by reverse mode over the DAG of atoms: one accumulated cotangent for each atom, kept as one factor,
// so that the gradient of a deep graph is as large as the graph, not as the number of paths through it.
//   x̄ᵢ = Σ over the terms in which x stands of  (the rest of the term) · e xᵉ⁻¹ · (cotangent of the whole)
import { add, product, single, times } from './algebra.ts';
import { boxed } from './box.ts';
import { contract } from './contract.ts';
import { dependsOn, derivative } from './derivative.ts';
import { map, softmax, symbolicPower } from './elementwise.ts';
import { slope } from './entrywise.ts';
import { inverse, matrixExponential, opaqueExponential } from './matrix-functions.ts';
import { type Atom, type Factor, indices, Net, remembered, type Sum, sumOf, zero } from './net.ts';
import { isConstantIn, opaqueSlope } from './opaque.ts';

/** From this many paths on the forward rules, which follow each, are left. */
const manyPaths = 16;

/** How many ways lead from a sum to x. */
function paths(sum: Sum, x: Atom): number {
  return remembered('paths', `${sum.id}/${x.id}`, () =>
    sum.nets.reduce((n, net) => n + net.factors.reduce((m, { atom }) => m + pathsOfAtom(atom, x), 0), 0),
  );
}

const pathsOfAtom = (atom: Atom, x: Atom): number =>
  atom === x ? 1 : dependsOn(atom, x) ? atom.args.reduce((n, arg) => n + paths(arg, x), 0) : 0;

/** ∂sum/∂x of a scalar, by the mode that suits its graph. */
export function gradient(sum: Sum, x: Atom): Sum {
  return sum.sizes.length === 0 && paths(sum, x) > manyPaths ? reverseGradient(sum, x) : derivative(sum, x);
}

function reverseGradient(sum: Sum, x: Atom): Sum {
  const order: Atom[] = [];
  const seen = new Set<Atom>();
  const visit = (s: Sum): void => {
    for (const net of s.nets) {
      for (const { atom } of net.factors) {
        if (seen.has(atom) || !dependsOn(atom, x)) continue;
        seen.add(atom);
        atom.args.forEach(visit);
        order.push(atom);
      }
    }
  };
  visit(sum);
  const cotangents = new Map<Atom, Sum>();
  const push = (s: Sum, cotangent: Sum): void => {
    for (const net of s.nets) {
      net.factors.forEach((f, k) => {
        if (!dependsOn(f.atom, x)) return;
        const before = cotangents.get(f.atom) ?? zero(f.atom.sizes);
        cotangents.set(f.atom, add(before, share(net, k, cotangent)));
      });
    }
  };
  push(sum, sumOf([new Net(1, [], [])], []));
  for (const atom of order.reverse()) {
    const cotangent = cotangents.get(atom);
    if (atom === x || !cotangent || cotangent.nets.length === 0) continue;
    atom.args.forEach((argument, k) => {
      if (paths(argument, x) > 0) push(argument, pulledBack(atom, k, argument, cotangent));
    });
  }
  return cotangents.get(x) ?? zero(x.sizes);
}

/** What factor k of a term receives. */
function share(net: Net, k: number, cotangent: Sum): Sum {
  const { atom, at, power: e } = net.factors[k]!;
  const rest: Factor[] = net.factors.filter((_, other) => other !== k);
  if (e !== 1) rest.push({ atom, at, power: e - 1 });
  if (cotangent.nets.length === 0) return zero(atom.sizes);
  const { scale, atom: whole } = boxed(cotangent);
  const factors = [...rest, { atom: whole, at: net.free, power: 1 }];
  return sumOf(contract(net.coef * e * scale, at, factors, [...net.summed, ...net.free]), atom.sizes);
}

/** The cotangent of an atom's argument. */
function pulledBack(atom: Atom, k: number, argument: Sum, cotangent: Sum): Sum {
  const free = indices(atom.sizes);
  switch (atom.kind) {
    case 'box':
    case 'closed':
      return cotangent;
    case 'map':
      return times(slope(atom.name, argument), cotangent);
    case 'pow': {
      const [base, exponent] = atom.args as [Sum, Sum];
      const one = sumOf([new Net(1, indices(exponent.sizes), [])], exponent.sizes);
      const rate =
        k === 0 ? times(exponent, symbolicPower(base, add(exponent, one, -1))) : times(single(atom), map('log', base));
      return times(rate, cotangent);
    }
    case 'det':
    case 'logdet':
    case 'trexpm': {
      const [a, b] = indices(argument.sizes);
      const rate = atom.kind === 'trexpm' ? matrixExponential(argument) : inverse(argument);
      const before = atom.kind === 'det' ? [{ sum: single(atom), at: [] }] : [];
      return product([...before, { sum: rate, at: [b!, a!] }, { sum: cotangent, at: [] }], [a!, b!]);
    }
    case 'inverse': {
      const [a, b] = indices(argument.sizes);
      const own = single(atom);
      const [i, j] = free;
      const parts = [
        { sum: own, at: [i!, a!] },
        { sum: cotangent, at: [i!, j!] },
        { sum: own, at: [b!, j!] },
      ];
      return product(parts, [a!, b!], -1);
    }
    case 'logsumexp':
      return times(softmax(argument), cotangent);
    case 'softmax': {
      const s = softmax(argument);
      const [i] = free;
      const inner = product(
        [
          { sum: s, at: [i!] },
          { sum: cotangent, at: [i!] },
        ],
        [],
      );
      return add(times(s, cotangent), times(inner, s), -1);
    }
    default:
      return throughMatrix(atom, k, argument, cotangent);
  }
}

/** Through the whole matrix of an opaque function. */
function throughMatrix(atom: Atom, k: number, argument: Sum, cotangent: Sum): Sum {
  const own = atom.kind === 'expm' ? opaqueExponential(argument) : atom;
  if (isConstantIn(own.opaque!, k)) return zero(argument.sizes);
  const [free, at] = [indices(atom.sizes), indices(argument.sizes)];
  const { atom: rate, turned } = opaqueSlope(own, k);
  const parts = [
    { sum: single(rate), at: turned ? [...at, ...free] : [...free, ...at] },
    { sum: cotangent, at: free },
  ];
  return product(parts, at);
}
