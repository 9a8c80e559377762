// linearTranspose: the transpose of a linear function, by writing down its equations once and walking them backwards.
import { ArgumentError, NotDifferentiableError } from '../errors.ts';
import { zerosOf } from '../ops/linear.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/op.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { flatten, type TreeShape, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, checkFunction, flattenTensors, matching, restore } from './call.ts';
import { type LinearMap, recordLinear, transposeLinear } from './rules.ts';

/**
 * `linearTranspose(f, ...types)` is the function of cotangents whose matrix is f's transposed. `types` are tensors (only
 * their shapes and dtypes matter) or `{ shape, dtype }`. Throws NotDifferentiableError, by operation, when f is not linear.
 */
export function linearTranspose(f: AnyFunction, ...types: unknown[]): (gy: unknown) => unknown[] {
  checkFunction('linearTranspose', f);
  const example = flattenTypes(types);
  let shape: TreeShape | undefined;
  const map = recordLinear(
    example.leaves,
    (dx) => {
      const out = flattenTensors('linearTranspose', f(...(unflatten(example.shape, dx) as unknown[])));
      shape = out.shape;
      return out.leaves;
    },
    'linearTranspose',
  );
  checkLinear(map);
  const outputs = map.outputs as readonly Tensor[];
  return (gy) => {
    const cotangents = matching('linearTranspose', 'the cotangent', gy, { leaves: outputs, shape: shape! });
    const gx = transposeLinear(map, cotangents);
    return restore(
      example,
      gx.map((g, i) => g ?? zerosOf(example.leaves[i]!)),
    ) as unknown[];
  };
}

function flattenTypes(types: readonly unknown[]): { leaves: Tensor[]; shape: TreeShape } {
  const asValue = (node: unknown): unknown => {
    const type = node as Partial<TensorType> | null;
    if (type && !(type instanceof DenseTensor) && Array.isArray(type.shape) && typeof type.dtype === 'string')
      return zerosOf(type as TensorType);
    if (Array.isArray(node)) return node.map(asValue);
    return node;
  };
  const { leaves, shape } = flatten(types.map(asValue));
  return { leaves: flattenTensors('linearTranspose', leaves).leaves as Tensor[], shape };
}

/** Every equation must be linear in what comes from the input; a sum with a known part is only affine. */
function checkLinear({ equations, recorder, outputs }: LinearMap): void {
  const zero = (v: Tensor): boolean => v instanceof DenseTensor && v.values().every((value) => value === 0);
  for (const { op, x } of equations) {
    const linear = x.filter((v) => recorder.owns(v)).length;
    const known = x.filter((v) => !recorder.owns(v) && isFloat(v.dtype));
    const fits = op.savesNothing ? known.every(zero) : op.transpose !== undefined && (!op.multilinear || linear === 1);
    if (!fits)
      throw new NotDifferentiableError(
        `linearTranspose: the function is not linear: ${op.name} of a value that depends on the input.`,
      );
  }
  const constant = outputs.find((y) => y && !recorder.owns(y) && !zero(y));
  if (constant)
    throw new ArgumentError('linearTranspose: the function is not linear: an output does not depend on the input.');
}
