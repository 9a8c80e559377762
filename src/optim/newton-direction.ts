// The direction d with (H + τI) d = −g. τ is 0 where H is positive definite, else it grows until the factorisation succeeds,
// so that d always points downhill (Nocedal and Wright, algorithm 3.3). Where few entries of a large Hessian differ from
// zero it is evaluated with one product a colour and factored as a sparse matrix; where it is proven to be positive
// semidefinite, as a Kronecker product or a diagonal plus low rank, it is solved by what it is made of.
import { LinalgError, TracedValueError } from '../errors.ts';
import { cholesky, choleskySolve } from '../linalg/cholesky.ts';
import { add, mul, neg } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { diagonal } from '../ops/diagonals.ts';
import { min } from '../ops/extremes.ts';
import { traceFlat } from '../program/trace.ts';
import '../structured/index.ts';
import { Dense } from '../structured/dense.ts';
import type { StructuredMatrix } from '../structured/matrix.ts';
import { type Pattern, unitePatterns } from '../structured/pattern.ts';
import { gradientProgram } from '../structured/pattern-detection.ts';
import { placesIn } from '../structured/sparse-layout.ts';
import { type Analysis, analyse, SparseLU } from '../structured/sparse-lu.ts';
import { planSparse } from '../structured/sparse-plan.ts';
import { eye } from '../tensor/create.ts';
import { type DenseTensor, dense, type Tensor } from '../tensor/tensor.ts';
import { valueAndGrad } from '../transforms/derivatives.ts';
import { hessian, valueGradHessian } from '../transforms/second-order.ts';
import { largest } from './vector.ts';

/** What a step of Newton's method asks about a point. */
export interface Curvature {
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** Undefined where the Hessian is not finite. */
  direction(): Tensor | undefined;
}

/** Calls `attempt` with growing τ until it succeeds; `least` is the smallest diagonal entry, `scale` the largest entry. */
function shifted<T>(least: number, scale: number, attempt: (tau: number) => T): T {
  const unit = 1e-3 * (scale || 1);
  for (let tau = least > 0 ? 0 : unit - least; ; tau = Math.max(4 * tau, unit)) {
    try {
      return attempt(tau);
    } catch (error) {
      if (!(error instanceof LinalgError) || !Number.isFinite(tau)) throw error;
    }
  }
}

function denseDirection(H: Tensor, g: Tensor): Tensor | undefined {
  const scale = largest(H);
  if (!Number.isFinite(scale)) return undefined;
  const n = H.shape[0]!;
  const factor = shifted(min(diagonal(H)).item() as number, scale, (tau) =>
    cholesky(tau === 0 ? H : add(H, mul(eye(n, n, { dtype: 'float64' }), tau))),
  );
  return neg(choleskySolve(factor, g));
}

/** A pattern with all of the diagonal, which τ is added to; and where its own entries and those of the diagonal stand. */
function withDiagonal(pattern: Pattern): { whole: Pattern; own: Int32Array; diagonal: Int32Array } {
  const [n] = pattern.shape;
  const diagonal: Pattern = {
    shape: [n, n],
    indptr: Int32Array.from({ length: n + 1 }, (_, i) => i),
    indices: Int32Array.from({ length: n }, (_, i) => i),
  };
  const whole = unitePatterns(pattern, diagonal);
  return { whole, own: placesIn(whole, pattern), diagonal: placesIn(whole, diagonal) };
}

function sparseDirection(
  values: Float64Array,
  diagonal: Int32Array,
  analysis: Analysis,
  g: Tensor,
): Tensor | undefined {
  const scale = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (!values.every(Number.isFinite)) return undefined;
  const least = diagonal.reduce((low, k) => Math.min(low, values[k]!), Number.POSITIVE_INFINITY);
  const lu = shifted(least, scale, (tau) => {
    const entries = values.slice();
    for (const k of diagonal) entries[k]! += tau;
    return new SparseLU(analysis, entries, true);
  });
  const b = Float64Array.from((g as DenseTensor).values(), (v) => -v);
  return dense('float64', g.shape, lu.solve(b, false) as Float64Array<ArrayBuffer>);
}

/** By the matrix's own solver where it is proven that no τ is needed; else with all entries. */
function structuredDirection(H: StructuredMatrix, g: Tensor): Tensor | undefined {
  if (H.facts().positiveSemidefinite && !(H instanceof Dense)) {
    try {
      const d = neg(H.solve(g));
      if (Number.isFinite(largest(d))) return d;
    } catch (error) {
      if (!(error instanceof LinalgError)) throw error; // singular
    }
  }
  return denseDirection(cast(H.toDense(), 'float64'), g);
}

/** Smaller Hessians are evaluated and factored whole. */
const SMALLEST_SPARSE = 64;
/** Fewer entries than this share of all make the sparse way worthwhile. */
const SPARSE_SHARE = 0.25;

/** Value, gradient and Newton direction of a scalar function of a float64 vector like `x`. */
export function curvatureOf(f: (x: Tensor) => Tensor, x: Tensor): (x: Tensor) => Curvature {
  const plan = x.size >= SMALLEST_SPARSE ? hessianPlan(f, x) : undefined;
  if (plan && plan.entries <= SPARSE_SHARE * x.size ** 2) {
    const { whole, own, diagonal } = withDiagonal(plan.pattern);
    const analysis = analyse(whole);
    const first = valueAndGrad(f);
    return (at) => {
      const [value, gradient] = first(at) as [Tensor, Tensor];
      const entries = (): Float64Array => {
        const values = new Float64Array(whole.indices.length);
        (plan.evaluate([at]).values as DenseTensor).values().forEach((v, k) => {
          values[own[k]!] = v;
        });
        return values;
      };
      return { value, gradient, direction: () => sparseDirection(entries(), diagonal, analysis, gradient) };
    };
  }
  if (x.size >= SMALLEST_SPARSE) {
    const first = valueAndGrad(f);
    const structured = hessian(f, { structured: true });
    return (at) => {
      const [value, gradient] = first(at) as [Tensor, Tensor];
      return { value, gradient, direction: () => structuredDirection(structured(at) as StructuredMatrix, gradient) };
    };
  }
  const all = valueGradHessian(f);
  return (at) => {
    const [value, gradient, H] = all(at) as [Tensor, Tensor, Tensor];
    return { value, gradient, direction: () => denseDirection(cast(H, 'float64'), gradient) };
  };
}

function hessianPlan(f: (x: Tensor) => Tensor, x: Tensor) {
  try {
    const program = gradientProgram(
      traceFlat('optim.newton', (v) => [f(v!)], [x]),
      [0],
    );
    return planSparse({ program, input: 0, output: 0, symmetric: true });
  } catch (error) {
    if (error instanceof TracedValueError) return undefined; // f reads its numbers: it is run, never traced
    throw error;
  }
}
