// C (+)= A·B for strided operands, after Goto and van de Geijn (2008): blocks of A and B are copied into panels that the
// inner kernel reads in order, so that transposed operands cost nothing extra. The inner kernel keeps a tile of C, four rows
// by two vectors, in registers: eight accumulators, two vectors of B and one broadcast element of A, which fits the sixteen
// vector registers of x86-64; larger tiles spill.
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import type { Opcode } from './opcodes.ts';

export type Float = 'f32' | 'f64';

/** What differs between the widths. */
interface Width {
  readonly bytes: 4 | 8;
  readonly lanes: 2 | 4;
  readonly add: Opcode;
  readonly mul: Opcode;
  readonly madd: Opcode;
  readonly splat: Opcode;
  readonly load: Opcode;
  readonly store: Opcode;
  readonly plus: Opcode;
}

const widths: Record<Float, Width> = {
  f32: {
    bytes: 4,
    lanes: 4,
    add: 'f32x4.add',
    mul: 'f32x4.mul',
    madd: 'f32x4.relaxed_madd',
    splat: 'v128.load32_splat',
    load: 'f32.load',
    store: 'f32.store',
    plus: 'f32.add',
  },
  f64: {
    bytes: 8,
    lanes: 2,
    add: 'f64x2.add',
    mul: 'f64x2.mul',
    madd: 'f64x2.relaxed_madd',
    splat: 'v128.load64_splat',
    load: 'f64.load',
    store: 'f64.store',
    plus: 'f64.add',
  },
};

const ROWS = 4;
/** Depth of a block: a panel of B of this depth stays in the first-level cache. */
const DEPTH = 256;
/** Rows of a block of A, which stays in the second-level cache. */
const BLOCK_ROWS = 128;

/** Bytes of scratch memory a product of these sizes needs. */
export function scratchBytes(float: Float, n: number, k: number): number {
  const { bytes, lanes } = widths[float];
  const tile = 2 * lanes;
  const depth = Math.min(DEPTH, k);
  return bytes * (Math.ceil(n / tile) * tile * depth + BLOCK_ROWS * depth + ROWS * tile) + 64;
}

/**
 * Exports `gemm_f32` or `gemm_f64`:
 * (m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, scratch, accumulate), addresses and strides in bytes; C's columns
 * are adjacent. With accumulate the product is added to C.
 */
export function emitMatmul(module: ModuleBuilder, float: Float, relaxed: boolean): FunctionBuilder {
  const w = widths[float];
  const kernel = emitTile(module, float, w, relaxed);
  const pack = emitPack(module, w);
  const f = module.function({ params: new Array<'i32'>(13).fill('i32'), results: [] }, `gemm_${float}`);
  const [m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, scratch, accumulate] = f.params as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const tile = 2 * w.lanes;
  const [p, depth, i, rows, j, panelsA, panelsB, edge, columns, ii, height, add] = Array.from({ length: 12 }, () =>
    f.local('i32'),
  ) as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local];
  const push = (v: Local | number): void => (typeof v === 'number' ? f.i32(v) : f.get(v));
  /** x + y·z on the stack. */
  const at = (x: Local, ...terms: readonly (readonly [Local | number, Local | number])[]): void => {
    f.get(x);
    for (const [y, z] of terms) {
      push(y);
      push(z);
      f.op('i32.mul');
      f.op('i32.add');
    }
  };
  /** min(x, y − z) into `into`. */
  const least = (into: Local, x: number, y: Local, z: Local): void => {
    f.get(y);
    f.get(z);
    f.op('i32.sub');
    f.tee(into);
    f.i32(x);
    f.get(into);
    f.i32(x);
    f.op('i32.lt_s');
    f.op('select');
    f.set(into);
  };
  // scratch: the tile for edges, then panels of A, then panels of B
  f.get(scratch);
  f.set(edge);
  at(scratch, [ROWS * tile, w.bytes]);
  f.set(panelsA);
  f.get(k);
  f.i32(DEPTH);
  f.get(k);
  f.i32(DEPTH);
  f.op('i32.lt_s');
  f.op('select');
  f.set(depth);
  at(panelsA, [depth, BLOCK_ROWS * w.bytes]);
  f.set(panelsB);
  f.forRange(p, 0, k, DEPTH, () => {
    least(depth, DEPTH, k, p);
    // Later blocks of the depth add to what the first one stored.
    f.get(accumulate);
    f.get(p);
    f.op('i32.or');
    f.set(add);
    // all panels of B of this depth
    at(b, [p, bRow]);
    f.get(bColumn);
    f.get(bRow);
    f.get(n);
    f.get(depth);
    f.get(panelsB);
    f.i32(tile);
    f.call(pack);
    f.forRange(i, 0, m, BLOCK_ROWS, () => {
      least(rows, BLOCK_ROWS, m, i);
      at(a, [i, aRow], [p, aColumn]);
      f.get(aRow);
      f.get(aColumn);
      f.get(rows);
      f.get(depth);
      f.get(panelsA);
      f.i32(ROWS);
      f.call(pack);
      f.forRange(j, 0, n, tile, () => {
        least(columns, tile, n, j);
        f.forRange(ii, 0, rows, ROWS, () => {
          least(height, ROWS, rows, ii);
          // (ii · depth) elements of A's panels lie before this one, (j · depth) of B's.
          f.get(panelsA);
          f.get(ii);
          f.get(depth);
          f.op('i32.mul');
          f.i32(w.bytes);
          f.op('i32.mul');
          f.op('i32.add');
          f.get(panelsB);
          f.get(j);
          f.get(depth);
          f.op('i32.mul');
          f.i32(w.bytes);
          f.op('i32.mul');
          f.op('i32.add');
          f.get(depth);
          f.get(c);
          f.get(i);
          f.get(ii);
          f.op('i32.add');
          f.get(cRow);
          f.op('i32.mul');
          f.op('i32.add');
          f.get(j);
          f.i32(w.bytes);
          f.op('i32.mul');
          f.op('i32.add');
          f.get(cRow);
          f.get(height);
          f.get(columns);
          f.get(edge);
          f.get(add);
          f.call(kernel);
        });
      });
    });
  });
  return f;
}

/**
 * (source, outer, inner, count, depth, target, group): copies `count` rows of `depth` elements, outer stride between rows
 * and inner stride along them, into panels of `group` rows each, interleaved, the last one filled up with zeros.
 */
function emitPack(module: ModuleBuilder, w: Width): FunctionBuilder {
  const f = module.function({ params: new Array<'i32'>(7).fill('i32'), results: [] });
  const [source, outer, inner, count, depth, target, group] = f.params as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [row, r, q, from, to] = Array.from({ length: 5 }, () => f.local('i32')) as [Local, Local, Local, Local, Local];
  const step = f.local('i32');
  f.get(group);
  f.i32(w.bytes);
  f.op('i32.mul');
  f.set(step);
  const value = f.local(w.bytes === 4 ? 'f32' : 'f64');
  f.i32(0);
  f.set(row);
  f.block((leave) => {
    f.loop((again) => {
      f.get(row);
      f.get(count);
      f.op('i32.ge_s');
      f.if(leave);
      f.forRange(r, 0, group, 1, () => {
        // target of row (row + r): panel start + r
        f.get(target);
        f.get(row);
        f.get(depth);
        f.op('i32.mul');
        f.get(r);
        f.op('i32.add');
        f.i32(w.bytes);
        f.op('i32.mul');
        f.op('i32.add');
        f.set(to);
        f.get(row);
        f.get(r);
        f.op('i32.add');
        f.get(count);
        f.op('i32.lt_s');
        f.if(
          () => {
            f.get(source);
            f.get(row);
            f.get(r);
            f.op('i32.add');
            f.get(outer);
            f.op('i32.mul');
            f.op('i32.add');
            f.set(from);
            f.forRange(q, 0, depth, 1, () => {
              f.get(to);
              f.get(from);
              f.memory(w.load);
              f.memory(w.store);
              advance(f, from, inner);
              advance(f, to, step);
            });
          },
          () => {
            f.forRange(q, 0, depth, 1, () => {
              f.get(to);
              f.get(value);
              f.memory(w.store);
              advance(f, to, step);
            });
          },
        );
      });
      f.get(row);
      f.get(group);
      f.op('i32.add');
      f.set(row);
      again();
    });
  });
  return f;
}

function advance(f: FunctionBuilder, pointer: Local, by: Local): void {
  f.get(pointer);
  f.get(by);
  f.op('i32.add');
  f.set(pointer);
}

/** (a, b, depth, c, cRow, height, columns, edge, add): one tile of C from one panel of A and one of B. */
function emitTile(module: ModuleBuilder, float: Float, w: Width, relaxed: boolean): FunctionBuilder {
  const f = module.function({ params: new Array<'i32'>(9).fill('i32'), results: [] });
  const [a, b, depth, c, cRow, height, columns, edge, add] = f.params as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const tile = 2 * w.lanes;
  const accumulators = Array.from({ length: ROWS * 2 }, () => f.local('v128'));
  const [b0, b1, ar] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const end = f.local('i32');
  f.get(a);
  f.get(depth);
  f.i32(ROWS * w.bytes);
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
    for (let r = 0; r < ROWS; r++) {
      f.get(a);
      f.memory(w.splat, r * w.bytes);
      f.set(ar);
      for (const [half, vector] of [b0, b1].entries()) {
        const sum = accumulators[r * 2 + half]!;
        if (relaxed) {
          f.get(ar);
          f.get(vector);
          f.get(sum);
          f.op(w.madd);
        } else {
          f.get(sum);
          f.get(ar);
          f.get(vector);
          f.op(w.mul);
          f.op(w.add);
        }
        f.set(sum);
      }
    }
    f.get(b);
    f.i32(tile * w.bytes);
    f.op('i32.add');
    f.set(b);
    f.get(a);
    f.i32(ROWS * w.bytes);
    f.op('i32.add');
    f.tee(a);
    f.get(end);
    f.op('i32.ne');
    f.if(again);
  });
  const address = f.local('i32');
  /** Stores the tile at `to`, adding where `sum` says so. */
  const store = (to: Local, stride: Local | number, sum: boolean): void => {
    f.get(to);
    f.set(address);
    for (let r = 0; r < ROWS; r++) {
      for (let half = 0; half < 2; half++) {
        f.get(address);
        f.get(accumulators[r * 2 + half]!);
        if (sum) {
          f.get(address);
          f.memory('v128.load', half * 16);
          f.op(w.add);
        }
        f.memory('v128.store', half * 16);
      }
      if (r < ROWS - 1) {
        f.get(address);
        if (typeof stride === 'number') f.i32(stride);
        else f.get(stride);
        f.op('i32.add');
        f.set(address);
      }
    }
  };
  f.get(height);
  f.i32(ROWS);
  f.op('i32.eq');
  f.get(columns);
  f.i32(tile);
  f.op('i32.eq');
  f.op('i32.and');
  f.if(
    () => {
      f.get(add);
      f.if(
        () => store(c, cRow, true),
        () => store(c, cRow, false),
      );
    },
    () => {
      store(edge, tile * w.bytes, false);
      const [r, q, from, to] = Array.from({ length: 4 }, () => f.local('i32')) as [Local, Local, Local, Local];
      f.forRange(r, 0, height, 1, () => {
        f.get(edge);
        f.get(r);
        f.i32(tile * w.bytes);
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
          f.choose(float, add, () => {
            f.get(to);
            f.memory(w.load);
          });
          f.op(w.plus);
          f.memory(w.store);
          f.get(from);
          f.i32(w.bytes);
          f.op('i32.add');
          f.set(from);
          f.get(to);
          f.i32(w.bytes);
          f.op('i32.add');
          f.set(to);
        });
      });
    },
  );
  return f;
}
