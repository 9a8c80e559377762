// The user's function and its arguments, as the tasks in the sandbox see them. Everything is computed in float64, so that the
// pictures do not show rounding.
import { eye, random, setDefaultDtype, Tensor, tree } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { Coordinate, Given, InputSpec, TensorData } from '../answers.ts';
import { type TensorFunction, tensor } from './transforms.ts';

export interface Subject {
  readonly f: (...args: Tensor[]) => unknown;
  readonly inputs: readonly InputSpec[];
  readonly args: readonly Tensor[];
}

function userFunction(exports: Record<string, unknown>): Subject['f'] {
  const functions = Object.entries(exports).filter(([, value]) => typeof value === 'function');
  const found = exports.f ?? exports.default ?? (functions.length === 1 ? functions[0]![1] : undefined);
  if (typeof found === 'function') return found as Subject['f'];
  throw new TypeError('The code exports no function f: write `export function f(x: Tensor) { … }`.');
}

function makeInput({ shape, fill, values, name }: InputSpec, key: Tensor): Tensor {
  const dtype = 'float64';
  const size = shape.reduce((product, n) => product * n, 1);
  switch (fill) {
    case 'normal':
      return random.normal(key, shape, { dtype });
    case 'uniform':
      return random.uniform(key, shape, { dtype });
    case 'signs':
      return random.uniform(key, shape, { dtype }).sub(0.5).sign();
    case 'positive definite': {
      if (shape.length !== 2 || shape[0] !== shape[1]) {
        throw new TypeError(`${name}: only a square matrix can be positive definite.`);
      }
      const a = random.normal(key, shape, { dtype });
      return a.matmul(a.transpose()).add(eye(shape[0]!, shape[0]!, { dtype })) as Tensor;
    }
    default:
      if (values.length === 0) throw new TypeError(`${name}: no numbers are given.`);
      return tensor(
        Float64Array.from({ length: size }, (_, i) => values[i % values.length]!),
        { shape },
      );
  }
}

export function subject({ inputs, seed }: Given, { userExports }: SandboxTools): Subject {
  setDefaultDtype('float64');
  const f = userFunction(userExports());
  const key = random.key(seed);
  const keys = random.split(key, Math.max(1, inputs.length));
  return { f, inputs, args: inputs.map((input, i) => makeInput(input, keys.at(i) as Tensor)) };
}

/** The function as one whose output is a tensor; throws where it is something else. */
export function tensorFunction({ f }: Subject): TensorFunction {
  return (...args) => {
    const y = f(...args);
    if (y instanceof Tensor) return y;
    const leaves = tree.leaves(y);
    const what = leaves.length === 1 ? 'no tensor' : `${leaves.length} values`;
    throw new TypeError(`f returned ${what}; this view needs one tensor.`);
  };
}

/** The function as a scalar one. */
export function scalarFunction(given: Subject, view: string): TensorFunction {
  const f = tensorFunction(given);
  return (...args) => {
    const y = f(...args);
    if (y.size === 1) return y.ndim === 0 ? y : y.reshape([]);
    throw new TypeError(`${view} needs a scalar; f returned the shape [${y.shape.join(', ')}]. Add .sum() or .mean().`);
  };
}

const mostEntries = 400;

export function dataOf(x: Tensor, most: number = mostEntries): TensorData {
  const flat = x.size <= most ? x : x.reshape([-1]).at([0, most]);
  return { shape: [...x.shape], dtype: x.dtype, entries: Array.from(flat.toTypedArray(), Number) };
}

/** `x[1]`, `W[0, 2]`; a scalar is its name. */
export function elementLabel({ name, shape }: InputSpec, element: number): string {
  if (shape.length === 0) return name;
  const index = shape.map((size, axis) => {
    const inner = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
    return Math.floor(element / inner) % size;
  });
  return `${name}[${index.join(', ')}]`;
}

/** f as a function of two coordinates p[0], p[1] of its arguments, the others held; and where they are now. */
export function plane(
  given: Subject,
  f: TensorFunction,
  x: Coordinate,
  y: Coordinate,
): { readonly g: (p: Tensor) => Tensor; readonly at: [number, number] } {
  const places = [x, y];
  for (const { input, element } of places) {
    const size = given.args[input]?.size ?? 0;
    if (element >= size) throw new TypeError('The chosen coordinate does not exist.');
  }
  const held = given.args.map((arg, i) => {
    const kept = Float64Array.from(arg.toTypedArray(), Number);
    for (const { input, element } of places) if (input === i) kept[element] = 0;
    return tensor(kept, { shape: arg.shape });
  });
  const units = places.map(({ input, element }) => {
    const { shape, size } = given.args[input]!;
    const entries = Float64Array.from({ length: size }, (_, i) => Number(i === element));
    return tensor(entries, { shape });
  });
  const g = (p: Tensor): Tensor => {
    const args = held.map((arg, i) => {
      return places.reduce((sum, { input }, k) => (input === i ? sum.add(units[k]!.mul(p.at(k))) : sum), arg);
    });
    return f(...args);
  };
  const now = places.map(({ input, element }) => Number(given.args[input]!.toTypedArray()[element]));
  return { g, at: [now[0]!, now[1]!] };
}
