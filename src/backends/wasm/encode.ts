// Bytes of the WebAssembly binary format: LEB128 numbers, vectors, sections, little-endian floats.
// https://webassembly.github.io/spec/core/binary/

/** An append-only list of bytes. */
export class Bytes {
  private buffer = new Uint8Array(1024);
  length = 0;

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow(this.length + 1);
    this.buffer[this.length++] = value;
  }

  /** An opcode and the number that follows it: most of all code, before the engine has optimised any of this. */
  indexed(opcode: number, value: number): void {
    if (value >= 0x80) {
      this.byte(opcode);
      this.unsigned(value);
      return;
    }
    if (this.length + 2 > this.buffer.length) this.grow(this.length + 2);
    this.buffer[this.length++] = opcode;
    this.buffer[this.length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    if (this.length + values.length > this.buffer.length) this.grow(this.length + values.length);
    this.buffer.set(values, this.length);
    this.length += values.length;
  }

  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** A number in all five bytes that it may take, at a place that may be written again. */
  unsignedAt(at: number, value: number): void {
    while (this.length < at + 5) this.byte(0);
    for (let i = 0; i < 5; i++) this.buffer[at + i] = ((value >>> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0);
  }

  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.byte(last ? low : low | 0x80);
      if (last) return;
    }
  }

  signed64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const last = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
      this.byte(last ? low : low | 0x80);
      if (last) return;
    }
  }

  float32(value: number): void {
    this.bytes(new Uint8Array(Float32Array.of(value).buffer));
  }

  float64(value: number): void {
    this.bytes(new Uint8Array(Float64Array.of(value).buffer));
  }

  name(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** A section or body: its length, then its bytes. */
  sized(content: Bytes): void {
    this.unsigned(content.length);
    this.bytes(content.view());
  }

  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, this.buffer.length * 2));
    larger.set(this.buffer);
    this.buffer = larger;
  }
}
