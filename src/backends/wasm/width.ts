// The instructions of float32 and float64 vectors, for code that is the same for both.
import type { DType } from '../../tensor/dtype.ts';
import type { FunctionBuilder, Local, ModuleBuilder } from './assembler.ts';
import type { Opcode } from './opcodes.ts';

export type Float = 'f32' | 'f64';

export const floatOf = (dtype: DType): Float => (dtype === 'float32' ? 'f32' : 'f64');

export interface Width {
  readonly float: Float;
  readonly bytes: 4 | 8;
  readonly lanes: 2 | 4;
  readonly add: Opcode;
  readonly mul: Opcode;
  readonly madd: Opcode;
  readonly splat: Opcode;
  readonly load: Opcode;
  readonly store: Opcode;
  readonly plus: Opcode;
  readonly largest: Opcode;
  /** The mask of lanes at most as large as others. */
  readonly notAbove: Opcode;
}

export const widths: Readonly<Record<Float, Width>> = {
  f32: {
    float: 'f32',
    bytes: 4,
    lanes: 4,
    add: 'f32x4.add',
    mul: 'f32x4.mul',
    madd: 'f32x4.relaxed_madd',
    splat: 'v128.load32_splat',
    load: 'f32.load',
    store: 'f32.store',
    plus: 'f32.add',
    largest: 'f32.max',
    notAbove: 'f32x4.le',
  },
  f64: {
    float: 'f64',
    bytes: 8,
    lanes: 2,
    add: 'f64x2.add',
    mul: 'f64x2.mul',
    madd: 'f64x2.relaxed_madd',
    splat: 'v128.load64_splat',
    load: 'f64.load',
    store: 'f64.store',
    plus: 'f64.add',
    largest: 'f64.max',
    notAbove: 'f64x2.le',
  },
};

/** N locals. */
type Locals<N extends number, L extends Local[] = []> = number extends N
  ? Local[]
  : L['length'] extends N
    ? L
    : Locals<N, [...L, Local]>;

/** `count` new locals of one type. */
export function locals<const N extends number>(f: FunctionBuilder, count: N, type: 'i32' | 'v128' = 'i32'): Locals<N> {
  return Array.from({ length: count }, () => f.local(type)) as Locals<N>;
}

/** A function of `count` addresses and numbers. */
export function integerFunction<const N extends number>(
  module: ModuleBuilder,
  count: N,
  exported?: string,
): { readonly f: FunctionBuilder; readonly params: Locals<N> } {
  const f = module.function({ params: new Array<'i32'>(count).fill('i32'), results: [] }, exported);
  return { f, params: f.params as Locals<N> };
}

/**
 * Transposes as many vectors as a vector has lanes: `load(i)` leaves vector i on the stack, and `store(j, push)` stores lane j
 * of all of them, which `push` leaves there. `space` are as many locals as there are lanes.
 */
export function transposeVectors(
  f: FunctionBuilder,
  { lanes }: Width,
  space: readonly Local[],
  load: (i: number) => void,
  store: (j: number, push: () => void) => void,
): void {
  const [r0, r1, r2, r3] = space as readonly [Local, Local, Local, Local];
  for (let i = 0; i < lanes; i++) {
    load(i);
    f.set(space[i]!);
  }
  const shuffled = (width: 4 | 8, a: Local, b: Local, picked: readonly number[]): void => {
    f.get(a);
    f.get(b);
    f.shuffle(width, picked);
  };
  if (lanes === 2) {
    store(0, () => shuffled(8, r0, r1, [0, 2]));
    store(1, () => shuffled(8, r0, r1, [1, 3]));
    return;
  }
  const pairs = [f.local('v128'), f.local('v128')] as const;
  for (const [half, picked] of [
    [0, [0, 4, 1, 5]],
    [2, [2, 6, 3, 7]],
  ] as const) {
    shuffled(4, r0, r1, picked);
    f.set(pairs[0]);
    shuffled(4, r2, r3, picked);
    f.set(pairs[1]);
    store(half, () => shuffled(8, ...pairs, [0, 2]));
    store(half + 1, () => shuffled(8, ...pairs, [1, 3]));
  }
  f.release(...pairs);
}
