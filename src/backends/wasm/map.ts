// Single elementwise operations on large tensors, piece by piece through code compiled for one length, so that one kernel
// serves every shape. Code is made once an operation has seen enough elements to pay for it; until then, and for what has no
// vector code, the reference answers.
import type { Executable } from '../../program/backend.ts';
import { type Equation, Program, Var } from '../../program/program.ts';
import { allocate, type TypedArray } from '../../tensor/dtype.ts';
import { sizeOf } from '../../tensor/layout.ts';
import { type OpRecord, type Params, primitives, type TensorType } from '../../tensor/op.ts';
import { DenseTensor } from '../../tensor/tensor.ts';
import { hasVectorCode } from './elementwise.ts';
import type { Arena } from './memory.ts';
import { compileProgram } from './program.ts';

/** Elements in a piece: its operands and result stay in the second-level cache. */
const PIECE = 8192;
/** Compiling takes about as long as the reference needs for this many elements. */
const ENOUGH = 200_000;

interface Kernel {
  seen: number;
  run: Executable | undefined;
}

const isRepeated = (x: DenseTensor): boolean => x.strides.every((s) => s === 0);

export class MapKernels {
  private readonly arena: Arena;
  private readonly kernels = new Map<string, Kernel>();

  constructor(arena: Arena) {
    this.arena = arena;
  }

  evaluate(op: OpRecord, x: readonly DenseTensor[], p: Params, type: TensorType): DenseTensor | undefined {
    const size = sizeOf(type.shape);
    if (size < PIECE || !hasVectorCode(op, p, x, type.dtype)) return undefined;
    const repeated = x.map(isRepeated);
    if (repeated.every((r) => r)) return undefined;
    const key = `${op.name} ${JSON.stringify(p)} ${x.map((v, i) => `${v.dtype}${repeated[i] ? '*' : ''}`).join()}`;
    let kernel = this.kernels.get(key);
    if (!kernel) {
      kernel = { seen: 0, run: undefined };
      this.kernels.set(key, kernel);
    }
    kernel.seen += size;
    if (kernel.seen < ENOUGH) return undefined;
    kernel.run ??= compileProgram(this.arena, programOf(op, x, p, type, repeated));
    return kernel.run && inPieces(kernel.run, x, type, repeated, size);
  }
}

/** The operation on one piece; a repeated operand is a scalar that is broadcast. */
function programOf(
  op: OpRecord,
  x: readonly DenseTensor[],
  p: Params,
  type: TensorType,
  repeated: readonly boolean[],
): Program {
  const inputs = x.map((v, i) => new Var({ shape: repeated[i] ? [] : [PIECE], dtype: v.dtype }));
  const spread: Equation[] = [];
  const operands = inputs.map((v, i) => {
    if (!repeated[i]) return v;
    const out = new Var({ shape: [PIECE], dtype: v.dtype });
    spread.push({ op: primitives.get('broadcast')!, x: [v], p: { shape: [PIECE] }, outs: [out] });
    return out;
  });
  const out = new Var({ shape: [PIECE], dtype: type.dtype });
  return new Program(inputs, [...spread, { op, x: operands, p, outs: [out] }], [out]);
}

function inPieces(
  run: Executable,
  x: readonly DenseTensor[],
  type: TensorType,
  repeated: readonly boolean[],
  size: number,
): DenseTensor {
  const values = x.map((v, i) => (repeated[i] ? v.storage.subarray(v.offset, v.offset + 1) : v.values()) as TypedArray);
  const out = allocate(type.dtype, size);
  const scalars = values.map((v, i) => (repeated[i] ? new DenseTensor(x[i]!.dtype, [], v) : undefined));
  for (let start = 0; start < size; start += PIECE) {
    const count = Math.min(PIECE, size - start);
    const args = values.map(
      (v, i) => scalars[i] ?? new DenseTensor(x[i]!.dtype, [count], v.subarray(start, start + count) as TypedArray),
    );
    const piece = run(args)![0]!.storage;
    out.set(count === PIECE ? piece : piece.subarray(0, count), start);
  }
  return new DenseTensor(type.dtype, type.shape, out);
}
