// The Laplacian by collapsed Taylor mode. Every value carries its Taylor coefficients along all directions u_k at once, but
// of the second ones only their sum (Dangel, Siebert, Zeinhofer and Walther 2025):
//   y₁ₖ = J x₁ₖ          Σ y₂ₖ = J (Σ x₂ₖ) + Σ_k D²F[x₁ₖ, x₁ₖ]
// so a linear operation moves one second coefficient however many directions there are, and the sum over directions is
// taken where curvature arises instead of at the end.
import { ArgumentError, ShapeError } from '../errors.ts';
import { accumulate } from '../ops/addition.ts';
import { mul } from '../ops/arithmetic.ts';
import { zerosOf } from '../ops/linear.ts';
import { slice } from '../ops/movement.ts';
import { onlyTensor } from '../ops/operands.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { eye } from '../tensor/create.ts';
import { bind, currentInterpreter, type Interpreter, within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Cotangent, OpRecord } from '../tensor/op.ts';
import { scalarOutputMessage, showShape } from '../tensor/shape-messages.ts';
import { type DenseTensor, Tensor, Tracer } from '../tensor/tensor.ts';
import { type AnyFunction, callUnder, checkFunction, refusePromise } from './call.ts';
import { propagateSeries, type Series } from './jet.ts';
import { staged } from './staged.ts';
import { vmapFlat } from './vmap.ts';

/** A value, its first coefficients along all directions, [K, …], and the sum of its second derivatives along them. */
interface Collapsed {
  readonly value: Tensor;
  readonly first: Cotangent;
  readonly second: Cotangent;
}

class CollapsedTracer extends Tracer {
  readonly transform = 'laplacian';
  readonly owner: CollapsedTaylorMode;
  readonly carried: Collapsed;

  constructor(owner: CollapsedTaylorMode, carried: Collapsed) {
    super(carried.value.shape, carried.value.dtype);
    this.owner = owner;
    this.carried = carried;
  }

  override concrete(where: string): DenseTensor {
    return this.carried.value.concrete(where);
  }
}

class CollapsedTaylorMode implements Interpreter {
  readonly name = 'laplacian';
  readonly parent: Interpreter = currentInterpreter();
  readonly directions: number;

  constructor(directions: number) {
    this.directions = directions;
  }

  carried(x: Tensor): Collapsed {
    return x instanceof CollapsedTracer && x.owner === this ? x.carried : { value: x, first: null, second: null };
  }

  wrap(c: Collapsed): Tensor {
    return c.first === null && c.second === null ? c.value : new CollapsedTracer(this, c);
  }

  bind<P>(op: OpRecord<P>, x: readonly Tensor[], p: P): readonly Tensor[] {
    return within(this.parent, () => {
      const parts = x.map((v) => this.carried(v));
      const values = parts.map((c) => c.value);
      const y = bind(op, values, p);
      if (parts.every((c) => c.first === null && c.second === null)) return y;
      const curved = curvature(op as OpRecord, parts, p, this.directions);
      const seconds = parts.map((c) => c.second);
      const moved = seconds.some((s) => s !== null) ? op.jvp(values, seconds, p, () => y) : y.map(() => null);
      return y.map((value, i) => {
        if (!isFloat(value.dtype)) return value;
        const { first, second } = curved[i]!;
        return this.wrap({ value, first, second: accumulate(moved[i] ?? null, second) });
      });
    });
  }
}

/** First coefficients of the outputs along all directions, and Σ_k D²F[x₁ₖ, x₁ₖ]. */
function curvature(
  op: OpRecord,
  parts: readonly Collapsed[],
  p: unknown,
  directions: number,
): readonly { readonly first: Cotangent; readonly second: Cotangent }[] {
  const moving = parts.flatMap(({ first }, i) => (first === null ? [] : [i]));
  if (moving.length === 0)
    return op
      .type(
        parts.map((c) => c.value),
        p,
      )
      .map(() => ({ first: null, second: null }));
  const order = op.savesNothing ? 1 : 2;
  /** Which coefficients of the outputs are not exactly zero: found while the rule runs. */
  const present: { readonly output: number; readonly order: number }[] = [];
  let count = 0;
  const batches = vmapFlat(
    (...u) => {
      const given = [...u];
      const series = parts.map(({ value, first }): Series => (first === null ? [value] : [value, given.shift()!]));
      const y = propagateSeries(op, series, p, order, currentInterpreter());
      count = y.length;
      return y.flatMap((s, output) =>
        s.slice(1).flatMap((coefficient, k) => {
          if (!coefficient) return [];
          present.push({ output, order: k + 1 });
          return [coefficient];
        }),
      );
    },
    directions,
    moving.map((i) => parts[i]!.first!),
    moving.map(() => true),
  );
  const find = (output: number, order: number): Cotangent => {
    const at = present.findIndex((c) => c.output === output && c.order === order);
    return at < 0 ? null : batches[at]!;
  };
  return Array.from({ length: count }, (_, i) => {
    const second = find(i, 2);
    // The Taylor coefficient is half of the second derivative.
    return { first: find(i, 1), second: second && mul(sumOver(second, [0]), 2) };
  });
}

/**
 * Σ ∂²f/∂xᵢ², the trace of the Hessian, of a scalar function of one tensor; a scalar. One pass carries all n directions;
 * `chunkSize` takes fewer at a time. Further arguments of f are held. Throws ShapeError unless f returns a scalar.
 *
 *     laplacian((x) => x.square().sum())(tensor([1, 2, 3]))   // 6
 */
export function laplacian(
  f: AnyFunction,
  options: { readonly chunkSize?: number } = {},
): (x: Tensor, ...rest: unknown[]) => Tensor {
  checkFunction('laplacian', f);
  checkOptions('laplacian', options, 'chunkSize');
  const { chunkSize } = options;
  if (chunkSize !== undefined && !(Number.isInteger(chunkSize) && chunkSize > 0)) {
    throw new ArgumentError(`laplacian: chunkSize must be a positive integer, got ${String(chunkSize)}.`);
  }
  const whole =
    (g: AnyFunction) =>
    (x: Tensor, ...rest: unknown[]): Tensor => {
      onlyTensor('laplacian', x);
      if (!isFloat(x.dtype)) {
        throw new ArgumentError(
          `laplacian: cannot differentiate with respect to a ${x.dtype} tensor of shape ${showShape(x.shape)}.`,
        );
      }
      const n = x.size;
      const step = Math.max(1, Math.min(chunkSize ?? n, n));
      const basis = reshapeTo(eye(n, n, { dtype: x.dtype }), [n, ...x.shape]);
      let total: Tensor | undefined;
      for (let start = 0; start === 0 || start < n; start += step) {
        const part = along(g, x, rest, slice(basis, [start], [start + step]));
        total = total === undefined ? part : accumulate(total, part)!;
      }
      return total!;
    };
  // Chunks call the function once each, and a program of all of them would hold what they are there to avoid.
  return chunkSize === undefined ? staged('laplacian', f, {}, whole) : whole(f);
}

/** The sum of the second derivatives along some directions. */
function along(f: AnyFunction, x: Tensor, rest: readonly unknown[], directions: Tensor): Tensor {
  const mode = new CollapsedTaylorMode(directions.shape[0]!);
  const first = directions.size === 0 ? null : directions;
  const y = callUnder('laplacian', mode, f, [mode.wrap({ value: x, first, second: null }), ...rest]);
  refusePromise('laplacian', y);
  if (!(y instanceof Tensor)) throw new ShapeError('laplacian: f must return one scalar tensor.');
  if (y.ndim !== 0) throw new ShapeError(scalarOutputMessage('hessian', y.shape).replace('hessian', 'laplacian'));
  const { value, second } = mode.carried(y);
  return second ?? zerosOf(value);
}
