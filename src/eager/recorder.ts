// The interpreter at the bottom: computes every operation at once and, where an input requires grad, leaves a node that
// can pull gradients back through it later.
import { stopGradientOp } from '../ops/stop-gradient.ts';
import { bindUnder, type Interpreter, installRoot } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { evaluate, evaluator } from '../transforms/evaluate.ts';
import { noteOrigin } from './anomaly.ts';
import { Slot, TapeNode } from './node.ts';
import { keep } from './saved.ts';

export const recorder: Interpreter = {
  name: 'tape',
  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    for (let i = 0; i < x.length; i++) {
      if ((x[i] as DenseTensor).tape?.requiresGrad && op.name !== stopGradientOp.name) {
        return record(op as OpRecord, x, p);
      }
    }
    return evaluate(op, x, p);
  },
};

const edgeOf = (x: Tensor): Slot | null => {
  const slot = (x as DenseTensor).tape as Slot | undefined;
  return slot?.requiresGrad ? slot : null;
};

function record(op: OpRecord, x: readonly Tensor[], p: unknown): readonly Tensor[] {
  // An evaluation may itself be made of operations, which are not to be recorded one by one.
  const values = bindUnder(evaluator, op, x, p) as readonly DenseTensor[];
  let floats = false;
  for (const v of values) if (isFloat(v.dtype)) floats = true;
  if (!floats) return values;
  const from = new Array<Slot | null>(x.length);
  for (let i = 0; i < x.length; i++) from[i] = edgeOf(x[i]!);
  const node = new TapeNode(op, p, from, values.length);
  const y = values.slice();
  for (let i = 0; i < y.length; i++) if (isFloat(y[i]!.dtype)) y[i] = attach(y[i]!, node, i, x);
  node.kept = keep(op, x, y, from);
  noteOrigin(node);
  return y;
}

function attach(y: DenseTensor, node: TapeNode, index: number, x: readonly Tensor[]): DenseTensor {
  // A tensor that existed before the call keeps its own history.
  const own = y.tape !== undefined || x.includes(y) ? y.view(y.shape, y.strides) : y;
  own.tape = new Slot(node, index, true);
  return own;
}

installRoot(recorder);
