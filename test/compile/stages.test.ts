// The stages of a compilation as data, and a program run again.
import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  compileStages,
  grad,
  runProgram,
  ShapeError,
  sin,
  type Tensor,
  tensor,
  trace,
  vmap,
} from '../../src/index.ts';

const x = tensor([0.5, -1.2, 2], { dtype: 'float64' });
const f = (v: Tensor): Tensor => sin(v).mul(sin(v)).sum();

describe('compileStages', () => {
  test('what is computed twice is gone after simplification', () => {
    const { traced, simplified } = compileStages(trace(f)(x));
    expect(traced.equations.filter(({ op }) => op.name === 'sin')).toHaveLength(2);
    expect(simplified.equations.filter(({ op }) => op.name === 'sin')).toHaveLength(1);
  });

  test('the loops are text, and the module is one that an engine accepts', () => {
    const { loops, wasm, steps, scratchBytes } = compileStages(trace(f)(x));
    expect(loops).toMatch(/^loops \{\n {2}for Σ3/);
    expect(steps).toBe(loops.match(/^ {2}\S/gm)?.length);
    expect(WebAssembly.validate(wasm!.slice())).toBe(true);
    expect(scratchBytes).toBeGreaterThanOrEqual(8 * 4);
  });

  test('where there is nothing for code to do there is no module', () => {
    expect(compileStages(trace((v: Tensor) => v)(x)).wasm).toBeUndefined();
  });

  test('something else than a program is refused', () => {
    expect(() => compileStages(f as never)).toThrow(ArgumentError);
  });
});

describe('runProgram', () => {
  const program = trace(f)(x);

  test('gives what the function gives', () => {
    const y = tensor([1, 2, 3], { dtype: 'float64' });
    expect(runProgram(program, [y])[0]!.item()).toBeCloseTo(f(y).item() as number, 14);
  });

  test('is a function that can be differentiated and batched', () => {
    const g = (v: Tensor): Tensor => runProgram(program, [v])[0]!;
    expect(grad(g)(x).toArray()).toEqual(grad(f)(x).toArray());
    const batch = tensor([[0.5, -1.2, 2]], { dtype: 'float64' });
    expect((vmap(g)(batch) as Tensor).shape).toEqual([1]);
  });

  test('refuses what the program was not traced for', () => {
    expect(() => runProgram(program, [tensor([1, 2])])).toThrow(ShapeError);
    expect(() => runProgram(program, [tensor([1, 2])])).toThrow(
      'runProgram: argument 0 has shape [2], the program needs [3].',
    );
    expect(() => runProgram(program, [])).toThrow(ArgumentError);
    expect(() => runProgram(f as never, [x])).toThrow(ArgumentError);
  });
});
