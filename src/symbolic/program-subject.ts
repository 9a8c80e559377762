// A function of tensors as nets: it is traced at sizes that are distinct primes, so that every concrete size says which
// name it came from, and traced again at other primes, so that a constant like 1/n is told from the number 1/5.
import {
  add,
  diagonalMatrix,
  diagonalOf,
  multiply,
  permute as permuteSum,
  power,
  product,
  single,
  times,
} from '../calculus/algebra.ts';
import { logSumExp, map, softmax, symbolicPower } from '../calculus/elementwise.ts';
import { entrywise } from '../calculus/entrywise.ts';
import { determinant, inverse, logDeterminant, matrixExponential } from '../calculus/matrix-functions.ts';
import { Index, indices, Net, opaqueAtom, type Sum, sumOf } from '../calculus/net.ts';
import { isNumeric, type Size, sizeValue, timesSize } from '../calculus/size.ts';
import { ArgumentError, NotDifferentiableError } from '../errors.ts';
import { type Equation, type Atom as Operand, type Program, Var } from '../program/program.ts';
import { traceFlat } from '../program/trace.ts';
import { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { Captured } from './captured.ts';
import type { Declared } from './declare.ts';
import { plainValue } from './net-value.ts';
import { OpaqueNames, opaqueOperation } from './opaque-operation.ts';
import { variableAtom } from './session.ts';
import type { Subject } from './subject.ts';

type TensorFunction = (...args: never[]) => unknown;

/** A tensor of a program: a sum over the axes that are longer than one. */
interface Traced {
  readonly sum: Sum;
  /** True for the axes of size 1, which have no index. */
  readonly ones: readonly boolean[];
}

const firstPrimes = [5, 7, 11, 13, 17, 19, 23, 29];
const secondPrimes = [31, 37, 41, 43, 47, 53, 59, 61];

export function programSubject(f: TensorFunction, declared: ReadonlyMap<string, Declared>): Subject {
  const names = [...declared.keys()];
  const sizeNames = [...new Set([...declared.values()].flatMap(({ sizes }) => sizes))].filter(
    (size) => !isNumeric(size),
  );
  const call = (args: readonly Tensor[]): Tensor => {
    const y = (f as (...x: Tensor[]) => unknown)(...args);
    if (!(y instanceof Tensor)) throw new ArgumentError('derive: the function must return one tensor.');
    return y;
  };
  const traceAt = (primes: readonly number[]): { program: Program; sizes: Map<string, number> } => {
    if (sizeNames.length > primes.length)
      throw new ArgumentError(`derive: a traced function may have ${primes.length} size names.`);
    const sizes = new Map(sizeNames.map((name, k) => [name, primes[k]!]));
    const types = names.map((name) => ({
      shape: declared.get(name)!.sizes.map((size) => sizeValue(size, sizes)),
      dtype: 'float64' as const,
    }));
    return { program: traceFlat('derive', (...x) => [call(x)], types), sizes };
  };
  const [first, second] = [traceAt(firstPrimes), traceAt(secondPrimes)];
  const captured = new Captured(new Set([...names, ...sizeNames]), first.sizes, second.sizes);
  return {
    declared,
    sizeNames,
    bindings: [],
    constants: captured.tensors,
    read: (wrt) => {
      const atoms = new Map([...declared.values()].map((v) => [v.name, variableAtom(v, !wrt.has(v.name))]));
      const reader = new ProgramReader(first, second, captured);
      const inputs = names.map((name) => single(atoms.get(name)!));
      return { value: plainValue(withOnes(reader.read(inputs))), atoms, bound: new Map() };
    },
    apply: (values) => call(names.map((name) => values.get(name)!)),
  };
}

interface Sized {
  readonly program: Program;
  readonly sizes: ReadonlyMap<string, number>;
}

class ProgramReader {
  private readonly a: Sized;
  private readonly b: Sized;
  private readonly values: Map<Var, Traced> = new Map();
  private readonly opaqueNames = new OpaqueNames();
  private readonly captured: Captured;

  constructor(a: Sized, b: Sized, captured: Captured) {
    this.a = a;
    this.b = b;
    this.captured = captured;
  }

  read(inputs: readonly Sum[]): Traced {
    const { program } = this.a;
    if (this.b.program.equations.length !== program.equations.length) {
      throw new NotDifferentiableError(
        'derive: what the function computes depends on the sizes; no one formula says it.',
      );
    }
    program.inputs.forEach((v, k) => {
      this.values.set(v, withoutOnes(inputs[k]!));
    });
    program.equations.forEach((equation, k) => {
      this.step(equation, this.b.program.equations[k]!);
    });
    return this.operand(program.outputs[0]!, this.b.program.outputs[0]!);
  }

  /** The name of a concrete size, a product of names where it is one. */
  private sizeOf(n: number): Size {
    let rest = n;
    const names: string[] = [];
    for (const [name, value] of this.a.sizes) {
      for (; rest % value === 0; rest /= value) names.push(name);
    }
    return names.length === 0 ? String(n) : names.reduce(timesSize, String(rest));
  }

  /** An operation that index notation does not know, as a function with a name. */
  private opaque(equation: Equation, twin: Equation): void {
    const { function: f, args } = opaqueOperation(
      equation,
      twin,
      this.a.sizes,
      this.b.sizes,
      (n) => this.sizeOf(n),
      this.opaqueNames,
    );
    const sums = args.map((k) => this.operand(equation.x[k]!, twin.x[k]!).sum);
    equation.outs.forEach((out, k) => {
      const ones = out.shape.map((n) => n === 1);
      this.values.set(out, { sum: single(opaqueAtom(f(k), sums)), ones });
    });
  }

  private operand(a: Operand, b: Operand): Traced {
    if (a instanceof Var) return this.values.get(a) ?? this.unknown('of truth values');
    return this.constant(a as DenseTensor, b as DenseTensor);
  }

  /** A tensor of equal entries is a number; any other has a name. */
  private constant(a: DenseTensor, b: DenseTensor): Traced {
    const ones = a.shape.map((n) => n === 1);
    const [p, q] = [a, b].map((x) => uniform(x));
    if (p === undefined || q === undefined) return { sum: this.captured.read(a, b, (n) => this.sizeOf(n)), ones };
    const sizes = a.shape.filter((n) => n !== 1).map((n) => this.sizeOf(n));
    const { nets } = this.captured.number(p, q);
    const sum = sumOf(
      nets.map((net) => new Net(net.coef, indices(sizes), net.factors)),
      sizes,
    );
    return { sum, ones };
  }

  private step(equation: Equation, twin: Equation): void {
    const { op, p, outs } = equation;
    if (op.name === 'where') {
      const chosen = this.chosenBranch(equation, twin);
      if (chosen) {
        this.values.set(outs[0]!, chosen);
        return;
      }
    }
    // Truth values without an index notation matter only where they are used.
    if (outs.every(({ dtype }) => dtype === 'bool') && !entrywise(op)) return;
    if (!known.has(op.name) && !entrywise(op)) {
      this.opaque(equation, twin);
      return;
    }
    const x = equation.x.map((operand, k) => this.operand(operand, twin.x[k]!));
    const [u, v] = x.map(({ sum }) => sum) as [Sum, Sum];
    const put = (sum: Sum, out = 0): void => {
      this.values.set(outs[out]!, { sum, ones: outs[out]!.shape.map((n) => n === 1) });
    };
    switch (op.name) {
      case 'slogdet':
        put(map('sign', determinant(u)), 0);
        put(logDeterminant(u), 1);
        return;
      case 'reshape':
      case 'cast':
        if (sameAxes(equation.x[0]!, outs[0]!)) put(u);
        else this.opaque(equation, twin);
        return;
      case 'broadcast':
        put(this.broadcast(x[0]!, equation.x[0]!.shape, outs[0]!.shape));
        return;
      case 'sum':
        put(this.sumOver(x[0]!, p.axes));
        return;
      case 'permute':
        put(permuteAxes(x[0]!, p.axes));
        return;
      case 'contract':
        put(this.contract(x[0]!, x[1]!, p));
        return;
      case 'softmax':
      case 'logSoftmax':
      case 'logsumexp':
        put(this.softmaxFamily(op.name, x[0]!, p.axes));
        return;
      case 'norm':
        if (p.p !== undefined && p.p !== 2) this.opaque(equation, twin);
        else put(power(this.sumOver({ sum: power(u, 2), ones: x[0]!.ones }, p.axes), 0.5));
        return;
      case 'powConstant':
        put(power(u, p.exponent));
        return;
      case 'pow':
        if (p.logs !== 0) this.opaque(equation, twin);
        else put(symbolicPower(u, v));
        return;
      case 'diagonal':
      case 'diagEmbed':
        if (p.offset !== 0 || u.sizes.length > 2) this.opaque(equation, twin);
        else put(op.name === 'diagonal' ? diagonalOf(u) : diagonalMatrix(u));
        return;
      case 'inv':
        put(inverse(u));
        return;
      case 'det':
        put(determinant(u));
        return;
      case 'matrixExp':
        put(matrixExponential(u));
        return;
      case 'solve':
        put(multiply(inverse(u), v));
        return;
      default: {
        const rule = entrywise(op);
        if (rule) put(rule(...x.map(({ sum }) => sum)));
      }
    }
  }

  /** A choice between a value and NaN is the value, where there is one. */
  private chosenBranch(equation: Equation, twin: Equation): Traced | undefined {
    const isMissing = (operand: Operand): boolean =>
      operand instanceof DenseTensor && operand.values().every((v) => Number.isNaN(v));
    const kept = [1, 2].filter((k) => !isMissing(equation.x[k]!));
    if (kept.length !== 1) return undefined;
    return this.operand(equation.x[kept[0]!]!, twin.x[kept[0]!]!);
  }

  private unknown(name: string): never {
    throw new NotDifferentiableError(
      `derive: the operation ${name} has no index notation.`,
      'use jacobian or hessian for its numbers',
    );
  }

  private broadcast(x: Traced, from: readonly number[], to: readonly number[]): Sum {
    const lead = to.length - from.length;
    const sizes = to.filter((n) => n !== 1).map((n) => this.sizeOf(n));
    const nets = x.sum.nets.map((net) => {
      let next = 0;
      const free = to.flatMap((n, axis) => {
        const own = axis >= lead && !x.ones[axis - lead];
        if (own) return [net.free[next++]!];
        return n === 1 ? [] : [new Index(this.sizeOf(n))];
      });
      return new Net(net.coef, free, net.factors);
    });
    return sumOf(nets, sizes);
  }

  private sumOver({ sum, ones }: Traced, axes: readonly number[]): Sum {
    const at = indices(sum.sizes);
    let next = 0;
    const free = ones.flatMap((one, axis) => {
      if (one) return [];
      const index = at[next++]!;
      return axes.includes(axis) ? [] : [index];
    });
    return product([{ sum, at }], free);
  }

  private contract(
    a: Traced,
    b: Traced,
    p: { a: readonly number[]; b: readonly number[]; out: readonly number[] },
  ): Sum {
    const names = new Map<number, Index>();
    const place = ({ sum, ones }: Traced, labels: readonly number[]): Index[] => {
      let next = 0;
      return labels.flatMap((label, axis) => {
        if (ones[axis]) return [];
        const size = sum.sizes[next++]!;
        if (!names.has(label)) names.set(label, new Index(size));
        return [names.get(label)!];
      });
    };
    const parts = [
      { sum: a.sum, at: place(a, p.a) },
      { sum: b.sum, at: place(b, p.b) },
    ];
    return product(
      parts,
      p.out.flatMap((label) => names.get(label) ?? []),
    );
  }

  private softmaxFamily(name: string, x: Traced, axes: readonly number[]): Sum {
    const long = x.ones.flatMap((one, axis) => (one ? [] : [axis]));
    if (long.length === 1 && axes.includes(long[0]!)) {
      if (name === 'softmax') return softmax(x.sum);
      return name === 'logsumexp' ? logSumExp(x.sum) : add(x.sum, logSumExp(x.sum), -1);
    }
    const exponentials = map('exp', x.sum);
    const totals = this.sumOver({ sum: exponentials, ones: x.ones }, axes);
    if (name === 'logsumexp') return map('log', totals);
    const free = indices(x.sum.sizes);
    let next = 0;
    const kept = x.ones.flatMap((one, axis) => {
      if (one) return [];
      const index = free[next++]!;
      return axes.includes(axis) ? [] : [index];
    });
    const over = (sum: Sum): Sum => sumOf(product([{ sum, at: kept }], free).nets, x.sum.sizes);
    if (name === 'softmax') return times(exponentials, over(power(totals, -1)));
    return add(x.sum, over(map('log', totals)), -1);
  }
}

/** The number that all entries are. */
function uniform(x: DenseTensor): number | undefined {
  const values = x.values();
  return values.length > 0 && values.every((v) => Object.is(v, values[0])) ? values[0] : undefined;
}

/** Without the axes of size 1. */
function withoutOnes(sum: Sum): Traced {
  const at = indices(sum.sizes);
  const ones = sum.sizes.map((size) => size === '1');
  const kept = at.filter((_, axis) => !ones[axis]);
  return { sum: kept.length === at.length ? sum : product([{ sum, at }], kept), ones };
}

/** With them again. */
function withOnes({ sum, ones }: Traced): Sum {
  if (!ones.includes(true)) return sum;
  let next = 0;
  const sizes = ones.map((one) => (one ? '1' : sum.sizes[next++]!));
  return sumOf(
    sum.nets.map((net) => {
      let position = 0;
      const free = ones.map((one) => (one ? new Index('1') : net.free[position++]!));
      return new Net(net.coef, free, net.factors);
    }),
    sizes,
  );
}

/** Whether two shapes differ in axes of size 1 only. */
function sameAxes(from: { readonly shape: readonly number[] }, to: { readonly shape: readonly number[] }): boolean {
  const long = (shape: readonly number[]): string => shape.filter((n) => n !== 1).join();
  return long(from.shape) === long(to.shape);
}

/** Operations that are read below; entry by entry ones aside. */
const known = new Set([
  ...['where', 'slogdet', 'reshape', 'cast', 'broadcast', 'sum', 'permute', 'contract', 'softmax', 'logSoftmax'],
  ...['logsumexp', 'norm', 'powConstant', 'pow', 'diagonal', 'diagEmbed', 'inv', 'det', 'matrixExp', 'solve'],
]);

function permuteAxes({ sum, ones }: Traced, axes: readonly number[]): Sum {
  const position = ones.map((_, axis) => ones.slice(0, axis).filter((one) => !one).length);
  return permuteSum(
    sum,
    axes.filter((axis) => !ones[axis]).map((axis) => position[axis]!),
  );
}
