// Operations that only move elements: what they make of a view is a view.
import { allocate } from '../tensor/dtype.ts';
import type { OpRecord, Params } from '../tensor/op.ts';
import { DenseTensor } from '../tensor/tensor.ts';
import { reshapeView, type View } from './expression.ts';

export const movements: ReadonlySet<string> = new Set(['reshape', 'broadcast', 'permute', 'slice', 'flip', 'windows']);

/** What a movement makes of a view, told by its own evaluation on a tensor without elements; undefined where only a copy will do. */
export function moved(op: OpRecord, p: Params, view: View): View | undefined {
  if (op.name === 'reshape') return reshapeView(view, p.shape);
  const { dtype } = view.buffer;
  const x = new DenseTensor(dtype, view.shape, allocate(dtype, 0), view.strides, view.offset);
  const [y] = op.evaluate([x], p, op.type([x], p));
  return { buffer: view.buffer, shape: y!.shape, strides: y!.strides, offset: y!.offset };
}
