// The upper half of a symmetric matrix from its lower half: C[j, i] = C[i, j] for j < i, in small square blocks that are
// transposed in registers.
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import { type Float, integerFunction, locals, transposeVectors, widths } from './width.ts';

/**
 * Exports `mirror_f32` or `mirror_f64`: (c, cRow, first, count) copies what lies left of the diagonal in `count` rows from
 * `first` on, a multiple of the lanes, to the columns of these numbers.
 */
export function emitMirror(module: ModuleBuilder, float: Float): FunctionBuilder {
  const w = widths[float];
  const { lanes, bytes } = w;
  const { f, params } = integerFunction(module, 4, `mirror_${float}`);
  const [c, cRow, first, count] = params;
  const [end, i, j, from, to, until] = locals(f, 6);
  const space = locals(f, lanes, 'v128');
  /** The address of C[row, column]. */
  const set = (pointer: Local, row: Local, column: Local): void => {
    f.get(c);
    f.get(row);
    f.get(cRow);
    f.op('i32.mul');
    f.op('i32.add');
    f.get(column);
    f.i32(bytes);
    f.op('i32.mul');
    f.op('i32.add');
    f.set(pointer);
  };
  /** The address of row r of the block at `pointer`. */
  const rowOf = (pointer: Local, r: number): void => {
    f.get(pointer);
    f.get(cRow);
    f.i32(r);
    f.op('i32.mul');
    f.op('i32.add');
  };
  const block = (): void => {
    set(from, i, j);
    set(to, j, i);
    transposeVectors(
      f,
      w,
      space,
      (r) => {
        rowOf(from, r);
        f.memory('v128.load');
      },
      (r, push) => {
        rowOf(to, r);
        push();
        f.memory('v128.store');
      },
    );
  };
  const element = (): void => {
    set(from, i, j);
    set(to, j, i);
    f.get(to);
    f.get(from);
    f.memory(w.load);
    f.memory(w.store);
  };
  f.get(first);
  f.get(count);
  f.op('i32.add');
  f.set(end);
  // Whole blocks left of the diagonal.
  f.get(end);
  f.i32(-lanes);
  f.op('i32.and');
  f.set(until);
  f.forRange(i, first, until, lanes, () => f.forRange(j, 0, i, lanes, block));
  // Blocks on the diagonal, and the rows after the last whole block.
  f.forRange(i, first, end, 1, () => {
    f.get(i);
    f.get(until);
    f.op('i32.lt_s');
    f.if(
      () => {
        f.get(i);
        f.i32(-lanes);
        f.op('i32.and');
        f.set(j);
      },
      () => {
        f.i32(0);
        f.set(j);
      },
    );
    f.forRange(j, j, i, 1, element);
  });
  return f;
}
