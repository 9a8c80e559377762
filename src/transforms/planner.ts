// The hook through which a planner takes over from n products. A staged Jacobian or Hessian offers it the function as a
// program; where the planner has nothing better it answers undefined, and the products follow. Results of the option
// `structured` are made by it too: transforms know tensors only.
import { ArgumentError } from '../errors.ts';
import type { Program } from '../program/program.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import type { TreeShape } from '../tensor/tree.ts';

export interface PlanRequest {
  readonly kind: 'jacobian' | 'hessian';
  /** Typed values instead of tensors. */
  readonly structured: boolean;
  /** The function, of captured tensors and then of its inputs. */
  readonly program: Program;
  /** The structure of its outputs. */
  readonly output: TreeShape;
  /** How many of its last inputs are differentiated. */
  readonly count: number;
  /** One value for each of those, in the structure of the arguments. */
  readonly perInput: (values: readonly unknown[]) => unknown;
}

/** The whole result of the transform; undefined where the numbers ask for products after all. */
export type PlannedCall = (inputs: readonly DenseTensor[]) => { readonly result: unknown } | undefined;

export interface DerivativePlanner {
  plan(request: PlanRequest): PlannedCall | undefined;
  /** Entries [...Out, ...In], the last `inDims` axes In, as a structured value. */
  dense(entries: Tensor, inDims: number): unknown;
}

let installed: DerivativePlanner | undefined;

export function currentPlanner(): DerivativePlanner | undefined {
  return installed;
}

export function installPlanner(planner: DerivativePlanner): void {
  installed = planner;
}

/** The value of the option `structured`. */
export function checkStructured(transform: string, structured: unknown): boolean {
  if (structured === undefined || structured === false) return false;
  if (structured !== true) throw new ArgumentError(`${transform}: structured must be true or false.`);
  if (!installed) throw new ArgumentError(`${transform}: structured results need the module nabla/structured.`);
  return true;
}
