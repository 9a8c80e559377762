// Forward mode. Every value carries its tangent; an operation's own jvp rule moves both ahead, in the interpreter outside,
// so that jvp of jvp, or of anything else, needs no code of its own. Each call makes a new interpreter, whose tracers are
// recognised by their owner: tangents of nested transforms cannot be confused.
import { ArgumentError } from '../errors.ts';
import { zerosOf } from '../ops/linear.ts';
import { bind, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Cotangent, OpRecord } from '../tensor/op.ts';
import { type DenseTensor, type Tensor, Tracer } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import {
  type AnyFunction,
  callUnder,
  checkFunction,
  type Flat,
  flattenTensors,
  matching,
  released,
  requireFloat,
  splitAux,
} from './call.ts';
import { stagedAt } from './staged-point.ts';

class DualTracer extends Tracer {
  readonly transform = 'jvp';
  readonly owner: ForwardMode;
  readonly primal: Tensor;
  readonly tangent: Tensor;

  constructor(owner: ForwardMode, primal: Tensor, tangent: Tensor) {
    super(primal.shape, primal.dtype);
    this.owner = owner;
    this.primal = primal;
    this.tangent = tangent;
  }

  override concrete(where: string): DenseTensor {
    return this.primal.concrete(where);
  }
}

class ForwardMode implements Interpreter {
  readonly name = 'jvp';
  readonly parent: Interpreter = currentInterpreter();

  owns(x: Tensor): x is DualTracer {
    return x instanceof DualTracer && x.owner === this;
  }

  primal(x: Tensor): Tensor {
    return this.owns(x) ? x.primal : x;
  }

  tangent(x: Tensor): Cotangent {
    return this.owns(x) ? x.tangent : null;
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    return within(this.parent, () => {
      if (!x.some((v) => this.owns(v))) return bind(op, x, p);
      const primals = x.map((v) => this.primal(v));
      const y = bind(op, primals, p);
      if (!y.some((v) => isFloat(v.dtype))) return y;
      const dy = op.jvp(
        primals,
        x.map((v) => this.tangent(v)),
        p,
        () => y,
      );
      return y.map((v, i) => {
        const d = dy[i];
        return d ? new DualTracer(this, v, d) : v;
      });
    });
  }
}

/** Outputs and their tangents (null where the output does not depend on the inputs), on flat lists. */
export function jvpFlat(
  transform: string,
  f: (...x: Tensor[]) => readonly Tensor[],
  primals: readonly Tensor[],
  tangents: readonly Cotangent[],
): { outs: Tensor[]; tangents: Cotangent[]; primal: (x: Tensor) => Tensor } {
  const mode = new ForwardMode();
  const duals = primals.map((x, i) => {
    const d = tangents[i];
    return d ? new DualTracer(mode, x, d) : x;
  });
  const outs = callUnder(transform, mode, f, duals) as readonly Tensor[];
  return {
    outs: outs.map((y) => mode.primal(y)),
    tangents: outs.map((y) => mode.tangent(y)),
    primal: (x) => mode.primal(x),
  };
}

/**
 * The directional derivative: `jvp(f, [x, …], [dx, …])` gives `[f(x, …), J·dx]`. One primal and one tangent may be given
 * without a list. Tangents have the structure and shapes of the primals; the output's tangent has those of the output.
 */
export function jvp(
  f: AnyFunction,
  primals: unknown,
  tangents: unknown,
  options: { readonly hasAux?: boolean } = {},
): [unknown, unknown, ...unknown[]] {
  checkFunction('jvp', f);
  const args = Array.isArray(primals) ? primals : [primals];
  const dargs = Array.isArray(primals) ? tangents : [tangents];
  if (!Array.isArray(dargs) || dargs.length !== args.length) {
    throw new ArgumentError(
      `jvp: ${args.length} primal${args.length === 1 ? '' : 's'} need as many tangents, got ${Array.isArray(dargs) ? dargs.length : 'no list'}.`,
    );
  }
  const flat = flattenTensors('jvp', args);
  requireFloat('jvp', flat.leaves);
  const directions = matching('jvp', 'the tangent', dargs, flat);
  const hasAux = options.hasAux ?? false;
  return stagedAt('jvp', f, flat, directions, (g, at, along) => jvpAt(g, at, along, hasAux), hasAux);
}

function jvpAt(
  f: AnyFunction,
  flat: Flat,
  directions: readonly Tensor[],
  hasAux: boolean,
): [unknown, unknown, ...unknown[]] {
  let shape = flat.shape;
  let aux: unknown;
  const {
    outs,
    tangents: dy,
    primal,
  } = jvpFlat(
    'jvp',
    (...x) => {
      const [result, extra] = splitAux('jvp', f(...(unflatten(flat.shape, x) as unknown[])), hasAux);
      aux = extra;
      const out = flattenTensors('jvp', result);
      shape = out.shape;
      return out.leaves;
    },
    flat.leaves,
    directions,
  );
  const tangentLeaves = dy.map((d, i) => d ?? zerosOf(outs[i]!));
  const result: [unknown, unknown] = [unflatten(shape, outs), unflatten(shape, tangentLeaves)];
  return hasAux ? [...result, released(aux, primal)] : result;
}
