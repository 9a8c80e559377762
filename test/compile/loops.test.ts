// Scans in compiled programs: value, first and second derivatives and batches equal those of the reference, at every
// length, for carries of every dtype, nested, in both directions.
import { describe, expect, it } from 'vitest';
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena, aligned, bytesOf } from '../../src/backends/wasm/memory.ts';
import { link, planProgram, prepared } from '../../src/backends/wasm/program.ts';
import { compileStages } from '../../src/backends/wasm/stages.ts';
import { checkProgram } from '../../src/compile/check.ts';
import {
  abs,
  add,
  any,
  arange,
  cond,
  div,
  equal,
  floor,
  foriLoop,
  grad,
  greater,
  hessian,
  jvp,
  logicalNot,
  matmul,
  mean,
  mul,
  notEqual,
  remainder,
  scan,
  sin,
  slice,
  sort,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  transpose,
  valueAndGrad,
  vmap,
  where,
  whileLoop,
} from '../../src/index.ts';
import type { Executable } from '../../src/program/backend.ts';
import type { Program } from '../../src/program/program.ts';
import type { DenseTensor } from '../../src/tensor/tensor.ts';
import { drawInputs } from '../conformance/draw.ts';
import { randomSource } from '../conformance/random-source.ts';
import { compareOn, type Flat, traced } from './compare.ts';

const tolerance = { float32: 1e-5, float64: 1e-11 };

function draw(dtype: 'float32' | 'float64', ...shapes: readonly number[][]): DenseTensor[] {
  return drawInputs(randomSource('loops'), { inputs: shapes.map((shape) => ({ shape })) }, dtype);
}

/** The program is nothing but code, and gives what the reference gives. */
function expectLoop(f: Flat, x: readonly DenseTensor[]): void {
  const { loops } = compileStages(traced(f, x));
  expect(loops).toContain('loop of');
  expect(loops).not.toContain('reference');
  expect(compareOn('while', f, x, tolerance)).toBe(true);
}

/** The program has a scan and gives what the reference gives. */
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

describe('while loops', () => {
  const collatz: Flat = (start) => {
    const [n, steps] = whileLoop(
      ([v]: Tensor[]) => notEqual(v!, 1),
      ([v, k]: Tensor[]) => [where(equal(remainder(v!, 2), 0), floor(div(v!, 2)), add(mul(v!, 3), 1)), add(k!, 1)],
      [start!, tensor(0, { dtype: 'int32' })],
    ) as [Tensor, Tensor];
    return [n, steps];
  };
  it.each([1, 2, 27])('from %i', (n) => {
    expectLoop(collatz, [tensor(n) as unknown as DenseTensor]);
  });
  const newton = (a: Tensor): Tensor =>
    whileLoop(
      (v: Tensor) => any(greater(abs(sub(mul(v, v), a)), 1e-3)),
      (v: Tensor) => div(add(v, div(a, v)), 2),
      add(a, 1),
    ) as Tensor;
  it('tangents, batches, and a loop inside of a scan', () => {
    const x = tensor([2, 3, 5], { dtype: 'float64' }) as unknown as DenseTensor;
    expectLoop((a) => [newton(a!), jvp(newton, [a], [mul(a!, 2)])[1] as Tensor, vmap(newton)(a!) as Tensor], [x]);
    expectLoop((a) => [(scan((s: Tensor, v: Tensor) => [add(s, newton(v)), s], sum(a!), a!) as Tensor[])[1]!], [x]);
  });
});

describe('the memory of loops', () => {
  it('does not grow with the number of steps', () => {
    const arena = new Arena();
    const compile = (length: number): Executable =>
      makeBackend(arena).compile(
        traced((x) => [(scan((s: Tensor) => [sin(add(s, 1)), null], x!, null, { length }) as Tensor[])[0]!], start),
      )!;
    const start = draw('float32', [1000]);
    compile(1)(start);
    const bytes = arena.memory.buffer.byteLength;
    compile(20_000)(start);
    expect(arena.memory.buffer.byteLength).toBe(bytes);
  });
  it('keeps a carry a step for the way back where all that the derivative reads would be too much', () => {
    // 600 steps, each of which would keep 256 kB.
    const arena = new Arena();
    const compile = (f: Flat): Executable => makeBackend(arena).compile(traced(f, x))!;
    const x = [tensor(0.7, { dtype: 'float64' }) as unknown as DenseTensor];
    const waves = mul(arange(0, 1, 1 / 32_768, { dtype: 'float64' }), 2);
    const f = (v: Tensor): Tensor =>
      (scan((s: Tensor) => [mean(sin(mul(s, add(waves, v)))), null], v, null, { length: 600 }) as Tensor[])[0]!;
    const slope = compile((v) => [grad(f)(v!) as Tensor])(x)![0]!.item();
    expect(arena.memory.buffer.byteLength).toBeLessThan(2 ** 24);
    const at = (h: number): number =>
      Number(compile((v) => [f(v!)])([tensor(0.7 + h, { dtype: 'float64' }) as unknown as DenseTensor])![0]!.item());
    expect(slope).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
  });
  it('is written to in the buffers of the loop and nowhere else', () => {
    const arena = new Arena();
    arena.leave(arena.enter(1 << 16));
    const ranges: [number, number][][] = [];
    const x = draw('float64', [3, 5], [4, 3, 5]);
    const f: Flat = (c, xs) =>
      scan((s: Tensor, v: Tensor) => [tanh(add(s, v)), matmul(transpose(s), v)], c!, xs!) as Tensor[];
    const planned = planProgram(
      traced(f, x),
      (plan) => {
        let at = 128;
        const offsets = plan.buffers.map(({ size, dtype }) => {
          const start = at;
          at += aligned(size * bytesOf[dtype]) + 128;
          return start;
        });
        ranges.push(plan.buffers.map(({ size, dtype }, i) => [offsets[i]!, offsets[i]! + size * bytesOf[dtype]]));
        return { offsets, bytes: at + 4096 };
      },
      Infinity,
    )!;
    const run = link(arena, planned);
    const bytes = new Uint8Array(arena.memory.buffer);
    bytes.fill(0xa5);
    run(x);
    const own = 64 + aligned(planned.addresses.scratch + planned.scratchSize);
    const [body] = planned.bodies.values();
    const [outer, inner] = ranges as [[number, number][], [number, number][]];
    const allowed = new Uint8Array(bytes.length);
    for (const [from, to] of outer) allowed.fill(1, 64 + from, 64 + to);
    for (const [from, to] of inner) allowed.fill(1, own + from, own + to);
    // Products write to their scratch memory.
    allowed.fill(1, 64 + planned.addresses.scratch, own);
    allowed.fill(1, own + body!.addresses.scratch, own + body!.addresses.scratch + body!.scratchSize);
    expect(bytes.findIndex((b, i) => b !== 0xa5 && allowed[i] === 0)).toBe(-1);
  });
});
