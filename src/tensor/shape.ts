// Shape arithmetic with the error texts of shape-messages.ts: broadcasting, axes, sizes.
import { ArgumentError, ShapeError } from '../errors.ts';
import { describe, describeValue } from './describe.ts';
import { MAX_ELEMENTS } from './dtype.ts';
import { axisMessage, broadcastMessage, repeatedAxisMessage, showShape } from './shape-messages.ts';

export type Axes = number | readonly number[] | undefined;

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** NumPy's broadcast of two shapes. */
export function broadcastShapes(op: string, a: readonly number[], b: readonly number[]): readonly number[] {
  const shape = tryBroadcast(a, b);
  if (shape === undefined) throw new ShapeError(broadcastMessage(op, a, b));
  return shape;
}

/** The same, undefined where the shapes do not fit. */
export function tryBroadcast(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const m = a.length >= i ? a[a.length - i]! : 1;
    const n = b.length >= i ? b[b.length - i]! : 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    out[rank - i] = m === 1 ? n : m;
  }
  return out;
}

/** `axis` counted from the front; `rank` axes are there. */
export function normalizeAxis(op: string, axis: number, shape: readonly number[], rank: number = shape.length): number {
  if (!Number.isInteger(axis)) throw new ArgumentError(`${op}: axis must be an integer, got ${describeValue(axis)}.`);
  if (axis < -rank || axis >= rank) throw new ShapeError(axisMessage(op, axis, shape));
  return axis < 0 ? axis + rank : axis;
}

/** The listed axes in ascending order; all of them for undefined. */
export function normalizeAxes(op: string, axes: Axes, shape: readonly number[]): number[] {
  if (axes === undefined || axes === null) return shape.map((_, i) => i);
  return distinctAxes(op, axes, shape).sort((a, b) => a - b);
}

/** One axis or a list of axes in the order given, counted from the front; none may be there twice. */
export function distinctAxes(
  op: string,
  axes: number | readonly number[],
  shape: readonly number[],
  rank: number = shape.length,
): number[] {
  const given: readonly number[] = Array.isArray(axes) ? Array.from(axes) : [axes as number];
  const list = given.map((axis) => normalizeAxis(op, axis, shape, rank));
  const repeated = list.find((axis, i) => list.indexOf(axis) < i);
  if (repeated !== undefined) throw new ShapeError(repeatedAxisMessage(op, repeated, shape));
  return list;
}

/** Throws unless every size is a non-negative integer and the elements can be counted and stored. */
export function checkShape(op: string, shape: unknown): asserts shape is readonly number[] {
  if (!Array.isArray(shape)) {
    throw new ArgumentError(
      `${op}: a shape is a list of sizes, got ${describe(shape)}.`,
      `write ${op}([2, 3]), not ${op}(2, 3)`,
    );
  }
  for (const n of Array.from(shape as unknown[])) {
    if (!Number.isInteger(n) || (n as number) < 0) {
      const shown = Array.from(shape, describeValue).join(',');
      throw new ShapeError(`${op}: shape [${shown}] has the size ${describeValue(n)}; sizes are integers >= 0.`);
    }
  }
  const count = shape.reduce((product: number, n: number) => product * n, 1);
  if (count > MAX_ELEMENTS) {
    throw new ShapeError(
      `${op}: shape ${showShape(shape)} has ${count} elements; a tensor holds at most ${MAX_ELEMENTS}.`,
    );
  }
}

/** The shape left when `axes` are reduced. */
export function reducedShape(shape: readonly number[], axes: readonly number[], keepdims: boolean): number[] {
  return keepdims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i));
}
