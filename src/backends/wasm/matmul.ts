// C (+)= A·B for operands that tables of offsets describe, after Goto and van de Geijn (2008): blocks of B and of A are packed
// into panels, B's for the second-level cache together with A's, and the inner kernel runs over all pairs of panels.
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import { emitPack } from './pack.ts';
import { emitTile, TILE_ROWS, tileColumns } from './tile.ts';
import { type Float, integerFunction, locals, widths } from './width.ts';

/** Most depth of a block: a panel of B of this depth stays in the first-level cache. */
const DEPTH = 320;
/** Rows of a block of A. */
const BLOCK_ROWS = 128;
/** Bytes of a row of a block of B. */
const BLOCK_ROW_BYTES = 2048;

/** Tables of rows and of columns are filled up to a multiple of this. */
export const TABLE_GROUP = 8;

const blockColumns = (bytes: number): number => BLOCK_ROW_BYTES / bytes;

/** Bytes of scratch memory a product of these sizes needs. */
export function scratchBytes(float: Float, n: number, k: number): number {
  const w = widths[float];
  const tile = tileColumns(w);
  const depth = Math.min(DEPTH, k) + 3;
  const columns = Math.min(blockColumns(w.bytes), Math.ceil(n / tile) * tile);
  return w.bytes * (columns * depth + BLOCK_ROWS * depth + TILE_ROWS * tile) + 64;
}

/**
 * Exports `gemm_f32` or `gemm_f64`: (m, n, k, a, aRows, aDepth, b, bDepth, bColumns, c, cRow, scratch, accumulate, reach,
 * bias, biasRow, biasColumn, relu).
 * a and b are addresses; aRows, aDepth, bDepth and bColumns those of tables with the byte offsets of rows, depth and columns
 * (see emitPack). Rows of C are cRow bytes apart and its columns are neighbours. With accumulate the product is added to C.
 * Tiles of C whose columns j all lie beyond the diagonal, j > i + reach for each of their rows i, are left out. A bias (its
 * address, or 0, and the bytes from the bias of one row, or of one column, to that of the next) is added, and with relu what is
 * not above 0 becomes 0.
 */
export function emitMatmul(module: ModuleBuilder, float: Float, relaxed: boolean): FunctionBuilder {
  const w = widths[float];
  const tile = tileColumns(w);
  const kernel = emitTile(module, w, relaxed);
  const packA = emitPack(module, w, TILE_ROWS);
  const packB = emitPack(module, w, tile);
  const { f, params } = integerFunction(module, 18, `gemm_${float}`);
  const [m, n, k, a, aRows, aDepth, b, bDepth, bColumns, c, cRow, scratch, accumulate, reach] = params;
  const [bias, biasRow, biasColumn, relu] = params.slice(14) as [Local, Local, Local, Local];
  const [p, block, depth, i, rows, j0, wide, j, columns, ii, height, add, panelsA, panelsB] = locals(f, 14);
  const push = (v: Local | number): void => (typeof v === 'number' ? f.i32(v) : f.get(v));
  /** x + y·z on the stack. */
  const at = (x: Local, y: Local, z: Local | number): void => {
    f.get(x);
    f.get(y);
    push(z);
    f.op('i32.mul');
    f.op('i32.add');
  };
  /** into = min(x, y − z) */
  const least = (into: Local, x: number | Local, y: Local, z: Local): void => {
    f.get(y);
    f.get(z);
    f.op('i32.sub');
    f.set(into);
    push(x);
    f.get(into);
    push(x);
    f.get(into);
    f.op('i32.lt_s');
    f.op('select');
    f.set(into);
  };
  /** ⌈x / by⌉ on the stack. */
  const groups = (x: Local, by: number): void => {
    f.get(x);
    f.i32(by - 1);
    f.op('i32.add');
    f.i32(by);
    f.op('i32.div_s');
  };
  /** for (counter = 0; counter < to; counter += step), where the step is known at run time only. */
  const forSteps = (counter: Local, to: Local, step: Local, body: () => void): void => {
    f.i32(0);
    f.set(counter);
    f.loop((again) => {
      body();
      f.get(counter);
      f.get(step);
      f.op('i32.add');
      f.tee(counter);
      f.get(to);
      f.op('i32.lt_s');
      f.if(again);
    });
  };
  const packRows = (): void => {
    f.get(a);
    at(aRows, i, 4);
    at(aDepth, p, 4);
    groups(rows, TILE_ROWS);
    f.get(depth);
    f.get(panelsA);
    f.call(packA);
  };
  const packColumns = (): void => {
    f.get(b);
    at(bColumns, j0, 4);
    at(bDepth, p, 4);
    groups(wide, tile);
    f.get(depth);
    f.get(panelsB);
    f.call(packB);
  };
  /** ii = the first of A's panels in the block that reaches column j0 + j, max(0, (j0 + j − reach − i) rounded down) */
  const firstPanel = (): void => {
    f.get(j0);
    f.get(j);
    f.op('i32.add');
    f.get(reach);
    f.op('i32.sub');
    f.get(i);
    f.op('i32.sub');
    f.i32(-TILE_ROWS);
    f.op('i32.and');
    f.tee(ii);
    f.i32(0);
    f.get(ii);
    f.i32(0);
    f.op('i32.gt_s');
    f.op('select');
    f.set(ii);
  };
  const multiplyPanels = (): void => {
    least(height, TILE_ROWS, rows, ii);
    // Panels are depth elements long for each row and column before them.
    for (const [panels, before] of [
      [panelsA, ii],
      [panelsB, j],
    ] as const) {
      f.get(panels);
      f.get(before);
      f.get(depth);
      f.op('i32.mul');
      f.i32(w.bytes);
      f.op('i32.mul');
      f.op('i32.add');
    }
    f.get(depth);
    f.get(c);
    f.get(i);
    f.get(ii);
    f.op('i32.add');
    f.get(cRow);
    f.op('i32.mul');
    f.op('i32.add');
    f.get(j0);
    f.get(j);
    f.op('i32.add');
    f.i32(w.bytes);
    f.op('i32.mul');
    f.op('i32.add');
    f.get(cRow);
    f.get(height);
    f.get(columns);
    f.get(scratch);
    f.get(add);
    // The first block of the depth starts from the bias, the last one ends with relu.
    f.i32(0);
    f.get(bias);
    f.get(i);
    f.get(ii);
    f.op('i32.add');
    f.get(biasRow);
    f.op('i32.mul');
    f.op('i32.add');
    f.get(j0);
    f.get(j);
    f.op('i32.add');
    f.get(biasColumn);
    f.op('i32.mul');
    f.op('i32.add');
    f.get(p);
    f.get(bias);
    f.op('i32.eqz');
    f.op('i32.or');
    f.op('select');
    f.get(biasRow);
    f.get(biasColumn);
    f.get(relu);
    f.get(p);
    f.get(depth);
    f.op('i32.add');
    f.get(k);
    f.op('i32.eq');
    f.op('i32.and');
    f.call(kernel);
  };
  // The depth in equal blocks: ⌈k / ⌈k / DEPTH⌉⌉, rounded up to whole vectors.
  groups(k, DEPTH);
  f.set(block);
  f.get(k);
  f.get(block);
  f.op('i32.add');
  f.i32(1);
  f.op('i32.sub');
  f.get(block);
  f.op('i32.div_s');
  f.i32(3);
  f.op('i32.add');
  f.i32(-4);
  f.op('i32.and');
  f.set(block);
  // scratch: the tile for edges, panels of A, panels of B
  f.get(scratch);
  f.i32(TILE_ROWS * tile * w.bytes);
  f.op('i32.add');
  f.set(panelsA);
  at(panelsA, block, BLOCK_ROWS * w.bytes);
  f.set(panelsB);
  f.forRange(j0, 0, n, blockColumns(w.bytes), () => {
    least(wide, blockColumns(w.bytes), n, j0);
    forSteps(p, k, block, () => {
      least(depth, block, k, p);
      // Later blocks of the depth add to what the first one stored.
      f.get(accumulate);
      f.get(p);
      f.op('i32.or');
      f.set(add);
      packColumns();
      f.forRange(i, 0, m, BLOCK_ROWS, () => {
        least(rows, BLOCK_ROWS, m, i);
        packRows();
        f.forRange(j, 0, wide, tile, () => {
          least(columns, tile, wide, j);
          firstPanel();
          f.forRange(ii, ii, rows, TILE_ROWS, multiplyPanels);
        });
      });
    });
  });
  return f;
}
