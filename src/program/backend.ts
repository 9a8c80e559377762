// The hook through which machine code takes over from the reference evaluation. Whoever evaluates asks the backend first; a
// backend that has nothing better answers undefined, and the plain reading follows.
import type { OpRecord, Params, TensorType } from '../tensor/op.ts';
import type { DenseTensor } from '../tensor/tensor.ts';
import type { Program } from './program.ts';

/**
 * A program turned into code: takes and gives concrete tensors, in the order of the program's inputs and outputs. Undefined
 * where a constant in the code has been assigned to since. Elements of `donated` arguments may be overwritten: nobody reads
 * them afterwards.
 */
export type Executable = (args: readonly DenseTensor[], donated?: readonly boolean[]) => DenseTensor[] | undefined;

export interface Backend {
  readonly name: string;
  /** One operation on concrete tensors, or undefined where the reference evaluation is as good. */
  evaluate(
    op: OpRecord,
    x: readonly DenseTensor[],
    p: Params,
    types: readonly TensorType[],
  ): readonly DenseTensor[] | undefined;
  /** Code for a program, or undefined where running it equation by equation is as good. */
  compile(program: Program): Executable | undefined;
}

/** The plain reference: it never takes over. */
export const referenceBackend: Backend = {
  name: 'js',
  evaluate: () => undefined,
  compile: () => undefined,
};

let installed: Backend = referenceBackend;

export function currentBackend(): Backend {
  return installed;
}

export function installBackend(backend: Backend): void {
  installed = backend;
}
