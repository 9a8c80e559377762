// A small assembler for WebAssembly modules: types, imports, functions, exports, and code with named locals. It knows the
// instructions that our code generator emits, no more, and checks nothing that the engine's validator checks anyway.
import { Bytes } from './encode.ts';
import { type Opcode, opcodes, simd } from './opcodes.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

const valueTypes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A local variable of a function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** A function that code can call. Its number is known when the module is put together: imports come first. */
export interface Callee {
  index: number;
  readonly signature: Signature;
}

interface FunctionImport {
  readonly module: string;
  readonly name: string;
  readonly type: number;
  readonly callee: Callee;
}

export class ModuleBuilder {
  private readonly types: string[] = [];
  private readonly typeBytes: Bytes[] = [];
  private readonly imports: FunctionImport[] = [];
  private readonly functions: FunctionBuilder[] = [];
  private readonly exports: { readonly name: string; readonly callee: Callee }[] = [];
  private memory: { readonly initial: number; readonly maximum: number; readonly shared: boolean } | undefined;

  importFunction(module: string, name: string, signature: Signature): Callee {
    const callee: Callee = { index: -1, signature };
    this.imports.push({ module, name, type: this.typeIndex(signature), callee });
    return callee;
  }

  /** Imports `env.memory`; sizes in pages of 64 KiB. */
  importMemory(initial: number, maximum: number, shared: boolean): void {
    this.memory = { initial, maximum, shared };
  }

  function(signature: Signature, exported?: string): FunctionBuilder {
    const f = new FunctionBuilder(signature, this.typeIndex(signature));
    this.functions.push(f);
    if (exported !== undefined) this.export(exported, f);
    return f;
  }

  export(name: string, callee: Callee): void {
    this.exports.push({ name, callee });
  }

  private typeIndex({ params, results }: Signature): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.types.indexOf(key);
    if (known >= 0) return known;
    const bytes = new Bytes();
    bytes.byte(0x60);
    for (const list of [params, results]) {
      bytes.unsigned(list.length);
      for (const type of list) bytes.byte(valueTypes[type]);
    }
    this.typeBytes.push(bytes);
    return this.types.push(key) - 1;
  }

  build(): Uint8Array<ArrayBuffer> {
    [...this.imports.map(({ callee }) => callee), ...this.functions].forEach((callee, index) => {
      callee.index = index;
    });
    const out = new Bytes();
    out.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    const section = (id: number, count: number, write: (to: Bytes) => void): void => {
      if (count === 0) return;
      const content = new Bytes();
      content.unsigned(count);
      write(content);
      out.byte(id);
      out.sized(content);
    };
    section(1, this.typeBytes.length, (to) => {
      for (const type of this.typeBytes) to.bytes(type.view());
    });
    section(2, this.imports.length + (this.memory ? 1 : 0), (to) => {
      for (const { module, name, type } of this.imports) {
        to.name(module);
        to.name(name);
        to.byte(0x00);
        to.unsigned(type);
      }
      if (this.memory) {
        to.name('env');
        to.name('memory');
        to.byte(0x02);
        to.byte(this.memory.shared ? 0x03 : 0x01);
        to.unsigned(this.memory.initial);
        to.unsigned(this.memory.maximum);
      }
    });
    section(3, this.functions.length, (to) => {
      for (const f of this.functions) to.unsigned(f.type);
    });
    section(7, this.exports.length, (to) => {
      for (const { name, callee } of this.exports) {
        to.name(name);
        to.byte(0x00);
        to.unsigned(callee.index);
      }
    });
    section(10, this.functions.length, (to) => {
      for (const f of this.functions) to.sized(f.body());
    });
    return out.view().slice() as Uint8Array<ArrayBuffer>;
  }
}

/** The code of one function. Methods append instructions; the operand stack is the engine's. */
export class FunctionBuilder implements Callee {
  index = -1;
  readonly signature: Signature;
  readonly type: number;
  readonly params: readonly Local[];
  private readonly locals: ValueType[] = [];
  private readonly free = new Map<ValueType, Local[]>();
  private readonly code = new Bytes();
  /** Where calls stand in the code. */
  private readonly calls: { readonly at: number; readonly callee: Callee }[] = [];
  private depth = 0;

  constructor(signature: Signature, type: number) {
    this.signature = signature;
    this.type = type;
    this.params = signature.params.map((param, i) => ({ index: i, type: param }));
  }

  /** A new local, zero at the start of the function unless it was released before. */
  local(type: ValueType): Local {
    const reused = this.free.get(type)?.pop();
    if (reused) return reused;
    this.locals.push(type);
    return { index: this.params.length + this.locals.length - 1, type };
  }

  /** Lets another use have this local. */
  release(...locals: readonly Local[]): void {
    for (const local of locals) {
      const list = this.free.get(local.type);
      if (list) list.push(local);
      else this.free.set(local.type, [local]);
    }
  }

  get(local: Local): void {
    this.code.indexed(0x20, local.index);
  }

  set(local: Local): void {
    this.code.indexed(0x21, local.index);
  }

  tee(local: Local): void {
    this.code.indexed(0x22, local.index);
  }

  i32(value: number): void {
    this.code.byte(0x41);
    this.code.signed(value);
  }

  i64(value: bigint): void {
    this.code.byte(0x42);
    this.code.signed64(value);
  }

  f32(value: number): void {
    this.code.byte(0x43);
    this.code.float32(value);
  }

  f64(value: number): void {
    this.code.byte(0x44);
    this.code.float64(value);
  }

  /** A v128 constant with the value in every lane. */
  splat(type: 'f32' | 'f64' | 'i32' | 'i64', value: number | bigint): void {
    const lanes =
      type === 'f32'
        ? Float32Array.of(...Array(4).fill(value))
        : type === 'f64'
          ? Float64Array.of(...Array(2).fill(value))
          : type === 'i32'
            ? Int32Array.of(...Array(4).fill(value))
            : BigInt64Array.of(...Array(2).fill(BigInt(value)));
    this.lanes(lanes);
  }

  /** A v128 constant of sixteen given bytes. */
  lanes(values: Float32Array | Float64Array | Int32Array | BigInt64Array): void {
    this.code.byte(0xfd);
    this.code.unsigned(12);
    this.code.bytes(new Uint8Array(values.buffer, values.byteOffset, 16));
  }

  /** An instruction without immediate operands. */
  op(opcode: Opcode): void {
    const value = opcodes[opcode];
    if (value < 0x100) this.code.byte(value);
    else this.code.indexed(0xfd, value - simd);
  }

  /** A load or store at a constant byte offset from the address on the stack. */
  memory(opcode: Opcode, offset = 0, align = 0, lane?: number): void {
    this.op(opcode);
    this.code.indexed(align, offset);
    if (lane !== undefined) this.code.byte(lane);
  }

  /** extract_lane and replace_lane. */
  lane(opcode: Opcode, lane: number): void {
    this.op(opcode);
    this.code.byte(lane);
  }

  /** i8x16.shuffle of whole lanes: `lanes` picks from the eight f32 (or four f64) lanes of both operands. */
  shuffle(width: 4 | 8, lanes: readonly number[]): void {
    this.code.byte(0xfd);
    this.code.unsigned(13);
    for (const lane of lanes) for (let b = 0; b < width; b++) this.code.byte(lane * width + b);
  }

  call(callee: Callee): void {
    this.code.byte(0x10);
    this.calls.push({ at: this.code.length, callee });
    this.code.unsignedAt(this.code.length, 0);
  }

  /** `loop … end`; `again()` inside jumps back to its start, from any depth. */
  loop(body: (again: () => void) => void): void {
    this.nested(0x03, body);
  }

  /** `block … end`; `leave()` inside jumps behind it. */
  block(body: (leave: () => void) => void): void {
    this.nested(0x02, body);
  }

  private nested(opcode: number, body: (branch: () => void) => void): void {
    this.code.byte(opcode);
    this.code.byte(0x40);
    const level = ++this.depth;
    body(() => {
      this.code.byte(0x0c);
      this.code.unsigned(this.depth - level);
    });
    this.depth--;
    this.code.byte(0x0b);
  }

  /** Runs `then` if the i32 on the stack is not zero. */
  if(then: () => void, otherwise?: () => void): void {
    this.code.byte(0x04);
    this.code.byte(0x40);
    this.depth++;
    then();
    if (otherwise) {
      this.code.byte(0x05);
      otherwise();
    }
    this.depth--;
    this.code.byte(0x0b);
  }

  /** Pushes the value of `then` if the local is not zero, else 0. */
  choose(type: 'f32' | 'f64', condition: Local, then: () => void): void {
    this.get(condition);
    this.code.byte(0x04);
    this.code.byte(valueTypes[type]);
    this.depth++;
    then();
    this.code.byte(0x05);
    if (type === 'f32') this.f32(0);
    else this.f64(0);
    this.depth--;
    this.code.byte(0x0b);
  }

  /** for (counter = from; counter < to; counter += step): bounds are locals or constants; body may not run at all. */
  forRange(counter: Local, from: Local | number, to: Local | number, step: number, body: () => void): void {
    const push = (v: Local | number): void => (typeof v === 'number' ? this.i32(v) : this.get(v));
    push(from);
    this.set(counter);
    push(from);
    push(to);
    this.op('i32.lt_s');
    this.if(() => {
      this.loop((again) => {
        body();
        this.get(counter);
        this.i32(step);
        this.op('i32.add');
        this.tee(counter);
        push(to);
        this.op('i32.lt_s');
        this.if(again);
      });
    });
  }

  body(): Bytes {
    const out = new Bytes();
    out.unsigned(this.locals.length);
    for (const type of this.locals) {
      out.unsigned(1);
      out.byte(valueTypes[type]);
    }
    for (const { at, callee } of this.calls) this.code.unsignedAt(at, callee.index);
    out.bytes(this.code.view());
    out.byte(0x0b);
    return out;
  }
}
