// The transforms under plainer types: nothing is known about the user's function before it runs, so that the shape types of
// the package, which refuse what cannot be right, have nothing to work with here.

import type { Program, structured, Tensor } from 'nabla';
import * as nabla from 'nabla';

export type TensorFunction = (...args: Tensor[]) => Tensor;

type Derive<R> = (
  f: TensorFunction,
  options?: { readonly argnums?: number | readonly number[] },
) => (...args: readonly Tensor[]) => R;
type StructuredDerive = (
  f: TensorFunction,
  options: { readonly argnums: number; readonly structured: true },
) => (...args: readonly Tensor[]) => structured.StructuredMatrix;

export const grad = nabla.grad as unknown as Derive<Tensor>;
export const gradients = nabla.grad as unknown as Derive<Tensor[]>;
export const valueAndGrad = nabla.valueAndGrad as unknown as Derive<[Tensor, Tensor]>;
export const jacobian = nabla.jacobian as unknown as Derive<Tensor>;
export const hessian = nabla.hessian as unknown as Derive<Tensor>;
export const structuredJacobian = nabla.jacobian as unknown as StructuredDerive;
export const structuredHessian = nabla.hessian as unknown as StructuredDerive;
export const vmap = nabla.vmap as unknown as (f: TensorFunction) => TensorFunction;
export const jit = nabla.jit as unknown as <F extends (...args: Tensor[]) => unknown>(f: F) => F;
export const trace = nabla.trace as unknown as (
  f: (...args: Tensor[]) => unknown,
) => (...args: readonly Tensor[]) => Program;
/** The value, and the pullback to the arguments. */
export const vjp = nabla.vjp as unknown as <X>(f: (x: X) => Tensor, x: X) => [Tensor, (gy: Tensor) => X | [X]];
export const tensor = nabla.tensor as unknown as (
  data: number | ArrayLike<number> | readonly (readonly number[])[],
  options?: { readonly shape?: readonly number[]; readonly requiresGrad?: boolean },
) => Tensor;
