// What users hand in -> what records take: numbers beside tensors become tensors without widening them, dtypes are
// promoted, shapes broadcast. Everything that is neither a tensor nor a number is refused by name here.
import { ArgumentError } from '../errors.ts';
import { describe } from '../tensor/describe.ts';
import { apply } from '../tensor/dispatch.ts';
import { type DType, dtypeOfScalar, floatOf, getDefaultDtype, isFloat, promote } from '../tensor/dtype.ts';
import type { OpRecord } from '../tensor/op.ts';
import { broadcastShapes, sameShape } from '../tensor/shape.ts';
import { filled, Tensor } from '../tensor/tensor.ts';
import { cast } from './cast.ts';
import { broadcastInto } from './spread.ts';

/** What an elementwise function accepts. */
export type TensorLike = Tensor | number | boolean;

export { describe };

/** `value` as a tensor, or the error that names what it is. Numbers become scalars of the default dtype. */
export function asTensor(op: string, value: TensorLike): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === 'number') return filled([], value, getDefaultDtype());
  if (typeof value === 'boolean') return filled([], value ? 1 : 0, 'bool');
  throw new ArgumentError(
    `${op}: expected a tensor or a number, got ${describe(value)}.`,
    Array.isArray(value) || ArrayBuffer.isView(value) ? 'wrap it: tensor([...])' : undefined,
  );
}

/** `value` if it is a tensor; nothing else is converted. */
export function onlyTensor(op: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new ArgumentError(
    `${op}: expected a tensor, got ${describe(value)}.`,
    Array.isArray(value) || typeof value === 'number' ? 'wrap it: tensor(...)' : undefined,
  );
}

/** The operands as tensors of their common dtype; JavaScript numbers never widen a tensor. */
export function promoted(op: string, values: readonly TensorLike[]): Tensor[] {
  let dtype: DType | undefined;
  for (const v of values) if (v instanceof Tensor) dtype = dtype === undefined ? v.dtype : promote(dtype, v.dtype);
  if (dtype === undefined) {
    return promoted(
      op,
      Array.from(values, (v) => asTensor(op, v)), // map would skip the holes of a sparse array
    );
  }
  const beside = dtype;
  for (const v of values) {
    if (!(v instanceof Tensor))
      dtype = promote(dtype, typeof v === 'number' || typeof v === 'boolean' ? dtypeOfScalar(v, beside) : beside);
  }
  const common = dtype;
  return values.map((v) => {
    if (v instanceof Tensor) return cast(v, common);
    if (typeof v === 'number') return filled([], v, common);
    return typeof v === 'boolean' ? filled([], v ? 1 : 0, common) : asTensor(op, v);
  });
}

/** The operands broadcast against each other. */
export function broadcastOperands(op: string, x: readonly Tensor[]): Tensor[] {
  const first = x[0]!.shape as readonly number[];
  if (x.every((v) => sameShape(v.shape, first))) return [...x];
  const shape = x.reduce((s: readonly number[], v) => broadcastShapes(op, s, v.shape), first);
  return x.map((v) => broadcastInto(v, shape));
}

/** `x` in a dtype that holds fractions. */
export function floating(op: string, value: TensorLike): Tensor {
  const x = asTensor(op, value);
  return cast(x, floatOf(x.dtype));
}

/** Promotes, broadcasts and binds: a public function of two tensors or numbers. */
export function binary(op: OpRecord<Readonly<Record<string, never>>>, a: TensorLike, b: TensorLike): Tensor {
  if (a instanceof Tensor && b instanceof Tensor && a.dtype === b.dtype && sameShape(a.shape, b.shape)) {
    return apply(op, [a, b], {});
  }
  if (a instanceof Tensor && typeof b === 'number' && isFloat(a.dtype)) {
    return apply(op, [a, filled(a.shape, b, a.dtype)], {});
  }
  return apply(op, broadcastOperands(op.name, promoted(op.name, [a, b])), {});
}

/** The same for functions with real values: integer operands become floats first. */
export function binaryFloat(op: OpRecord<Readonly<Record<string, never>>>, a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promoted(op.name, [a, b]);
  const dtype = floatOf(x!.dtype);
  return apply(op, broadcastOperands(op.name, [cast(x!, dtype), cast(y!, dtype)]), {});
}
