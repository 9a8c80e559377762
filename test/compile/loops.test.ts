// Scans in compiled programs: value, first and second derivatives and batches equal those of the reference, at every
// length, for carries of every dtype, nested, in both directions.
import { describe, expect, it } from 'vitest';
import {
  add,
  cond,
  foriLoop,
  grad,
  hessian,
  jvp,
  logicalNot,
  matmul,
  mul,
  scan,
  sin,
  slice,
  sort,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  transpose,
  vmap,
} from '../../src/index.ts';
import type { DenseTensor } from '../../src/tensor/tensor.ts';
import { drawInputs } from '../conformance/draw.ts';
import { randomSource } from '../conformance/random-source.ts';
import { compareOn, type Flat, traced } from './compare.ts';

const tolerance = { float32: 1e-5, float64: 1e-11 };

function draw(dtype: 'float32' | 'float64', ...shapes: readonly number[][]): DenseTensor[] {
  return drawInputs(randomSource('loops'), { inputs: shapes.map((shape) => ({ shape })) }, dtype);
}

/** The program has a loop and gives what the reference gives. */
function expectCompiled(f: Flat, x: readonly DenseTensor[]): void {
  expect(String(traced(f, x))).toContain('scan');
  expect(compareOn('scan', f, x, tolerance)).toBe(true);
}

/** Carry [3, 4] through a product, a sum of what was kept, outputs that are inputs, constants and views. */
const cell: Flat = (w, c, xs) => {
  const [last, [kept, before, one]] = scan(
    (state: Tensor, x: Tensor) => {
      const next = tanh(add(matmul(state, w!), x));
      return [next, [transpose(mul(next, x)), state, tensor(1, { dtype: x.dtype })]];
    },
    c!,
    xs!,
  ) as [Tensor, [Tensor, Tensor, Tensor]];
  return [last, kept, before, one];
};
const gradients = (...v: Tensor[]): Tensor[] =>
  grad((w: Tensor, c: Tensor, xs: Tensor) => loss(w, c, xs), { argnums: [0, 1, 2] })(
    v[0]!,
    v[1]!,
    v[2]!,
  ) as unknown as Tensor[];
const loss = (w: Tensor, c: Tensor, xs: Tensor): Tensor => {
  const [last, kept, before] = cell(w, c, xs) as [Tensor, Tensor, Tensor];
  return add(sum(mul(last, last)), add(sum(sin(kept)), sum(mul(before, before))));
};

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  describe.each([0, 1, 2, 7])('scan of %i steps', (length) => {
    const x = draw(dtype, [4, 4], [3, 4], [length, 3, 4]);
    it('value', () => expectCompiled(cell, x));
    it('gradient', () => {
      expectCompiled(gradients, x);
    });
    it('second derivative', () => {
      const d = draw(dtype, [4, 4], [3, 4], [length, 3, 4]);
      expectCompiled((...v) => jvp(gradients, v, d)[1] as Tensor[], x);
    });
    it('batched over the carry and over the steps', () => {
      const [w, c, xs] = draw(dtype, [4, 4], [2, 3, 4], [2, length, 3, 4]);
      const batched: Flat = (...v) => [
        vmap(grad(loss), { inAxes: [null, 0, null] })(v[0], v[1], v[2]!.at(0)) as Tensor,
        vmap(grad(loss), { inAxes: [null, 0, 0] })(...v) as Tensor,
      ];
      expectCompiled(batched, [w!, c!, xs!]);
    });
  });
  it('runs backwards', () => {
    const f = (w: Tensor, xs: Tensor): Tensor =>
      sum(
        mul(
          (scan((s: Tensor, x: Tensor) => [tanh(add(mul(s, w), x)), s], w, xs, { reverse: true }) as Tensor[])[1]!,
          2,
        ),
      );
    expectCompiled((w, xs) => [f(w!, xs!), grad(f)(w!, xs!) as Tensor], draw(dtype, [5], [4, 5]));
  });
  it('exchanges its carries', () => {
    const f: Flat = (a, b) =>
      (
        scan((s: Tensor[]) => [[s[1]!, s[2]!, s[0]!], s[0]!], [a!, b!, mul(a!, 2)], null, { length: 5 }) as [
          Tensor[],
          Tensor,
        ]
      ).flat();
    expectCompiled(f, draw(dtype, [3], [3]));
  });
  it('a Hessian', () => {
    const f = (w: Tensor, xs: Tensor): Tensor =>
      sum((scan((s: Tensor, x: Tensor) => [tanh(add(mul(s, w), x)), s], w, xs) as Tensor[])[1]!);
    expectCompiled((w, xs) => [hessian(f)(w!, xs!) as Tensor], draw(dtype, [3], [4, 3]));
  });
});

it('carries integers and bools, and reads at a counter', () => {
  const f: Flat = (x) => {
    const [[i, odd, total], ys] = scan(
      ([n, flag, t]: [Tensor, Tensor, Tensor]) => [[add(n, 1), logicalNot(flag), add(t, take(x!, n, 0))], mul(n, n)],
      [tensor(0, { dtype: 'int32' }), tensor(false), tensor(0)],
      null,
      { length: 5 },
    ) as [[Tensor, Tensor, Tensor], Tensor];
    return [i, odd, total, ys];
  };
  expectCompiled(f, draw('float32', [5]));
  expectCompiled((x) => [grad((v: Tensor) => f(v)[2] as Tensor)(x!) as Tensor], draw('float32', [5]));
});

it('a loop inside of a loop', () => {
  const f = (w: Tensor, xs: Tensor): Tensor => {
    const outer = (c: Tensor, x: Tensor): [Tensor, Tensor] => {
      const [inner] = scan((d: Tensor, e: Tensor) => [tanh(add(mul(d, w), e)), null], c, x) as [Tensor, null];
      return [inner, foriLoop(0, 3, (i: Tensor, v: Tensor) => add(mul(v, w), i), inner) as Tensor];
    };
    return sum((scan(outer, w, xs) as Tensor[])[1]!);
  };
  const x = draw('float64', [3], [4, 2, 3]);
  expectCompiled((w, xs) => [f(w!, xs!), ...(grad(f, { argnums: [0, 1] })(w!, xs!) as unknown as Tensor[])], x);
});

it('a body with operations that have no code', () => {
  const f = (w: Tensor, xs: Tensor): Tensor =>
    sum(
      (
        scan(
          (s: Tensor, x: Tensor) => {
            const next = cond(
              sum(x).greater(0),
              (v: Tensor) => sin(sort(v)),
              (v: Tensor) => mul(v, 2),
              add(s, x),
            ) as Tensor;
            return [next, slice(next, [0], [2])];
          },
          w,
          xs,
        ) as Tensor[]
      )[1]!,
    );
  expectCompiled((w, xs) => [f(w!, xs!), grad(f)(w!, xs!) as Tensor], draw('float64', [3], [4, 3]));
});
