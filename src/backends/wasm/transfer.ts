// Tensors between JavaScript and the memory of a program.
import type { Output } from '../../compile/lower.ts';
import { sizeOf } from '../../tensor/layout.ts';
import { DenseTensor } from '../../tensor/tensor.ts';
import { type Arena, copyIn, copyOut } from './memory.ts';

/** Writes the elements in rows. */
export function writeTensor(arena: Arena, address: number, x: DenseTensor): void {
  const { storage, offset, shape } = x;
  const size = sizeOf(shape);
  if (x.isRowMajor) copyIn(arena.heap, x.dtype, address, storage, offset, size);
  else copyIn(arena.heap, x.dtype, address, x.values(), 0, size);
}

/** An output of a program that lies at `base`; `offsets` are those of its buffers. */
export function readOutput(
  arena: Arena,
  out: Output,
  args: readonly DenseTensor[],
  base: number,
  offsets: readonly number[],
): DenseTensor {
  if (out.kind === 'input') return args[out.index]!;
  if (out.kind === 'constant') return out.tensor;
  const { buffer, shape, strides, offset } = out.view;
  const storage = copyOut(arena.heap, buffer.dtype, base + offsets[buffer.id]!, buffer.size);
  return new DenseTensor(buffer.dtype, shape, storage, strides, offset);
}
