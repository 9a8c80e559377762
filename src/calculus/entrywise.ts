// Operations of programs that act entry by entry, as sums of nets; and the derivatives of elementwise functions, read off the
// records' own partial derivatives, so that a function is differentiated by one rule only.
import { NotDifferentiableError } from '../errors.ts';
import { none } from '../ops/linear.ts';
import { constantLike } from '../ops/unary.ts';
import { type Program, Var } from '../program/program.ts';
import { traceFlat } from '../program/trace.ts';
import { apply } from '../tensor/dispatch.ts';
import { type OpRecord, primitives } from '../tensor/op.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { jvp } from '../transforms/jvp.ts';
import { add, constant, power, scale, single, times } from './algebra.ts';
import { map } from './elementwise.ts';
import { opaqueAtom, type Sum, zero } from './net.ts';

const one = (u: Sum): Sum => constant(1, u.sizes);
const above = (u: Sum, v: Sum): Sum => map('step', add(u, v, -1));
const not = (u: Sum): Sum => add(one(u), u, -1);

/** Truth values are 1 and 0. */
const named: Readonly<Record<string, (...x: Sum[]) => Sum>> = {
  add: (u, v) => add(u!, v!),
  sub: (u, v) => add(u!, v!, -1),
  neg: (u) => scale(u!, -1),
  mul: (u, v) => times(u!, v!),
  chain: (u, v) => times(u!, v!),
  div: (u, v) => times(u!, power(v!, -1)),
  reciprocal: (u) => power(u!, -1),
  square: (u) => power(u!, 2),
  sqrt: (u) => power(u!, 0.5),
  rsqrt: (u) => power(u!, -0.5),
  expm1: (u) => add(map('exp', u!), one(u!), -1),
  log1p: (u) => map('log', add(one(u!), u!)),
  logSigmoid: (u) => scale(map('softplus', scale(u!, -1)), -1),
  logaddexp: (u, v) => add(v!, map('softplus', add(u!, v!, -1))),
  silu: (u) => times(u!, map('sigmoid', u!)),
  maximum: (u, v) => add(v!, map('relu', add(u!, v!, -1))),
  minimum: (u, v) => add(u!, map('relu', add(u!, v!, -1)), -1),
  hypot: (u, v) => power(add(power(u!, 2), power(v!, 2)), 0.5),
  greater: (u, v) => above(u!, v!),
  less: (u, v) => above(v!, u!),
  greaterEqual: (u, v) => not(above(v!, u!)),
  lessEqual: (u, v) => not(above(u!, v!)),
  logicalNot: (u) => not(u!),
  logicalAnd: (u, v) => times(u!, v!),
  where: (c, u, v) => add(times(c!, u!), times(not(c!), v!)),
};

/** Whether an operation is a function of one tensor, entry by entry, without parameters. */
export function isMap({ scalar, samples }: OpRecord): boolean {
  const [sample] = samples;
  return scalar !== undefined && sample?.inputs.length === 1 && sample.params === undefined;
}

/** An entry by entry operation on nets, if it is one. */
export function entrywise(op: OpRecord): ((...x: Sum[]) => Sum) | undefined {
  if (Object.hasOwn(named, op.name)) return named[op.name];
  return isMap(op) ? (u) => map(op.name, u!) : undefined;
}

/** Programs of derivatives f'(x, y) with y = f(x), by the function's name. */
const programs = new Map<string, Program | undefined>();

function slopeProgram(name: string): Program | undefined {
  if (!programs.has(name)) {
    const record = primitives.get(name);
    if (!record) throw new NotDifferentiableError(`derive: no derivative of ${name} is known.`);
    const scalar = { shape: [], dtype: 'float64' } as const;
    const partial = record.partials;
    programs.set(
      name,
      partial &&
        traceFlat(
          'derive',
          (x, y) => {
            const [rate] = partial([x!], () => y!, undefined);
            return rate ? [rate] : [];
          },
          [scalar, scalar],
        ),
    );
  }
  return programs.get(name);
}

/** f' by name, where its own rule has no index notation. */
function namedSlope(name: string, u: Sum): Sum {
  const f = (x: Tensor): Tensor => apply(primitives.get(name)!, [x], none);
  const rate = ([x]: readonly Tensor[]): Tensor => jvp(f, [x], [constantLike(x!, 1)])[1] as Tensor;
  return single(opaqueAtom({ name: `d_${name}`, takes: [u.sizes], gives: u.sizes, apply: rate }, [u]));
}

/** f'(u) for an elementwise function f. */
export function slope(name: string, u: Sum): Sum {
  const program = slopeProgram(name);
  const [output] = program?.outputs ?? [];
  if (!program || !output) return zero(u.sizes);
  const [x, y] = program.inputs;
  const values = new Map<Var, Sum>([
    [x!, u],
    [y!, map(name, u)],
  ]);
  const read = (operand: unknown): Sum =>
    operand instanceof Var ? values.get(operand)! : constant((operand as DenseTensor).values()[0]!, u.sizes);
  for (const { op, x: operands, outs } of program.equations) {
    const rule = op.name === 'cast' || op.name === 'broadcast' ? (v: Sum): Sum => v : entrywise(op);
    if (!rule) return namedSlope(name, u);
    values.set(outs[0]!, rule(...operands.map(read)));
  }
  return read(output);
}
