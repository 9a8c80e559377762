// Packing, the copy that makes every operand of a product look alike: rows in groups as high as the kernel's tile, interleaved
// so that the kernel reads memory in order. An element lies at source + rows[i] + depth[p], two tables of byte offsets (the
// scatter matrices of Matthews 2018), so a transposed, strided, batched or windowed operand is packed without a copy before;
// a convolution is a product of this form. Where rows or depth are neighbours in memory, vectors are moved.
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import { integerFunction, locals, transposeVectors, type Width } from './width.ts';

/**
 * (source, rows, depth, groups, count, target): `groups · group` rows of `count` elements into `groups` panels. `rows` and
 * `depth` are addresses of the tables; that of the rows is filled up to whole groups.
 */
export function emitPack(module: ModuleBuilder, w: Width, group: number): FunctionBuilder {
  const { f, params } = integerFunction(module, 6);
  const [source, rows, depth, groups, count, to] = params;
  const at = locals(f, group);
  const [left, p, end, offset, whole] = locals(f, 5);
  const space = locals(f, w.lanes, 'v128');
  const step = group * w.bytes;
  const address = (row: Local): void => {
    f.get(row);
    f.get(offset);
    f.op('i32.add');
  };
  const nextOffset = (): void => {
    f.get(p);
    f.memory('i32.load');
    f.set(offset);
  };
  const advance = (pointer: Local, by: number): void => {
    f.get(pointer);
    f.i32(by);
    f.op('i32.add');
    f.set(pointer);
  };
  /** while (p ≠ until) body */
  const upTo = (until: Local, body: () => void): void => {
    f.get(p);
    f.get(until);
    f.op('i32.ne');
    f.if(() => {
      f.loop((again) => {
        body();
        f.get(p);
        f.get(until);
        f.op('i32.ne');
        f.if(again);
      });
    });
  };
  const alongRows = (): void => {
    nextOffset();
    for (let v = 0; v < step; v += 16) {
      f.get(to);
      address(at[0]!);
      f.memory('v128.load', v);
      f.memory('v128.store', v);
    }
    advance(to, step);
    advance(p, 4);
  };
  const oneByOne = (): void => {
    nextOffset();
    at.forEach((row, r) => {
      f.get(to);
      address(row);
      f.memory(w.load);
      f.memory(w.store, r * w.bytes);
    });
    advance(to, step);
    advance(p, 4);
  };
  const alongDepth = (): void => {
    for (let first = 0; first < group; first += w.lanes) {
      transposeVectors(
        f,
        w,
        space,
        (i) => {
          address(at[first + i]!);
          f.memory('v128.load');
        },
        (j, push) => {
          f.get(to);
          push();
          f.memory('v128.store', j * step + first * w.bytes);
        },
      );
    }
    advance(to, w.lanes * step);
    advance(p, 4 * w.lanes);
  };
  /** Whether the entries from p on that a vector would take are neighbours. */
  const pushNeighbours = (): void => {
    for (let i = 1; i < w.lanes; i++) {
      f.get(p);
      f.memory('i32.load', 4 * i);
      f.get(offset);
      f.op('i32.sub');
      f.i32(i * w.bytes);
      f.op('i32.eq');
      if (i > 1) f.op('i32.and');
    }
  };
  f.get(groups);
  f.set(left);
  f.get(depth);
  f.get(count);
  f.i32(2);
  f.op('i32.shl');
  f.op('i32.add');
  f.set(end);
  // where the last whole vector along the depth ends
  f.get(depth);
  f.get(count);
  f.i32(-w.lanes);
  f.op('i32.and');
  f.i32(2);
  f.op('i32.shl');
  f.op('i32.add');
  f.set(whole);
  f.loop((again) => {
    at.forEach((row, r) => {
      f.get(source);
      f.get(rows);
      f.memory('i32.load', 4 * r);
      f.op('i32.add');
      f.set(row);
    });
    f.get(depth);
    f.set(p);
    at.slice(1).forEach((row, r) => {
      f.get(row);
      f.get(at[0]!);
      f.op('i32.sub');
      f.i32((r + 1) * w.bytes);
      f.op('i32.eq');
      if (r > 0) f.op('i32.and');
    });
    f.if(
      () => upTo(end, alongRows),
      () => {
        upTo(whole, () => {
          nextOffset();
          pushNeighbours();
          f.if(alongDepth, () => {
            for (let i = 0; i < w.lanes; i++) oneByOne();
          });
        });
        upTo(end, oneByOne);
      },
    );
    f.get(rows);
    f.i32(4 * group);
    f.op('i32.add');
    f.set(rows);
    f.get(left);
    f.i32(1);
    f.op('i32.sub');
    f.tee(left);
    f.if(again);
  });
  return f;
}
