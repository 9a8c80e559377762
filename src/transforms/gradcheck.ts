// gradcheck: derivatives against finite differences in float64, and against each other.
//   full  every entry of the Jacobian by central differences, (f(x + h e) − f(x − h e)) / 2h
//   fast  one random projection of each side: ⟨u, J v⟩ by differences, by jvp and by vjp

import { ArgumentError, GradcheckError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { Cotangent } from '../tensor/op.ts';
import { showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { type AnyFunction, checkFunction, flattenTensors } from './call.ts';
import { jvpFlat } from './jvp.ts';
import { linearizeFlat } from './vjp.ts';
import { vmapFlat } from './vmap.ts';

export type CheckMode = 'forward' | 'reverse';

export interface GradcheckOptions {
  /** Step of the differences, default 1e-6. */
  readonly eps?: number;
  readonly atol?: number;
  readonly rtol?: number;
  /** Return false instead of throwing. */
  readonly raise?: boolean;
  /** Compare one random projection instead of whole Jacobians. */
  readonly fast?: boolean;
  /** Which modes to check, default both. */
  readonly modes?: readonly CheckMode[];
  /** Also compare a batch of cotangents with single ones. */
  readonly batched?: boolean;
  /** Seed of the random projections. */
  readonly seed?: number;
}

type FlatFunction = (...x: Tensor[]) => readonly Tensor[];

/**
 * Compares f's derivatives at `args` (a list of float64 tensors or trees) with central differences in both modes, checks
 * that f is deterministic and that the pullback is linear. Returns true, or throws GradcheckError printing both Jacobians.
 */
export function gradcheck(f: AnyFunction, args: readonly unknown[], options: GradcheckOptions = {}): boolean {
  checkOptions('gradcheck', options);
  checkFunction('gradcheck', f);
  const input = flattenTensors('gradcheck', args);
  requireFloat64(input.leaves);
  const flat: FlatFunction = (...x) =>
    flattenTensors('gradcheck', f(...(unflatten(input.shape, x) as unknown[]))).leaves.filter((y) => isFloat(y.dtype));
  return attempt(options, () => checkFlat(flat, input.leaves, options));
}

/** gradcheck of f's gradient: derivatives of order two. */
export function gradgradcheck(f: AnyFunction, args: readonly unknown[], options: GradcheckOptions = {}): boolean {
  checkFunction('gradgradcheck', f);
  checkOptions('gradgradcheck', options);
  return checkGrads(f, args, { ...options, order: 2 });
}

/**
 * Checks derivatives up to `order` in the given modes (both by default), each order against differences of the one below,
 * along fixed random directions.
 */
export function checkGrads(
  f: AnyFunction,
  args: readonly unknown[],
  options: GradcheckOptions & { readonly order?: number } = {},
): boolean {
  checkFunction('checkGrads', f);
  checkOptions('checkGrads', options);
  const { order = 1, modes = ['forward', 'reverse'] } = options;
  if (!Number.isInteger(order) || order < 1)
    throw new ArgumentError(`checkGrads: order must be an integer >= 1, got ${String(order)}.`);
  const input = flattenTensors('checkGrads', args);
  requireFloat64(input.leaves);
  const flat: FlatFunction = (...x) =>
    flattenTensors('checkGrads', f(...(unflatten(input.shape, x) as unknown[]))).leaves.filter((y) => isFloat(y.dtype));
  const random = directions(options.seed ?? 0);
  const visit = (g: FlatFunction, left: number): void => {
    checkFlat(g, input.leaves, { ...options, modes });
    if (left === 1) return;
    const outs = g(...input.leaves);
    const v = input.leaves.map(random);
    const u = outs.map(random);
    if (modes.includes('forward')) {
      visit((...x) => {
        const { outs: y, tangents } = jvpFlat('checkGrads', g, x, v);
        return tangents.map((d, i) => d ?? mul(y[i]!, 0));
      }, left - 1);
    }
    if (modes.includes('reverse')) {
      visit(
        (...x) =>
          linearizeFlat('checkGrads', g, x)
            .pullback(u)
            .map((c, i) => c ?? mul(x[i]!, 0)),
        left - 1,
      );
    }
  };
  return attempt(options, () => visit(flat, order));
}

function attempt(options: GradcheckOptions, check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (options.raise === false && error instanceof GradcheckError) return false;
    throw error;
  }
}

function requireFloat64(x: readonly Tensor[]): void {
  const odd = x.find((v) => v.dtype !== 'float64');
  if (odd) {
    throw new ArgumentError(
      `gradcheck: an input of shape ${showShape(odd.shape)} is ${odd.dtype}; differences need float64.`,
      "create it with { dtype: 'float64' }",
    );
  }
}

function directions(seed: number): (x: Tensor) => DenseTensor {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
  };
  return (x) => dense('float64', x.shape, Float64Array.from({ length: sizeOf(x.shape) }, next));
}

const numbers = (x: Tensor): Float64Array<ArrayBuffer> => Float64Array.from(x.concrete('gradcheck').values());

/** x + h·d for one input. */
function moved(x: Tensor, d: Float64Array, h: number): DenseTensor {
  return dense(
    'float64',
    x.shape,
    numbers(x).map((value, i) => value + h * d[i]!),
  );
}

function checkFlat(f: FlatFunction, x: readonly Tensor[], options: GradcheckOptions): void {
  const { modes = ['forward', 'reverse'] } = options;
  const first = f(...x).map(numbers);
  const again = f(...x).map(numbers);
  if (first.some((y, i) => y.some((value, k) => !Object.is(value, again[i]![k])))) {
    throw new GradcheckError('gradcheck: f is not deterministic: two calls at one point differ.');
  }
  if (options.fast) checkProjection(f, x, modes, options);
  else checkJacobians(f, x, modes, options);
  if (modes.includes('reverse')) checkPullback(f, x, options);
}

/** Columns of the Jacobian: derivative of all outputs, concatenated, along each input element. */
function checkJacobians(
  f: FlatFunction,
  x: readonly Tensor[],
  modes: readonly CheckMode[],
  options: GradcheckOptions,
): void {
  const { eps = 1e-6 } = options;
  const outs = f(...x);
  const linear = linearizeFlat('gradcheck', f, x);
  x.forEach((input, i) => {
    const n = sizeOf(input.shape);
    const basis = (k: number): Float64Array => Float64Array.from({ length: n }, (_, j) => (j === k ? 1 : 0));
    const at = (h: number, k: number): Float64Array[] =>
      f(...x.map((v, j) => (j === i ? moved(v, basis(k), h) : v))).map(numbers);
    const numerical = Array.from({ length: n }, (_, k) => {
      const [up, down] = [at(eps, k), at(-eps, k)];
      return up.map((y, o) => y.map((value, q) => (value - down[o]![q]!) / (2 * eps)));
    });
    for (const mode of modes) {
      const analytical = outs.map((y, o) =>
        mode === 'forward'
          ? forwardColumns(f, x, i, o, n)
          : reverseRows(linear.pullback, outs, i, o, n, sizeOf(y.shape)),
      );
      outs.forEach((y, o) => {
        const m = sizeOf(y.shape);
        const expected = Array.from({ length: m }, (_, q) =>
          Array.from({ length: n }, (_, k) => numerical[k]![o]![q]!),
        );
        compare(analytical[o]!, expected, `${mode} mode, output ${o}, input ${i}`, options);
      });
    }
  });
}

function forwardColumns(f: FlatFunction, x: readonly Tensor[], i: number, o: number, n: number): number[][] {
  const columns = Array.from({ length: n }, (_, k) => {
    const e = dense(
      'float64',
      x[i]!.shape,
      Float64Array.from({ length: n }, (_, j) => (j === k ? 1 : 0)),
    );
    const { outs, tangents } = jvpFlat(
      'gradcheck',
      f,
      x,
      x.map((_, j) => (j === i ? e : null)),
    );
    const d = tangents[o];
    return d ? numbers(d) : new Float64Array(sizeOf(outs[o]!.shape));
  });
  const m = columns[0]?.length ?? 0;
  return Array.from({ length: m }, (_, q) => columns.map((c) => c[q]!));
}

function reverseRows(
  pullback: (gy: readonly Cotangent[]) => Cotangent[],
  outs: readonly Tensor[],
  i: number,
  o: number,
  n: number,
  m: number,
): number[][] {
  return Array.from({ length: m }, (_, q) => {
    const e = dense(
      'float64',
      outs[o]!.shape,
      Float64Array.from({ length: m }, (_, j) => (j === q ? 1 : 0)),
    );
    const g = pullback(outs.map((_, j) => (j === o ? e : null)))[i];
    return g ? [...numbers(g)] : new Array<number>(n).fill(0);
  });
}

function compare(
  analytical: readonly (readonly number[])[],
  numerical: readonly (readonly number[])[],
  what: string,
  options: GradcheckOptions,
): void {
  const { atol = 1e-5, rtol = 1e-3 } = options;
  const bad = numerical.some((row, q) =>
    row.some((expected, k) => !(Math.abs(analytical[q]![k]! - expected) <= atol + rtol * Math.abs(expected))),
  );
  if (!bad) return;
  const show = (rows: readonly (readonly number[])[]): string =>
    rows.map((row) => `  [${row.map((v) => v.toPrecision(8)).join(', ')}]`).join('\n');
  throw new GradcheckError(
    `gradcheck: Jacobian mismatch (${what}).\nnumerical:\n${show(numerical)}\nanalytical:\n${show(analytical)}`,
  );
}

function checkProjection(
  f: FlatFunction,
  x: readonly Tensor[],
  modes: readonly CheckMode[],
  options: GradcheckOptions,
): void {
  const { eps = 1e-6 } = options;
  const random = directions(options.seed ?? 0);
  const v = x.map(random);
  const outs = f(...x);
  const u = outs.map(random);
  const inner = (a: readonly Cotangent[], b: readonly Tensor[]): number =>
    a.reduce((total, g, i) => {
      const w = numbers(b[i]!);
      return g ? total + numbers(g).reduce((s, value, k) => s + value * w[k]!, 0) : total;
    }, 0);
  const at = (h: number): number => inner(f(...x.map((w, i) => moved(w, numbers(v[i]!), h))), u);
  const numerical = (at(eps) - at(-eps)) / (2 * eps);
  if (modes.includes('forward')) {
    compare(
      [[inner(jvpFlat('gradcheck', f, x, v).tangents, u)]],
      [[numerical]],
      'forward mode, random projection',
      options,
    );
  }
  if (modes.includes('reverse')) {
    compare(
      [[inner(linearizeFlat('gradcheck', f, x).pullback(u), v)]],
      [[numerical]],
      'reverse mode, random projection',
      options,
    );
  }
}

/** A pullback must be linear in the cotangent, accept missing cotangents as zero, and act on batches as on single ones. */
function checkPullback(f: FlatFunction, x: readonly Tensor[], options: GradcheckOptions): void {
  const { pullback, outs } = linearizeFlat('gradcheck', f, x);
  const random = directions((options.seed ?? 0) + 1);
  const u = outs.map(random);
  const once = pullback(u);
  const twice = pullback(u.map((g) => mul(g, 2)));
  const same = (a: Cotangent, b: Cotangent, factor: number, what: string): void => {
    if (!a || !b) return;
    compare([[...numbers(b)]], [[...numbers(a)].map((value) => value * factor)], what, options);
  };
  once.forEach((g, i) => {
    same(g, twice[i]!, 2, `the pullback is not linear in the cotangent, input ${i}`);
  });
  const none = pullback(outs.map(() => null));
  if (none.some((g) => g !== null && numbers(g).some((value) => value !== 0))) {
    throw new GradcheckError('gradcheck: the pullback of no cotangent is not zero.');
  }
  if (!options.batched) return;
  const stackOf = (g: Tensor): DenseTensor => dense('float64', [1, ...g.shape], numbers(g));
  const live = once.flatMap((g, i) => (g ? [i] : []));
  const many = vmapFlat(
    (...g) => {
      const gx = pullback(g);
      return live.map((i) => gx[i]!);
    },
    1,
    u.map(stackOf),
    u.map(() => true),
  );
  live.forEach((i, k) => {
    same(once[i]!, many[k]!, 1, `a batch of cotangents gives another gradient, input ${i}`);
  });
}
