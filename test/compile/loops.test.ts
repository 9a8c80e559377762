// Scans in compiled programs: value, first and second derivatives and batches equal those of the reference, at every
// length, for carries of every dtype, nested, in both directions.
import { describe, expect, it } from 'vitest';
import { prepared } from '../../src/backends/wasm/program.ts';
import { checkProgram } from '../../src/compile/check.ts';
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
  valueAndGrad,
  vmap,
} from '../../src/index.ts';
import type { Program } from '../../src/program/program.ts';
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
  const program = traced(f, x);
  expect(String(program)).toContain('scan');
  checkProgram(prepared(program));
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

describe('distribution', () => {
  /** The products of a program outside of its loops and inside of them, as counts. */
  const products = (f: Flat, x: readonly DenseTensor[]): { outside: number; inside: number } => {
    const program = prepared(traced(f, x));
    const count = (p: Program): number => p.equations.filter((e) => e.op.name === 'contract').length;
    const bodies = program.equations.filter((e) => e.op.name === 'scan').map((e) => e.p.body as Program);
    return { outside: count(program), inside: bodies.reduce((n, body) => n + count(body), 0) };
  };
  const network = (w: Tensor, u: Tensor, v: Tensor, xs: Tensor): Tensor => {
    const step = (h: Tensor, x: Tensor): [Tensor, Tensor] => {
      const next = tanh(add(matmul(x, w), matmul(h, u)));
      return [next, matmul(next, v)];
    };
    return sum(mul((scan(step, xs.at(0), xs) as Tensor[])[1]!, 2));
  };
  const x = draw('float64', [4, 4], [4, 4], [4, 3], [5, 2, 4]);

  it('takes products with constants before and after the loop', () => {
    const f: Flat = (...v) => [network(v[0]!, v[1]!, v[2]!, v[3]!)];
    expect(products(f, x)).toEqual({ outside: 2, inside: 1 });
    expectCompiled(f, x);
  });
  it('sums the gradients of weights after the loop, and walks forward once', () => {
    const f: Flat = (...v) => {
      const [value, gradients] = valueAndGrad(network, { argnums: [0, 1, 2, 3] })(v[0]!, v[1]!, v[2]!, v[3]!);
      return [value, ...(gradients as unknown as Tensor[])];
    };
    // Forward W X, V H; back V G, W G, and the gradients of W, U, V. In the loops U h and U g.
    expect(products(f, x)).toEqual({ outside: 7, inside: 2 });
    expectCompiled(f, x);
  });
  it('keeps a carry that other values are added to as well', () => {
    const f: Flat = (a, b, xs) =>
      scan(
        ([s, t]: Tensor[], v: Tensor) => {
          const next = tanh(add(s!, v));
          return [[next, add(add(t!, mul(next, 2)), matmul(transpose(v), next))], next];
        },
        [a!, b!],
        xs!,
      ).flat(2) as Tensor[];
    expectCompiled(f, draw('float64', [2, 2], [2, 2], [4, 2, 2]));
  });
  it('computes once what is the same in every step', () => {
    const f: Flat = (w, c) => [
      (scan((s: Tensor) => [add(mul(sin(mul(w!, 2)), s), sum(w!)), null], c!, null, { length: 6 }) as Tensor[])[0]!,
    ];
    const [loop] = prepared(traced(f, draw('float64', [3], [3]))).equations.filter((e) => e.op.name === 'scan');
    expect(String(loop!.p.body)).not.toContain('sin');
    expectCompiled(f, draw('float64', [3], [3]));
  });
});
