// Single operations on large tensors as programs for their shapes and layouts: reductions, windows that are added, and
// elementwise operations on views that are not in rows, whose elements JavaScript would have to collect one by one. An
// operand is taken as its storage lies; the program puts its axes in order.
import { simpleText } from '../../compile/simplify.ts';
import type { Executable } from '../../program/backend.ts';
import { type Equation, Program, Var } from '../../program/program.ts';
import { sizeOf } from '../../tensor/layout.ts';
import { type OpRecord, type Params, primitives, type TensorType } from '../../tensor/op.ts';
import type { DenseTensor } from '../../tensor/tensor.ts';
import { hasVectorCode, isElementwise } from './elementwise.ts';
import { type Arena, bytesOf } from './memory.ts';
import { compileProgram } from './program.ts';

/** Operations on fewer elements are left to others. */
const LEAST = 32_768;
/** Compiling takes about as long as the reference needs for this many elements. */
const ENOUGH = 500_000;
/** Most bytes of memory for the operands and the result. */
const MOST_BYTES = 2 ** 26;
/** Programs that are kept. */
const MOST_PROGRAMS = 64;

const reductions: ReadonlySet<string> = new Set(['sum', 'max', 'min', 'prod', 'overlapAdd']);

interface Single {
  seen: number;
  /** False where there is no code for it. */
  run: Executable | false | undefined;
}

/** An operand as its storage lies, and the axes of that in the operand's order; repeated axes have size 1. */
interface Stored {
  readonly tensor: DenseTensor;
  readonly axes: readonly number[];
}

export class SinglePrograms {
  private readonly arena: Arena;
  private readonly programs = new Map<string, Single>();

  constructor(arena: Arena) {
    this.arena = arena;
  }

  evaluate(op: OpRecord, x: readonly DenseTensor[], p: Params, type: TensorType): DenseTensor | undefined {
    let size = sizeOf(type.shape);
    for (const v of x) size = Math.max(size, v.size);
    if (size < LEAST || !answers(op, x, p, type)) return undefined;
    if (sizeOf(type.shape) === 0 || x.some((v) => v.size === 0)) return undefined;
    const stored = x.map(asStored);
    const bytes = stored.reduce((sum, { tensor }) => sum + tensor.size * bytesOf[tensor.dtype], 0);
    if (bytes + sizeOf(type.shape) * bytesOf[type.dtype] > MOST_BYTES) return undefined;
    const params = simpleText(p);
    if (params === undefined) return undefined;
    const layout = stored.map(({ tensor, axes }, i) => `${tensor.dtype}[${tensor.shape}]${axes}:${x[i]!.shape}`);
    const single = this.find(`${op.name} ${params} ${layout.join(' ')}`);
    single.seen += size;
    if (single.seen < ENOUGH) return undefined;
    single.run ??= compileProgram(this.arena, programOf(op, x, p, type, stored)) ?? false;
    return single.run ? single.run(stored.map(({ tensor }) => tensor))?.[0] : undefined;
  }

  private find(key: string): Single {
    let single = this.programs.get(key);
    if (!single) {
      if (this.programs.size === MOST_PROGRAMS) this.programs.clear();
      single = { seen: 0, run: undefined };
      this.programs.set(key, single);
    }
    return single;
  }
}

const isRepeated = (x: DenseTensor): boolean => x.strides.every((s, i) => s === 0 || x.shape[i] === 1);

function answers(op: OpRecord, x: readonly DenseTensor[], p: Params, { dtype }: TensorType): boolean {
  if (reductions.has(op.name)) return true;
  return isElementwise(op) && x.some((v) => !v.isRowMajor && !isRepeated(v)) && hasVectorCode(op, p, x, dtype);
}

function asStored(x: DenseTensor): Stored {
  const shape = x.shape.map((n, i) => (x.strides[i] === 0 ? 1 : n));
  const order = shape.map((_, i) => i).sort((i, j) => x.strides[j]! - x.strides[i]!);
  const tensor = x.view(
    order.map((i) => shape[i]!),
    order.map((i) => x.strides[i]!),
  );
  return { tensor, axes: shape.map((_, i) => order.indexOf(i)) };
}

function programOf(
  op: OpRecord,
  x: readonly DenseTensor[],
  p: Params,
  type: TensorType,
  stored: readonly Stored[],
): Program {
  const equations: Equation[] = [];
  const bound = (name: string, v: Var, params: Params, shape: readonly number[]): Var => {
    const out = new Var({ shape, dtype: v.dtype });
    equations.push({ op: primitives.get(name)!, x: [v], p: params, outs: [out] });
    return out;
  };
  const inputs = stored.map(({ tensor }) => new Var(tensor));
  const operands = inputs.map((v, i) => {
    const { axes } = stored[i]!;
    const { shape } = x[i]!;
    const ordered = bound(
      'permute',
      v,
      { axes },
      axes.map((axis) => v.shape[axis]!),
    );
    return bound('broadcast', ordered, { shape }, shape);
  });
  const out = new Var(type);
  return new Program(inputs, [...equations, { op, x: operands, p, outs: [out] }], [out]);
}
