// Where a backward pass starts and ends: checks on the outputs, their cotangents and the inputs that users hand in.
import { ArgumentError, AutogradError, ShapeError, TracedValueError } from '../errors.ts';
import { cast } from '../ops/cast.ts';
import { asTensor, describe } from '../ops/operands.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, filled, Tensor, Tracer } from '../tensor/tensor.ts';
import { Slot } from './node.ts';

/** A tensor's place in the graph with the cotangent that starts there. */
export type Root = readonly [Slot, Tensor];

export type GivenCotangents = Tensor | number | null | undefined | readonly (Tensor | number | null)[];

/** What the tape knows about a tensor, if anything. */
export function slotOf(x: Tensor): Slot | undefined {
  const tape = x instanceof DenseTensor ? x.tape : undefined;
  return tape instanceof Slot ? tape : undefined;
}

/** One tensor or a non-empty list of tensors, as a list. */
export function tensorList(where: string, what: string, given: unknown): readonly Tensor[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw new AutogradError(`${where}: ${what} is an empty list; name at least one tensor.`);
  for (const v of list) {
    if (!(v instanceof Tensor)) throw new ArgumentError(`${where}: ${what} must be tensors, got ${describe(v)}.`);
  }
  return list as readonly Tensor[];
}

/** The tape of `x`, or the reason why there is none. */
export function requireSlot(where: string, what: string, x: Tensor): Slot {
  if (x instanceof Tracer) {
    throw new TracedValueError(
      `${where}: ${what} is a value of shape ${showShape(x.shape)} inside ${x.transform}, which is not on the tape.`,
      'inside a transform use grad(f) or vjp(f), which nest; or call backward() outside',
    );
  }
  const slot = slotOf(x);
  if (!slot?.requiresGrad) {
    throw new AutogradError(
      `${where}: ${what} of shape ${showShape(x.shape)} does not require grad.`,
      'it was made without recording: from tensors without requiresGrad, inside noGrad, by detach(), or by an operation with integer or boolean results',
    );
  }
  return slot;
}

export function slotsOf(where: string, inputs: readonly Tensor[]): Slot[] {
  return inputs.map((x, i) => requireSlot(where, `input ${i}`, x));
}

/** The outputs paired with their cotangents; `batch` is the size of a leading axis that the cotangents have in addition. */
export function rootsOf(where: string, outputs: readonly Tensor[], given: GivenCotangents, batch?: number): Root[] {
  const list = Array.isArray(given) ? (given as readonly (Tensor | number | null)[]) : undefined;
  const count = list?.length ?? (given === null || given === undefined ? outputs.length : 1);
  if (count !== outputs.length) {
    throw new AutogradError(`${where}: ${outputs.length} outputs need as many gradients, got ${count}.`);
  }
  return outputs.map((y, i) => {
    const slot = requireSlot(where, outputs.length === 1 ? 'the output' : `output ${i}`, y);
    return [slot, cotangentOf(where, y, list ? list[i] : (given as Tensor | number | null | undefined), batch)];
  });
}

function cotangentOf(where: string, y: Tensor, given: Tensor | number | null | undefined, batch?: number): Tensor {
  if (given === null || given === undefined) {
    if (y.size !== 1) {
      throw new AutogradError(
        `${where}: a gradient is implied for one-element outputs only, and this one has shape ${showShape(y.shape)}.`,
        where === 'backward'
          ? 'reduce it first, y.sum().backward(), or give the cotangent, y.backward(gy)'
          : 'reduce it first, y.sum(), or give the cotangent in gradOutputs',
      );
    }
    return filled(batch === undefined ? y.shape : [batch, ...y.shape], 1, y.dtype);
  }
  const g = asTensor(where, given);
  const shape = batch === undefined ? y.shape : [batch, ...y.shape];
  if (!sameShape(g.shape, shape)) {
    throw new ShapeError(
      `${where}: the gradient has shape ${showShape(g.shape)}, but the output ${batch === undefined ? 'has' : 'and the batch need'} shape ${showShape(shape)}.`,
    );
  }
  if (!(g instanceof DenseTensor)) {
    throw new TracedValueError(
      `${where}: the gradient of shape ${showShape(g.shape)} is a value inside a transform.`,
      'inside a transform use vjp(f), or autograd.grad with isGradsBatched outside it',
    );
  }
  return cast(g, y.dtype);
}
