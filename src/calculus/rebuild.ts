// A sum with one atom replaced, built again bottom-up so that every rule sees the new atom. Derivatives are taken with all
// entries of x independent; only then may x' = x be used at the point.
import { constant, power, product, single, trace } from './algebra.ts';
import { dependsOn } from './derivative.ts';
import { logSumExp, map, softmax, symbolicPower } from './elementwise.ts';
import { determinant, inverse, matrixExponential } from './matrix-functions.ts';
import { type Atom, opaqueAtom, remembered, type Sum, sumOf } from './net.ts';

/** `sum` with `to` in place of `from`. */
export function rebuild(sum: Sum, from: Atom, to: Sum): Sum {
  return remembered('rebuild', `${sum.id}/${from.id}/${to.id}`, () => {
    const nets = sum.nets.flatMap((net) => {
      const parts = net.factors.map((f) => ({ sum: power(rebuildAtom(f.atom, from, to), f.power), at: f.at }));
      return product(parts.length > 0 ? parts : [{ sum: constant(1), at: [] }], net.free, net.coef).nets;
    });
    return sumOf(nets, sum.sizes);
  });
}

function rebuildAtom(atom: Atom, from: Atom, to: Sum): Sum {
  if (atom === from) return to;
  if (!dependsOn(atom, from)) return single(atom);
  return remembered('rebuild atom', `${atom.id}/${from.id}/${to.id}`, () => {
    const args = atom.args.map((sum) => rebuild(sum, from, to));
    const [u] = args;
    switch (atom.kind) {
      case 'map':
        return map(atom.name, u!);
      case 'pow':
        return symbolicPower(u!, args[1]!);
      case 'inverse':
        return inverse(u!);
      case 'det':
        return determinant(u!);
      case 'logdet':
        return map('log', determinant(u!));
      case 'softmax':
        return softmax(u!);
      case 'logsumexp':
        return logSumExp(u!);
      case 'expm':
        return matrixExponential(u!);
      case 'trexpm':
        return trace(matrixExponential(u!));
      case 'opaque':
        return single(opaqueAtom(atom.opaque!, args));
      default:
        return u!; // boxes and closed networks are their contents
    }
  });
}
