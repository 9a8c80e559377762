// One operation, one record: everything the system knows about an operation stands in one place, and every reader
// (evaluate, jvp, transpose, vmap, formulas, conformance tests) asks the record. Fixed letters: x input, y output,
// dx tangent, gy cotangent, p static parameters.
import type { DType } from './dtype.ts';
import type { Formula } from './formula.ts';
import type { DenseTensor, Tensor } from './tensor.ts';

export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

// biome-ignore lint/suspicious/noExplicitAny: every operation narrows its own static parameters
export type Params = any;

/** A tangent or cotangent; null is an exact zero that costs nothing. */
export type Cotangent = Tensor | null;

/** Outputs of a batching rule; the batch, where there is one, is axis 0. */
export interface Batched {
  readonly outs: readonly Tensor[];
  readonly batched: readonly boolean[];
}

/** How the conformance tests draw one input. */
export interface SampleInput {
  readonly shape: readonly number[];
  readonly dtype?: 'float' | 'int32' | 'bool';
  /** Entries are drawn uniformly from here; default [-2, 2], integers from [0, 5), booleans freely. */
  readonly domain?: readonly [number, number];
  /** Given entries, row-major, instead of drawn ones. */
  readonly values?: readonly number[];
  readonly kind?: 'symmetric' | 'spd' | 'invertible' | 'triangular' | 'distinct';
}

/** One call the conformance tests make: for a primitive its static parameters, for a composite the arguments after the tensors. */
export interface Sample<P = Params> {
  readonly inputs: readonly SampleInput[];
  readonly params?: P;
  /** Why some check does not apply here, by the check's name; shown in the test report. */
  readonly exempt?: Readonly<
    Partial<Record<'jvp' | 'second' | 'third' | 'float32' | 'vmap' | 'reference' | 'tape', string>>
  >;
}

export interface OpRecord<P = Params> {
  readonly name: string;
  /** Shapes and dtypes of the outputs; throws the operation's own errors. */
  readonly type: (x: readonly TensorType[], p: P) => readonly TensorType[];
  /** The plain reference evaluation. */
  readonly evaluate: (x: readonly DenseTensor[], p: P, types: readonly TensorType[]) => readonly DenseTensor[];
  /** The differential: tangents of the outputs, linear in dx. `y()` gives the outputs without computing them again. */
  readonly jvp: (
    x: readonly Tensor[],
    dx: readonly Cotangent[],
    p: P,
    y: () => readonly Tensor[],
  ) => readonly Cotangent[];
  /** Linear operations: cotangents of the linear inputs, which are `undefined` in x. `types` are those of all inputs. */
  readonly transpose?: (
    gy: readonly Cotangent[],
    x: readonly (Tensor | undefined)[],
    p: P,
    types: readonly TensorType[],
  ) => readonly (Cotangent | undefined)[];
  /** Elementwise operations: ∂y/∂xᵢ, from which jvp and pullback follow; null is zero. */
  readonly partials?: (x: readonly Tensor[], y: () => Tensor, p: P) => readonly Cotangent[];
  /** Elementwise operations: f on numbers, for inputs of the given dtype. */
  readonly scalar?: (p: P, dtype: DType) => (...x: number[]) => number;
  /** True when the operation is linear in each float input while the others are held. */
  readonly multilinear?: boolean;
  /** True when only the evaluation itself can tell the output types (functions given by the user). */
  readonly untyped?: boolean;
  /** True when the derivative needs no value of the forward pass (jointly linear operations). */
  readonly savesNothing?: boolean;
  /** The same operation over a batch carried as axis 0 of the inputs marked in `batched`. */
  readonly batch: (x: readonly Tensor[], batched: readonly boolean[], size: number, p: P) => Batched;
  readonly formula: (x: readonly Formula[], p: P) => Formula;
  /** How a printed program shows the parameters; default: as a plain object. */
  readonly showParams?: (p: P) => string;
  readonly samples: readonly Sample<P>[];
}

/** Every primitive record by name, in the order of definition: what the conformance tests and the atlas iterate. */
export const primitives: Map<string, OpRecord> = new Map();

export function register<P>(record: OpRecord<P>): OpRecord<P> {
  if (primitives.has(record.name)) throw new Error(`operation ${record.name} is defined twice`);
  primitives.set(record.name, record as OpRecord);
  return record;
}
