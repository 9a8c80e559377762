// Anomaly mode: remembers where every operation was called, and stops a backward pass at the first NaN it makes.
import { AnomalyError } from '../errors.ts';
import { userFrame } from '../program/user-frame.ts';
import type { Cotangent } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor } from '../tensor/tensor.ts';
import { refusePromise } from '../transforms/call.ts';
import type { TapeNode } from './node.ts';

export interface AnomalyOptions {
  /** Default true; false only records where operations were called. */
  readonly checkNan?: boolean;
}

interface AnomalyMode {
  readonly checkNan: boolean;
  /** The node whose pullback runs now: what it records belongs to it. */
  pulling: TapeNode | undefined;
}

let mode: AnomalyMode | undefined;

/** Library frames stand above the user's line in a stack trace; the engines' default of 10 can be too few. */
const STACK_DEPTH = 60;
const engine = Error as unknown as { stackTraceLimit?: number };

/**
 * While `fn` runs, a backward pass that makes a NaN throws AnomalyError with the operation's name and the line where it
 * was called (if that call was made in anomaly mode too). Slow: for debugging.
 */
export function detectAnomaly<T>(fn: () => T, { checkNan = true }: AnomalyOptions = {}): T {
  const before = mode;
  const limit = engine.stackTraceLimit;
  mode = { checkNan, pulling: undefined };
  if (limit !== undefined) engine.stackTraceLimit = Math.max(limit, STACK_DEPTH);
  try {
    return refusePromise('detectAnomaly', fn());
  } finally {
    mode = before;
    if (limit !== undefined) engine.stackTraceLimit = limit;
  }
}

/** Notes on a new node where the user called it. */
export function noteOrigin(node: TapeNode): void {
  if (!mode) return;
  const { pulling } = mode;
  node.frame = pulling ? `the backward of ${describeNode(pulling)}` : userFrame();
}

const describeNode = (node: TapeNode): string =>
  node.frame === undefined ? node.name : `${node.name}, called at ${node.frame}`;

export function anomalyMode(): boolean {
  return mode !== undefined;
}

/** Runs the pullback of `node` and searches its results for NaN. */
export function observe(node: TapeNode, pullback: () => readonly Cotangent[]): readonly Cotangent[] {
  if (!mode) return pullback();
  const before = mode.pulling;
  mode.pulling = node;
  try {
    const gx = pullback();
    if (mode.checkNan) for (let i = 0; i < gx.length; i++) checkNan(node, gx[i] ?? null, i);
    return gx;
  } finally {
    mode.pulling = before;
  }
}

function checkNan(node: TapeNode, g: Cotangent, input: number): void {
  if (!(g instanceof DenseTensor) || !g.values().some(Number.isNaN)) return;
  throw new AnomalyError(
    `${node.name}: its backward gave NaN in the gradient of input ${input} of shape ${showShape(g.shape)}.`,
    node.frame === undefined
      ? 'run the forward pass inside detectAnomaly as well to see where it was called'
      : `it was called at ${node.frame}`,
  );
}
