// vmap(f) is the stack of f over the examples: for every choice of batched inputs, with the batch at every axis, and for
// the derivatives of f.
import { allocate } from '../../src/tensor/dtype.ts';
import { forEachOffset, rowMajorStrides, sizeOf } from '../../src/tensor/layout.ts';
import { type DenseTensor, dense, type Tensor } from '../../src/tensor/tensor.ts';
import { vmap } from '../../src/transforms/vmap.ts';
import { pull, push } from './check-derivatives.ts';
import { denseList, expectClose } from './compare.ts';
import { drawDirection, drawInputs } from './draw.ts';
import { randomSource } from './random-source.ts';
import { type Differentiable, differentiable, directions, type Subject, type TensorFunction } from './subject.ts';

const examples = 3;
const batchError = 1e-12;

/** Example `i` of a tensor with the batch at `axis`. */
function example(x: DenseTensor, axis: number, i: number): DenseTensor {
  const without = (list: readonly number[]): number[] => list.filter((_, k) => k !== axis);
  return x.view(without(x.shape), without(x.strides), x.offset + i * x.strides[axis]!);
}

/** The examples side by side, the batch at `axis`. */
function stacked(x: readonly DenseTensor[], axis: number): DenseTensor {
  const first = x[0]!;
  const shape = [...first.shape];
  shape.splice(axis, 0, x.length);
  const out = allocate(first.dtype, sizeOf(shape));
  const strides = rowMajorStrides(shape);
  const step = strides[axis]!;
  const others = strides.filter((_, k) => k !== axis);
  x.forEach((v, i) => {
    const from = v.values();
    forEachOffset(first.shape, others, i * step, (position, offset) => {
      out[offset] = from[position]!;
    });
  });
  return dense(first.dtype, shape, out);
}

/** Every non-empty choice of up to three inputs; above that all, and each alone. */
function choices(count: number): boolean[][] {
  const all = Array.from({ length: 2 ** Math.min(count, 3) - 1 }, (_, bits) =>
    Array.from({ length: count }, (_, i) => ((bits + 1) & (1 << i)) !== 0),
  );
  if (count <= 3) return all;
  const alone = Array.from({ length: count }, (_, k) => Array.from({ length: count }, (_, i) => i === k));
  return [Array.from({ length: count }, () => true), ...alone];
}

/** Compares vmap with the loop; `x[e]` are the inputs of example e, of which only the `batched` differ. */
function compare(label: string, f: TensorFunction, x: readonly DenseTensor[][], batched: boolean[], at: number): void {
  const first = x[0]!;
  const axes = first.map((v, i) => {
    if (!batched[i]) return null;
    return at < 0 ? Math.max(at, -v.ndim - 1) : Math.min(at, v.ndim);
  });
  const args = first.map((v, i) => {
    const axis = axes[i];
    if (axis === null || axis === undefined) return v;
    return stacked(
      x.map((inputs) => inputs[i]!),
      axis < 0 ? axis + v.ndim + 1 : axis,
    );
  });
  const mapped = vmap(f, { inAxes: axes })(...args) as Tensor[];
  const loop = x.map((inputs) => denseList(f(...inputs.map((v, i) => (batched[i] ? v : first[i]!)))));
  const expected = loop[0]!.map((_, k) =>
    stacked(
      loop.map((y) => y[k]!),
      0,
    ),
  );
  expectClose(`${label}: vmap with inAxes [${axes.join(', ')}]`, mapped, expected, batchError);
}

export function checkVmap(subject: Subject): void {
  const { sample, key } = subject;
  const random = randomSource(`${key} vmap`);
  const x = Array.from({ length: examples }, () => drawInputs(random, sample));
  const rank = Math.max(0, ...x[0]!.map((v) => v.ndim));
  for (const batched of choices(x[0]!.length)) {
    for (let axis = -1; axis <= rank; axis++) compare(key, subject.call, x, batched, axis);
  }
  const output = vmap(subject.call, { outAxes: -1 })(...x[0]!.map((_, i) => stacked(column(x, i), 0))) as Tensor[];
  output.forEach((y, k) => {
    const v = y.concrete('test');
    const examplesOf = x.map((_, e) => example(v, v.ndim - 1, e));
    const expected = x.map((inputs) => subject.call(...inputs)[k]!);
    expectClose(`${key}: vmap with outAxes -1`, examplesOf, expected, batchError);
  });
  const point = differentiable(subject, x[0]);
  if (point) checkVmapOfDerivatives(subject, point, x);
}

function column(x: readonly DenseTensor[][], i: number): DenseTensor[] {
  return x.map((inputs) => inputs[i]!);
}

/** vmap over jvp and vjp: batched tangents alone, and everything batched. */
function checkVmapOfDerivatives(subject: Subject, point: Differentiable, x: readonly DenseTensor[][]): void {
  const random = randomSource(`${subject.key} vmap of derivatives`);
  const n = point.x.length;
  const primals = x.map((inputs) => differentiable(subject, inputs)!.x);
  const outputs = denseList(point.f(...point.x));
  const forward = primals.map((at) => [...at, ...directions(random, point)]);
  const reverse = primals.map((at) => [...at, ...outputs.map((y) => drawDirection(random, y))]);
  for (const all of [false, true]) {
    compare(`${subject.key} jvp`, push(point), forward, mask(n, n, all), 0);
    if (point.reverse) compare(`${subject.key} vjp`, pull(point), reverse, mask(n, outputs.length, all), 0);
  }
}

const mask = (points: number, vectors: number, all: boolean): boolean[] => [
  ...Array.from({ length: points }, () => all),
  ...Array.from({ length: vectors }, () => true),
];
