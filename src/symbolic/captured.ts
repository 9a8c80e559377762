// Constants of a traced function. A tensor that the function captured has no letter in any book: it gets a name, and its values
// go with the formula. Numbers that change with the sizes are what they say of them: 1/n, n - 1, √n, and eye(n) is the identity.
import { add, constant, identity, power, scale, single, times } from '../calculus/algebra.ts';
import { map } from '../calculus/elementwise.ts';
import type { Sum } from '../calculus/net.ts';
import { type Size, sizeValue } from '../calculus/size.ts';
import { NotDifferentiableError } from '../errors.ts';
import { tensor } from '../tensor/create.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { sizeValueOf } from './convert.ts';
import type { Fact } from './declare.ts';
import { variableAtom } from './session.ts';

type Sizes = ReadonlyMap<string, number>;

function refuse(what: string): never {
  throw new NotDifferentiableError(`derive: a constant ${what}.`, 'make it an argument, and a variable');
}

/** The constants of one function by name; equal ones have one name. */
export class Captured {
  readonly tensors: Map<string, Tensor> = new Map();
  private readonly taken: ReadonlySet<string>;
  private readonly first: Sizes;
  private readonly second: Sizes;

  constructor(taken: ReadonlySet<string>, first: Sizes, second: Sizes) {
    this.taken = taken;
    this.first = first;
    this.second = second;
  }

  /** A constant of entries that differ, as it was at both assignments of sizes; `nameOf` names the sizes. */
  read(a: DenseTensor, b: DenseTensor, nameOf: (n: number) => Size): Sum {
    const [p, q] = [a, b].map((x) => Float64Array.from(x.values())) as [Float64Array, Float64Array];
    if (!p.every(Number.isFinite)) refuse('is not finite everywhere');
    const c = identityTimes(a, p);
    if (c !== undefined && c === identityTimes(b, q)) {
      const size = nameOf(a.shape[0]!);
      if (sizeValue(size, this.second) === b.shape[0]) return scale(identity(size), c);
    }
    if (a.shape.join() !== b.shape.join()) refuse('tensor depends on the sizes');
    if (!p.every((x, k) => x === q[k])) refuse('tensor is another one at every call');
    return this.named(a.shape, p);
  }

  private named(shape: readonly number[], values: Float64Array): Sum {
    const long = shape.filter((n) => n !== 1);
    const name = this.nameOf(long, values);
    const facts = factsOf(long, values);
    return single(variableAtom({ name, sizes: long.map(String), facts }, true));
  }

  private nameOf(shape: readonly number[], values: Float64Array): string {
    for (const [name, x] of this.tensors) {
      const old = x.concrete('derive').values();
      if (x.shape.join() === shape.join() && values.every((value, k) => value === old[k])) return name;
    }
    const letter = shape.length > 1 ? 'C' : 'c';
    for (let k = 0; ; k++) {
      const name = k === 0 ? letter : `${letter}${k + 1}`;
      if (this.taken.has(name) || this.tensors.has(name)) continue;
      this.tensors.set(name, tensor(values, { shape, dtype: 'float64' }));
      return name;
    }
  }

  /** A number that was p at the first sizes and q at the second. */
  number(p: number, q: number): Sum {
    if (!Number.isFinite(p) || !Number.isFinite(q)) refuse('is not finite');
    if (p === q) return constant(p);
    for (const [s, t, whole] of this.scalars()) {
      for (const sign of [-1, 1]) {
        const [c, d] = [p / s ** sign, q / t ** sign];
        if (Math.abs(c - d) <= 1e-12 * Math.abs(c)) return scale(power(whole(), sign), Number(c.toPrecision(14)));
      }
    }
    return refuse('depends on the sizes in a way that has no symbol');
  }

  /** What is made of sizes, the simplest first, with its values at both assignments. */
  private *scalars(): Generator<readonly [number, number, () => Sum]> {
    const names = [...this.first.keys()];
    const at = (list: readonly string[], sizes: Sizes): number => list.reduce((n, name) => n * sizes.get(name)!, 1);
    const lists = [...names.map((n) => [n]), ...names.flatMap((n, k) => names.slice(k).map((m) => [n, m]))];
    const products = lists.map((list) => ({
      s: at(list, this.first),
      t: at(list, this.second),
      sum: (): Sum => list.map((name) => sizeValueOf(name).sum).reduce(times),
    }));
    const shifted = products.flatMap(({ s, t, sum }) =>
      [-1, 1, -2, 2].map((k) => ({ s: s + k, t: t + k, sum: (): Sum => add(sum(), constant(k)) })),
    );
    for (const { s, t, sum } of [...products, ...shifted]) yield [s, t, sum];
    for (const { s, t, sum } of [...products, ...shifted]) {
      yield [Math.sqrt(s), Math.sqrt(t), () => power(sum(), 0.5)];
    }
    for (const { s, t, sum } of products) yield [Math.log(s), Math.log(t), () => map('log', sum())];
    for (const [k, x] of products.slice(0, names.length).entries()) {
      for (const y of products.slice(k + 1, names.length)) {
        yield [x.s + y.s, x.t + y.t, () => add(x.sum(), y.sum())];
        yield [x.s - y.s, x.t - y.t, () => add(x.sum(), y.sum(), -1)];
      }
    }
  }
}

/** The c of c·I. */
function identityTimes({ shape }: DenseTensor, values: Float64Array): number | undefined {
  const [n, m] = shape;
  if (shape.length !== 2 || n !== m) return undefined;
  const c = values[0]!;
  return values.every((x, k) => x === (k % (n! + 1) === 0 ? c : 0)) ? c : undefined;
}

function factsOf([n, m, ...more]: readonly number[], values: Float64Array): Set<Fact> {
  const facts = new Set<Fact>();
  if (values.every((x) => x > 0)) facts.add('positive');
  if (values.every((x) => x === 0 || x === 1)) facts.add('binary');
  const isSquare = n === m && more.length === 0;
  if (isSquare && values.every((x, k) => x === values[(k % n!) * n! + Math.floor(k / n!)])) facts.add('symmetric');
  return facts;
}
