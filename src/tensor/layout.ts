// Strides: element (i, j, ...) of a view lives at offset + i * strides[0] + j * strides[1] + ... of its storage, so that
// transpose, slice, flip and broadcast (stride 0) copy nothing.

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    const n = shape[axis]!;
    if (n === 0) return true;
    if (n !== 1 && strides[axis] !== step) return false;
    step *= n;
  }
  return true;
}

/** Calls `visit(position, offset)` for every element in row-major order. */
export function forEachOffset(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  visit: (position: number, offset: number) => void,
): void {
  const size = sizeOf(shape);
  if (size === 0) return;
  const rank = shape.length;
  if (rank === 0) {
    visit(0, offset);
    return;
  }
  const inner = shape[rank - 1]!;
  const step = strides[rank - 1]!;
  const index = new Int32Array(rank);
  for (let position = 0; position < size; ) {
    for (let i = 0, at = offset; i < inner; i++, at += step) visit(position++, at);
    for (let axis = rank - 2; axis >= 0; axis--) {
      offset += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** Strides of the same elements under `shape`, or undefined where only a copy can give that shape. */
export function reshapedStrides(
  from: readonly number[],
  strides: readonly number[],
  to: readonly number[],
): number[] | undefined {
  if (sizeOf(from) === 0) return rowMajorStrides(to);
  const kept = from.map((n, i) => [n, strides[i]!] as const).filter(([n]) => n !== 1);
  const out = new Array<number>(to.length).fill(0);
  let k = kept.length - 1;
  let left = 1; // elements of the current run of source axes that target axes have not used yet
  let step = 0;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const n = to[axis]!;
    if (n === 1) continue;
    if (left === 1) {
      const run = kept[k--];
      if (!run) return undefined;
      [left, step] = run;
    }
    while (left % n !== 0) {
      // The target axis spans several source axes: they must be one arithmetic progression.
      const run = kept[k];
      if (!run || run[1] !== step * left) return undefined;
      left *= run[0];
      k--;
    }
    out[axis] = step;
    left /= n;
    step *= n;
  }
  return out;
}
