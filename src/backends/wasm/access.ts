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
  return masksOfBools(
    code,
    a,
    code.value((f) => writeLoad(f, a)),
  );
}

function masksOfBools(code: VectorCode, a: Access, raw: Vector): Vector {
  if (a.dtype !== 'bool') return raw;
  const mask = code.op('i32x4.ne', raw, code.constant('i32', 0));
  return a.width === 2 ? code.op('i64x2.extend_low_i32x4_s', mask) : mask;
}

/** Elements moved on by `stride` times an index; where it is `uniform`, the same in all lanes, they still lie as in `a`. */
export function gatherVector(code: VectorCode, a: Access, index: Vector, stride: number, uniform: boolean): Vector {
  const pushMoved = (f: FunctionBuilder, places: Local, lane: number): void => {
    f.get(a.pointer);
    f.get(places);
    f.lane('i32x4.extract_lane', lane);
    f.i32(stride * bytesOf[a.dtype]);
    f.op('i32.mul');
    f.op('i32.add');
  };
  const raw = code.statement((f, [places]) => {
    const pointer = f.local('i32');
    if (uniform) {
      pushMoved(f, places!, 0);
      f.set(pointer);
      writeLoad(f, { ...a, pointer });
    } else {
      const vector = f.local('v128');
      f.splat('i32', 0);
      f.set(vector);
      for (let lane = 0; lane < a.lanes; lane++) {
        pushMoved(f, places!, lane);
        f.set(pointer);
        const offset = address(f, pointer, (a.at + lane) * a.stride * bytesOf[a.dtype]);
        if (a.dtype === 'bool') {
          f.memory('i32.load8_u', offset);
          const byte = f.local('i32');
          f.set(byte);
          f.get(vector);
          f.get(byte);
          f.lane('i32x4.replace_lane', lane);
          f.release(byte);
        } else {
          f.get(vector);
          f.memory(bytesOf[a.dtype] === 4 ? 'v128.load32_lane' : 'v128.load64_lane', offset, 0, lane);
        }
        f.set(vector);
      }
      f.get(vector);
      f.release(vector);
    }
    f.release(pointer);
  }, index);
  return masksOfBools(code, a, raw);
}

/** Adds the vector to elements moved on by `stride` times an index, one after another where they are not neighbours. */
export function addToPlaces(
  code: VectorCode,
  a: Access,
  value: Vector,
  index: Vector,
  stride: number,
  uniform: boolean,
): void {
  const { f } = code;
  const [values, places] = [code.inLocal(value), code.inLocal(index)];
  const wide = a.dtype === 'float64';
  const bytes = bytesOf[a.dtype];
  const pointer = f.local('i32');
  const point = (lane: number): void => {
    f.get(a.pointer);
    f.get(places);
    f.lane('i32x4.extract_lane', lane);
    f.i32(stride * bytes);
    f.op('i32.mul');
    f.op('i32.add');
    f.i32((a.at + (uniform && a.stride === 1 ? 0 : lane)) * a.stride * bytes);
    f.op('i32.add');
    f.set(pointer);
  };
  if (uniform && a.stride === 1) {
    point(0);
    const there: Access = { ...a, pointer, at: 0 };
    writeLoad(f, there);
    f.get(values);
    f.op(wide ? 'f64x2.add' : 'i32x4.add');
    storeVector(f, there);
  } else {
    for (let lane = 0; lane < a.lanes; lane++) {
      point(lane);
      f.get(pointer);
      f.get(pointer);
      f.memory(wide ? 'f64.load' : 'i32.load');
      f.get(values);
      f.lane(wide ? 'f64x2.extract_lane' : 'i32x4.extract_lane', lane);
      f.op(wide ? 'f64.add' : 'i32.add');
      f.memory(wide ? 'f64.store' : 'i32.store');
    }
  }
  f.release(pointer);
}

/** The positions themselves, where the pointer of `a` walks through them. */
export function positionVector(code: VectorCode, { pointer, stride, at }: Access): Vector {
  const first = code.value((f) => {
    f.get(pointer);
    f.op('i32x4.splat');
  });
  if (stride === 0) return first;
  return code.op('i32x4.add', first, code.ramp(at * stride, stride));
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
