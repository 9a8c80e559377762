// The public names, nothing else.
import './transforms/evaluate.ts';
import './ops/methods.ts';

export * from './errors.ts';
export * from './ops/arithmetic.ts';
export { concat, stack } from './ops/joining.ts';
export {
  broadcastTo,
  expandDims,
  flatten,
  flip,
  moveaxis,
  permute,
  reshape,
  slice,
  squeeze,
  swapaxes,
  transpose,
} from './ops/movement.ts';
export { matmul } from './ops/products.ts';
export { where } from './ops/select.ts';
export { arange, eye, full, fullLike, linspace, ones, onesLike, tensor, zeros, zerosLike } from './tensor/create.ts';
export { type DType, getDefaultDtype, setDefaultDtype } from './tensor/dtype.ts';
export { Tensor } from './tensor/tensor.ts';
export * as tree from './tensor/tree.ts';
export { grad, jacfwd, jacobian, jacrev, valueAndGrad } from './transforms/derivatives.ts';
export { jvp } from './transforms/jvp.ts';
export { linearize, vjp } from './transforms/vjp.ts';
export { vmap } from './transforms/vmap.ts';
