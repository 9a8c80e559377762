// Accumulators of reductions. A float32 sum or product is kept in float64, two registers for four lanes, so that ten million
// terms keep their digits; the others keep their dtype. An extreme of floats is the first of the largest, and NaN, which a
// second register remembers, wherever there was one.
import type { Reduction, ReductionKind } from '../../compile/nest.ts';
import type { DType } from '../../tensor/dtype.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import type { Opcode } from './opcodes.ts';
import type { Vector, VectorCode } from './vector.ts';

const identities: Readonly<Record<ReductionKind, number>> = { sum: 0, prod: 1, max: -Infinity, min: Infinity };
const intIdentities: Readonly<Record<ReductionKind, number>> = { sum: 0, prod: 1, max: -2147483648, min: 2147483647 };
const floatNames: Readonly<Record<ReductionKind, string>> = { sum: 'add', prod: 'mul', max: 'pmax', min: 'pmin' };
const intNames: Readonly<Record<ReductionKind, string>> = { sum: 'add', prod: 'mul', max: 'max_s', min: 'min_s' };

export class Accumulator {
  readonly reduction: Reduction;
  private readonly dtype: DType;
  private readonly width: 2 | 4;
  private readonly wide: boolean;
  private readonly type: 'i32x4' | 'f32x4' | 'f64x2';
  private readonly opcode: Opcode;
  private readonly registers: readonly Local[];
  /** All ones in the lanes that have met a NaN; where there is no such register, they remember it themselves. */
  private readonly nan: Local | undefined;

  constructor(f: FunctionBuilder, reduction: Reduction, width: 2 | 4) {
    const { kind, value } = reduction;
    this.reduction = reduction;
    this.dtype = value.dtype;
    this.width = width;
    this.wide = value.dtype === 'float32' && (kind === 'sum' || kind === 'prod');
    this.type = value.dtype === 'int32' ? 'i32x4' : this.wide || value.dtype === 'float64' ? 'f64x2' : 'f32x4';
    this.opcode = `${this.type}.${value.dtype === 'int32' ? intNames[kind] : floatNames[kind]}` as Opcode;
    this.registers = Array.from({ length: this.wide && width === 4 ? 2 : 1 }, () => f.local('v128'));
    this.nan = value.dtype !== 'int32' && (kind === 'max' || kind === 'min') ? f.local('v128') : undefined;
  }

  private get identity(): number {
    return (this.dtype === 'int32' ? intIdentities : identities)[this.reduction.kind];
  }

  start(f: FunctionBuilder): void {
    for (const register of this.registers) {
      f.splat(this.dtype === 'int32' ? 'i32' : this.wide || this.dtype === 'float64' ? 'f64' : 'f32', this.identity);
      f.set(register);
    }
    if (this.nan) {
      f.splat('i32', 0);
      f.set(this.nan);
    }
  }

  /** The value with the identity in the lanes that do not exist. */
  masked(code: VectorCode, value: Vector, lanes: number): Vector {
    if (lanes === this.width) return value;
    const type = this.dtype === 'int32' ? 'i32' : this.dtype === 'float64' ? 'f64' : 'f32';
    const mask = code.firstLanes(lanes, this.dtype === 'float64' ? 64 : 32);
    return code.op('v128.bitselect', value, code.constant(type, this.identity), mask);
  }

  add(code: VectorCode, value: Vector): void {
    const { f } = code;
    if (!this.wide && !this.nan) {
      f.get(this.registers[0]!);
      code.push(value);
      f.op(this.opcode);
      f.set(this.registers[0]!);
      return;
    }
    const local = code.inLocal(value);
    if (this.nan) {
      f.get(this.registers[0]!);
      f.get(local);
      f.op(this.opcode);
      f.set(this.registers[0]!);
      f.get(this.nan);
      f.get(local);
      f.get(local);
      f.op(`${this.type}.ne` as Opcode);
      f.op('v128.or');
      f.set(this.nan);
      return;
    }
    this.registers.forEach((register, half) => {
      f.get(register);
      f.get(local);
      if (half === 1) {
        f.get(local);
        f.shuffle(4, [2, 3, 2, 3]);
      }
      f.op('f64x2.promote_low_f32x4');
      f.op(this.opcode);
      f.set(register);
    });
  }

  /** Takes over what another accumulator of the same reduction has. */
  merge(f: FunctionBuilder, other: Accumulator): void {
    const combine = (mine: Local, others: Local, opcode: Opcode): void => {
      f.get(mine);
      f.get(others);
      f.op(opcode);
      f.set(mine);
    };
    this.registers.forEach((register, i) => {
      combine(register, other.registers[i]!, this.opcode);
    });
    if (this.nan) combine(this.nan, other.nan!, 'v128.or');
  }

  /** Puts NaN into the lanes that have met one; the last step before the totals are taken. */
  private settle(f: FunctionBuilder): void {
    if (!this.nan) return;
    f.get(this.registers[0]!);
    f.get(this.nan);
    f.op('v128.or');
    f.set(this.registers[0]!);
  }

  /** Pushes the totals lane by lane, in the dtype of the result. */
  pushLanes(f: FunctionBuilder): void {
    this.settle(f);
    for (const register of this.registers) {
      f.get(register);
      if (this.wide) f.op('f32x4.demote_f64x2_zero');
    }
    if (this.registers.length === 2) f.shuffle(4, [0, 1, 4, 5]);
  }

  /** Pushes a vector whose first lane is the total over all lanes. */
  pushTotal(f: FunctionBuilder): void {
    this.settle(f);
    const [first, second] = this.registers as [Local, Local | undefined];
    // The plain extremes keep a NaN of either side.
    const opcode = this.nan ? (this.opcode.replace('.p', '.') as Opcode) : this.opcode;
    const total = f.local('v128');
    f.get(first);
    if (second) {
      f.get(second);
      f.op(this.opcode);
    }
    f.set(total);
    const fold = (width: 4 | 8, lanes: readonly number[]): void => {
      f.get(total);
      f.get(total);
      f.get(total);
      f.shuffle(width, lanes);
      f.op(opcode);
      f.set(total);
    };
    if (this.wide || this.dtype === 'float64') fold(8, [1, 0]);
    else {
      if (this.width === 4) fold(4, [2, 3, 0, 1]);
      fold(4, [1, 0, 3, 2]);
    }
    f.get(total);
    if (this.wide) f.op('f32x4.demote_f64x2_zero');
    f.release(total);
  }
}
