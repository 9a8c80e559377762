// The order of work. Every elementwise value is placed into a cluster, one walk over its shape; a value joins the earliest
// cluster of that shape in which all it needs is there: made in the same walk, or complete before. Positions only grow along
// dependencies, so there are no cycles to check.
import type { DType } from '../tensor/dtype.ts';
import { rowMajorStrides, sizeOf } from '../tensor/layout.ts';
import type { OpRecord, Params, TensorType } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Epilogue } from './epilogue.ts';
import {
  type Buffer,
  type Expression,
  load,
  loadsOf,
  mapViews,
  squeezed,
  squeezeView,
  touchesFloat64,
  type View,
  wholeView,
} from './expression.ts';
import type { Loop } from './loops.ts';
import type { Nest, Reduction, ReductionKind, Store } from './nest.ts';
import type { Product } from './product.ts';

export interface Cluster {
  readonly kind: 'cluster';
  readonly position: number;
  /** The iteration space, without axes of size 1. */
  readonly shape: readonly number[];
  reduced: readonly number[];
  readonly stores: Store[];
  readonly reductions: Reduction[];
  /** What it reads, to put together walks over the same data. */
  readonly reads: Set<Buffer>;
  /** Whether float64 takes part, which halves the elements in a vector. */
  readonly wide: boolean;
  count: number;
}

/** Nests that fill one buffer, part by part. */
export interface Copies {
  readonly kind: 'copies';
  readonly position: number;
  readonly nests: readonly Nest[];
}

export interface ProductStep {
  readonly kind: 'product';
  readonly position: number;
  readonly product: Product;
  readonly a: View;
  readonly b: View;
  readonly out: Buffer;
  readonly epilogue: Epilogue;
}

/** An operation by its reference evaluation. */
export interface OpaqueStep {
  readonly kind: 'opaque';
  readonly position: number;
  readonly op: OpRecord;
  readonly p: Params;
  readonly x: readonly View[];
  readonly outs: readonly Buffer[];
  readonly types: readonly TensorType[];
}

/** A loop whose body is a plan of its own. */
export interface LoopStep {
  readonly kind: 'loop';
  readonly position: number;
  readonly loop: Loop;
  /** All in rows. */
  readonly x: readonly View[];
  readonly outs: readonly Buffer[];
}

export type Step = Cluster | Copies | ProductStep | OpaqueStep | LoopStep;

/** A value that is computed wherever it is used: a view, a constant, or little arithmetic on them, of the value's shape. */
export interface Lazy {
  readonly kind: 'lazy';
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly expression: Expression;
  readonly cost: number;
  /** Set once it was also computed into memory. */
  placed?: Placed;
}

/** A value computed in a cluster; its expression is over the cluster's shape. */
export interface Placed {
  readonly kind: 'placed';
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly node: PlacedNode;
}

interface PlacedNode {
  readonly expression: Expression;
  readonly cluster: Cluster;
  stored: Buffer | undefined;
}

export type Value = Lazy | Placed;

/** More operations than this in one walk only cost registers. */
const MOST_OPERATIONS = 160;
/** Walks over so few elements are joined even if they share nothing. */
const FEW_ELEMENTS = 2048;

export class Schedule {
  readonly steps: Step[] = [];
  readonly buffers: Buffer[] = [];

  buffer(dtype: DType, size: number, position: number): Buffer {
    const buffer = { id: this.buffers.length, dtype, size, position };
    this.buffers.push(buffer);
    return buffer;
  }

  /** The position of the next step that is put at the end. */
  get end(): number {
    return this.steps.length;
  }

  /** An elementwise operation, as a value of `shape`. */
  place(make: (x: readonly Expression[]) => Expression, x: readonly Value[], shape: readonly number[]): Placed {
    const cluster = this.clusterFor(x, squeezed(shape), undefined);
    const expression = make(this.operands(x, cluster));
    cluster.count++;
    return { kind: 'placed', shape, dtype: expression.dtype, node: { expression, cluster, stored: undefined } };
  }

  /** The reduction of a value over axes of its shape that are not of size 1. */
  reduce(kind: ReductionKind, x: Value, axes: readonly number[], shape: readonly number[]): Lazy {
    const kept = x.shape.flatMap((n, i) => (n === 1 ? [] : [i]));
    const space = squeezed(x.shape);
    const reduced = axes.flatMap((axis) => (kept.includes(axis) ? [kept.indexOf(axis)] : []));
    const cluster = this.clusterFor([x], space, reduced);
    const [value] = this.operands([x], cluster);
    cluster.reduced = reduced;
    const out = this.buffer(x.dtype, sizeOf(shape), cluster.position);
    const strides = rowMajorStrides(space.filter((_, i) => !reduced.includes(i)));
    const targetStrides = space.map((_, i) => (reduced.includes(i) ? 0 : strides.shift()!));
    cluster.reductions.push({
      kind,
      value: value!,
      target: { buffer: out, shape: space, strides: targetStrides, offset: 0 },
    });
    cluster.count++;
    return lazyLoad(wholeView(out, shape));
  }

  /** The elements of a value in memory. */
  materialise(x: Value): View {
    if (x.kind === 'lazy') {
      if (x.expression.kind === 'load') return x.expression.view;
      x.placed ??= this.copied(x);
      return this.materialise(x.placed);
    }
    return wholeView(this.stored(x.node), x.shape);
  }

  /** A value computed into memory of its own, also where it is a view already. */
  copied(x: Lazy): Placed {
    return this.place(([e]) => e!, [x], x.shape);
  }

  private stored(node: PlacedNode): Buffer {
    const { cluster } = node;
    if (!node.stored) {
      node.stored = this.buffer(node.expression.dtype, sizeOf(cluster.shape), cluster.position);
      cluster.stores.push({ value: node.expression, target: wholeView(node.stored, cluster.shape) });
    }
    return node.stored;
  }

  /** The operands as expressions over the space of `cluster`. */
  private operands(x: readonly Value[], cluster: Cluster): Expression[] {
    return x.map((v) => {
      let e: Expression;
      if (v.kind === 'lazy') e = mapViews(v.expression, squeezeView)!;
      else if (v.node.cluster === cluster) return v.node.expression;
      else e = load(wholeView(this.stored(v.node), cluster.shape));
      for (const { view } of loadsOf(e)) cluster.reads.add(view.buffer);
      return e;
    });
  }

  private clusterFor(x: readonly Value[], shape: readonly number[], reduced: readonly number[] | undefined): Cluster {
    let least = 0;
    for (const v of x) {
      if (v.kind === 'placed') least = Math.max(least, v.node.cluster.position);
      else for (const { view } of loadsOf(v.expression)) least = Math.max(least, view.buffer.position + 1);
    }
    const wide = x.some((v) => v.dtype === 'float64' || (v.kind === 'lazy' && touchesFloat64(v.expression)));
    for (let position = least; position < this.steps.length; position++) {
      const c = this.steps[position]!;
      if (c.kind === 'cluster' && this.joins(c, x, shape, reduced, wide)) return c;
    }
    const cluster: Cluster = {
      kind: 'cluster',
      position: this.end,
      shape,
      reduced: [],
      stores: [],
      reductions: [],
      reads: new Set(),
      wide,
      count: 0,
    };
    this.steps.push(cluster);
    return cluster;
  }

  private joins(
    c: Cluster,
    x: readonly Value[],
    shape: readonly number[],
    reduced: readonly number[] | undefined,
    wide: boolean,
  ): boolean {
    if (c.wide !== wide || c.count >= MOST_OPERATIONS || !sameShape(c.shape, shape)) return false;
    if (reduced && c.reductions.length > 0 && !sameShape(c.reduced, reduced)) return false;
    if (sizeOf(shape) <= FEW_ELEMENTS) return true;
    return x.some((v) =>
      v.kind === 'placed'
        ? v.node.cluster === c || (v.node.stored !== undefined && c.reads.has(v.node.stored))
        : loadsOf(v.expression).some(({ view }) => c.reads.has(view.buffer)),
    );
  }
}

export function lazyLoad(view: View): Lazy {
  return { kind: 'lazy', shape: view.shape, dtype: view.buffer.dtype, expression: load(view), cost: 0 };
}

export function nestOf(c: Cluster): Nest {
  return { shape: c.shape, reduced: c.reduced, stores: c.stores, reductions: c.reductions };
}
