// Reading and writing vectors of elements in memory: whole vectors, one repeated element, elements at a distance, and the
// first few lanes where a row ends. Loads of a row's end may read the bytes behind it (the arena has slack); stores never
// touch more than their elements.
import type { DType } from '../../tensor/dtype.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import { bytesOf } from './memory.ts';
import type { Opcode } from './opcodes.ts';
import type { Vector, VectorCode } from './vector.ts';

/**
 * `width` elements go together in a nest; `stride` is in elements; `lanes` of them exist; the first is `at` strides behind the
 * pointer.
 */
export interface Access {
  readonly dtype: DType;
  readonly pointer: Local;
  readonly stride: number;
  readonly at: number;
  readonly width: 2 | 4;
  readonly lanes: number;
}

/** Byte offset of a lane as the immediate of an access, or as an addition to the address where it is negative. */
function address(f: FunctionBuilder, pointer: Local, offset: number): number {
  f.get(pointer);
  if (offset >= 0) return offset;
  f.i32(offset);
  f.op('i32.add');
  return 0;
}

export function loadVector(code: VectorCode, a: Access): Vector {
  const raw = code.value((f) => writeLoad(f, a));
  if (a.dtype !== 'bool') return raw;
  const mask = code.op('i32x4.ne', raw, code.constant('i32', 0));
  return a.width === 2 ? code.op('i64x2.extend_low_i32x4_s', mask) : mask;
}

function writeLoad(f: FunctionBuilder, access: Access): void {
  const { dtype, pointer, stride, at, width, lanes } = access;
  if (dtype === 'bool') {
    writeBoolLoad(f, access);
    return;
  }
  const bytes = bytesOf[dtype];
  const start = at * stride * bytes;
  if (stride === 0) {
    f.get(pointer);
    f.memory(bytes === 4 ? 'v128.load32_splat' : 'v128.load64_splat');
  } else if (stride === 1) {
    f.get(pointer);
    f.memory(bytes === 4 && width === 2 ? 'v128.load64_zero' : 'v128.load', start);
  } else {
    const first = address(f, pointer, start);
    f.memory(bytes === 4 ? 'v128.load32_zero' : 'v128.load64_zero', first);
    const vector = f.local('v128');
    f.set(vector);
    for (let lane = 1; lane < lanes; lane++) {
      const offset = address(f, pointer, start + lane * stride * bytes);
      f.get(vector);
      f.memory(bytes === 4 ? 'v128.load32_lane' : 'v128.load64_lane', offset, 0, lane);
      f.set(vector);
    }
    f.get(vector);
    f.release(vector);
  }
}

/** Bytes as int32 lanes. */
function writeBoolLoad(f: FunctionBuilder, { pointer, stride, at, width, lanes }: Access): void {
  if (stride === 1) {
    f.get(pointer);
    if (width === 4) f.memory('v128.load32_zero', at);
    else {
      f.memory('i32.load16_u', at);
      f.op('i32x4.splat');
    }
    f.op('i16x8.extend_low_i8x16_u');
    f.op('i32x4.extend_low_i16x8_u');
    return;
  }
  const first = address(f, pointer, at * stride);
  f.memory('i32.load8_u', first);
  f.op('i32x4.splat');
  if (stride === 0) return;
  for (let lane = 1; lane < lanes; lane++) {
    const offset = address(f, pointer, (at + lane) * stride);
    f.memory('i32.load8_u', offset);
    f.lane('i32x4.replace_lane', lane);
  }
}

/** Stores the vector on the stack. */
export function storeVector(f: FunctionBuilder, { dtype, pointer, stride, at, width, lanes }: Access): void {
  const vector = f.local('v128');
  if (dtype === 'bool') {
    f.set(vector);
    f.get(vector);
    f.get(vector);
    if (width === 2) f.shuffle(4, [0, 2, 0, 2]);
    else f.op('v128.and');
    f.splat('i32', 1);
    f.op('v128.and');
    f.set(vector);
    for (const narrow of ['i16x8.narrow_i32x4_u', 'i8x16.narrow_i16x8_u'] as const) {
      f.get(vector);
      f.get(vector);
      f.op(narrow);
      f.set(vector);
    }
  } else f.set(vector);
  const bytes = bytesOf[dtype];
  const whole = stride === 1 && lanes === width;
  if (whole && bytes * width === 16) {
    f.get(pointer);
    f.get(vector);
    f.memory('v128.store', at * bytes);
  } else if (whole) {
    const opcode: Opcode =
      bytes * width === 8 ? 'v128.store64_lane' : bytes * width === 4 ? 'v128.store32_lane' : 'v128.store16_lane';
    f.get(pointer);
    f.get(vector);
    f.memory(opcode, at * bytes, 0, 0);
  } else {
    const opcode: Opcode = bytes === 8 ? 'v128.store64_lane' : bytes === 4 ? 'v128.store32_lane' : 'v128.store8_lane';
    for (let lane = 0; lane < lanes; lane++) {
      const offset = address(f, pointer, (at + lane) * stride * bytes);
      f.get(vector);
      f.memory(opcode, offset, 0, lane);
    }
  }
  f.release(vector);
}
