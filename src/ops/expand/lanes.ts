// What an expansion is written against: one vector of float lanes (F), its bits as integers of the same width (I) and masks
// (M), all opaque. Every operation is one instruction, or two or three, of WebAssembly SIMD (f32x4 and f64x2) and of WGSL
// at 32 bits. Arithmetic rounds each operation to nearest even and keeps subnormals; a target that flushes or reassociates
// loses what the error terms below recover.

/** A constant for each width of a lane. */
export interface ByWidth {
  readonly 32: readonly number[];
  readonly 64: readonly number[];
}

export interface Lanes<F, I, M> {
  readonly bits: 32 | 64;
  /** A constant in every lane, rounded to the width. */
  float(value: number): F;
  /** A constant in every lane, modulo 2^bits. */
  int(value: bigint): I;

  add(a: F, b: F): F;
  sub(a: F, b: F): F;
  mul(a: F, b: F): F;
  div(a: F, b: F): F;
  neg(a: F): F;
  abs(a: F): F;
  sqrt(a: F): F;
  /** NaN where either is, and -0 < 0. */
  min(a: F, b: F): F;
  max(a: F, b: F): F;
  /** a, or the bound where a is above (below) it; a NaN stays. One instruction, where min and max take eight. */
  atMost(a: F, bound: F): F;
  atLeast(a: F, bound: F): F;
  floor(a: F): F;
  ceil(a: F): F;
  trunc(a: F): F;
  /** Half to even. */
  nearest(a: F): F;
  /** `a b + c`, rounded once or twice: the target decides, and an expansion is accurate either way. */
  madd(a: F, b: F, c: F): F;

  less(a: F, b: F): M;
  lessEqual(a: F, b: F): M;
  equal(a: F, b: F): M;
  notEqual(a: F, b: F): M;
  not(m: M): M;
  and(a: M, b: M): M;
  or(a: M, b: M): M;
  select(m: M, yes: F, no: F): F;

  /** The same bits read as integers, and back: no instruction. */
  bitsOf(x: F): I;
  ofBits(i: I): F;
  /** Modulo 2^bits. */
  addInt(a: I, b: I): I;
  subInt(a: I, b: I): I;
  andInt(a: I, b: I): I;
  orInt(a: I, b: I): I;
  xorInt(a: I, b: I): I;
  shiftLeft(a: I, by: number): I;
  /** Zeros come in from the left. */
  shiftRight(a: I, by: number): I;

  /** `inside`, but lanes where m holds are recomputed by the scalar function `name` of x: a test where there are none. */
  outside(m: M, name: string, x: readonly F[], inside: F): F;
}
