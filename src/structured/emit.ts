// Nets to operations: the tensors behind the atoms, and the product of a net's factors in the cheapest order. Runs inside a
// trace, so that what comes out is a program of ordinary operations.
import type { Atom, Factor, Index } from '../calculus/net.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { diagonal } from '../ops/diagonals.ts';
import { zerosOf } from '../ops/linear.ts';
import { permute } from '../ops/movement.ts';
import { broadcastInto, reshapeTo } from '../ops/spread.ts';
import { type Atom as Operand, Var } from '../program/program.ts';
import { eye } from '../tensor/create.ts';
import { bind } from '../tensor/dispatch.ts';
import { type FloatDType, isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { filled, type Tensor } from '../tensor/tensor.ts';
import { vmapFlat } from '../transforms/vmap.ts';
import { withDeltasAsFactors } from './deltas.ts';
import type { Known, Knowns } from './known.ts';
import { contractNetwork, type Labelled } from './network.ts';
import type { Opaque } from './opaque.ts';
import { sizeOfIndex, type Term } from './term.ts';

export class Emitter {
  private readonly knowns: Knowns;
  private readonly values: ReadonlyMap<Var, Tensor>;
  private readonly dtype: FloatDType;
  private readonly made: Map<Atom, Tensor> = new Map();
  private readonly read: Set<Operand> = new Set();
  private masked = false;
  private readonly applied: Map<Opaque, readonly Tensor[]> = new Map();

  /** `values` has the value of every known variable. */
  constructor(knowns: Knowns, values: ReadonlyMap<Var, Tensor>, dtype: FloatDType) {
    this.knowns = knowns;
    this.values = values;
    this.dtype = dtype;
  }

  /** Values that cores were made of. */
  get used(): readonly Operand[] {
    return [...this.read];
  }

  /** Whether a mask was multiplied with values that it takes away. */
  get hasMask(): boolean {
    return this.masked;
  }

  private value(x: Operand): Tensor {
    if (isFloat(x.dtype)) this.read.add(x);
    else this.masked = true;
    return x instanceof Var ? this.values.get(x)! : x;
  }

  /** The tensor of an atom, with axes of the atom's sizes. */
  tensor(atom: Atom): Tensor {
    let x = this.made.get(atom);
    if (!x) {
      const shape = atom.sizes.map(Number);
      x = reshapeTo(this.make(this.knowns.of(atom), shape), shape);
      this.made.set(atom, x);
    }
    return x;
  }

  private make(known: Known, shape: readonly number[]): Tensor {
    switch (known.kind) {
      case 'value':
        return cast(this.value(known.of), this.dtype);
      case 'complement':
        return sub(1, cast(this.value(known.of), this.dtype));
      case 'reshaped':
        return this.tensor(known.of);
      case 'identity':
        return eye(shape[0]!, shape[0]!, { dtype: this.dtype });
      case 'sum':
        return this.weights(known, shape);
      case 'product':
        return this.spreadProduct(1, known.factors, known.at);
      case 'matrix':
        return this.matrix(known.terms, known.shape);
      case 'applied':
        return this.apply(known.to)[known.index]!;
    }
  }

  private weights({ parts }: Known & { kind: 'sum' }, shape: readonly number[]): Tensor {
    const total = parts.map(({ coef, factors }) => {
      const axes = factors.map(({ atom, at }) => this.spread({ x: this.tensor(atom), labels: at }, shape));
      const product = axes.reduce((a: Tensor | undefined, b) => (a ? mul(a, b) : b), undefined);
      if (!product) return filled(shape, coef, this.dtype);
      return coef === 1 ? product : mul(product, coef);
    });
    return total.reduce((a, b) => add(a, b));
  }

  /** `x` along the axes that its labels name. */
  private spread(x: Labelled, shape: readonly number[]): Tensor {
    const own = distinct(x);
    const order = shape.flatMap((_, axis) => (own.labels.includes(axis) ? [own.labels.indexOf(axis)] : []));
    const sizes = shape.map((n, axis) => (own.labels.includes(axis) ? n : 1));
    return broadcastInto(reshapeTo(permute(own.x, order), sizes), shape);
  }

  /** coef Π factors over the indices of `out` that a factor carries, in that order. */
  product(coef: number, factors: readonly Factor[], out: readonly Index[]): { x: Tensor; at: Index[] } {
    const labels = new Map<Index, number>();
    const sizes: number[] = [];
    const labelOf = (index: Index): number => {
      let label = labels.get(index);
      if (label === undefined) {
        label = sizes.length;
        labels.set(index, label);
        sizes.push(sizeOfIndex(index));
      }
      return label;
    };
    const wanted = out.map(labelOf);
    let scalar: Tensor | undefined;
    const tensors: Labelled[] = [];
    for (const { atom, at } of factors) {
      const x = this.tensor(atom);
      if (at.length === 0) scalar = scalar ? mul(scalar, x) : x;
      else tensors.push(distinct({ x, labels: at.map(labelOf) }));
    }
    if (coef !== 1) scalar = scalar ? mul(scalar, coef) : filled([], coef, this.dtype);
    if (tensors.length === 0) return { x: scalar ?? filled([], 1, this.dtype), at: [] };
    const result = contractNetwork(scaledSmallest(tensors, scalar), wanted, (label) => sizes[label]!);
    return { x: result.x, at: result.labels.map((label) => out[wanted.indexOf(label)]!) };
  }

  /** The same over all of `out`. */
  spreadProduct(coef: number, factors: readonly Factor[], out: readonly Index[]): Tensor {
    const { x, at } = this.product(coef, factors, out);
    const sizes = out.map(sizeOfIndex);
    return broadcastInto(
      reshapeTo(
        x,
        out.map((index, k) => (at.includes(index) ? sizes[k]! : 1)),
      ),
      sizes,
    );
  }

  /** Terms of one input as entries, [...In, ...value]. */
  private matrix(terms: readonly Term[], shape: readonly number[]): Tensor {
    const parts = terms.map((term) => {
      const { coef, factors, axes, into } = withDeltasAsFactors(term, this.knowns);
      const inShape = into.map((list) => sizeOf(list.map(sizeOfIndex)));
      return reshapeTo(this.spreadProduct(coef, factors, [...into.flat(), ...axes.flat()]), [...inShape, ...shape]);
    });
    return parts.reduce((a, b) => add(a, b));
  }

  private apply(to: Opaque): readonly Tensor[] {
    let outs = this.applied.get(to);
    if (!outs) {
      const { op, x, p } = to.equation;
      const operands = x.map((operand, k): { v: Tensor; batched: boolean } => {
        const terms = to.jacobians[k];
        if (!terms) return { v: this.value(operand), batched: false };
        if (terms.length === 0) return { v: zerosOf(operand), batched: false };
        const whole = cast(this.matrix(terms, operand.shape), operand.dtype);
        return { v: reshapeTo(whole, [to.count, ...operand.shape]), batched: true };
      });
      outs = vmapFlat(
        (...v) => bind(op, v, p),
        to.count,
        operands.map(({ v }) => v),
        operands.map(({ batched }) => batched),
      ).map((y) => cast(y, this.dtype));
      this.applied.set(to, outs);
    }
    return outs;
  }
}

/** Axes with one label are their diagonal. */
function distinct({ x, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, k) => labels.indexOf(label) < k);
  if (second < 0) return { x, labels };
  const first = labels.indexOf(labels[second]!);
  const rest = labels.filter((_, k) => k !== first && k !== second);
  return distinct({ x: diagonal(x, 0, first, second), labels: [...rest, labels[second]!] });
}

function scaledSmallest(factors: readonly Labelled[], scalar: Tensor | undefined): readonly Labelled[] {
  if (!scalar) return factors;
  const least = factors.reduce((k, { x }, i) => (x.size < factors[k]!.x.size ? i : k), 0);
  return factors.map((f, k) => (k === least ? { ...f, x: mul(f.x, scalar) } : f));
}
