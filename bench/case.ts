// What a benchmark case is: inputs, and one implementation a library. An implementation gets its inputs as tensors and
// returns the function that is timed. Python's are found by `program` in peers/python.
import type { DType, InputSpec } from './inputs.ts';
import type { Nabla, NablaInputs, NablaTensor } from './nabla.ts';
import type { JaxArray, JaxInputs, JaxJs } from './peers/jax-js.ts';
import type { Tf, TfInputs, TfTensor } from './peers/tfjs.ts';

/** The function that is timed: gives all it computed. */
export interface Step<T> {
  (): readonly T[];
  /** The same results in the layout of the reference, where a library has one of its own. Not timed. */
  canonical?: (outputs: readonly T[]) => readonly T[];
}

export interface Case {
  /** The letter of the case and what tells its rows apart: `e 512`. */
  readonly id: string;
  readonly title: string;
  /** Cases that are asked for together: `--only structured`. */
  readonly group?: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly dtype: DType;
  /** How far a result may be off, relative to its size. */
  readonly tolerance: number;
  /** Floating-point operations of one call; the rate is shown. */
  readonly work?: number;
  /** Only the first call in a new process counts: the cost of tracing and compiling. */
  readonly firstCall?: boolean;
  readonly nabla: (nabla: Nabla, x: NablaInputs) => Step<NablaTensor>;
  readonly jaxJs?: (jax: JaxJs, x: JaxInputs) => Step<JaxArray>;
  readonly tfjs?: (tf: Tf, x: TfInputs) => Step<TfTensor>;
  /** The name in peers/python/{numpy,jax,torch}_cases.py; a peer without it has no entry in the table. */
  readonly program: string;
}
