// Expressions to nets. A slot of a value is a group of indices: vec and kron only regroup them, so K, kron and vec need no
// algebra of their own. vec stacks columns: the column index is the major one of the group.
import {
  add,
  constant,
  constantValue,
  diagonalMatrix,
  diagonalOf,
  power,
  product,
  scale,
  sizeScalar,
  times,
  total,
  trace,
} from '../calculus/algebra.ts';
import { dot, logSumExp, map, norm1, norm2, softmax, symbolicPower } from '../calculus/elementwise.ts';
import { entrywise } from '../calculus/entrywise.ts';
import {
  adjugate,
  determinant,
  inverse,
  logDeterminant,
  matrixExponential,
  matrixPower,
} from '../calculus/matrix-functions.ts';
import { type Factor, Index, indices, Net, type Sum, sumOf, zero } from '../calculus/net.ts';
import { isNumeric, type Size, timesSize } from '../calculus/size.ts';
import { NotDifferentiableError } from '../errors.ts';
import { primitives } from '../tensor/op.ts';
import { integerValue, isEntrywise, sizeOfExpression } from './check.ts';
import type { Expression } from './expression.ts';
import { kronecker, type NetValue, plainValue } from './net-value.ts';
import { show } from './print.ts';

export type NetEnvironment = ReadonlyMap<string, NetValue>;

function unsupported(e: Expression): never {
  throw new NotDifferentiableError(`derive: there is no index notation for '${show(e)}'.`);
}

/** The positions of slot k. */
function slot(v: NetValue, k: number): [from: number, to: number] {
  const from = v.groups.slice(0, k).reduce((n, size) => n + size, 0);
  return [from, from + v.groups[k]!];
}

const slotSizes = (v: NetValue, k: number): readonly Size[] => v.sum.sizes.slice(...slot(v, k));

/** The value with slot k split into the given sizes; possible where only deltas and ones meet it. */
function regrouped(v: NetValue, k: number, sizes: readonly Size[]): NetValue | undefined {
  const [from, to] = slot(v, k);
  if (to - from !== 1 || sizes.reduce(timesSize, '1') !== v.sum.sizes[from]) return undefined;
  if (sizes.length === 1) return v;
  const nets: Net[] = [];
  const groups = [...v.groups];
  for (const net of v.sum.nets) {
    const index = net.free[from]!;
    if (net.factors.some(({ at }) => at.includes(index))) return undefined;
    const parts = indices(sizes);
    nets.push(
      new Net(
        net.coef,
        net.free.flatMap((i) => (i === index ? parts : [i])),
        net.factors,
      ),
    );
    net.free.forEach((i, position) => {
      if (i !== index) return;
      let at = 0;
      for (let s = 0; s < v.groups.length; s++) {
        if (at === position) groups[s] = sizes.length;
        at += v.groups[s]!;
      }
    });
  }
  const free = nets[0]?.free;
  return (
    free && {
      sum: sumOf(
        nets,
        free.map(({ size }) => size),
      ),
      groups,
      row: v.row,
    }
  );
}

export class Converter {
  private readonly names: NetEnvironment;

  constructor(names: NetEnvironment) {
    this.names = names;
  }

  convert(e: Expression): NetValue {
    switch (e.kind) {
      case 'number':
        return plainValue(constant(e.value));
      case 'string':
        return unsupported(e);
      case 'name':
        return this.names.get(e.name) ?? unsupported(e);
      case 'negate': {
        const v = this.convert(e.arg);
        return { ...v, sum: scale(v.sum, -1) };
      }
      case 'transpose':
        return this.transpose(this.convert(e.arg));
      case 'binary':
        return this.binary(e);
      case 'call':
        return this.call(e);
    }
  }

  private transpose(v: NetValue): NetValue {
    if (v.groups.length === 1) return { ...v, row: !v.row };
    if (v.groups.length !== 2) return v;
    const n = v.groups[0]!;
    const sizes = [...v.sum.sizes.slice(n), ...v.sum.sizes.slice(0, n)];
    const nets = v.sum.nets.map(
      (net) => new Net(net.coef, [...net.free.slice(n), ...net.free.slice(0, n)], net.factors),
    );
    return { sum: sumOf(nets, sizes), groups: [v.groups[1]!, n], row: false };
  }

  /** Both values with one grouping. */
  private aligned(a: NetValue, b: NetValue, e: Expression): [NetValue, NetValue] {
    let [x, y] = [a, b];
    for (let k = 0; k < x.groups.length; k++) {
      [x, y] = this.alignSlots(x, k, y, k, e);
    }
    return [x, y];
  }

  private alignSlots(a: NetValue, i: number, b: NetValue, j: number, e: Expression): [NetValue, NetValue] {
    const [p, q] = [slotSizes(a, i), slotSizes(b, j)];
    if (p.length === q.length && p.every((size, k) => size === q[k])) return [a, b];
    const left = regrouped(a, i, q);
    if (left) return [left, b];
    const right = regrouped(b, j, p);
    return right ? [a, right] : unsupported(e);
  }

  private binary(e: Expression & { kind: 'binary' }): NetValue {
    const a = this.convert(e.left);
    const b = this.convert(e.right);
    const scalar = a.groups.length === 0 || b.groups.length === 0;
    const shaped = a.groups.length === 0 ? b : a;
    const entries = (f: (x: Sum, y: Sum) => Sum): NetValue => {
      const [x, y] = scalar ? [a, b] : this.aligned(a, b, e);
      const like = a.groups.length === 0 ? y : x;
      return { sum: f(x.sum, y.sum), groups: like.groups, row: shaped.row };
    };
    switch (e.op) {
      case '+':
        return entries((x, y) => add(x, y));
      case '-':
        return entries((x, y) => add(x, y, -1));
      case '/':
      case './':
        return entries((x, y) => times(x, power(y, -1)));
      case '.*':
        return entries(times);
      case '^':
      case '.^': {
        const exponent = constantValue(b.sum);
        if (e.op === '^' && a.groups.length === 2) {
          if (a.groups.some((n) => n !== 1)) unsupported(e);
          return plainValue(matrixPower(a.sum, integerValue(e.right)!));
        }
        return entries((x, y) => (exponent === undefined ? symbolicPower(x, y) : power(x, exponent)));
      }
      case '*':
        return scalar ? entries(times) : this.product(a, b, e);
    }
  }

  private product(a: NetValue, b: NetValue, e: Expression): NetValue {
    if (a.groups.length === 1 && !a.row) {
      const [ia, ib] = [indices(a.sum.sizes), indices(b.sum.sizes)];
      const parts = [
        { sum: a.sum, at: ia },
        { sum: b.sum, at: ib },
      ];
      return { sum: product(parts, [...ia, ...ib]), groups: [...a.groups, ...b.groups], row: false };
    }
    const [x, y] = this.alignSlots(a, a.groups.length - 1, b, 0, e);
    const inner = y.groups[0]!;
    const ia = indices(x.sum.sizes);
    const ib = indices(y.sum.sizes);
    const shared = ia.slice(ia.length - inner);
    const parts = [
      { sum: x.sum, at: ia },
      { sum: y.sum, at: [...shared, ...ib.slice(inner)] },
    ];
    const sum = product(parts, [...ia.slice(0, ia.length - inner), ...ib.slice(inner)]);
    return { sum, groups: [...x.groups.slice(0, -1), ...y.groups.slice(1)], row: a.row && b.groups.length === 2 };
  }

  private call(e: Expression & { kind: 'call' }): NetValue {
    const { name, args } = e;
    if (name === 'einsum') return this.einsum(e);
    if (name === 'eye' || name === 'ones' || name === 'zeros' || name === 'K') {
      return this.constant(name, args.map(sizeOfExpression));
    }
    const values = args.map((arg) => this.convert(arg));
    const v = values[0]!;
    if (isEntrywise(name)) {
      const record = primitives.get(name);
      const rule = record && entrywise(record);
      return { ...v, sum: rule ? rule(v.sum) : map(name, v.sum) };
    }
    const grouped = v.groups.some((n) => n !== 1);
    switch (name) {
      case 'sum':
        return plainValue(total(v.sum));
      case 'norm1':
        return plainValue(norm1(v.sum));
      case 'norm2':
        return plainValue(norm2(v.sum));
      case 'dot': {
        const [x, y] = this.aligned(v, values[1]!, e);
        return plainValue(dot(x.sum, y.sum));
      }
      case 'vec': {
        if (v.groups.length < 2) return { ...v, row: false };
        const t = this.transpose(v);
        return { sum: t.sum, groups: [t.sum.sizes.length], row: false };
      }
      case 'kron':
        return kronecker(v, values[1]!);
      case 'diag':
        if (v.groups.length === 1) return { ...diagonalGroup(v), row: false };
    }
    if (grouped && name === 'tr') return this.groupedTrace(v, e);
    if (grouped) return this.ofKronecker(e, v);
    return plainValue(this.ofPlain(e, v.sum));
  }

  /** Σ over equal row and column groups. */
  private groupedTrace(v: NetValue, e: Expression): NetValue {
    const n = v.groups[0]!;
    const [rows, columns] = [slotSizes(v, 0), slotSizes(v, 1)];
    if (rows.join() !== columns.join()) unsupported(e);
    const at = indices(v.sum.sizes.slice(0, n));
    return plainValue(product([{ sum: v.sum, at: [...at, ...at] }], []));
  }

  /** inv, det and logdet of a Kronecker product, by its factors. */
  private ofKronecker(e: Expression & { kind: 'call' }, v: NetValue): NetValue {
    const [net] = v.sum.nets;
    const n = v.groups[0]!;
    if (v.sum.nets.length !== 1 || v.groups.length !== 2 || v.groups[1] !== n) unsupported(e);
    const blocks = Array.from({ length: n }, (_, k): Sum => {
      const at = [net!.free[k]!, net!.free[n + k]!];
      const factors = net!.factors.filter((f) => f.at.some((index) => connected(net!.factors, at, index)));
      const block = new Net(1, at, factors);
      if (at[0]!.size !== at[1]!.size) unsupported(e);
      return sumOf(
        [block],
        at.map(({ size }) => size),
      );
    });
    const used = blocks.reduce((count, block) => count + block.nets[0]!.factors.length, 0);
    if (used !== net!.factors.length) unsupported(e);
    const size = v.sum.sizes.slice(0, n).reduce(timesSize, '1');
    const others = (k: number): Sum => times(sizeScalar(size), power(sizeScalar(v.sum.sizes[k]!), -1));
    const first = scale(blocks[0]!, net!.coef);
    const factorsOf = [first, ...blocks.slice(1)];
    if (e.name === 'inv') {
      const at = indices(v.sum.sizes);
      const parts = factorsOf.map((block, k) => ({ sum: inverse(block), at: [at[k]!, at[n + k]!] }));
      return { ...v, sum: product(parts, at) };
    }
    if (e.name === 'logdet') {
      return plainValue(
        factorsOf.map((block, k) => times(others(k), logDeterminant(block))).reduce((a, b) => add(a, b)),
      );
    }
    if (e.name === 'det') {
      return plainValue(factorsOf.map((block, k) => symbolicPower(determinant(block), others(k))).reduce(times));
    }
    return unsupported(e);
  }

  private ofPlain(e: Expression & { kind: 'call' }, u: Sum): Sum {
    switch (e.name) {
      case 'logsumexp':
        return logSumExp(u);
      case 'softmax':
        return softmax(u);
      case 'diag':
        return diagonalOf(u);
      case 'tr':
        return trace(u);
      case 'det':
        return determinant(u);
      case 'logdet':
        return logDeterminant(u);
      case 'inv':
        return inverse(u);
      case 'adj':
        return adjugate(u);
      case 'expm':
        return matrixExponential(u);
      default:
        return unsupported(e);
    }
  }

  private constant(name: string, sizes: readonly Size[]): NetValue {
    if (name === 'zeros') return plainValue(zero(sizes));
    if (name === 'ones') return plainValue(constant(1, sizes));
    if (name === 'eye') {
      const i = new Index(sizes[0]!);
      return plainValue(sumOf([new Net(1, [i, i], [])], [i.size, i.size]));
    }
    const [i, j] = indices(sizes);
    const free = [i!, j!, j!, i!];
    return {
      sum: sumOf(
        [new Net(1, free, [])],
        free.map(({ size }) => size),
      ),
      groups: [2, 2],
      row: false,
    };
  }

  private einsum(e: Expression & { kind: 'call' }): NetValue {
    const [equation, ...operands] = e.args as [Expression & { kind: 'string' }, ...Expression[]];
    const [inputs, output] = equation.value.replaceAll(' ', '').split('->') as [string, string];
    const letters = new Map<string, Index>();
    const parts = inputs.split(',').map((list, k) => {
      const v = this.convert(operands[k]!);
      if (v.groups.some((n) => n !== 1)) unsupported(e);
      const at = [...list].map((letter, axis) => {
        if (!letters.has(letter)) letters.set(letter, new Index(v.sum.sizes[axis]!));
        return letters.get(letter)!;
      });
      return { sum: v.sum, at };
    });
    return plainValue(
      product(
        parts,
        [...output].map((letter) => letters.get(letter)!),
      ),
    );
  }
}

/** Whether an index hangs together with one of `at`. */
function connected(factors: readonly Factor[], at: readonly Index[], index: Index): boolean {
  const reached = new Set<Index>(at);
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const f of factors) if (f.at.some((i) => reached.has(i))) for (const i of f.at) reached.add(i);
  }
  return reached.has(index);
}

function diagonalGroup(v: NetValue): NetValue {
  if (v.groups[0] === 1) return plainValue(diagonalMatrix(v.sum));
  const at = indices(v.sum.sizes);
  return { sum: product([{ sum: v.sum, at }], [...at, ...at]), groups: [at.length, at.length], row: false };
}

/** The value of a size name as a scalar. */
export function sizeValueOf(size: Size): NetValue {
  return plainValue(isNumeric(size) ? constant(Number(size)) : sizeScalar(size));
}
