// Inflate: the inverse of DEFLATE (RFC 1951), into a buffer whose size is known beforehand, as ZIP records it.
// Codes of up to 9 bits are one table look-up; longer ones, which are rare, are found by their rank among the
// canonical codes of their length. So a block's tables stay small and a hostile stream of tiny blocks cheap.
import { FormatError } from './format-error.ts';

const FAST_BITS = 9;
const MAX_BITS = 15;
const END_OF_BLOCK = 256;

// RFC 1951, 3.2.5: a length or distance is a base plus some extra bits.
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const DISTANCE_EXTRA = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const DISTANCE_BASE = DISTANCE_EXTRA.map((extra, i) => (i < 4 ? i + 1 : 1 + ((2 + (i & 1)) << extra)));
/** RFC 1951, 3.2.7: the order in which the lengths of the code-length code are sent. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

interface HuffmanCode {
  /** Indexed by the next 9 bits: symbol * 16 + length, or 0 where the code is longer or unused. */
  readonly fast: Uint16Array;
  /** Number of codes of each length, and the symbols in the order of their codes. */
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** Decompresses a raw DEFLATE stream into exactly `size` bytes. Throws FormatError for anything else. */
export function inflate(compressed: Uint8Array, size: number): Uint8Array {
  const bits = new BitReader(compressed);
  const output = new Uint8Array(size);
  let written = 0;
  let last = false;
  while (!last) {
    last = bits.read(1) === 1;
    const kind = bits.read(2);
    if (kind === 0) written = copyStored(bits, output, written);
    else if (kind === 1) written = inflateBlock(bits, fixedCodes.literals, fixedCodes.distances, output, written);
    else if (kind === 2) {
      const { literals, distances } = readCodes(bits);
      written = inflateBlock(bits, literals, distances, output, written);
    } else throw malformed('block type 3 does not exist');
  }
  if (written !== size) throw malformed(`it holds ${written} bytes instead of ${size}`);
  if (bits.unreadBytes() !== 0) throw malformed(`${bits.unreadBytes()} bytes follow its end`);
  return output;
}

class BitReader {
  private readonly bytes: Uint8Array;
  private position = 0;
  private buffer = 0;
  private available = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The next `count` <= 16 bits as a number, the first bit the lowest. */
  read(count: number): number {
    if (this.available < count) this.refill(count);
    const value = this.buffer & ((1 << count) - 1);
    this.drop(count);
    return value;
  }

  symbol(code: HuffmanCode): number {
    if (this.available < MAX_BITS) this.refill(0);
    const entry = code.fast[this.buffer & ((1 << FAST_BITS) - 1)]!;
    if (entry === 0) return this.longSymbol(code);
    if ((entry & 15) > this.available) throw malformed('it ends too early');
    this.drop(entry & 15);
    return entry >> 4;
  }

  /** Bits of the current byte are dropped, as before a stored block. */
  takeBytes(count: () => number): Uint8Array {
    this.drop(this.available & 7);
    const length = count();
    const start = this.position - (this.available >> 3);
    if (start + length > this.bytes.length) throw malformed('it ends too early');
    this.position = start + length;
    this.buffer = 0;
    this.available = 0;
    return this.bytes.subarray(start, this.position);
  }

  unreadBytes(): number {
    return this.bytes.length - this.position + (this.available >> 3);
  }

  /** Codes of one length are consecutive numbers; `first` is the first of them. Codes come highest bit first. */
  private longSymbol(code: HuffmanCode): number {
    let value = 0;
    let first = 0;
    let rank = 0;
    for (let length = 1; length <= Math.min(MAX_BITS, this.available); length++) {
      value |= (this.buffer >>> (length - 1)) & 1;
      const count = code.counts[length]!;
      if (value - first < count) {
        this.drop(length);
        return code.symbols[rank + value - first]!;
      }
      rank += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    throw malformed(this.available < MAX_BITS ? 'it ends too early' : 'a code stands for nothing');
  }

  private drop(count: number): void {
    this.buffer >>>= count;
    this.available -= count;
  }

  private refill(needed: number): void {
    while (this.available <= 24 && this.position < this.bytes.length) {
      this.buffer |= this.bytes[this.position++]! << this.available;
      this.available += 8;
    }
    if (this.available < needed) throw malformed('it ends too early');
  }
}

function copyStored(bits: BitReader, output: Uint8Array, written: number): number {
  const block = bits.takeBytes(() => {
    const length = bits.read(16);
    if ((length ^ bits.read(16)) !== 0xffff) throw malformed('the length of a stored block is damaged');
    return length;
  });
  if (written + block.length > output.length) throw tooLong(output);
  output.set(block, written);
  return written + block.length;
}

function inflateBlock(
  bits: BitReader,
  literals: HuffmanCode,
  distances: HuffmanCode,
  output: Uint8Array,
  start: number,
): number {
  let written = start;
  for (;;) {
    const symbol = bits.symbol(literals);
    if (symbol === END_OF_BLOCK) return written;
    if (symbol < END_OF_BLOCK) {
      if (written === output.length) throw tooLong(output);
      output[written++] = symbol;
      continue;
    }
    const length = withExtra(bits, symbol - 257, LENGTH_BASE, LENGTH_EXTRA);
    const distance = withExtra(bits, bits.symbol(distances), DISTANCE_BASE, DISTANCE_EXTRA);
    if (distance > written) throw malformed('it refers to bytes before its beginning');
    if (written + length > output.length) throw tooLong(output);
    // Byte by byte: source and target overlap where a pattern repeats.
    for (const end = written + length; written < end; written++) output[written] = output[written - distance]!;
  }
}

function withExtra(bits: BitReader, index: number, base: readonly number[], extra: readonly number[]): number {
  const smallest = base[index];
  if (smallest === undefined) throw malformed('a length or distance is out of range');
  return smallest + bits.read(extra[index]!);
}

/** The two codes of a dynamic block, sent as code lengths which are themselves Huffman coded and run-length coded. */
function readCodes(bits: BitReader): { literals: HuffmanCode; distances: HuffmanCode } {
  const literalCount = bits.read(5) + 257;
  const distanceCount = bits.read(5) + 1;
  const codeLengthCount = bits.read(4) + 4;
  const codeLengths = new Uint8Array(CODE_LENGTH_ORDER.length);
  for (let i = 0; i < codeLengthCount; i++) codeLengths[CODE_LENGTH_ORDER[i]!] = bits.read(3);
  const code = buildCode(codeLengths, false);

  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length; ) {
    const symbol = bits.symbol(code);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw malformed('the first code length repeats one before it');
    const repeated = symbol === 16 ? lengths[i - 1]! : 0;
    const times = symbol === 16 ? 3 + bits.read(2) : symbol === 17 ? 3 + bits.read(3) : 11 + bits.read(7);
    if (i + times > lengths.length) throw malformed('there are more code lengths than announced');
    lengths.fill(repeated, i, i + times);
    i += times;
  }
  if (lengths[END_OF_BLOCK] === 0) throw malformed('a block has no code for its end');
  return {
    literals: buildCode(lengths.subarray(0, literalCount), true),
    distances: buildCode(lengths.subarray(literalCount), true),
  };
}

/** Canonical Huffman code from the code length of each symbol (RFC 1951, 3.2.2). */
function buildCode(lengths: Uint8Array, mayBeIncomplete: boolean): HuffmanCode {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const next = new Uint16Array(MAX_BITS + 2); // next code of each length
  const rank = new Uint16Array(MAX_BITS + 2); // and its place among all symbols
  let unused = 1;
  for (let length = 1; length <= MAX_BITS; length++) {
    const count = counts[length]!;
    unused = 2 * unused - count;
    if (unused < 0) throw malformed('a Huffman code has too many short codes');
    next[length + 1] = (next[length]! + count) << 1;
    rank[length + 1] = rank[length]! + count;
  }
  // A code with a single symbol spends one bit on it and leaves the other half unused; a code may also be empty.
  const used = rank[MAX_BITS + 1]!;
  if (unused > 0 && !(mayBeIncomplete && (used === 0 || (used === 1 && counts[1] === 1)))) {
    throw malformed('a Huffman code is incomplete');
  }
  const fast = new Uint16Array(1 << FAST_BITS);
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    symbols[rank[length]!++] = symbol;
    const code = next[length]!++;
    if (length > FAST_BITS) return;
    for (let i = reverseBits(code, length); i < fast.length; i += 1 << length) fast[i] = (symbol << 4) | length;
  });
  return { fast, counts, symbols };
}

function reverseBits(code: number, length: number): number {
  let reversed = 0;
  for (let i = 0; i < length; i++) reversed |= ((code >> i) & 1) << (length - 1 - i);
  return reversed;
}

function malformed(detail: string): FormatError {
  return new FormatError(`inflate: the compressed data are malformed: ${detail}.`);
}

function tooLong(output: Uint8Array): FormatError {
  return malformed(`it holds more than the ${output.length} bytes announced`);
}

/** RFC 1951, 3.2.6. Distances 30 and 31 complete the code and are refused when they occur. */
const fixedCodes = {
  literals: buildCode(
    Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
    false,
  ),
  distances: buildCode(new Uint8Array(32).fill(5), false),
};
