// Straight-line vector code as a graph: a value used once stays on the operand stack, one used more often goes into a local
// when it is first needed. Equal instructions on equal operands are one value; constants are set before the loops.
import type { FunctionBuilder, Local } from './assembler.ts';
import type { Opcode } from './opcodes.ts';

export interface Vector {
  readonly id: number;
  readonly args: readonly Vector[];
  /** Appends the instruction; its operands are on the stack, or, for statements, nothing is. */
  readonly write: (f: FunctionBuilder) => void;
  readonly statement: boolean;
  uses: number;
  local: Local | undefined;
}

export class VectorCode {
  readonly f: FunctionBuilder;
  private count = 0;
  private readonly known = new Map<string, Vector>();
  private readonly constants = new Map<string, { readonly local: Local; readonly write: () => void }>();
  private readonly opposites = new Map<Vector, Vector>();
  /** Values that never change while the function runs. */
  private readonly fixed = new Map<string, Vector>();

  constructor(f: FunctionBuilder) {
    this.f = f;
  }

  /** Forgets the values of the last block; constants stay. */
  block(): void {
    this.known.clear();
  }

  private make(args: readonly Vector[], write: Vector['write'], statement = false): Vector {
    for (const a of args) a.uses++;
    return { id: this.count++, args, write, statement, uses: 0, local: undefined };
  }

  /** A value by code of its own. */
  value(write: Vector['write'], ...args: readonly Vector[]): Vector {
    return this.make(args, write);
  }

  /** A value that `write` leaves on the stack by statements, which find their operands in locals. */
  statement(write: (f: FunctionBuilder, operands: readonly Local[]) => void, ...args: readonly Vector[]): Vector {
    return this.make(
      args,
      (f) =>
        write(
          f,
          args.map((a) => this.inLocal(a)),
        ),
      true,
    );
  }

  op(opcode: Opcode, ...args: readonly Vector[]): Vector {
    return this.keyed(opcode, args, (f) => f.op(opcode));
  }

  /** The opposite of a float, given the mask of its sign; `negated` finds a again. */
  negative(a: Vector, sign: Vector): Vector {
    const opposite = this.op('v128.xor', a, sign);
    this.opposites.set(opposite, a);
    return opposite;
  }

  /** The float whose opposite this is. */
  negated(v: Vector): Vector | undefined {
    return this.opposites.get(v);
  }

  /** `yes` where the mask holds, else `no`; a zero needs one instruction, not three. */
  select(mask: Vector, yes: Vector, no: Vector): Vector {
    if (this.isZero(no)) return this.op('v128.and', yes, mask);
    if (this.isZero(yes)) return this.op('v128.andnot', no, mask);
    return this.op('v128.bitselect', yes, no, mask);
  }

  private isZero(v: Vector): boolean {
    return (['f32', 'f64', 'i32'] as const).some((type) => this.fixed.get(`${type}:0`) === v);
  }

  shift(opcode: Opcode, a: Vector, by: number): Vector {
    return this.keyed(`${opcode}${by}`, [a], (f) => {
      f.i32(by);
      f.op(opcode);
    });
  }

  shuffle(width: 4 | 8, lanes: readonly number[], a: Vector, b: Vector = a): Vector {
    return this.keyed(`shuffle${width}:${lanes.join()}`, [a, b], (f) => f.shuffle(width, lanes));
  }

  private keyed(name: string, args: readonly Vector[], write: Vector['write']): Vector {
    const key = `${name} ${args.map((a) => a.id).join()}`;
    let known = this.known.get(key);
    if (!known) {
      known = this.make(args, write);
      this.known.set(key, known);
    }
    return known;
  }

  constant(type: 'f32' | 'f64' | 'i32' | 'i64', value: number | bigint): Vector {
    return this.fixedValue(`${type}:${Object.is(value, -0) ? '-0' : String(value)}`, (f) => f.splat(type, value));
  }

  /** A mask that holds in the first lanes. */
  firstLanes(count: number, bits: 32 | 64): Vector {
    return this.fixedValue(`mask:${count}:${bits}`, (f) => {
      f.lanes(Int32Array.from({ length: 4 }, (_, i) => (Math.floor((i * 32) / bits) < count ? -1 : 0)));
    });
  }

  /** The int32 numbers start, start + step, … */
  ramp(start: number, step: number): Vector {
    return this.fixedValue(`ramp:${start}:${step}`, (f) => {
      f.lanes(Int32Array.from({ length: 4 }, (_, i) => start + i * step));
    });
  }

  private fixedValue(key: string, write: (f: FunctionBuilder) => void): Vector {
    let vector = this.fixed.get(key);
    if (!vector) {
      const local = this.f.local('v128');
      this.constants.set(key, {
        local,
        write: () => {
          write(this.f);
          this.f.set(local);
        },
      });
      vector = { id: this.count++, args: [], write, statement: false, uses: 0, local };
      this.fixed.set(key, vector);
    }
    return vector;
  }

  /** Sets the locals of all constants met so far. */
  setConstants(): void {
    for (const { write } of this.constants.values()) write();
  }

  /** Puts the value on the stack. */
  push(v: Vector): void {
    if (v.local) {
      this.f.get(v.local);
      return;
    }
    if (!v.statement) for (const a of v.args) this.push(a);
    v.write(this.f);
    if (v.uses > 1) {
      v.local = this.f.local('v128');
      this.f.tee(v.local);
    }
  }

  /** The value in a local. */
  inLocal(v: Vector): Local {
    if (!v.local) {
      v.uses = Math.max(v.uses, 2);
      this.push(v);
      this.f.op('drop');
    }
    return v.local!;
  }
}
