// customJvp and customVjp: the user's derivative rules on trees, checked against the function's own structure and shapes.
import { ArgumentError, ShapeError } from '../errors.ts';
import { mul, square } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { composite } from '../ops/composite.ts';
import { asTensor, describe } from '../ops/operands.ts';
import { bind, currentInterpreter, rootInterpreter } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Cotangent } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import { flatten, sameTree, showTree, type TreeShape, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, checkFunction, flattenTensors, refusePromise } from './call.ts';
import { type CustomRules, customOp } from './custom-op.ts';

interface UserRules {
  readonly f: AnyFunction;
  readonly jvp?: AnyFunction;
  readonly forward?: AnyFunction;
  readonly backward?: AnyFunction;
}

/** The rules behind functions made here, so that a second rule joins the first. */
const rulesOf = new WeakMap<AnyFunction, UserRules>();

/**
 * `customJvp(f, rule)` is f with its derivative given by `rule(primals, tangents) -> [y, dy]`, lists with one entry an
 * argument. dy must be linear in the tangents; reverse mode is its transpose. Arguments that are neither tensors nor
 * numbers are passed through; their tangent is null.
 */
export function customJvp<F extends AnyFunction>(f: F, rule: AnyFunction): F {
  checkFunction('customJvp', f);
  checkFunction('customJvp', rule);
  return withRules({ ...(rulesOf.get(f) ?? { f }), jvp: rule }) as F;
}

/**
 * `customVjp(f, forward, backward)` is f with its pullback given: `forward(...args)` returns `[y, residuals]` and
 * `backward(residuals, gy)` the list of cotangents, one an argument, null for zero. Forward mode needs a rule as well:
 * `customVjp(customJvp(f, rule), forward, backward)`.
 */
export function customVjp<F extends AnyFunction>(f: F, forward: AnyFunction, backward: AnyFunction): F {
  checkFunction('customVjp', f);
  checkFunction('customVjp', forward);
  checkFunction('customVjp', backward);
  return withRules({ ...(rulesOf.get(f) ?? { f }), forward, backward }) as F;
}

function withRules(rules: UserRules): AnyFunction {
  const wrapped: AnyFunction = (...args: unknown[]): unknown => {
    const call = new CustomCall(rules, args);
    const outs = bind(customOp, call.tensors, call.flat);
    return unflatten(call.output!, outs);
  };
  rulesOf.set(wrapped, rules);
  return wrapped;
}

/** One call: which leaves are tensors, and the rules translated to flat lists of them. */
class CustomCall {
  readonly tensors: Tensor[];
  output: TreeShape | undefined;
  private readonly leaves: readonly unknown[];
  private readonly shape: TreeShape;
  private readonly traced: readonly boolean[];
  private readonly args: readonly unknown[];
  private readonly rules: UserRules;

  constructor(rules: UserRules, args: readonly unknown[]) {
    this.rules = rules;
    this.args = args;
    const { leaves, shape } = flatten(args);
    this.leaves = leaves;
    this.shape = shape;
    this.traced = leaves.map((leaf) => leaf instanceof Tensor || typeof leaf === 'number');
    this.tensors = leaves.flatMap((leaf, i) => (this.traced[i] ? [asTensor('custom', leaf as Tensor)] : []));
  }

  get flat(): CustomRules {
    const { f, jvp, forward, backward } = this.rules;
    return {
      recorded: currentInterpreter() === rootInterpreter(),
      f: (...x) => this.outputs(refusePromise('customJvp', f(...this.arguments(x)))),
      jvp: jvp && ((...values) => this.jvp(jvp, values)),
      forward: forward && ((...x) => this.forward(forward, x)),
      backward: backward && ((...values) => this.backward(backward, values)),
    };
  }

  private arguments(x: readonly unknown[], others: 'kept' | 'null' = 'kept'): unknown[] {
    const rest = [...x];
    const leaves = this.leaves.map((leaf, i) => (this.traced[i] ? rest.shift() : others === 'kept' ? leaf : null));
    return unflatten(this.shape, leaves) as unknown[];
  }

  private outputs(result: unknown): readonly Tensor[] {
    const { leaves, shape } = flattenTensors('custom', result);
    this.output = shape;
    return leaves;
  }

  private jvp(rule: AnyFunction, values: readonly Tensor[]): readonly Tensor[] {
    const n = this.tensors.length;
    const result: unknown = rule(this.arguments(values.slice(0, n)), this.arguments(values.slice(n), 'null'));
    if (!Array.isArray(result) || result.length !== 2) {
      throw new ArgumentError(`customJvp: the rule must return [y, dy], got ${describe(result)}.`);
    }
    const y = flattenTensors('customJvp', result[0]);
    const dy = flattenTensors('customJvp', result[1]);
    if (!sameTree(y.shape, dy.shape)) {
      throw new ArgumentError(
        `customJvp: the rule's tangent has the structure ${showTree(dy.shape)}, its output ${showTree(y.shape)}.`,
      );
    }
    return dy.leaves.flatMap((d, i) =>
      isFloat(y.leaves[i]!.dtype) ? [fitted('customJvp: the rule returned a tangent', d, y.leaves[i]!)] : [],
    );
  }

  /** Outputs, then residuals; how many residuals of which structure is remembered for backward. */
  private residualShape: TreeShape | undefined;
  private outputCount = 0;
  private forward(rule: AnyFunction, x: readonly Tensor[]): readonly Tensor[] {
    const result: unknown = rule(...this.arguments(x));
    if (!Array.isArray(result) || result.length !== 2) {
      throw new ArgumentError(`customVjp: forward must return [y, residuals], got ${describe(result)}.`);
    }
    const outs = this.outputs(result[0]);
    this.outputCount = outs.length;
    const residuals = flattenResiduals(result[1]);
    this.residualShape = residuals.shape;
    this.others = residuals.others;
    return [...outs, ...residuals.tensors];
  }

  private others: readonly unknown[] = [];
  private backward(rule: AnyFunction, values: readonly Tensor[]): readonly Cotangent[] {
    const tensors = values.slice(0, values.length - this.outputCount);
    const residuals = unflatten(
      this.residualShape!,
      this.others.map((other) => (other === fromTensor ? tensors.shift() : other)),
    );
    const result: unknown = rule(residuals, unflatten(this.output!, values.slice(values.length - this.outputCount)));
    const list = Array.isArray(result) ? result : [result];
    if (list.length !== this.args.length) {
      throw new ArgumentError(
        `customVjp: backward returned ${list.length} cotangent${list.length === 1 ? '' : 's'} for ${this.args.length} argument${this.args.length === 1 ? '' : 's'}.`,
      );
    }
    const x = this.arguments(this.tensors);
    const gx = list.flatMap((g: unknown, k): Cotangent[] => {
      const expected = flatten(x[k]);
      const tensorLeaves = expected.leaves.filter((leaf): leaf is Tensor => leaf instanceof Tensor);
      if (g === null || g === undefined) return tensorLeaves.map(() => null);
      const given = flatten(g);
      if (!sameTree(given.shape, expected.shape)) {
        throw new ArgumentError(
          `customVjp: the cotangent of argument ${k} has the structure ${showTree(given.shape)}, expected ${showTree(expected.shape)}.`,
        );
      }
      return expected.leaves.flatMap((leaf, i) => {
        if (!(leaf instanceof Tensor)) return [];
        const value = given.leaves[i];
        return [
          value === null || value === undefined
            ? null
            : fitted(`customVjp: the cotangent of argument ${k}`, asTensor('customVjp', value as Tensor), leaf),
        ];
      });
    });
    return gx;
  }
}

/** Marks where a tensor goes in a list of residuals. */
const fromTensor = Symbol('residual');

/** Residuals may hold anything; their tensors travel as operands so that transforms see them. */
function flattenResiduals(tree: unknown): { tensors: Tensor[]; others: unknown[]; shape: TreeShape } {
  const { leaves, shape } = flatten(tree);
  const tensors = leaves.filter((leaf): leaf is Tensor => leaf instanceof Tensor);
  return { tensors, others: leaves.map((leaf) => (leaf instanceof Tensor ? fromTensor : leaf)), shape };
}

function fitted(what: string, g: Tensor, like: Tensor): Tensor {
  if (!sameShape(g.shape, like.shape)) {
    throw new ShapeError(`${what} has shape ${showShape(g.shape)}, expected ${showShape(like.shape)}.`);
  }
  return cast(g, like.dtype);
}

const cubeRule = ([x]: [Tensor], [dx]: [Tensor]): [Tensor, Tensor] => [mul(square(x), x), mul(mul(square(x), 3), dx)];
const cube = (x: Tensor): Tensor => mul(square(x), x);
composite('customJvp', (x: Tensor): Tensor => customJvp(cube, cubeRule)(x), [{ inputs: [{ shape: [3] }] }]);
composite(
  'customVjp',
  (x: Tensor): Tensor =>
    customVjp(
      customJvp(cube, cubeRule),
      (v: Tensor) => [cube(v), v],
      (v: Tensor, gy: Tensor) => [mul(mul(square(v), 3), gy)],
    )(x),
  [{ inputs: [{ shape: [3] }] }],
);
