// What convolution and pooling share: tensors [N, C, spatial…] or one example [C, spatial…], settings that are one number
// or one for each spatial axis, and the sliding windows over those axes.
//   windows along an axis = ⌊(length + low + high − dilation·(size − 1) − 1) / stride⌋ + 1
import { ArgumentError, ShapeError } from '../errors.ts';
import { padWith } from '../ops/movement.ts';
import { describe } from '../ops/operands.ts';
import { reshapeTo } from '../ops/spread.ts';
import { windowCount, windowsOp } from '../ops/windows.ts';
import { apply } from '../tensor/dispatch.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** One number for all spatial axes, or a list with one for each. */
export type PerAxis = number | readonly number[];

/** How windows lie along one spatial axis. */
export interface WindowAxis {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements added before and after. */
  readonly low: number;
  readonly high: number;
}

/** The span of a window from its first element to its last. */
export const reach = ({ size, dilation }: Pick<WindowAxis, 'size' | 'dilation'>): number => (size - 1) * dilation + 1;

/** `value` as one integer for each of `rank` axes, none below `least`. */
export function perAxis(op: string, option: string, value: PerAxis, rank: number, least: number): number[] {
  if (typeof value !== 'number' && !Array.isArray(value)) {
    throw new ArgumentError(`${op}: ${option} must be a number or a list of ${rank}, got ${describe(value)}.`);
  }
  const list: number[] = typeof value === 'number' ? new Array<number>(rank).fill(value) : [...value];
  if (list.length !== rank || !list.every((n) => Number.isInteger(n) && n >= least)) {
    const [one, some] = rank === 1 ? ['an integer', 'one integer'] : ['an integer', `${rank} integers`];
    throw new ArgumentError(`${op}: ${option} must be ${one} >= ${least} or a list of ${some}, got ${String(value)}.`);
  }
  return list;
}

/** `x` as a batch [N, C, spatial…], and what gives a result back its form: an unbatched input is a batch of one. */
export function asBatch(op: string, x: Tensor, rank: number): { batch: Tensor; restore: (y: Tensor) => Tensor } {
  const shape: readonly number[] = x.shape;
  if (shape.length === rank + 2) return { batch: x, restore: (y) => y };
  if (shape.length === rank + 1) {
    return { batch: reshapeTo(x, [1, ...shape]), restore: (y) => reshapeTo(y, y.shape.slice(1)) };
  }
  throw new ShapeError(
    `${op}: input of shape ${showShape(shape)} has ${shape.length} axes, expected ${rank + 2} or ${rank + 1}.`,
    `the axes are [batch, channels, ${['length', 'height, width', 'depth, height, width'][rank - 1]}], the batch may be left out`,
  );
}

/** `x` with `value` around its last axes, which the windows slide over. Throws where no window fits, naming `shape`. */
export function padForWindows(
  op: string,
  x: Tensor,
  axes: readonly WindowAxis[],
  value: number,
  shape: readonly number[] = x.shape,
): Tensor {
  const first = x.ndim - axes.length;
  const padded = axes.map((axis, i) => x.shape[first + i]! + axis.low + axis.high);
  if (axes.some((axis, i) => windowCount(padded[i]!, axis) === 0)) {
    const around = axes.some(({ low, high }) => low + high > 0) ? ', padded' : '';
    throw new ShapeError(
      `${op}: a window of ${showShape(axes.map(reach))} does not fit into ${showShape(padded)}, the spatial sizes of ${showShape(shape)}${around}.`,
      'use a smaller kernel or dilation, or more padding',
    );
  }
  const before = new Array<number>(first).fill(0);
  return padWith(x, value, [...before, ...axes.map(({ low }) => low)], [...before, ...axes.map(({ high }) => high)]);
}

/** All windows over the last axes of `x`, without a copy: [lead…, counts…, sizes…]. */
export function slideWindows(x: Tensor, axes: readonly WindowAxis[]): Tensor {
  const first = x.ndim - axes.length;
  return axes.reduce(
    (y, { size, stride, dilation }, i) => apply(windowsOp, [y], { axis: first + i, size, stride, dilation }),
    x,
  );
}
