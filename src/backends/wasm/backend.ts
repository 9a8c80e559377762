// The backend that runs on WebAssembly vectors: two memories serve everything, one of them shared with workers for programs
// in which several threads pay.
import { BackendMemoryError } from '../../errors.ts';
import { contractOp } from '../../ops/contract.ts';
import type { Backend, Executable } from '../../program/backend.ts';
import type { Program } from '../../program/program.ts';
import type { OpRecord, Params, TensorType } from '../../tensor/op.ts';
import type { DenseTensor } from '../../tensor/tensor.ts';
import { evaluateProduct, LEAST_PRODUCTS } from './contraction.ts';
import { isElementwise } from './elementwise.ts';
import { LargeProducts } from './large-products.ts';
import { LoopPrograms } from './loop-programs.ts';
import { MapKernels } from './map.ts';
import { Arena } from './memory.ts';
import { link, type Planned, planProgram } from './program.ts';
import { SinglePrograms } from './single.ts';
import { threadCount } from './threads/count.ts';

let backend: Backend | undefined;

export function wasmBackend(): Backend {
  backend ??= makeBackend(new Arena(), sharedArena);
  return backend;
}

let shared: Arena | undefined;

/** The memory that threads share; undefined where there is one thread, or where so much address space cannot be had. */
function sharedArena(): Arena | undefined {
  if (threadCount() === 1) return undefined;
  try {
    shared ??= new Arena(undefined, threadCount);
  } catch {
    return undefined;
  }
  return shared;
}

/** A backend with its own memory. `whereShared` gives the memory for programs with work to share, if there is one. */
export function makeBackend(arena: Arena, whereShared: () => Arena | undefined = () => undefined): Backend {
  const maps = new MapKernels(arena);
  const singles = new SinglePrograms(arena);
  const large = new Map<Arena, LargeProducts>();
  const product = (a: DenseTensor, b: DenseTensor, p: Params, type: TensorType): DenseTensor | undefined => {
    const where = whereShared() ?? arena;
    let products = large.get(where);
    if (!products) {
      products = new LargeProducts(where);
      large.set(where, products);
    }
    return products.evaluate(a, b, p, type) ?? evaluateProduct(arena, a, b, p, type);
  };
  const single = (op: OpRecord, x: readonly DenseTensor[], p: Params, type: TensorType): DenseTensor | undefined => {
    if (op === (contractOp as OpRecord)) {
      return x[0]!.size * x[1]!.size < LEAST_PRODUCTS ? undefined : product(x[0]!, x[1]!, p, type);
    }
    return singles.evaluate(op, x, p, type) ?? (isElementwise(op) ? maps.evaluate(op, x, p, type) : undefined);
  };
  const compile = (program: Program): Executable | undefined => {
    const planned = planProgram(program);
    return planned && linked(planned, () => (planned.shareable > 0 ? whereShared() : undefined) ?? arena);
  };
  const loops = new LoopPrograms(compile);
  return {
    name: 'wasm',
    compile,
    evaluate(op, x, p, types) {
      if (types.length === 0) return undefined;
      try {
        if (types.length > 1 || op.name === 'scan') return loops.evaluate(op, x, p, types);
        const y = single(op, x, p, types[0]!);
        return y && [y];
      } catch (error) {
        // A single operation can still be computed where its operands are.
        if (error instanceof BackendMemoryError) return undefined;
        throw error;
      }
    },
  };
}

/** Code that follows when the memory to use changes, because the number of threads has. */
function linked(planned: Planned, where: () => Arena): Executable {
  let arena = where();
  let run = link(arena, planned);
  if (planned.shareable === 0) return run;
  return (args, donated) => {
    const wanted = where();
    if (wanted !== arena) {
      run = link(wanted, planned);
      arena = wanted;
    }
    return run(args, donated);
  };
}
