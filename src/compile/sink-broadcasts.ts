// Broadcasting last: an elementwise operation on values that all repeat along the same axes is computed once and repeated then,
//   exp(1 ⊗ x) = 1 ⊗ exp(x).
import { broadcastInto, reshapeTo } from '../ops/spread.ts';
import type { Atom, Equation, Program } from '../program/program.ts';
import { apply } from '../tensor/dispatch.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { OpRecord } from '../tensor/op.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { type Definition, type Replacement, rewrite } from './rewrite.ts';
import { isPure, repeated } from './simplify.ts';

/** The program with broadcasts behind elementwise operations. */
export function sinkBroadcasts(program: Program, isElementwise: (op: OpRecord) => boolean): Program {
  if (!program.equations.some(({ op }) => op.name === 'broadcast')) return program;
  return rewrite(program, (_, e, definition) =>
    isElementwise(e.op) && isPure(e) && e.outs.length === 1 ? sunk(e, definition) : undefined,
  );
}

function sunk({ op, x, p, outs }: Equation, definition: Definition): Replacement | undefined {
  const { shape } = outs[0]!;
  const sources = x.map((a): Atom | undefined => {
    const e = definition(a);
    return e?.op.name === 'broadcast' ? e.x[0]! : undefined;
  });
  const spread = sources.filter((source) => source !== undefined);
  if (spread.length === 0 || x.some((a, i) => !sources[i] && repeated(a) === undefined)) return undefined;
  const aligned = (source: { readonly shape: readonly number[] }): number[] => [
    ...new Array<number>(shape.length - source.shape.length).fill(1),
    ...source.shape,
  ];
  const needed = shape.map((n, axis) => (spread.some((source) => aligned(source)[axis] === n) ? n : 1));
  if (2 * sizeOf(needed) > sizeOf(shape)) return undefined;
  return {
    x: spread,
    f: (...v) => {
      const values = [...v];
      const operands = x.map((a, i): Tensor => {
        if (!sources[i]) return filled(needed, repeated(a)!, a.dtype);
        const value = values.shift()!;
        return broadcastInto(reshapeTo(value, aligned(value)), needed);
      });
      return [broadcastInto(apply(op, operands, p), shape)];
    },
  };
}
