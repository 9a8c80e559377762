// The operations of an expansion as instructions on f32x4 or f64x2.
import type { Lanes } from '../../ops/expand/lanes.ts';
import type { Callee, FunctionBuilder } from './assembler.ts';
import type { Opcode } from './opcodes.ts';
import type { Vector, VectorCode } from './vector.ts';

/** The scalar function of an operation, imported as a function of float64. */
export type ScalarImport = (name: string) => Callee;

/** Pushes one lane of a float vector as f64. */
export function pushLane(f: FunctionBuilder, bits: 32 | 64, lane: number): void {
  f.lane(bits === 32 ? 'f32x4.extract_lane' : 'f64x2.extract_lane', lane);
  if (bits === 32) f.op('f64.promote_f32');
}

/** Replaces one lane of the float vector below the f64 on the stack. */
export function replaceLane(f: FunctionBuilder, bits: 32 | 64, lane: number): void {
  if (bits === 32) f.op('f32.demote_f64');
  f.lane(bits === 32 ? 'f32x4.replace_lane' : 'f64x2.replace_lane', lane);
}

export class WasmLanes implements Lanes<Vector, Vector, Vector> {
  readonly bits: 32 | 64;
  private readonly code: VectorCode;
  private readonly relaxed: boolean;
  private readonly scalar: ScalarImport;
  /** How many lanes hold elements: two of f32x4 where float64 is near. */
  private readonly count: number;

  constructor(code: VectorCode, bits: 32 | 64, count: number, relaxed: boolean, scalar: ScalarImport) {
    this.code = code;
    this.bits = bits;
    this.count = count;
    this.relaxed = relaxed;
    this.scalar = scalar;
  }

  private float1(name: string, ...x: readonly Vector[]): Vector {
    return this.code.op(`${this.bits === 32 ? 'f32x4' : 'f64x2'}.${name}` as Opcode, ...x);
  }

  private int1(name: string, ...x: readonly Vector[]): Vector {
    return this.code.op(`${this.bits === 32 ? 'i32x4' : 'i64x2'}.${name}` as Opcode, ...x);
  }

  float(value: number): Vector {
    return this.bits === 32 ? this.code.constant('f32', Math.fround(value)) : this.code.constant('f64', value);
  }

  int(value: bigint): Vector {
    return this.bits === 32
      ? this.code.constant('i32', Number(BigInt.asIntN(32, value)))
      : this.code.constant('i64', BigInt.asIntN(64, value));
  }

  add(a: Vector, b: Vector): Vector {
    const opposite = this.code.negated(b);
    return opposite ? this.sub(a, opposite) : this.float1('add', a, b);
  }
  sub(a: Vector, b: Vector): Vector {
    return this.float1('sub', a, b);
  }
  mul(a: Vector, b: Vector): Vector {
    return this.float1('mul', a, b);
  }
  div(a: Vector, b: Vector): Vector {
    return this.float1('div', a, b);
  }
  // Engines build the mask of the sign anew for each neg and abs; as a constant it stays where it is.
  neg(a: Vector): Vector {
    return this.code.negative(a, this.int(1n << BigInt(this.bits - 1)));
  }
  abs(a: Vector): Vector {
    return this.code.op('v128.and', a, this.int((1n << BigInt(this.bits - 1)) - 1n));
  }
  sqrt(a: Vector): Vector {
    return this.float1('sqrt', a);
  }
  min(a: Vector, b: Vector): Vector {
    return this.float1('min', a, b);
  }
  max(a: Vector, b: Vector): Vector {
    return this.float1('max', a, b);
  }
  atMost(a: Vector, bound: Vector): Vector {
    return this.float1('pmin', a, bound);
  }
  atLeast(a: Vector, bound: Vector): Vector {
    return this.float1('pmax', a, bound);
  }
  floor(a: Vector): Vector {
    return this.float1('floor', a);
  }
  ceil(a: Vector): Vector {
    return this.float1('ceil', a);
  }
  trunc(a: Vector): Vector {
    return this.float1('trunc', a);
  }
  nearest(a: Vector): Vector {
    return this.float1('nearest', a);
  }
  madd(a: Vector, b: Vector, c: Vector): Vector {
    return this.relaxed ? this.float1('relaxed_madd', a, b, c) : this.add(this.mul(a, b), c);
  }

  less(a: Vector, b: Vector): Vector {
    return this.float1('lt', a, b);
  }
  lessEqual(a: Vector, b: Vector): Vector {
    return this.float1('le', a, b);
  }
  equal(a: Vector, b: Vector): Vector {
    return this.float1('eq', a, b);
  }
  notEqual(a: Vector, b: Vector): Vector {
    return this.float1('ne', a, b);
  }
  not(m: Vector): Vector {
    return this.code.op('v128.not', m);
  }
  and(a: Vector, b: Vector): Vector {
    return this.code.op('v128.and', a, b);
  }
  or(a: Vector, b: Vector): Vector {
    return this.code.op('v128.or', a, b);
  }
  select(m: Vector, yes: Vector, no: Vector): Vector {
    return this.code.select(m, yes, no);
  }

  bitsOf(x: Vector): Vector {
    return x;
  }
  ofBits(i: Vector): Vector {
    return i;
  }
  addInt(a: Vector, b: Vector): Vector {
    return this.int1('add', a, b);
  }
  subInt(a: Vector, b: Vector): Vector {
    return this.int1('sub', a, b);
  }
  andInt(a: Vector, b: Vector): Vector {
    return this.code.op('v128.and', a, b);
  }
  orInt(a: Vector, b: Vector): Vector {
    return this.code.op('v128.or', a, b);
  }
  xorInt(a: Vector, b: Vector): Vector {
    return this.code.op('v128.xor', a, b);
  }
  shiftLeft(a: Vector, by: number): Vector {
    return this.code.shift(this.bits === 32 ? 'i32x4.shl' : 'i64x2.shl', a, by);
  }
  shiftRight(a: Vector, by: number): Vector {
    return this.code.shift(this.bits === 32 ? 'i32x4.shr_u' : 'i64x2.shr_u', a, by);
  }

  outside(m: Vector, name: string, x: readonly Vector[], inside: Vector): Vector {
    const callee = this.scalar(name);
    const { bits, count } = this;
    return this.code.statement(
      (f, [mask, first, ...operands]) => {
        const result = f.local('v128');
        f.get(first!);
        f.set(result);
        f.get(mask!);
        f.op('v128.any_true');
        f.if(() => {
          for (let lane = 0; lane < count; lane++) {
            f.get(mask!);
            f.lane('i32x4.extract_lane', bits === 32 ? lane : 2 * lane);
            f.if(() => {
              f.get(result);
              for (const operand of operands) {
                f.get(operand);
                pushLane(f, bits, lane);
              }
              f.call(callee);
              replaceLane(f, bits, lane);
              f.set(result);
            });
          }
        });
        f.get(result);
      },
      m,
      inside,
      ...x,
    );
  }
}
