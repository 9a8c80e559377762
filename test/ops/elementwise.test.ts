// Every elementwise record, against references that share no code with its rules: central differences of the value (order 1) and
// of the derivative one order below (orders 2 and 3), the pullback against the pushforward, vmap against a loop.
import { describe, expect, it } from 'vitest';
import '../../src/index.ts';
import '../../src/ops/activation.ts';
import '../../src/ops/close.ts';
import '../../src/ops/rectifier.ts';
import '../../src/ops/special.ts';
import { apply } from '../../src/tensor/dispatch.ts';
import { isFloat } from '../../src/tensor/dtype.ts';
import { name, showFormula } from '../../src/tensor/formula.ts';
import { type OpRecord, primitives, type Sample, type SampleInput } from '../../src/tensor/op.ts';
import { DenseTensor, type Tensor } from '../../src/tensor/tensor.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { vjp } from '../../src/transforms/vjp.ts';
import { vmap } from '../../src/transforms/vmap.ts';

const NAMES =
  `floor ceil round trunc frac sign step abs nanToNum equal notEqual less lessEqual greater greaterEqual logicalAnd
  logicalOr logicalXor logicalNot isnan isfinite isinf exp exp2 expm1 log log2 log10 log1p gap logaddexp xlogy sqrt rsqrt cbrt
  powConstant pow sigmoid softplus logSigmoid logit sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh hypot atan2
  exceeds maximum minimum floorDivide remainder fmod copysign lerp clip relu relu6 hardsigmoid hardswish hardtanh leakyRelu elu
  celu selu prelu softsign silu mish gelu geluTanh erf erfc erfinv erfcx ndtr ndtri normalHazard normalHazardExcess logNdtr sinc
  lgamma digamma polygamma zeta besselJ besselY besselI besselIe gammaDensity gammainc gammaincc betaDensity betainc entr xlog1py
  logaddexp2`.split(/\s+/);

/** A repeatable sequence of numbers in [0, 1), so that a failure names its sample and nothing else is needed. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

function draw(input: SampleInput, next: () => number): DenseTensor {
  const size = input.shape.reduce((a, b) => a * b, 1);
  const [lo, hi] = input.domain ?? [-2, 2];
  const entry = (i: number): number => {
    if (input.values) return input.values[i]!;
    if (input.dtype === 'bool') return next() < 0.5 ? 0 : 1;
    return input.dtype === 'int32' ? Math.floor(next() * 5) : lo + (hi - lo) * next();
  };
  const values = Array.from({ length: size }, (_, i) => entry(i));
  if (input.dtype === 'int32') return new DenseTensor('int32', input.shape, Int32Array.from(values));
  if (input.dtype === 'bool') return new DenseTensor('bool', input.shape, Uint8Array.from(values));
  return new DenseTensor('float64', input.shape, Float64Array.from(values));
}

const float64 = (shape: readonly number[], values: ArrayLike<number>): DenseTensor =>
  new DenseTensor('float64', shape, Float64Array.from(values));

type Function = (...x: Tensor[]) => Tensor;

/** d/dε f(x + ε v), by nesting jvp `order` times with one direction each. */
function along(f: Function, directions: readonly DenseTensor[][]): Function {
  return directions.reduce<Function>(
    (g, v) =>
      (...x) =>
        jvp(g, x, v)[1] as Tensor,
    f,
  );
}

/** The same of order 1 by Richardson's extrapolation of central differences, with an estimate of its own error. */
function difference(f: Function, x: DenseTensor[], v: DenseTensor[]): { value: number[]; error: number[] } {
  const quotient = (h: number): number[] => {
    const at = (sign: number) =>
      (
        f(
          ...x.map((t, i) =>
            float64(
              t.shape,
              t.storage.map((value, k) => value + sign * h * v[i]!.storage[k]! * scale(t, k)),
            ),
          ),
        ) as DenseTensor
      ).values();
    const [plus, minus] = [at(1), at(-1)];
    return Array.from(plus, (p, k) => (p - minus[k]!) / (2 * h));
  };
  const table: number[][][] = [];
  const steps = [2e-3, 1e-3, 5e-4, 2.5e-4];
  steps.forEach((h, i) => {
    table[i] = [quotient(h)];
    for (let j = 1; j <= i; j++) {
      const [fine, coarse] = [table[i]![j - 1]!, table[i - 1]![j - 1]!];
      table[i]![j] = fine.map((q, k) => q + (q - coarse[k]!) / (4 ** j - 1));
    }
  });
  const value = table[3]![3]!;
  return { value, error: value.map((q, k) => Math.abs(q - table[2]![2]![k]!) + Math.abs(q - table[3]![2]![k]!)) };
}

/** Steps stay small beside small entries. */
const scale = (t: DenseTensor, k: number): number => Math.min(1, Math.abs(t.storage[k]!) || 1);

function close(actual: ArrayLike<number>, expected: readonly number[], rtol: number, error: readonly number[]): void {
  const size = Math.max(1e-3, ...expected.map(Math.abs));
  expected.forEach((e, k) => {
    const tolerance = rtol * Math.max(Math.abs(e), Math.abs(actual[k]!), 1e-3 * size) + 4 * error[k]! + 1e-14;
    expect(Math.abs(actual[k]! - e), `entry ${k}: ${actual[k]} against ${e}`).toBeLessThanOrEqual(tolerance);
    expect(error[k]!, `entry ${k}: the difference quotient is no reference`).toBeLessThanOrEqual(1e-5 * (size + 1));
  });
}

function checkDerivatives(op: OpRecord, sample: Sample, seed: number): void {
  const next = uniform(seed);
  const x = sample.inputs.map((input) => draw(input, next));
  const f: Function = (...t) => apply(op, t, sample.params ?? {});
  const y = f(...x) as DenseTensor;
  if (!isFloat(y.dtype)) return;
  const random = (scaled: boolean) =>
    x.map((t) =>
      float64(
        t.shape,
        Array.from({ length: t.size }, (_, k) => (2 * next() - 1) * (scaled ? scale(t, k) : 1)),
      ),
    );
  // difference() scales its direction by the entry, so the exact derivative is asked along the scaled direction.
  const raw = [random(false), random(false), random(false)];
  const directions = raw.map((v) =>
    v.map((d, i) =>
      float64(
        d.shape,
        d.storage.map((value, k) => value * scale(x[i]!, k)),
      ),
    ),
  );
  for (let order = 1; order <= 3; order++) {
    const exact = along(f, directions.slice(0, order))(...x) as DenseTensor;
    const { value, error } = difference(along(f, directions.slice(0, order - 1)), x, raw[order - 1]!);
    close(exact.values(), value, order === 1 ? 1e-7 : 1e-6, error);
  }
  const gy = float64(
    y.shape,
    Array.from({ length: y.size }, () => 2 * next() - 1),
  );
  const pulled = vjp(f, ...x)[1](gy) as DenseTensor[];
  const dy = (jvp(f, x, directions[0]!)[1] as DenseTensor).values();
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((s, v, k) => s + v * b[k]!, 0);
  const forward = dot(gy.values(), dy);
  const backward = pulled.reduce((s, g, i) => s + dot(g.values(), directions[0]![i]!.values()), 0);
  const magnitude = Array.from(dy).reduce((s, v, k) => s + Math.abs(v * gy.storage[k]!), 1e-300);
  expect(Math.abs(forward - backward)).toBeLessThanOrEqual(1e-12 * magnitude * 10);
}

describe.each(NAMES)('%s', (opName) => {
  const op = primitives.get(opName)!;
  it('has samples and a formula', () => {
    expect(op.samples.length).toBeGreaterThan(0);
    for (const sample of op.samples) {
      const shown = showFormula(
        op.formula(
          sample.inputs.map((_, i) => name('xyz'[i]!)),
          sample.params ?? {},
        ),
      );
      expect(shown).toMatch(/x/);
    }
  });
  it('agrees with differences at orders 1, 2, 3 and pulls back what it pushes forward', () => {
    op.samples.forEach((sample, i) => {
      if (sample.inputs.every((input) => !input.dtype || input.dtype === 'float')) checkDerivatives(op, sample, 7 + i);
    });
  });
  it('is the same under vmap as in a loop', () => {
    op.samples.forEach((sample, i) => {
      const next = uniform(99 + i);
      const params = sample.params ?? {};
      const [first, second] = [0, 1].map(() => sample.inputs.map((input) => draw(input, next)));
      const stacked = first!.map((t, k) => {
        const both = t.storage.slice(0, 2 * t.size).constructor as Float64ArrayConstructor;
        const storage = new both(2 * t.size);
        storage.set(t.storage as Float64Array);
        storage.set(second![k]!.storage as Float64Array, t.size);
        return new DenseTensor(t.dtype, [2, ...t.shape], storage as Float64Array<ArrayBuffer>);
      });
      const batched = vmap((...t: Tensor[]) => apply(op, t, params))(...stacked) as DenseTensor;
      const looped = [first!, second!].flatMap((t) => Array.from((apply(op, t, params) as DenseTensor).values()));
      expect(Array.from(batched.values())).toEqual(looped);
    });
  });
});
