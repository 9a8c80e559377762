// Random programs: every way of asking for the same derivative gives the same numbers.
import fc from 'fast-check';
import { describe, test } from 'vitest';
import '../../src/index.ts';
import '../../src/eager/methods.ts';
import { grad as tapeGrad } from '../../src/eager/grad.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { sum } from '../../src/ops/reduction.ts';
import { run, traceFlat } from '../../src/program/trace.ts';
import { type DenseTensor, dense, filled, type Tensor } from '../../src/tensor/tensor.ts';
import { grad, jacfwd, jacrev } from '../../src/transforms/derivatives.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { linearize, vjp } from '../../src/transforms/vjp.ts';
import { vmap } from '../../src/transforms/vmap.ts';
import { expectNumbers, expectClose as expectRelative, inner, magnitude, numbers } from '../conformance/compare.ts';
import { finiteDifference } from '../conformance/finite-difference.ts';
import { fused } from '../conformance/fused.ts';
import { runs } from '../share.ts';
import { programs, type RandomProgram, scalarFunction, show, vector } from './program.ts';

type VectorFunction = (x: Tensor) => Tensor;

const sameRules = 1e-13;
const sameDerivative = 1e-10;
const differences = 1e-7;
/** Rounding of f in a difference quotient. */
const noise = 1e-11;
/** What is left where the terms of a derivative, which are of order one, cancel. */
const cancelled = 1e-13;

const expectClose = (what: string, actual: readonly Tensor[], expected: readonly Tensor[], relative: number): void =>
  expectRelative(what, actual, expected, relative, cancelled);

const value = (x: Tensor): DenseTensor => x.concrete('test');
const along = (f: VectorFunction, dx: Tensor): VectorFunction => fused((x) => jvp(f, x, dx)[1] as Tensor);
const gradient = (f: VectorFunction): VectorFunction => fused(grad(f) as VectorFunction);
const against =
  (f: VectorFunction, gy: Tensor): VectorFunction =>
  (x) =>
    vjp(f, x)[1](gy)[0] as Tensor;
const dot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b));

/** The derivative of f at x along dx is `actual`. */
function expectDifference(what: string, f: VectorFunction, x: DenseTensor, dx: DenseTensor, actual: Tensor): void {
  const { derivative, size } = finiteDifference((v) => [f(v!)], [x], [dx]);
  const scale = magnitude(derivative[0]!);
  expectNumbers(what, numbers([actual]), derivative, () => cancelled + differences * scale + noise * size[0]!);
}

interface Case {
  readonly f: VectorFunction;
  readonly x: DenseTensor;
  readonly u: DenseTensor;
  readonly v: DenseTensor;
  readonly w: DenseTensor;
}

function caseOf(program: RandomProgram): Case {
  const [u, v, w] = program.directions.map((d) => vector(d)) as [DenseTensor, DenseTensor, DenseTensor];
  return { f: fused(scalarFunction(program)), x: vector(program.point), u, v, w };
}

/** Checks `property` on random programs; a failure prints seed, path and the shrunk program. */
function forPrograms(numRuns: number, property: (c: Case) => void): () => void {
  return () => {
    fc.assert(
      fc.property(programs, (program) => {
        try {
          property(caseOf(program));
        } catch (error) {
          throw new Error(show(program), { cause: error });
        }
      }),
      { numRuns: runs(numRuns), interruptAfterTimeLimit: 40_000, markInterruptAsFailure: false },
    );
  };
}

describe('random programs', () => {
  test(
    'first derivatives: jvp, vjp, linearize, jacfwd, jacrev, grad and finite differences agree',
    forPrograms(100, ({ f, x, u }) => {
      const one = filled([], 1, 'float64');
      const g = gradient(f)(x);
      const [y, pullback] = vjp(f, x);
      const dy = along(f, u)(x);
      expectClose('vjp', pullback(one) as Tensor[], [g], sameRules);
      expectClose('jacrev', [jacrev(f)(x)], [g], sameRules);
      expectClose('jacfwd', [jacfwd(f)(x)], [g], sameDerivative);
      expectClose('jvp value', [jvp(f, x, u)[0] as Tensor, y as Tensor], [f(x), f(x)], 0);
      expectClose('linearize', [linearize(f, x)[1](u) as Tensor], [dy], sameRules);
      const { sum: pulled, size } = inner([g], [u]);
      expectNumbers('[191] ⟨1, J u⟩ = ⟨Jᵀ 1, u⟩', numbers([dy]), [[pulled]], () => 1e-12 * size);
      expectDifference('finite differences', f, x, u, dy);
    }),
  );

  test(
    'second derivatives: four mixtures of modes give one symmetric Hessian, which is the limit of gradients',
    forPrograms(40, ({ f, x, u }) => {
      const hessians = [jacfwd(jacrev(f)), jacrev(jacrev(f)), jacfwd(jacfwd(f)), jacrev(jacfwd(f))].map(
        (h) => h(x) as Tensor,
      );
      const [first, ...others] = hessians;
      for (const h of others) expectClose('mixtures', [h], [first!], sameDerivative);
      const h = value(first!);
      expectClose('symmetry', [h], [h.view(h.shape, [...h.strides].reverse())], sameDerivative);
      expectDifference('finite differences of the gradient', gradient(f), x, u, along(gradient(f), u)(x));
    }),
  );

  test(
    'third derivatives: eight mixtures agree, and are the limit of second ones',
    forPrograms(25, ({ f, x, u, v, w }) => {
      const scalar =
        (g: VectorFunction, d: Tensor): VectorFunction =>
        (at) =>
          dot(gradient(g)(at), d);
      const modes = [along, scalar] as const;
      const expected = along(along(along(f, u), v), w)(x);
      for (const a of modes)
        for (const b of modes)
          for (const c of modes) expectClose('third order', [c(b(a(f, u), v), w)(x)], [expected], 1e-9);
      expectDifference('finite differences', along(along(f, u), v), x, w, expected);
      // The full tensor in one sweep of another kind: D³f[u, v] as a vector.
      const curvature = gradient(along(along(f, u), v))(x);
      expectClose('gradient of D²f[u, v]', [dot(curvature, w)], [expected], 1e-9);
    }),
  );

  test(
    'vmap is the stacked loop, of values, gradients and Hessian products',
    forPrograms(40, ({ f, x, u, v, w }) => {
      const points = [x, u, v].map(value);
      const batch = dense('float64', [3, x.size], Float64Array.from(points.flatMap((p) => [...p.values()])));
      const rows = (y: Tensor): DenseTensor[] => {
        const d = value(y);
        return points.map((_, i) => d.view(d.shape.slice(1), d.strides.slice(1), d.offset + i * d.strides[0]!));
      };
      for (const g of [f, gradient(f), along(gradient(f), w), against(gradient(f), w)]) {
        const loop = points.map((p) => g(p));
        expectClose('vmap', rows(vmap(g)(batch) as Tensor), loop, 1e-12);
      }
    }),
  );

  test(
    'a traced program gives what the function gives, and so do traces of its derivatives',
    forPrograms(40, ({ f, x, u }) => {
      for (const g of [f, gradient(f), along(gradient(f), u)]) {
        const program = traceFlat('trace', (at) => [g(at!)], [x]);
        expectClose('traced', run(program, [x]), [g(x)], 0);
        expectClose(
          'derivative of the traced',
          [along((at) => run(program, [at])[0]!, u)(x)],
          [along(g, u)(x)],
          sameRules,
        );
      }
    }),
  );

  test(
    'the tape gives the gradients of the transforms, of both orders',
    forPrograms(60, ({ f, x, u }) => {
      const leaf = x.view(x.shape, x.strides);
      leaf.requiresGrad = true;
      f(leaf).backward();
      expectClose('backward()', [leaf.grad!], [gradient(f)(x)], sameRules);
      const [first] = tapeGrad(f(leaf), leaf, { createGraph: true });
      const [second] = tapeGrad(dot(first!, u), leaf);
      expectClose('double backward', [second!], [along(gradient(f), u)(x)], sameDerivative);
    }),
  );
});
