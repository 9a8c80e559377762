// Tensors on their way into the memory of a program.
import { sizeOf } from '../../tensor/layout.ts';
import type { DenseTensor } from '../../tensor/tensor.ts';
import { type Arena, copyIn } from './memory.ts';

/** Writes the elements in rows. */
export function writeTensor(arena: Arena, address: number, x: DenseTensor): void {
  const { storage, offset, shape } = x;
  const size = sizeOf(shape);
  if (x.isRowMajor) copyIn(arena.heap, x.dtype, address, storage, offset, size);
  else copyIn(arena.heap, x.dtype, address, x.values(), 0, size);
}
