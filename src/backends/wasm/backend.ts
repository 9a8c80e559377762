// The backend that runs on WebAssembly vectors. One memory serves everything.
import { BackendMemoryError } from '../../errors.ts';
import { contractOp } from '../../ops/contract.ts';
import type { Backend } from '../../program/backend.ts';
import type { OpRecord } from '../../tensor/op.ts';
import { evaluateProduct } from './contraction.ts';
import { isElementwise } from './elementwise.ts';
import { MapKernels } from './map.ts';
import { Arena } from './memory.ts';
import { compileProgram } from './program.ts';

let backend: Backend | undefined;

export function wasmBackend(): Backend {
  backend ??= makeBackend(new Arena());
  return backend;
}

/** A backend with its own memory. */
export function makeBackend(arena: Arena): Backend {
  const maps = new MapKernels(arena);
  return {
    name: 'wasm',
    evaluate(op, x, p, types) {
      if (op !== (contractOp as OpRecord) && !isElementwise(op)) return undefined;
      try {
        const y =
          op === (contractOp as OpRecord)
            ? evaluateProduct(arena, x[0]!, x[1]!, p, types[0]!)
            : maps.evaluate(op, x, p, types[0]!);
        return y && [y];
      } catch (error) {
        // A single operation can still be computed where its operands are.
        if (error instanceof BackendMemoryError) return undefined;
        throw error;
      }
    },
    compile: (program) => compileProgram(arena, program),
  };
}
