// A net over two free indices read as a chain of matrices from the first to the second.
import type { Atom, Factor, Net } from './net.ts';

export interface Link {
  readonly atom: Atom;
  readonly transposed: boolean;
}

/** The matrices of  M₁ M₂ … M_k  in order, or undefined if the net is no such product. */
export function chainOf(net: Net): Link[] | undefined {
  const [from, to] = net.free;
  if (net.free.length !== 2 || from === to) return undefined;
  const rest: Factor[] = [...net.factors];
  if (rest.some(({ at, power }) => at.length !== 2 || power !== 1)) return undefined;
  const links: Link[] = [];
  let at = from!;
  while (rest.length > 0) {
    const next = rest.filter((f) => f.at.includes(at));
    const [f] = next;
    if (next.length !== 1 || f!.at[0] === f!.at[1]) return undefined;
    rest.splice(rest.indexOf(f!), 1);
    const transposed = f!.at[0] !== at;
    links.push({ atom: f!.atom, transposed });
    at = f!.at[transposed ? 0 : 1]!;
  }
  return at === to ? links : undefined;
}
