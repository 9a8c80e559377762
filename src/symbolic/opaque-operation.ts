// An operation of a traced program as a function with a name. Its static parameters may hold sizes: a number that differs
// between the traces at two sets of sizes is read as a product of size names plus a constant.
import type { OpaqueFunction, SizeLookup } from '../calculus/opaque.ts';
import { type Size, sizeValue } from '../calculus/size.ts';
import { NotDifferentiableError } from '../errors.ts';
import { reshapeTo } from '../ops/spread.ts';
import { type Equation, Var } from '../program/program.ts';
import { bind } from '../tensor/dispatch.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';

interface Operation {
  /** The function that output k is. */
  readonly function: (k: number) => OpaqueFunction;
  /** Which operands are its arguments; the others are constants. */
  readonly args: readonly number[];
}

type Sizes = ReadonlyMap<string, number>;

export function opaqueOperation(
  equation: Equation,
  twin: Equation,
  first: Sizes,
  second: Sizes,
  nameOf: (n: number) => Size,
  names: OpaqueNames,
): Operation {
  const { op, outs } = equation;
  const params = symbolicParams(op.name, equation.p, twin.p, first, second);
  const isVariable = (k: number): boolean => equation.x[k] instanceof Var;
  const args = [...equation.x.keys()].filter((k) => isVariable(k) && isReal(equation.x[k] as Var));
  for (const [k, x] of equation.x.entries()) if (!args.includes(k)) sameConstant(op.name, x, twin.x[k]);
  const pairs = [...equation.x, ...outs].map((x, k) => [x, [...twin.x, ...twin.outs][k]] as const);
  for (const [x, other] of pairs) sameSizes(op.name, shapeOf(x), shapeOf(other), second, nameOf);
  const shapes = equation.x.map((x) => shapeOf(x).map(nameOf));
  const long = (sizes: readonly Size[]): Size[] => sizes.filter((size) => size !== '1');
  const takes = args.map((k) => long(shapes[k]!));
  const apply =
    (k: number) =>
    (given: readonly Tensor[], sizeOf: SizeLookup): Tensor => {
      const x = equation.x.map((operand, position) => {
        const at = args.indexOf(position);
        return at < 0 ? (operand as Tensor) : reshapeTo(given[at]!, shapes[position]!.map(sizeOf));
      });
      const y = bind(op, x, params(sizeOf))[k]!;
      return reshapeTo(
        y,
        y.shape.filter((n) => n !== 1),
      );
    };
  const name = names.nameOf(op.name, equation.p);
  return {
    args,
    function: (k) => ({
      name: `${name}${outs.length > 1 ? `_${k + 1}` : ''}`,
      takes,
      gives: long(outs[k]!.shape.map(nameOf)),
      isLinear: op.savesNothing === true,
      apply: apply(k),
    }),
  };
}

const shapeOf = (x: unknown): readonly number[] => (x as { readonly shape: readonly number[] }).shape;

/** Sizes must be products of names: n - 1 has no name. */
function sameSizes(
  name: string,
  a: readonly number[],
  b: readonly number[],
  second: Sizes,
  nameOf: (n: number) => Size,
): void {
  if (a.some((n, k) => sizeValue(nameOf(n), second) !== b[k])) refuse(name, `a size of [${a.join(',')}] has no name`);
}

const isReal = ({ dtype }: Var): boolean => dtype === 'float64' || dtype === 'float32';

function refuse(name: string, why: string): never {
  throw new NotDifferentiableError(
    `derive: the operation ${name} has no symbol: ${why}.`,
    'use jacobian for its numbers',
  );
}

function sameConstant(name: string, a: unknown, b: unknown): void {
  if (!(a instanceof DenseTensor) || !(b instanceof DenseTensor)) refuse(name, 'it takes truth values or integers');
  const [p, q] = [a.values(), b.values()];
  if (a.shape.join() !== b.shape.join() || !p.every((v, k) => v === q[k]))
    refuse(name, 'a constant depends on the sizes');
}

/** Numbers for operations of one name that are called with different parameters. */
export class OpaqueNames {
  private readonly seen: Map<string, string[]> = new Map();

  nameOf(name: string, p: unknown): string {
    const text = JSON.stringify(p) ?? '';
    const list = this.seen.get(name) ?? [];
    this.seen.set(name, list);
    if (!list.includes(text)) list.push(text);
    const k = list.indexOf(text);
    return k === 0 ? name : `${name}${k + 1}`;
  }
}

/** The parameters at any sizes. */
function symbolicParams(
  name: string,
  a: unknown,
  b: unknown,
  first: Sizes,
  second: Sizes,
): (sizeOf: SizeLookup) => unknown {
  if (Object.is(a, b)) return () => a;
  if (typeof a === 'number' && typeof b === 'number') return symbolicNumber(name, a, b, first, second);
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    const parts = a.map((x, k) => symbolicParams(name, x, b[k], first, second));
    return (sizeOf) => parts.map((part) => part(sizeOf));
  }
  const isPlain = (x: unknown): x is Record<string, unknown> => Object.getPrototypeOf(x ?? 0) === Object.prototype;
  if (isPlain(a) && isPlain(b) && Object.keys(a).join() === Object.keys(b).join()) {
    const parts = Object.entries(a).map(([key, x]) => [key, symbolicParams(name, x, b[key], first, second)] as const);
    return (sizeOf) => Object.fromEntries(parts.map(([key, part]) => [key, part(sizeOf)]));
  }
  return refuse(name, 'its parameters depend on the sizes');
}

function symbolicNumber(
  name: string,
  a: number,
  b: number,
  first: Sizes,
  second: Sizes,
): (sizeOf: SizeLookup) => number {
  const names = [...first.keys()];
  const products = [...names.map((n) => [n]), ...names.flatMap((n) => names.map((m) => [n, m]))];
  for (const list of products) {
    const [p, q] = [first, second].map((sizes) => list.reduce((n, size) => n * sizes.get(size)!, 1)) as [
      number,
      number,
    ];
    for (const sign of [1, -1]) {
      if (a - sign * p === b - sign * q) {
        const rest = a - sign * p;
        return (sizeOf) => sign * list.reduce((n, size) => n * sizeOf(size), 1) + rest;
      }
    }
  }
  return refuse(name, 'its parameters depend on the sizes');
}
