// Reverse mode as a transform: run f on tracers that leave a tape of nodes, then sweep it backwards as often as asked.
// Rules run in the interpreter outside, so that a pullback is itself made of operations and can be differentiated again.
import { ArgumentError } from '../errors.ts';
import { zerosOf } from '../ops/linear.ts';
import { bind, bindUnder, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Cotangent, OpRecord } from '../tensor/op.ts';
import { type DenseTensor, snapshot, type Tensor, Tracer } from '../tensor/tensor.ts';
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
  restore,
  splitAux,
} from './call.ts';
import { push } from './rules.ts';
import { type Edge, Node, reachable, sweep } from './tape.ts';

class ReverseTracer extends Tracer {
  readonly transform: string;
  readonly owner: ReverseMode;
  readonly primal: Tensor;
  readonly edge: Edge;

  constructor(owner: ReverseMode, primal: Tensor, edge: Edge) {
    super(primal.shape, primal.dtype);
    this.transform = owner.name;
    this.owner = owner;
    this.primal = primal;
    this.edge = edge;
  }

  override concrete(where: string): DenseTensor {
    return this.primal.concrete(where);
  }
}

class ReverseMode implements Interpreter {
  readonly name: string;
  readonly parent: Interpreter = currentInterpreter();

  constructor(name: string) {
    this.name = name;
  }

  owns(x: Tensor): x is ReverseTracer {
    return x instanceof ReverseTracer && x.owner === this;
  }

  primal(x: Tensor): Tensor {
    return this.owns(x) ? x.primal : x;
  }

  edge(x: Tensor): Edge | null {
    return this.owns(x) ? x.edge : null;
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    if (!x.some((v) => this.owns(v))) return bindUnder(this.parent, op, x, p);
    return within(this.parent, () => {
      const primals = x.map((v) => this.primal(v));
      const y = bind(op, primals, p);
      if (!y.some((v) => isFloat(v.dtype))) return y;
      const node = new Node(
        op as OpRecord,
        p,
        x.map((v) => this.edge(v)),
        // A program that is being traced must follow its leaves; what is kept here and now must not.
        { x: this.parent.parent ? primals : primals.map(snapshot), y },
        y.length,
      );
      return y.map((v, index) => (isFloat(v.dtype) ? new ReverseTracer(this, v, { node, index }) : v));
    });
  }
}

/** A function run once: its outputs, and its derivative at that point as two linear functions. */
export interface Linearized {
  readonly outs: readonly Tensor[];
  /** The value behind one of the run's tracers, as the caller may keep it. */
  primal(x: Tensor): Tensor;
  /** Jᵀ·gy; null is an exact zero. */
  pullback(gy: readonly Cotangent[]): Cotangent[];
  /** J·dx. */
  pushforward(dx: readonly Cotangent[]): Cotangent[];
}

export function linearizeFlat(
  transform: string,
  f: (...x: Tensor[]) => readonly Tensor[],
  primals: readonly Tensor[],
): Linearized {
  const mode = new ReverseMode(transform);
  const leaves = primals.map(() => new Node(undefined, undefined, [], undefined));
  const traced = primals.map((x, i) => new ReverseTracer(mode, x, { node: leaves[i]!, index: 0 }));
  const results = callUnder(transform, mode, f, traced) as readonly Tensor[];
  const edges = results.map((y) => mode.edge(y));
  return {
    outs: results.map((y) => mode.primal(y)),
    primal: (x) => mode.primal(x),
    pullback(gy) {
      const gx = new Map<Node, Cotangent>();
      const roots = edges.flatMap((edge, i) => (edge && gy[i] ? [[edge, gy[i]] as const] : []));
      sweep(roots, (node, g) => {
        if (node.op) return node.pullback(g);
        gx.set(node, g[0]!);
        return undefined;
      });
      return leaves.map((leaf) => gx.get(leaf) ?? null);
    },
    pushforward(dx) {
      const tangents = new Map<Node, readonly Cotangent[]>(leaves.map((leaf, i) => [leaf, [dx[i] ?? null]]));
      const at = (edge: Edge | null): Cotangent => (edge && tangents.get(edge.node)?.[edge.index]) ?? null;
      for (const node of oldestFirst(edges)) {
        if (!node.op) continue;
        const { x, y } = node.saved!;
        tangents.set(node, push(node.op, x, node.from.map(at), node.params, y));
      }
      return edges.map(at);
    },
  };
}

function oldestFirst(edges: readonly (Edge | null)[]): Node[] {
  return reachable(edges.flatMap((edge) => (edge ? [edge.node] : []))).reverse();
}

/** A linearized function of trees. */
export interface LinearizedTree extends Linearized {
  readonly output: Flat;
  readonly input: Flat;
  readonly aux: unknown;
}

export function linearizeTree(
  transform: string,
  f: AnyFunction,
  args: readonly unknown[],
  hasAux = false,
): LinearizedTree {
  checkFunction(transform, f);
  const input = flattenTensors(transform, args);
  requireFloat(transform, input.leaves);
  let output: Flat | undefined;
  let aux: unknown;
  const linear = linearizeFlat(
    transform,
    (...x) => {
      const [result, extra] = splitAux(transform, f(...(unflatten(input.shape, x) as unknown[])), hasAux);
      aux = extra;
      output = flattenTensors(transform, result);
      return output.leaves;
    },
    input.leaves,
  );
  return {
    ...linear,
    input,
    output: { leaves: linear.outs, shape: output!.shape },
    aux: hasAux ? released(aux, linear.primal) : undefined,
  };
}

function denseCotangents(cotangents: readonly Cotangent[], like: readonly Tensor[]): Tensor[] {
  return cotangents.map((g, i) => g ?? zerosOf(like[i]!));
}

/**
 * `vjp(f, ...primals)` gives `[y, pullback]`; `pullback(gy)` gives the list of cotangents, one per primal, and may be
 * called any number of times.
 */
export function vjp(f: AnyFunction, ...primals: unknown[]): [y: unknown, pullback: (gy: unknown) => unknown[]] {
  const linear = linearizeTree('vjp', f, primals);
  const pullback = (gy: unknown): unknown[] => {
    const cotangents = matching('vjp', 'the cotangent', gy, linear.output);
    return restore(linear.input, denseCotangents(linear.pullback(cotangents), linear.input.leaves)) as unknown[];
  };
  return [restore(linear.output, linear.outs), pullback];
}

/**
 * `linearize(f, ...primals)` gives `[y, df]` where `df(...tangents)` is the derivative at that point; f is run only once.
 */
export function linearize(
  f: AnyFunction,
  ...primals: unknown[]
): [y: unknown, df: (...tangents: unknown[]) => unknown] {
  const linear = linearizeTree('linearize', f, primals);
  const df = (...tangents: unknown[]): unknown => {
    if (tangents.length !== primals.length) {
      throw new ArgumentError(`linearize: the derivative takes ${primals.length} tangents, got ${tangents.length}.`);
    }
    const dx = matching('linearize', 'the tangent', tangents, linear.input);
    return restore(linear.output, denseCotangents(linear.pushforward(dx), linear.outs));
  };
  return [restore(linear.output, linear.outs), df];
}
