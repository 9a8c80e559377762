// What an operation computes must not depend on how it is asked: in float32 or float64, on views or copies, traced or
// directly.
import { run, traceFlat } from '../../src/program/trace.ts';
import { isFloat } from '../../src/tensor/dtype.ts';
import { name, showFormula } from '../../src/tensor/formula.ts';
import { sizeOf } from '../../src/tensor/layout.ts';
import { type DenseTensor, dense } from '../../src/tensor/tensor.ts';
import { pull, push } from './check-derivatives.ts';
import { denseList, expectClose, expectNumbers, expectTypes, magnitude, numbers } from './compare.ts';
import { drawDirection, drawInputs } from './draw.ts';
import { fusedError } from './fused.ts';
import { randomSource } from './random-source.ts';
import { differentiable, directions, type Subject, type TensorFunction } from './subject.ts';

const viewError = 1e-14;
const epsilon = 2 ** -24;
/** Roundings of a primitive are a few; a composite has some at every step. */
const roundings = { primitive: 4, composite: 16 } as const;

const draw = (subject: Subject, what = ''): DenseTensor[] =>
  drawInputs(randomSource(subject.key + what), subject.sample);

// ------------------------------------------------------------------------------------------------------- float32

const single = (x: DenseTensor): DenseTensor =>
  x.dtype === 'float64' ? dense('float32', x.shape, Float32Array.from(x.values())) : x;

/** Largest change of f when every number moves by one float32 rounding: what no float32 evaluation can be asked to beat. */
function sensitivity(f: TensorFunction, x: readonly DenseTensor[], y: readonly ArrayLike<number>[], label: string) {
  const random = randomSource(`${label} float32`);
  const change = y.map((v) => new Float64Array(v.length));
  for (let trial = 0; trial < 4; trial++) {
    const moved = x.map((v) => {
      if (v.dtype !== 'float64') return v;
      const nudge = (a: number): number => a * (1 + (random.uniform(-1, 1) < 0 ? -epsilon : epsilon));
      return dense('float64', v.shape, Float64Array.from(v.values(), nudge));
    });
    numbers(f(...moved)).forEach((v, k) => {
      for (let i = 0; i < v.length; i++) {
        const d = Math.abs(v[i]! - y[k]![i]!);
        if (d > change[k]![i]! && d < Infinity) change[k]![i] = d;
      }
    });
  }
  return change;
}

function compareSingle(label: string, f: TensorFunction, x: readonly DenseTensor[], factor: number): void {
  const exact = denseList(f(...x));
  const rounded = denseList(f(...x.map(single)));
  expectTypes(`${label}: float32`, rounded, exact.map(single));
  const [a, e] = [numbers(rounded), numbers(exact)];
  const change = sensitivity(f, x, e, label);
  // Sums cancel: what one entry loses is measured against the largest.
  const scale = e.map((v) => magnitude(v));
  expectNumbers(
    `${label}: float32 against float64`,
    a,
    e.map((v) => Float32Array.from(v)),
    (k, i) => factor * (change[k]![i]! + epsilon * scale[k]!) + 2 ** -149,
  );
}

/** The float32 result, and its derivatives, are those of float64 rounded, up to a few roundings and the condition. */
export function checkFloat32(subject: Subject): void {
  const x = draw(subject);
  if (!x.some((v) => isFloat(v.dtype))) return;
  const factor = roundings[subject.table];
  compareSingle(subject.key, subject.call, x, factor);
  const point = differentiable(subject, x);
  if (!point || subject.sample.exempt?.jvp) return;
  const random = randomSource(`${subject.key} float32 directions`);
  const dx = directions(random, point);
  const gy = denseList(point.f(...point.x)).map((y) => drawDirection(random, y));
  compareSingle(`${subject.key} jvp`, push(point), [...point.x, ...dx], 4 * factor);
  if (point.reverse) compareSingle(`${subject.key} vjp`, pull(point), [...point.x, ...gy], 4 * factor);
}

// --------------------------------------------------------------------------------------------------------- views

/** The same elements with the axes stored in reverse order, as a transposed matrix has them. */
function transposedView(x: DenseTensor): DenseTensor {
  const order = x.shape.map((_, i) => x.ndim - 1 - i);
  const strides = new Array<number>(x.ndim);
  let step = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = step;
    step *= x.shape[axis]!;
  }
  const out = x.values().slice();
  const view = dense(x.dtype, [x.size], out).view(x.shape, strides, 0);
  const from = x.values();
  placesOf(view).forEach((place, i) => {
    out[place] = from[i]!;
  });
  return view;
}

/** The same elements as every second one, from the third on, of a larger storage. */
function slicedView(x: DenseTensor): DenseTensor {
  const from = x.values();
  const storage = from.slice().fill(0);
  const larger = new (storage.constructor as Float64ArrayConstructor)(2 * x.size + 3).fill(77);
  const strides = rowMajor(x.shape).map((s) => 2 * s);
  const view = dense(x.dtype, [larger.length], larger).view(x.shape, strides, 3);
  placesOf(view).forEach((place, i) => {
    larger[place] = from[i]!;
  });
  return view;
}

/** The same elements stored backwards, seen through negative strides. */
function reversedView(x: DenseTensor): DenseTensor {
  const out = x.values().slice().reverse() as typeof x.storage;
  return dense(x.dtype, [x.size], out).view(
    x.shape,
    rowMajor(x.shape).map((s) => -s),
    Math.max(0, x.size - 1),
  );
}

const rowMajor = (shape: readonly number[]): number[] => shape.map((_, i) => sizeOf(shape.slice(i + 1)));

function placesOf({ shape, strides, offset }: DenseTensor): number[] {
  let places = [offset];
  shape.forEach((n, axis) => {
    places = places.flatMap((at) => Array.from({ length: n }, (_, i) => at + i * strides[axis]!));
  });
  return places;
}

/** The first entry along an axis repeated over it: once with stride 0 and once copied out. */
function repeatedAlong(x: DenseTensor, axis: number): [view: DenseTensor, copy: DenseTensor] {
  const strides = x.strides.map((s, i) => (i === axis ? 0 : s));
  const view = x.view(x.shape, strides);
  return [view, dense(x.dtype, x.shape, view.values())];
}

/** Behaviour 200: the same results for row-major input and for a transposed, sliced, reversed or broadcast view of it. */
export function checkViews(subject: Subject): void {
  const x = draw(subject);
  const same = (what: string, views: readonly DenseTensor[], copies: readonly DenseTensor[]): void => {
    expectClose(`${subject.key}: ${what} views`, subject.call(...views), subject.call(...copies), viewError);
    const [seen, plain] = [differentiable(subject, views), differentiable(subject, copies)];
    if (!seen || !plain || subject.sample.exempt?.jvp) return;
    const random = randomSource(`${subject.key} views`);
    const dx = directions(random, plain);
    const tangent = push(seen)(...seen.x, ...dx.map(transposedView));
    expectClose(`${subject.key}: jvp at ${what} views`, tangent, push(plain)(...plain.x, ...dx), viewError);
    if (!plain.reverse) return;
    const gy = denseList(plain.f(...plain.x)).map((y) => drawDirection(random, y));
    const cotangent = pull(seen)(...seen.x, ...gy.map(transposedView));
    expectClose(`${subject.key}: vjp at ${what} views`, cotangent, pull(plain)(...plain.x, ...gy), viewError);
  };
  same('transposed', x.map(transposedView), x);
  same('sliced', x.map(slicedView), x);
  same('reversed', x.map(reversedView), x);
  if (subject.sample.inputs.some((input) => input.kind !== undefined)) return; // repeated rows would lose the kind
  const repeated = x.map((v) => (v.size > 0 && v.ndim > 0 && isFloat(v.dtype) ? repeatedAlong(v, v.ndim - 1) : [v, v]));
  same(
    'broadcast',
    repeated.map(([view]) => view!),
    repeated.map(([, copy]) => copy!),
  );
}

// --------------------------------------------------------------------------------------------- programs, formulas

/** A traced program prints, and running it, also on other inputs, gives what the function gives. */
export function checkTrace(subject: Subject): void {
  const x = draw(subject);
  const program = traceFlat('trace', subject.call, x);
  if (!program.toString().includes('|')) throw new Error(`${subject.key}: the program does not print: ${program}`);
  expectClose(`${subject.key}: the traced program`, run(program, x), subject.call(...x), fusedError);
  const other = draw(subject, ' again');
  expectClose(`${subject.key}: the program on other inputs`, run(program, other), subject.call(...other), fusedError);
}

/** The formula renders and speaks of every input. */
export function checkFormula(subject: Subject): void {
  const letters = subject.sample.inputs.map((_, i) => `x${i}`);
  const text = showFormula(subject.formula(letters.map((letter) => name(letter))));
  const missing = letters.filter((letter) => !new RegExp(`\\b${letter}\\b`).test(text));
  if (missing.length > 0)
    throw new Error(`${subject.key}: the formula ${text} does not mention ${missing.join(', ')}.`);
  if (/undefined|NaN|\[object/.test(text)) throw new Error(`${subject.key}: the formula is ${text}.`);
}
