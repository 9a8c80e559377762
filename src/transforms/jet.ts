// Taylor mode: x(t) = Σ x_k tᵏ goes in, y(t) = f(x(t)) comes out, truncated at order K.
//   linear        y_k = f(x_k)
//   bilinear      y_k = Σ_{i+j=k} f(a_i, b_j)
//   otherwise     (k+1) y_{k+1} = [tᵏ] of the jvp rule along the curve, dy/dt = J(x(t))·x'(t), itself evaluated on series
// so every operation with a jvp has a series rule, and no derivative is ever computed by nesting.
import { ArgumentError } from '../errors.ts';
import { accumulate } from '../ops/addition.ts';
import { mul } from '../ops/arithmetic.ts';
import { zerosOf } from '../ops/linear.ts';
import { bind, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Cotangent, OpRecord } from '../tensor/op.ts';
import { type DenseTensor, type Tensor, Tracer } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { type AnyFunction, callUnder, checkFunction, flattenTensors, matching, requireFloat } from './call.ts';

/** Taylor coefficients x_0, x_1, …; null is zero. x_0 is never null. */
export type Series = readonly [Tensor, ...Cotangent[]];

class SeriesTracer extends Tracer {
  readonly transform = 'jet';
  readonly owner: TaylorMode;
  readonly series: Series;

  constructor(owner: TaylorMode, series: Series) {
    super(series[0].shape, series[0].dtype);
    this.owner = owner;
    this.series = series;
  }

  override concrete(where: string): DenseTensor {
    return this.series[0].concrete(where);
  }
}

class TaylorMode implements Interpreter {
  readonly name = 'jet';
  readonly parent: Interpreter;
  readonly order: number;

  constructor(order: number, parent: Interpreter = currentInterpreter()) {
    this.order = order;
    this.parent = parent;
  }

  owns(x: Tensor): x is SeriesTracer {
    return x instanceof SeriesTracer && x.owner === this;
  }

  series(x: Tensor): Series {
    return this.owns(x) ? x.series : [x];
  }

  /** A tracer, or the value itself where all higher coefficients are zero. */
  value(series: Series): Tensor {
    return series.slice(1).every((c) => c === null || c === undefined) ? series[0] : new SeriesTracer(this, series);
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    return within(this.parent, () => {
      if (!x.some((v) => this.owns(v))) return bind(op, x, p);
      return propagateSeries(
        op as OpRecord,
        x.map((v) => this.series(v)),
        p,
        this.order,
        this.parent,
      ).map((s) => this.value(s));
    });
  }
}

const isZero = (c: Cotangent | undefined): boolean => c === null || c === undefined;

/** The series of an operation's outputs from those of its inputs; rules run in `parent`. */
export function propagateSeries(
  op: OpRecord,
  x: readonly Series[],
  p: unknown,
  order: number,
  parent: Interpreter,
): Series[] {
  const floats = x.flatMap((s, i) => (isFloat(s[0].dtype) ? [i] : []));
  if (op.savesNothing) return jointlyLinear(op, x, p, order);
  if (op.multilinear && floats.length === 2) return bilinear(op, x, p, order, floats as [number, number]);
  const y0 = bind(
    op,
    x.map((s) => s[0]),
    p,
  );
  if (order === 0) return y0.map((y) => [y]);
  const below = order - 1;
  const mode = new TaylorMode(below, parent);
  const truncated = x.map((s) => s.slice(0, order) as unknown as Series);
  const velocity = x.map((s) => derivative(s));
  let values: readonly Tensor[] | undefined;
  const y = (): readonly Tensor[] => {
    values ??= within(parent, () => propagateSeries(op, truncated, p, below, parent)).map((s) => mode.value(s));
    return values;
  };
  const dy = within(mode, () =>
    op.jvp(
      truncated.map((s) => mode.value(s)),
      velocity.map((s) => s && mode.value(s)),
      p,
      y,
    ),
  );
  return y0.map((first, i) => {
    const rate = dy[i];
    if (!rate || !isFloat(first.dtype)) return [first];
    const rates = mode.series(rate);
    const rest = Array.from({ length: order }, (_, k) => {
      const c = rates[k];
      return isZero(c) ? null : k === 0 ? c! : mul(c!, 1 / (k + 1));
    });
    return [first, ...rest];
  });
}

/** Coefficients of x'(t); null when x is constant. */
function derivative(s: Series): Series | null {
  const rates = s.slice(1).map((c, k) => (isZero(c) ? null : k === 0 ? c! : mul(c!, k + 1)));
  const last = rates.findLastIndex((c) => c !== null);
  if (last < 0) return null;
  return [rates[0] ?? zerosOf(s[0]), ...rates.slice(1, last + 1)];
}

function jointlyLinear(op: OpRecord, x: readonly Series[], p: unknown, order: number): Series[] {
  const first = bind(
    op,
    x.map((s) => s[0]),
    p,
  );
  const series: Cotangent[][] = first.map((y) => [y]);
  for (let k = 1; k <= order; k++) {
    const dy = op.jvp(
      x.map((s) => s[0]),
      x.map((s) => s[k] ?? null),
      p,
      () => first,
    );
    series.forEach((list, i) => {
      list.push(dy[i] ?? null);
    });
  }
  return series as unknown as Series[];
}

function bilinear(op: OpRecord, x: readonly Series[], p: unknown, order: number, [a, b]: [number, number]): Series[] {
  const coefficients: Cotangent[] = [];
  for (let k = 0; k <= order; k++) {
    let sum: Cotangent = null;
    for (let i = 0; i <= k; i++) {
      const [left, right] = [x[a]![i], x[b]![k - i]];
      if (isZero(left) || isZero(right)) continue;
      sum = accumulate(
        sum,
        bind(
          op,
          x.map((s, j) => (j === a ? left! : j === b ? right! : s[0])),
          p,
        )[0]!,
      );
    }
    coefficients.push(sum);
  }
  return [coefficients as unknown as Series];
}

/**
 * `jet(f, primals, series)`: derivatives of t ↦ f(x(t)) at 0 up to order K from those of x. `series` has one list an
 * argument, [x', x'', …, x⁽ᴷ⁾] (derivatives, not divided by factorials); the result is `[y, [y', …, y⁽ᴷ⁾]]`.
 */
export function jet(
  f: AnyFunction,
  primals: readonly unknown[],
  series: readonly (readonly unknown[])[],
): [unknown, unknown[]] {
  checkFunction('jet', f);
  if (
    !Array.isArray(primals) ||
    !Array.isArray(series) ||
    series.length !== primals.length ||
    !series.every(Array.isArray)
  ) {
    throw new ArgumentError(
      'jet: expected a list of primals and as many lists of derivatives.',
      'write jet(f, [x], [[dx, ddx]])',
    );
  }
  const order = series[0]?.length ?? 0;
  if (order === 0 || series.some((s) => s.length !== order)) {
    throw new ArgumentError(
      `jet: every argument needs the same number (>= 1) of derivatives, got ${series.map((s) => s.length).join(', ')}.`,
    );
  }
  const input = flattenTensors('jet', primals);
  requireFloat('jet', input.leaves);
  const terms = Array.from({ length: order }, (_, k) =>
    matching(
      'jet',
      'the series',
      series.map((s) => s[k]),
      input,
    ),
  );
  const mode = new TaylorMode(order);
  const traced = input.leaves.map((x, i) => mode.value([x, ...terms.map((t, k) => mul(t[i]!, 1 / factorial(k + 1)))]));
  const output = flattenTensors('jet', callUnder('jet', mode, f, unflatten(input.shape, traced) as unknown[]));
  const outs = output.leaves.map((y) => mode.series(y));
  const tree = (list: readonly Tensor[]): unknown => unflatten(output.shape, list);
  const derivatives = Array.from({ length: order }, (_, k) =>
    tree(outs.map((s) => (isZero(s[k + 1]) ? zerosOf(s[0]) : mul(s[k + 1]!, factorial(k + 1))))),
  );
  return [tree(outs.map((s) => s[0])), derivatives];
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}
