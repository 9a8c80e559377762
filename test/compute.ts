// What computes in a run of the tests. Left alone, the library computes small operations in JavaScript and programs as
// WebAssembly. Here it is all the one or all the other: every operation by itself is then a compiled program of one
// equation, and with threads every program is divided among them, however small.
import { Arena } from '../src/backends/wasm/memory.ts';
import { link, planProgram } from '../src/backends/wasm/program.ts';
import '../src/index.ts';
import { type Backend, type Executable, installBackend, referenceBackend } from '../src/program/backend.ts';
import { Program, Var } from '../src/program/program.ts';
import type { OpRecord, Params, TensorType } from '../src/tensor/op.ts';
import { withCrew } from './backends/crew.ts';

type Compile = (program: Program) => Executable | undefined;

export async function computeWith(backend: string, threads: number): Promise<void> {
  if (backend !== 'js' && backend !== 'wasm') throw new Error(`NABLA_TEST_BACKEND is js or wasm, not ${backend}`);
  installBackend(backend === 'js' ? referenceBackend : compiled(await compiler(threads)));
}

async function compiler(threads: number): Promise<Compile> {
  if (threads > 1) return withCrew(threads);
  const arena = new Arena();
  return (program) => {
    // Arguments and results may lie outside of a program's block, however small they are.
    const planned = planProgram(program, undefined, undefined, 1);
    return planned && link(arena, planned);
  };
}

/** A backend that leaves nothing to JavaScript that code can do. */
function compiled(compile: Compile): Backend {
  const codes = new WeakMap<OpRecord, Map<string, Executable | undefined>>();
  const codeOf = (op: OpRecord, x: readonly TensorType[], p: Params, types: readonly TensorType[]) => {
    const params = plainText(p);
    if (params === undefined) return undefined;
    const known = codes.get(op) ?? new Map<string, Executable | undefined>();
    codes.set(op, known);
    const key = `${params} ${x.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join(' ')}`;
    if (!known.has(key)) {
      const [inputs, outs] = [x.map((v) => new Var(v)), types.map((v) => new Var(v))];
      known.set(key, compile(new Program(inputs, [{ op, x: inputs, p, outs }], outs)));
    }
    return known.get(key);
  };
  return { name: 'wasm', compile, evaluate: (op, x, p, types) => codeOf(op, x, p, types)?.(x) };
}

/** Parameters that are data as a text; undefined where there are functions, programs or tensors among them. */
function plainText(p: Params): string | undefined {
  let plain = true;
  const text = JSON.stringify(p, (_, value: unknown) => {
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
    const prototype: unknown = typeof value === 'object' && value !== null && Object.getPrototypeOf(value);
    if (typeof value === 'function' || (prototype && prototype !== Object.prototype && prototype !== Array.prototype)) {
      plain = false;
      return undefined;
    }
    return value;
  });
  return plain ? text : undefined;
}
