// The inner kernel of a product: a tile of C, four rows by two vectors, in registers: eight accumulators, two vectors of B and
// one broadcast element of A, which fits the sixteen vector registers of x86-64; larger tiles spill, and so do loops that are
// unrolled here, because the engine unrolls them itself.
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import { integerFunction, locals, type Width } from './width.ts';

/** Rows of a tile. */
export const TILE_ROWS = 4;

/** Columns of a tile. */
export const tileColumns = ({ lanes }: Width): number => 2 * lanes;

/** (a, b, depth, c, cRow, height, columns, edge, add): one tile of C from one panel of A and one of B. */
export function emitTile(module: ModuleBuilder, w: Width, relaxed: boolean): FunctionBuilder {
  const { f, params } = integerFunction(module, 9);
  const [a, b, depth, c, cRow, height, columns, edge, add] = params;
  const rowBytes = tileColumns(w) * w.bytes;
  const sums = locals(f, TILE_ROWS * 2, 'v128');
  multiply(f, w, relaxed, sums, a, b, depth);
  f.get(height);
  f.i32(TILE_ROWS);
  f.op('i32.eq');
  f.get(columns);
  f.i32(tileColumns(w));
  f.op('i32.eq');
  f.op('i32.and');
  f.if(
    () => {
      f.get(add);
      f.if(
        () => storeTile(f, w, sums, c, cRow, true),
        () => storeTile(f, w, sums, c, cRow, false),
      );
    },
    () => {
      storeTile(f, w, sums, edge, rowBytes, false);
      copyPart(f, w, edge, c, cRow, height, columns, add);
    },
  );
  return f;
}

/** sums += panel of A · panel of B */
function multiply(
  f: FunctionBuilder,
  w: Width,
  relaxed: boolean,
  sums: readonly Local[],
  a: Local,
  b: Local,
  depth: Local,
): void {
  const [b0, b1, element] = locals(f, 3, 'v128');
  const end = f.local('i32');
  f.get(a);
  f.get(depth);
  f.i32(TILE_ROWS * w.bytes);
  f.op('i32.mul');
  f.op('i32.add');
  f.set(end);
  f.loop((again) => {
    f.get(b);
    f.memory('v128.load', 0);
    f.set(b0);
    f.get(b);
    f.memory('v128.load', 16);
    f.set(b1);
    for (let r = 0; r < TILE_ROWS; r++) {
      f.get(a);
      f.memory(w.splat, r * w.bytes);
      f.set(element);
      for (const [half, vector] of [b0, b1].entries()) {
        const sum = sums[r * 2 + half]!;
        if (relaxed) {
          f.get(element);
          f.get(vector);
          f.get(sum);
          f.op(w.madd);
        } else {
          f.get(sum);
          f.get(element);
          f.get(vector);
          f.op(w.mul);
          f.op(w.add);
        }
        f.set(sum);
      }
    }
    f.get(b);
    f.i32(32);
    f.op('i32.add');
    f.set(b);
    f.get(a);
    f.i32(TILE_ROWS * w.bytes);
    f.op('i32.add');
    f.tee(a);
    f.get(end);
    f.op('i32.ne');
    f.if(again);
  });
}

/** Stores the whole tile at `to`, or adds it to what is there. */
function storeTile(
  f: FunctionBuilder,
  w: Width,
  sums: readonly Local[],
  to: Local,
  stride: Local | number,
  adds: boolean,
): void {
  const address = f.local('i32');
  f.get(to);
  f.set(address);
  for (let r = 0; r < TILE_ROWS; r++) {
    for (let half = 0; half < 2; half++) {
      f.get(address);
      f.get(sums[r * 2 + half]!);
      if (adds) {
        f.get(address);
        f.memory('v128.load', half * 16);
        f.op(w.add);
      }
      f.memory('v128.store', half * 16);
    }
    if (r < TILE_ROWS - 1) {
      f.get(address);
      if (typeof stride === 'number') f.i32(stride);
      else f.get(stride);
      f.op('i32.add');
      f.set(address);
    }
  }
  f.release(address);
}

/** The part of a tile that lies inside of C, from the buffer `edge`. */
function copyPart(
  f: FunctionBuilder,
  w: Width,
  edge: Local,
  c: Local,
  cRow: Local,
  height: Local,
  columns: Local,
  add: Local,
): void {
  const [r, q, from, to] = locals(f, 4);
  f.forRange(r, 0, height, 1, () => {
    f.get(edge);
    f.get(r);
    f.i32(tileColumns(w) * w.bytes);
    f.op('i32.mul');
    f.op('i32.add');
    f.set(from);
    f.get(c);
    f.get(r);
    f.get(cRow);
    f.op('i32.mul');
    f.op('i32.add');
    f.set(to);
    f.forRange(q, 0, columns, 1, () => {
      f.get(to);
      f.get(from);
      f.memory(w.load);
      f.choose(w.float, add, () => {
        f.get(to);
        f.memory(w.load);
      });
      f.op(w.plus);
      f.memory(w.store);
      for (const pointer of [from, to]) {
        f.get(pointer);
        f.i32(w.bytes);
        f.op('i32.add');
        f.set(pointer);
      }
    });
  });
}
