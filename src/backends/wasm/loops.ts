// A loop nest as one function of the address of the program's memory. All sizes and strides are constants of the code; each
// view has a pointer that the loops advance. The end of a row runs through the same vector code with fewer lanes, so every
// position gets the same result. Several vectors go together, with accumulators of their own, so that short chains of
// operations need not wait for each other.
import {
  countOperations,
  type Expression,
  POSITIONS,
  touchesFloat64,
  type View,
  viewsIn,
} from '../../compile/expression.ts';
import { type LoopOrder, type Nest, orderLoops, strideAlong } from '../../compile/nest.ts';
import type { DType } from '../../tensor/dtype.ts';
import { type Access, addToPlaces, gatherVector, loadVector, positionVector, storeVector } from './access.ts';
import { Accumulator } from './accumulate.ts';
import type { Addresses } from './addresses.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import { ElementwiseCode, type FindScalar } from './elementwise.ts';
import type { ScalarImport } from './lanes.ts';
import { bytesOf } from './memory.ts';
import { type Vector, VectorCode } from './vector.ts';
import type { VectorFunctions } from './vector-functions.ts';

/** What the code of a nest refers to. */
export interface NestContext {
  readonly relaxed: boolean;
  readonly addresses: Addresses;
  readonly findScalar: FindScalar;
  readonly fallback: ScalarImport;
  readonly functions: VectorFunctions;
}

interface Pointer {
  readonly view: View;
  readonly local: Local;
}

/** One vector of a pass through the innermost body. */
interface BodyVector {
  /** How many of its lanes exist. */
  readonly lanes: number;
  readonly stores: readonly Vector[];
  /** The indices of stores that have one. */
  readonly places: readonly (Vector | undefined)[];
  readonly reductions: readonly Vector[];
}

/** Neighbouring vectors along the loop. */
type Body = readonly BodyVector[];

/** Walks over fewer elements than this take one vector at a time: their code should be short. */
const LEAST_ELEMENTS = 2048;

/** How many vectors go together: more than one only costs registers where a body has much to do. */
function vectorsTogether(nest: Nest): number {
  if (nest.shape.reduce((n, m) => n * m, 1) < LEAST_ELEMENTS) return 1;
  const operations = countOperations([...nest.stores, ...nest.reductions].map((part) => part.value));
  return operations <= 4 ? 4 : operations <= 12 ? 2 : 1;
}

function usesFloat64(nest: Nest): boolean {
  return touchesFloat64(...[...nest.stores, ...nest.reductions].map(({ value }) => value));
}

/** A nest that is one of several alike: each view lies `step(view)` elements further in the next one. */
export interface BlockOf {
  readonly index: Local;
  readonly step: (view: View) => number;
}

/** Appends the nest to a function whose first parameter is the base address. */
export function emitNest(f: FunctionBuilder, nest: Nest, context: NestContext, block?: BlockOf): void {
  if (nest.stores.length + nest.reductions.length === 0) return;
  if (nest.shape.some((n, axis) => n === 0 && !nest.reduced.includes(axis))) return;
  new NestEmitter(f, nest, context, block).emit();
}

class NestEmitter {
  private readonly f: FunctionBuilder;
  private readonly nest: Nest;
  private readonly context: NestContext;
  private readonly block: BlockOf | undefined;
  private readonly order: LoopOrder;
  private readonly width: 2 | 4;
  private readonly code: VectorCode;
  private readonly elementwise: ElementwiseCode;
  private readonly pointers = new Map<string, Pointer>();
  /** By vector of the body, then by reduction. */
  private readonly accumulators: readonly (readonly Accumulator[])[];
  private readonly together: number;
  /** How many of the loops are outside the reductions. */
  private readonly kept: number;
  private readonly empty: boolean;

  constructor(f: FunctionBuilder, nest: Nest, context: NestContext, block: BlockOf | undefined) {
    this.f = f;
    this.nest = nest;
    this.context = context;
    this.block = block;
    this.empty = nest.shape.includes(0);
    this.order = orderLoops(nest);
    this.kept = this.order.loops.filter((l) => !l.reduced).length;
    this.width = usesFloat64(nest) ? 2 : 4;
    this.code = new VectorCode(f);
    this.elementwise = new ElementwiseCode(
      this.code,
      this.width,
      context.relaxed,
      context.findScalar,
      context.fallback,
      context.functions,
    );
    const { vector, loops } = this.order;
    const vectors = vector === undefined ? 1 : Math.ceil(loops[vector]!.size / this.width);
    this.together = Math.max(1, Math.min(vectorsTogether(nest), vectors));
    this.accumulators = Array.from({ length: this.together }, () =>
      nest.reductions.map((r) => new Accumulator(f, r, this.width)),
    );
  }

  emit(): void {
    const { f, nest } = this;
    const { vector, loops } = this.order;
    const size = vector === undefined ? 1 : loops[vector]!.size;
    const step = this.together * this.width;
    const whole = size >= step ? this.body(step) : undefined;
    const end = size % step > 0 ? this.body(size % step) : undefined;
    for (const { target } of [...nest.stores, ...nest.reductions]) this.pointerOf(target);
    for (const { view, local } of this.pointers.values()) {
      const start = view.offset * bytesOf[view.buffer.dtype];
      if (view.buffer === POSITIONS) f.i32(start);
      else this.context.addresses.push(f, f.params[0]!, view.buffer, start);
      if (this.block) {
        f.get(this.block.index);
        f.i32(this.block.step(view) * bytesOf[view.buffer.dtype]);
        f.op('i32.mul');
        f.op('i32.add');
      }
      f.set(local);
    }
    this.code.setConstants();
    this.loop(0, vector === undefined ? end : undefined, whole, end);
  }

  private pointerOf(view: View): Local {
    const key = `${view.buffer.id}:${view.offset}:${view.strides.join()}`;
    let pointer = this.pointers.get(key);
    if (!pointer) {
      pointer = { view, local: this.f.local('i32') };
      this.pointers.set(key, pointer);
    }
    return pointer.local;
  }

  /** Access to the vector of the body with this index. */
  private access(view: View, dtype: DType, index: number, lanes: number): Access {
    const { vector, loops } = this.order;
    const stride = vector === undefined ? 0 : strideAlong(view, loops[vector]!);
    return { dtype, pointer: this.pointerOf(view), stride, at: index * this.width, width: this.width, lanes };
  }

  /** A pass over some neighbouring elements, the last of which may not fill a vector. */
  private body(elements: number): Body {
    this.code.block();
    const repeated = new Map<Local, Vector>();
    return Array.from({ length: Math.ceil(elements / this.width) }, (_, index) =>
      this.bodyVector(index, Math.min(this.width, elements - index * this.width), repeated),
    );
  }

  /** `repeated` holds the loads that are the same in all vectors of the body. */
  private bodyVector(index: number, lanes: number, repeated: Map<Local, Vector>): BodyVector {
    const { code, elementwise } = this;
    elementwise.lanes = lanes;
    const known = new Map<Expression, Vector>();
    const loads = new Map<Local, Vector>();
    const value = (e: Expression): Vector => {
      const before = known.get(e);
      if (before) return before;
      let result: Vector;
      if (e.kind === 'constant') result = elementwise.constant(e.dtype, e.value);
      else if (e.kind === 'load') {
        const access = this.access(e.view, e.dtype, index, lanes);
        const present = access.stride === 0 ? repeated : loads;
        result = present.get(access.pointer) ?? loadVector(code, access);
        present.set(access.pointer, result);
      } else if (e.kind === 'position') {
        result = positionVector(code, this.access(e.view, e.dtype, index, lanes));
      } else if (e.kind === 'gather') {
        const access = this.access(e.base.view, e.dtype, index, lanes);
        result = gatherVector(code, access, value(e.index), e.stride, this.isUniform(e.index));
      } else {
        result = elementwise.apply(
          e.op,
          e.p,
          e.x.map(value),
          e.x.map((v) => v.dtype),
          e.dtype,
        );
      }
      known.set(e, result);
      return result;
    };
    // Every value is used once by its store or its accumulator.
    const used = (v: Vector): Vector => {
      v.uses++;
      return v;
    };
    const reducesLanes = this.reducesVector;
    return {
      lanes,
      stores: this.nest.stores.map((s) => used(value(s.value))),
      places: this.nest.stores.map(({ at }) => at && used(value(at.index))),
      reductions: this.accumulators[index]!.map((a) =>
        used(reducesLanes ? a.masked(code, value(a.reduction.value), lanes) : value(a.reduction.value)),
      ),
    };
  }

  /** Whether an expression has one value in all lanes of a vector. */
  private isUniform(e: Expression): boolean {
    const { vector, loops } = this.order;
    return vector === undefined || viewsIn(e).every((view) => strideAlong(view, loops[vector]!) === 0);
  }

  private get reducesVector(): boolean {
    const { vector, loops } = this.order;
    return vector !== undefined && loops[vector]!.reduced;
  }

  /** Loops from `level` inwards; `body` is known once the vector loop is entered. */
  private loop(level: number, body: Body | undefined, whole: Body | undefined, end: Body | undefined): void {
    const { f, order } = this;
    if (level === this.kept) {
      for (const a of this.accumulators.flat()) a.start(f);
      if (!this.empty) this.inner(level, body, whole, end);
      this.finish(body);
      return;
    }
    this.iterate(level, order.vector === level, body, whole, end, (b) => this.loop(level + 1, b, whole, end));
  }

  private inner(level: number, body: Body | undefined, whole: Body | undefined, end: Body | undefined): void {
    const { order } = this;
    if (level === order.loops.length) {
      this.write(body!);
      return;
    }
    this.iterate(level, order.vector === level, body, whole, end, (b) => this.inner(level + 1, b, whole, end));
  }

  private iterate(
    level: number,
    vector: boolean,
    body: Body | undefined,
    whole: Body | undefined,
    end: Body | undefined,
    inside: (body: Body | undefined) => void,
  ): void {
    const { f, order } = this;
    const { size } = order.loops[level]!;
    if (!vector) {
      this.repeat(size, () => {
        inside(body);
        this.advance(level, 1);
      });
      return;
    }
    if (whole) {
      const step = this.together * this.width;
      this.repeat(Math.floor(size / step), () => {
        inside(whole);
        this.advance(level, step);
      });
    }
    if (end) {
      inside(end);
      for (const { view, local } of this.pointers.values()) move(f, local, -this.left(view, level + 1));
    }
  }

  private repeat(times: number, body: () => void): void {
    const { f } = this;
    if (times === 1) {
      body();
      return;
    }
    const counter = f.local('i32');
    f.i32(times);
    f.set(counter);
    f.loop((again) => {
      body();
      f.get(counter);
      f.i32(1);
      f.op('i32.sub');
      f.tee(counter);
      f.if(again);
    });
    f.release(counter);
  }

  private bytesAlong(view: View, level: number): number {
    return strideAlong(view, this.order.loops[level]!) * bytesOf[view.buffer.dtype];
  }

  /** By how many bytes the loops from `level` inwards have moved a pointer when they are done. */
  private left(view: View, level: number): number {
    const { loops, vector } = this.order;
    if (level >= loops.length || (this.empty && level >= this.kept)) return 0;
    const { size } = loops[level]!;
    const step = level === vector ? this.together * this.width : 1;
    const steps = Math.floor(size / step) * step;
    return steps * this.bytesAlong(view, level);
  }

  /** Moves the pointers on by `step` elements of the loop, and back over what the inner loops moved them. */
  private advance(level: number, step: number): void {
    for (const { view, local } of this.pointers.values()) {
      move(this.f, local, step * this.bytesAlong(view, level) - this.left(view, level + 1));
    }
  }

  private write(body: Body): void {
    const { f, code, nest } = this;
    body.forEach(({ lanes, stores, places, reductions }, index) => {
      nest.stores.forEach(({ target, value, at }, i) => {
        const access = this.access(target, value.dtype, index, lanes);
        if (at) addToPlaces(code, access, stores[i]!, places[i]!, at.stride, this.isUniform(at.index));
        else {
          code.push(stores[i]!);
          storeVector(f, access);
        }
      });
      this.accumulators[index]!.forEach((a, i) => {
        a.add(code, reductions[i]!);
      });
    });
  }

  /** Stores the totals: of all lanes where vectors run along a reduction, else of each lane of `body`. */
  private finish(body: Body | undefined): void {
    const { f } = this;
    const [first, ...others] = this.accumulators;
    if (!this.reducesVector) {
      (body ?? []).forEach(({ lanes }, index) => {
        for (const a of this.accumulators[index]!) {
          a.pushLanes(f);
          storeVector(f, this.access(a.reduction.target, a.reduction.value.dtype, index, lanes));
        }
      });
      return;
    }
    first!.forEach((a, i) => {
      for (const other of others) a.merge(f, other[i]!);
      a.pushTotal(f);
      storeVector(f, this.access(a.reduction.target, a.reduction.value.dtype, 0, 1));
    });
  }
}

function move(f: FunctionBuilder, pointer: Local, by: number): void {
  if (by === 0) return;
  f.get(pointer);
  f.i32(by);
  f.op('i32.add');
  f.set(pointer);
}
