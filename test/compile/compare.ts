// Runs a function as compiled code and equation by equation on the reference, and compares.
import { makeBackend } from '../../src/backends/wasm/backend.ts';
import { Arena } from '../../src/backends/wasm/memory.ts';
import { currentBackend, type Executable, installBackend, referenceBackend } from '../../src/program/backend.ts';
import type { Program } from '../../src/program/program.ts';
import { run, traceFlat } from '../../src/program/trace.ts';
import { within } from '../../src/tensor/dispatch.ts';
import type { DenseTensor, Tensor } from '../../src/tensor/tensor.ts';
import { evaluator } from '../../src/transforms/evaluate.ts';
import { expectNumbers, expectTypes, magnitude, numbers } from '../conformance/compare.ts';

const backend = makeBackend(new Arena());

export type Flat = (...x: Tensor[]) => readonly Tensor[];

/** Runs `body` on the reference backend. */
function onReference<T>(body: () => T): T {
  const before = currentBackend();
  installBackend(referenceBackend);
  try {
    return within(evaluator, body);
  } finally {
    installBackend(before);
  }
}

export function traced(f: Flat, x: readonly DenseTensor[]): Program {
  return onReference(() => traceFlat('test', f, x));
}

export type Compile = (program: Program) => Executable | undefined;

export const onOneThread: Compile = (program) => backend.compile(program);

/** True where there was code to compare; two calls of it give the same. */
export function compareOn(
  what: string,
  f: Flat,
  x: readonly DenseTensor[],
  relative: { float32: number; float64: number },
  compile: Compile = onOneThread,
): boolean {
  const program = traced(f, x);
  const executable = compile(program);
  if (!executable) return false;
  const expected = onReference(() => run(program, x));
  for (let call = 0; call < 2; call++) {
    const actual = executable(x)!;
    expectTypes(what, actual, expected);
    const [a, e] = [numbers(actual), numbers(expected)];
    // Where terms cancel, the rounding of the terms stays.
    const scale = e.map((v) => magnitude(v, 1e-3));
    expectNumbers(what, a, e, (k) => {
      const { dtype } = expected[k]!;
      return dtype === 'float32' || dtype === 'float64' ? relative[dtype] * scale[k]! : 0;
    });
  }
  return true;
}
