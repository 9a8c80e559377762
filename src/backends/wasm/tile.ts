// The inner kernel of a product: a tile of C, four rows by two vectors, in registers: eight accumulators, two vectors of B and
// one broadcast element of A, which fits the sixteen vector registers of x86-64; larger tiles spill, and so do loops that are
// unrolled here, because the engine unrolls them itself.
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import { integerFunction, locals, type Width } from './width.ts';

/** Rows of a tile. */
export const TILE_ROWS = 4;

/** Columns of a tile. */
export const tileColumns = ({ lanes }: Width): number => 2 * lanes;

/**
 * (a, b, depth, c, cRow, height, columns, edge, add, bias, biasRow, biasColumn, relu): one tile of C from one panel of A and
 * one of B. Sums start from the bias, if its address is not 0: from neighbours where biasColumn is not 0, else from one element
 * for each row, biasRow bytes apart. With relu what is not above 0 becomes 0.
 */
export function emitTile(module: ModuleBuilder, w: Width, relaxed: boolean): FunctionBuilder {
  const { f, params } = integerFunction(module, 13);
  const [a, b, depth, c, cRow, height, columns, edge, add, bias, biasRow, biasColumn, relu] = params;
  const rowBytes = tileColumns(w) * w.bytes;
  const sums = locals(f, TILE_ROWS * 2, 'v128');
  startFromBias(f, w, sums, bias, biasRow, biasColumn);
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
      f.if(() => addTile(f, w, sums, c, cRow));
      f.get(relu);
      f.if(() => cutBelowZero(f, w, sums));
      storeTile(f, sums, c, cRow);
    },
    () => {
      storeTile(f, sums, edge, rowBytes);
      copyPart(f, w, { edge, c, cRow, height, columns, add, relu });
    },
  );
  return f;
}

/** sums = bias, where there is one; they are 0 before. */
function startFromBias(
  f: FunctionBuilder,
  w: Width,
  sums: readonly Local[],
  bias: Local,
  biasRow: Local,
  biasColumn: Local,
): void {
  f.get(bias);
  f.if(() => {
    f.get(biasColumn);
    f.if(
      () => {
        sums.forEach((sum, i) => {
          f.get(bias);
          f.memory('v128.load', (i % 2) * 16);
          f.set(sum);
        });
      },
      () => {
        for (let r = 0; r < TILE_ROWS; r++) {
          f.get(bias);
          f.memory(w.splat);
          f.tee(sums[2 * r]!);
          f.set(sums[2 * r + 1]!);
          advance(f, bias, biasRow);
        }
      },
    );
  });
}

function cutBelowZero(f: FunctionBuilder, w: Width, sums: readonly Local[]): void {
  const zero = f.local('v128');
  f.splat(w.float, 0);
  f.set(zero);
  for (const sum of sums) {
    f.get(sum);
    f.get(sum);
    f.get(zero);
    f.op(w.notAbove);
    f.op('v128.andnot');
    f.set(sum);
  }
  f.release(zero);
}

function advance(f: FunctionBuilder, pointer: Local, by: Local | number): void {
  f.get(pointer);
  if (typeof by === 'number') f.i32(by);
  else f.get(by);
  f.op('i32.add');
  f.set(pointer);
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

/** Visits the vectors of a whole tile at `at`, whose rows are `stride` bytes apart. */
function eachVector(
  f: FunctionBuilder,
  at: Local,
  stride: Local | number,
  visit: (address: Local, vector: number, offset: number) => void,
): void {
  const address = f.local('i32');
  f.get(at);
  f.set(address);
  for (let r = 0; r < TILE_ROWS; r++) {
    visit(address, 2 * r, 0);
    visit(address, 2 * r + 1, 16);
    if (r < TILE_ROWS - 1) advance(f, address, stride);
  }
  f.release(address);
}

/** sums += the tile of C */
function addTile(f: FunctionBuilder, w: Width, sums: readonly Local[], c: Local, stride: Local): void {
  eachVector(f, c, stride, (address, vector, offset) => {
    f.get(sums[vector]!);
    f.get(address);
    f.memory('v128.load', offset);
    f.op(w.add);
    f.set(sums[vector]!);
  });
}

function storeTile(f: FunctionBuilder, sums: readonly Local[], to: Local, stride: Local | number): void {
  eachVector(f, to, stride, (address, vector, offset) => {
    f.get(address);
    f.get(sums[vector]!);
    f.memory('v128.store', offset);
  });
}

interface Part {
  readonly edge: Local;
  readonly c: Local;
  readonly cRow: Local;
  readonly height: Local;
  readonly columns: Local;
  readonly add: Local;
  readonly relu: Local;
}

/** The part of a tile that lies inside of C, from the buffer `edge`. */
function copyPart(f: FunctionBuilder, w: Width, { edge, c, cRow, height, columns, add, relu }: Part): void {
  const [r, q, from, to] = locals(f, 4);
  const value = f.local(w.float);
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
      f.get(from);
      f.memory(w.load);
      f.choose(w.float, add, () => {
        f.get(to);
        f.memory(w.load);
      });
      f.op(w.plus);
      f.set(value);
      f.get(relu);
      f.if(() => {
        f.get(value);
        if (w.float === 'f32') f.f32(0);
        else f.f64(0);
        f.op(w.largest);
        f.set(value);
      });
      f.get(to);
      f.get(value);
      f.memory(w.store);
      advance(f, from, w.bytes);
      advance(f, to, w.bytes);
    });
  });
  f.release(value);
}
