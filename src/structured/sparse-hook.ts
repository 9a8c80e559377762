// The door through which compressed products compete with the structured plan: a sparse planner finds the pattern of a
// derivative in the program, colours it, and says what an evaluation with one product a colour would cost.
import type { Program } from '../program/program.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import type { StructuredMatrix } from './matrix.ts';
import type { PatternInput } from './pattern.ts';

export interface SparseRequest {
  /** The function whose Jacobian is wanted; for a Hessian the program of the gradient. */
  readonly program: Program;
  /** Which input of the program is In, and which output is Out. */
  readonly input: number;
  readonly output: number;
  /** True for a Hessian: star colouring may use A = Aᵀ. */
  readonly symmetric: boolean;
  /** Products with J only: they know that a zero times an infinite rate is zero, those with Jᵀ do not. */
  readonly forward?: boolean;
  /** Where entries may differ from zero, if the user says so; else it is found in the program. */
  readonly pattern?: PatternInput;
  /**
   * The numbers of inputs that are expected to stay as they are, by input: indices and masks that the function closed over.
   * The pattern depends on them; an evaluation with other ones plans again.
   */
  readonly known?: readonly (DenseTensor | undefined)[];
}

export interface SparseCandidate {
  /** How many products an evaluation takes. */
  readonly colours: number;
  /** How many entries may differ from zero. */
  readonly entries: number;
  /** Floating-point operations of an evaluation. */
  readonly cost: number;
  /** The Jacobian at these arguments, one tensor an input of the program. */
  evaluate(args: readonly Tensor[]): StructuredMatrix;
}

/** Undefined where the pattern is unknown or full. */
export type SparsePlanner = (request: SparseRequest) => SparseCandidate | undefined;

let installed: SparsePlanner = () => undefined;

export function installSparsePlanner(planner: SparsePlanner): void {
  installed = planner;
}

export function sparsePlan(request: SparseRequest): SparseCandidate | undefined {
  return installed(request);
}
