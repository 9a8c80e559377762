// backward(): one sweep over the tape. Each node gets its complete cotangents, hooks may replace them, the operation's rule
// pulls them back, leaves add them to `.grad`, and saved values are let go as soon as they have been used.
import { AutogradError } from '../errors.ts';
import { accumulate } from '../ops/addition.ts';
import { zerosOf } from '../ops/linear.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { within } from '../tensor/dispatch.ts';
import type { Cotangent } from '../tensor/op.ts';
import type { BackwardOptions } from '../tensor/tape-methods.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { evaluator } from '../transforms/evaluate.ts';
import { pull } from '../transforms/rules.ts';
import { reachable, sweep } from '../transforms/tape.ts';
import { anomalyMode, observe } from './anomaly.ts';
import type { Slot, TapeNode } from './node.ts';
import { recorder } from './recorder.ts';
import { type Root, rootsOf, slotsOf, tensorList } from './roots.ts';
import { restored } from './saved.ts';

/** What one sweep does besides pulling back. */
export interface Sweep {
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
  /** Cotangents to collect by node, instead of accumulating at every leaf; their paths are the only ones followed. */
  readonly collect: ReadonlyMap<TapeNode, Cotangent[]> | undefined;
  /** The nodes on a path to a collected one, those included; undefined for all. */
  readonly followed: ReadonlySet<TapeNode> | undefined;
  /** Whether retained gradients are written. */
  readonly retained: boolean;
}

/** Runs `body` in the mode of a backward pass: recorded with createGraph, plain without. */
export function differentiating<T>(createGraph: boolean, body: () => T): T {
  return within(createGraph ? recorder : evaluator, body);
}

/** A running sweep, for hooks that wait for more than one gradient. */
export class Pass {
  private readonly roots: readonly Root[];
  private readonly task: Sweep;
  private nodes: ReadonlySet<unknown> | undefined;

  constructor(roots: readonly Root[], task: Sweep) {
    this.roots = roots;
    this.task = task;
  }

  /** Whether the sweep comes to this node. */
  reaches(node: TapeNode): boolean {
    this.nodes ??= new Set(reachable(this.roots.map(([slot]) => slot.node)));
    return this.nodes.has(node) && (!this.task.followed || this.task.followed.has(node));
  }
}

let running: Pass | undefined;

export function currentPass(): Pass | undefined {
  return running;
}

/** Sweeps from `roots`, in the interpreter that is in charge. */
export function propagate(roots: readonly Root[], task: Sweep): void {
  const before = running;
  running = new Pass(roots, task);
  try {
    sweep<TapeNode>(roots, (node, gy) => visit(node, gy, task));
  } finally {
    running = before;
  }
}

function visit(node: TapeNode, given: readonly Cotangent[], task: Sweep): readonly Cotangent[] | undefined {
  if (task.followed && !task.followed.has(node)) return undefined;
  const { watch } = node;
  let gy = watch ? watch.arrived(given) : given;
  const collected = task.collect?.get(node);
  if (collected) for (let i = 0; i < gy.length; i++) collected[i] = gy[i]!;
  if (!node.op) {
    if (!task.collect) addToLeaf(node, gy[0]!, task.createGraph);
    return undefined;
  }
  if (watch && task.retained && !collected) {
    watch.outputs.forEach((output, i) => {
      if (output?.retain && gy[i]) addToGrad(node, i, gy[i]!, task.createGraph);
    });
  }
  const { from } = node;
  const { followed } = task;
  const wanted = new Array<boolean>(from.length);
  for (let i = 0; i < from.length; i++) {
    const slot = from[i]!;
    wanted[i] = slot !== null && (followed === undefined || followed.has(slot.node));
  }
  if (followed && !wanted.includes(true)) return undefined;
  if (watch) gy = watch.beforePullback(gy);
  let gx = pullback(node, gy, wanted);
  if (watch) gx = watch.afterPullback(gx, gy);
  if (!task.retainGraph && node.kept?.values) node.kept = undefined;
  return gx;
}

/** The pullback of one node; in anomaly mode under observation. */
function pullback(node: TapeNode, gy: readonly Cotangent[], wanted: readonly boolean[]): readonly Cotangent[] {
  if (gy.every((g) => g === null)) return wanted.map(() => null);
  const { x, y } = restored(node);
  if (!anomalyMode()) return pull(node.op!, x, y, node.params, gy, wanted);
  return observe(node, () => pull(node.op!, x, y, node.params, gy, wanted));
}

function addToLeaf(leaf: TapeNode, g: Cotangent, createGraph: boolean): void {
  const x = leaf.variable!;
  addToGrad(leaf, 0, g ?? zerosOf(x), createGraph);
  if (leaf.watch) for (const hook of leaf.watch.accumulated) hook(x);
}

function addToGrad(node: TapeNode, index: number, g: Tensor, createGraph: boolean): void {
  node.grads ??= new Array<Tensor | null>(node.outputs).fill(null);
  const before = node.grads[index] ?? null;
  node.grads[index] = before ? accumulate(before, g) : ownGradient(g, createGraph);
}

/** A gradient as its own tensor: without createGraph a constant, whatever other name the value goes by. */
export function ownGradient(g: Tensor, createGraph: boolean): Tensor {
  return createGraph || !(g instanceof DenseTensor) ? g : g.view(g.shape, g.strides);
}

/** The nodes from which one of `targets` can be reached, targets included. */
function pathsTo(targets: ReadonlySet<TapeNode>, roots: readonly Root[]): Set<TapeNode> {
  const followed = new Set<TapeNode>(targets);
  const youngestFirst = reachable(roots.map(([slot]) => slot.node)) as TapeNode[];
  for (let k = youngestFirst.length - 1; k >= 0; k--) {
    const node = youngestFirst[k]!;
    if (node.from.some((slot) => slot && followed.has(slot.node))) followed.add(node);
  }
  return followed;
}

/** The sweep that collects the cotangents of `targets` alone. */
export function collecting(
  targets: readonly Slot[],
  roots: readonly Root[],
  options: { readonly retainGraph: boolean; readonly createGraph: boolean; readonly retained: boolean },
): Sweep & { readonly collect: Map<TapeNode, Cotangent[]> } {
  const nodes = new Set(targets.map((slot) => slot.node));
  const followed = pathsTo(nodes, roots);
  return { ...options, followed, collect: new Map([...nodes].map((node) => [node, []])) };
}

/**
 * Accumulates the gradients of Σ yᵢ · gyᵢ into the leaves (or into `inputs`). A missing gy is 1 for one-element tensors.
 * Frees what the graph saved unless retainGraph.
 */
export function backward(
  tensors: Tensor | readonly Tensor[],
  gradTensors?: Tensor | number | null | readonly (Tensor | number | null)[],
  options: BackwardOptions = {},
): void {
  checkOptions('backward', options, 'retainGraph', 'createGraph', 'inputs');
  const { createGraph = false, retainGraph = createGraph } = options;
  const roots = rootsOf('backward', tensorList('backward', 'tensors', tensors), gradTensors);
  differentiating(createGraph, () => {
    if (options.inputs === undefined) {
      propagate(roots, { createGraph, retainGraph, retained: true, collect: undefined, followed: undefined });
      return;
    }
    const inputs = tensorList('backward', 'inputs', options.inputs);
    const slots = slotsOf('backward', inputs);
    const task = collecting(slots, roots, { createGraph, retainGraph, retained: true });
    propagate(roots, task);
    slots.forEach((slot, i) => {
      const gy = task.collect.get(slot.node)!;
      if (gy.length === 0) throw unreached('backward', i, inputs[i]!);
      addToGrad(slot.node, slot.index, gy[slot.index] ?? zerosOf(inputs[i]!), createGraph);
      if (slot.node.watch && !slot.node.op) for (const hook of slot.node.watch.accumulated) hook(inputs[i]!);
    });
  });
}

export function unreached(where: string, position: number, input: Tensor): AutogradError {
  return new AutogradError(
    `${where}: input ${position} of shape [${input.shape.join(',')}] was not used to compute the outputs.`,
    where === 'grad' ? 'pass { allowUnused: true } for null, or { materializeGrads: true } for zeros' : undefined,
  );
}
