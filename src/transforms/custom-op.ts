// The operation behind functions with derivatives of their own. It holds the function and the user's rules on flat lists:
// a jvp, which serves forward mode and, transposed, reverse mode; a forward/backward pair, which serves reverse mode; or
// both. `customTangent` is its differential, linear in dx: pushed by the jvp, pulled by the backward rule.
import { NotDifferentiableError } from '../errors.ts';
import { zerosOf } from '../ops/linear.ts';
import { allBatched, sumOver } from '../ops/spread.ts';
import { traceFlat } from '../program/trace.ts';
import { bind, type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import type { Cotangent, OpRecord, TensorType } from '../tensor/op.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { evaluator } from './evaluate.ts';
import { jvpFlat } from './jvp.ts';
import { vmapFlat } from './vmap.ts';

export type FlatFunction = (...x: Tensor[]) => readonly Tensor[];

export interface CustomRules {
  readonly f: FlatFunction;
  /** True for a call on the tape, where a leaf that f closes over would silently lose its gradient. */
  readonly recorded?: boolean;
  /** (x…, dx…) to the tangents of the float outputs. */
  readonly jvp: FlatFunction | undefined;
  /** x… to the outputs, then the residuals that backward needs. */
  readonly forward: FlatFunction | undefined;
  /** (residuals…, gy…) to gx…; null is zero. */
  readonly backward: ((...values: Tensor[]) => readonly Cotangent[]) | undefined;
}

const withZeros = (dx: readonly Cotangent[], x: readonly Tensor[]): Tensor[] => x.map((v, i) => dx[i] ?? zerosOf(v));

function spread(tangents: readonly Tensor[], types: readonly Tensor[]): readonly Cotangent[] {
  const rest = [...tangents];
  return types.map((y) => (isFloat(y.dtype) ? rest.shift()! : null));
}

function noForwardMode(): NotDifferentiableError {
  return new NotDifferentiableError(
    'customVjp: the function has a backward rule but no forward one, so jvp, jacfwd and linearize cannot go through it.',
    'add a rule: customVjp(customJvp(f, rule), forward, backward), or use reverse mode',
  );
}

export const customOp: OpRecord<CustomRules> = {
  name: 'custom',
  untyped: true,
  type: (x, { f }) => traceFlat('a function with its own derivative', f, x).outputs,
  evaluate: (x, { f, recorded }) =>
    within(recorded ? onlyOperands(x) : evaluator, () => f(...x)) as readonly DenseTensor[],
  jvp: (x, dx, { jvp, forward, backward }, y) => {
    const outs = y();
    if (!forward || !backward) return spread(jvp!(...x, ...withZeros(dx, x)), outs);
    const residuals = forward(...x).slice(outs.length);
    const p = { jvp, backward, residuals: residuals.length, types: outs };
    return spread(bind(customTangentOp, [...residuals, ...x, ...withZeros(dx, x)], p), outs);
  },
  batch: (x, batched, size, rules) => {
    const outs = bind(customOp, x, batchRules(rules, batched, size, x));
    return { outs, batched: outs.map(() => true) };
  },
  formula: (x) => call('custom', ...x),
  samples: [], // it needs functions: tested as the composites customJvp and customVjp
};

/** Evaluates, and refuses values that require grad unless they are among the operands. */
function onlyOperands(x: readonly DenseTensor[]): Interpreter {
  const storages = new Set(x.map((v) => v.storage));
  return {
    name: 'custom',
    bind(op, values, p) {
      for (const v of values as readonly DenseTensor[]) {
        if (v.tape?.requiresGrad && !storages.has(v.storage)) {
          throw new NotDifferentiableError(
            `${op.name}: a tensor of shape [${v.shape.join(',')}] that requires grad is closed over by a function with its own derivative, whose rule knows nothing of it.`,
            'pass it as an argument, or detach() it',
          );
        }
      }
      return evaluator.bind(op, values, p);
    },
  };
}

/** The rules of the batched function: the user's own, each under vmap. */
function batchRules(rules: CustomRules, batched: readonly boolean[], size: number, x: readonly Tensor[]): CustomRules {
  const { f, jvp, forward, backward } = rules;
  return {
    f: (...v) => vmapFlat(f, size, v, batched),
    jvp: jvp && ((...v) => vmapFlat(jvp, size, v, [...batched, ...batched])),
    forward: forward && ((...v) => vmapFlat(forward, size, v, batched)),
    backward:
      backward &&
      ((...v) => {
        const one: FlatFunction = (...values) =>
          backward(...values).map((g, i) => {
            const like = x[i]!;
            return g ?? zerosOf({ shape: batched[i] ? like.shape.slice(1) : like.shape, dtype: like.dtype });
          });
        const gx = vmapFlat(
          one,
          size,
          allBatched(
            v,
            v.map(() => true),
            size,
          ),
          v.map(() => true),
        );
        return gx.map((g, i) => (batched[i] ? g : sumOver(g, [0])));
      }),
  };
}

interface TangentParam {
  readonly jvp: FlatFunction | undefined;
  readonly backward: NonNullable<CustomRules['backward']>;
  readonly residuals: number;
  /** Types of the function's outputs. */
  readonly types: readonly TensorType[];
}

/** Inputs: residuals, x, dx. Outputs: tangents of the float outputs. */
const customTangentOp: OpRecord<TangentParam> = {
  name: 'customTangent',
  type: (_v, { types }) => types.filter((t) => isFloat(t.dtype)),
  evaluate: (values, p) => within(evaluator, () => push(p)(...values)) as readonly DenseTensor[],
  jvp: (values, dvalues, p) => jvpFlat('jvp', push(p), values, dvalues).tangents,
  transpose: (gy, values, { backward, residuals, types }) => {
    const floats = types.filter((t) => isFloat(t.dtype));
    const rest = gy.map((g, i) => g ?? zerosOf(floats[i]!));
    const full = types.map((t) => (isFloat(t.dtype) ? rest.shift()! : zerosOf(t)));
    const gx = backward(...(values.slice(0, residuals) as Tensor[]), ...full);
    const first = values.length - gx.length;
    return values.map((v, i) => (v === undefined ? gx[i - first] : undefined));
  },
  batch: (values, batched, size, p) => {
    const outs = vmapFlat(push(p), size, values, batched);
    return { outs, batched: outs.map(() => true) };
  },
  formula: (x) => call('customTangent', ...x),
  samples: [], // it needs functions: tested as the composites customJvp and customVjp
};

function push({ jvp, residuals }: TangentParam): FlatFunction {
  if (!jvp) throw noForwardMode();
  return (...values) => jvp(...values.slice(residuals));
}
