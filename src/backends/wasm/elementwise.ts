// One elementwise operation on vectors of any dtype: floats by the expansion of the operation, comparisons, choices and
// conversions here, and what has neither lane by lane through the scalar function of its record.
// A bool is a mask as wide as the lanes of the nest: 32 bits where four elements go together, 64 where two do.
import { type IndexRange, wrapIndexOp } from '../../compile/wrap-index.ts';
import { formatOf } from '../../ops/expand/bits.ts';
import { type Expansion, expansions } from '../../ops/expand/index.ts';
import { type DType, isFloat } from '../../tensor/dtype.ts';
import type { OpRecord, Params, TensorType } from '../../tensor/op.ts';
import type { Callee } from './assembler.ts';
import { leastOf } from './bounds.ts';
import { pushLane, replaceLane, WasmLanes } from './lanes.ts';
import type { Opcode } from './opcodes.ts';
import type { Vector, VectorCode } from './vector.ts';
import type { VectorFunctions } from './vector-functions.ts';

/** Finds the imported scalar function of an operation for inputs and an output of these dtypes. */
export type FindScalar = (op: OpRecord, p: Params, inputs: readonly DType[], output: DType) => Callee;

const linear: ReadonlySet<string> = new Set(['add', 'sub', 'neg', 'mul', 'chain', 'where', 'cast', 'stopGradient']);

/** Whether the operation computes each element of its output from the same elements of its inputs. */
export function isElementwise(op: OpRecord): boolean {
  return op.scalar !== undefined || linear.has(op.name);
}

/** The vector code of an operation on floats at these parameters. */
function expansionOf(op: OpRecord, p: Params): Expansion | undefined {
  const expansion = expansions.get(op.name);
  return expansion && (expansion.covers?.(p) ?? true) ? expansion : undefined;
}

/** Whether the operation runs in vectors on these dtypes, not lane by lane. */
export function hasVectorCode(op: OpRecord, p: Params, x: readonly TensorType[], output: DType): boolean {
  const [first] = x;
  if (!first || !isFloat(first.dtype)) return op.name === 'where' || (op.name === 'cast' && output !== 'int32');
  if (output === 'bool') return op.name in floatComparisons;
  return op.name === 'cast' ? isFloat(output) : expansionOf(op, p) !== undefined;
}

const floatComparisons: Record<string, string> = {
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt',
  lessEqual: 'le',
  greater: 'gt',
  greaterEqual: 'ge',
};
const intComparisons: Record<string, Opcode> = {
  equal: 'i32x4.eq',
  notEqual: 'i32x4.ne',
  less: 'i32x4.lt_s',
  lessEqual: 'i32x4.le_s',
  greater: 'i32x4.gt_s',
  greaterEqual: 'i32x4.ge_s',
};
const intOperations: Record<string, Opcode> = {
  add: 'i32x4.add',
  sub: 'i32x4.sub',
  mul: 'i32x4.mul',
  neg: 'i32x4.neg',
  abs: 'i32x4.abs',
  maximum: 'i32x4.max_s',
  minimum: 'i32x4.min_s',
};

export class ElementwiseCode {
  private readonly code: VectorCode;
  /** Elements in a vector: 4, or 2 where a float64 takes part. */
  private readonly width: 2 | 4;
  /** How many of them exist in the vectors that come now: what is computed lane by lane stays with these. */
  lanes: number;
  private readonly floats: Readonly<Record<32 | 64, WasmLanes>>;
  private readonly findScalar: FindScalar;
  private readonly functions: VectorFunctions;
  /** What no element of a float vector is below. */
  private readonly least = new WeakMap<Vector, number>();

  constructor(
    code: VectorCode,
    width: 2 | 4,
    relaxed: boolean,
    findScalar: FindScalar,
    fallback: (name: string) => Callee,
    functions: VectorFunctions,
  ) {
    this.functions = functions;
    this.code = code;
    this.width = width;
    this.findScalar = findScalar;
    this.lanes = width;
    this.floats = {
      32: new WasmLanes(code, 32, width, relaxed, fallback),
      64: new WasmLanes(code, 64, width, relaxed, fallback),
    };
  }

  constant(dtype: DType, value: number): Vector {
    if (dtype === 'bool') return this.code.constant('i32', value === 0 ? 0 : -1);
    if (dtype === 'int32') return this.code.constant('i32', value);
    const constant = this.floats[dtype === 'float32' ? 32 : 64].float(value);
    this.least.set(constant, dtype === 'float32' ? Math.fround(value) : value);
    return constant;
  }

  apply(op: OpRecord, p: Params, x: readonly Vector[], inputs: readonly DType[], output: DType): Vector {
    const dtype = inputs[0]!;
    if (op.name === 'stopGradient') return x[0]!;
    if (op.name === 'cast') return this.cast(op, p, x[0]!, dtype, output);
    if (op.name === 'where') return this.select(x[0]!, x[1]!, x[2]!, output);
    if (op === wrapIndexOp) return this.wrapIndex(op, p, x[0]!);
    const special =
      dtype === 'bool'
        ? this.onBools(op.name, x)
        : dtype === 'int32'
          ? this.onInts(op.name, x)
          : this.onFloats(op, p, x, dtype, output);
    return special ?? this.laneByLane(op, p, x, inputs, output);
  }

  private onFloats(op: OpRecord, p: Params, x: readonly Vector[], dtype: DType, output: DType): Vector | undefined {
    const bits = dtype === 'float32' ? 32 : 64;
    const v = this.floats[bits];
    if (output !== 'bool') {
      if (op.name === 'chain' && x[1] === this.constant(dtype, 1)) return x[0];
      const expansion = expansionOf(op, p);
      const callee = expansion && this.functions.find(op, p, expansion, bits, this.width);
      if (callee) return this.code.value((f) => f.call(callee), ...x);
      const bounds = x.map((operand) => this.least.get(operand));
      const isNormal = bounds[0] !== undefined && bounds[0] >= formatOf(v).smallestNormal;
      const y = (isNormal && expansion?.ofNormal?.(v, x[0]!, p)) || expansion?.expand(v, x, p);
      const least = leastOf(op.name, bounds);
      if (y && least !== undefined) this.least.set(y, least);
      return y;
    }
    const comparison = floatComparisons[op.name];
    if (comparison) {
      return this.widened(bits, this.code.op(`${bits === 32 ? 'f32x4' : 'f64x2'}.${comparison}` as Opcode, ...x));
    }
    const infinity = v.float(Infinity);
    if (op.name === 'isnan') return this.widened(bits, v.notEqual(x[0]!, x[0]!));
    if (op.name === 'isfinite') return this.widened(bits, v.less(v.abs(x[0]!), infinity));
    if (op.name === 'isinf') return this.widened(bits, v.equal(v.abs(x[0]!), infinity));
    if (op.name === 'logicalNot') return this.widened(bits, v.equal(x[0]!, v.float(0)));
    return undefined;
  }

  private onInts(name: string, x: readonly Vector[]): Vector | undefined {
    const comparison = intComparisons[name];
    if (comparison) return this.widened(32, this.code.op(comparison, ...x));
    const operation = intOperations[name];
    if (operation) return this.code.op(operation, ...x);
    if (name === 'square') return this.code.op('i32x4.mul', x[0]!, x[0]!);
    if (name === 'logicalNot') return this.widened(32, this.code.op('i32x4.eq', x[0]!, this.code.constant('i32', 0)));
    return undefined;
  }

  private onBools(name: string, [a, b]: readonly Vector[]): Vector | undefined {
    const { code } = this;
    const not = (m: Vector): Vector => code.op('v128.not', m);
    switch (name) {
      case 'logicalAnd':
        return code.op('v128.and', a!, b!);
      case 'logicalOr':
        return code.op('v128.or', a!, b!);
      case 'logicalXor':
      case 'notEqual':
        return code.op('v128.xor', a!, b!);
      case 'equal':
        return not(code.op('v128.xor', a!, b!));
      case 'less':
        return code.op('v128.andnot', b!, a!);
      case 'greater':
        return code.op('v128.andnot', a!, b!);
      case 'lessEqual':
        return not(code.op('v128.andnot', a!, b!));
      case 'greaterEqual':
        return not(code.op('v128.andnot', b!, a!));
      case 'logicalNot':
        return not(a!);
      default:
        return undefined;
    }
  }

  /** A mask of lanes of `bits` as the nest keeps masks. */
  widened(bits: 32 | 64, mask: Vector): Vector {
    return this.width === 2 && bits === 32 ? this.code.op('i64x2.extend_low_i32x4_s', mask) : mask;
  }

  /** A mask of the nest for lanes of `bits`. */
  private narrowed(bits: 32 | 64, mask: Vector): Vector {
    return this.width === 2 && bits === 32 ? this.code.shuffle(4, [0, 2, 0, 2], mask) : mask;
  }

  private select(condition: Vector, yes: Vector, no: Vector, dtype: DType): Vector {
    const mask = dtype === 'float32' || dtype === 'int32' ? this.narrowed(32, condition) : condition;
    return this.code.select(mask, yes, no);
  }

  private cast(op: OpRecord, p: Params, x: Vector, from: DType, to: DType): Vector {
    const { code, floats } = this;
    if (from === to) return x;
    if (from === 'bool') {
      if (to === 'float64') return code.op('v128.and', x, floats[64].float(1));
      const mask = this.narrowed(32, x);
      return code.op('v128.and', mask, to === 'int32' ? code.constant('i32', 1) : floats[32].float(1));
    }
    if (to === 'bool') {
      if (from === 'int32') return this.widened(32, code.op('i32x4.ne', x, code.constant('i32', 0)));
      const bits = from === 'float32' ? 32 : 64;
      return this.widened(bits, floats[bits].notEqual(x, floats[bits].float(0)));
    }
    if (from === 'int32') return code.op(to === 'float32' ? 'f32x4.convert_i32x4_s' : 'f64x2.convert_low_i32x4_s', x);
    if (to === 'float64') return code.op('f64x2.promote_low_f32x4', x);
    if (to === 'float32') return code.op('f32x4.demote_f64x2_zero', x);
    return this.laneByLane(op, p, [x], [from], to);
  }

  /** Indices counted from the front; those out of range go to the scalar function, which throws. */
  private wrapIndex(op: OpRecord, p: IndexRange, x: Vector): Vector {
    const { code, lanes } = this;
    const size = code.constant('i32', p.size);
    const behind = code.op('i32x4.ge_u', code.op('i32x4.add', x, size), code.constant('i32', 2 * p.size));
    const callee = this.findScalar(op, p, ['int32'], 'int32');
    const checked = code.statement(
      (f, [index, outside]) => {
        f.get(outside!);
        f.op('v128.any_true');
        f.if(() => {
          for (let lane = 0; lane < lanes; lane++) {
            f.get(index!);
            f.lane('i32x4.extract_lane', lane);
            f.op('f64.convert_i32_s');
            f.call(callee);
            f.op('drop');
          }
        });
        f.get(index!);
      },
      x,
      behind,
    );
    const zero = code.constant('i32', 0);
    return code.op('i32x4.add', checked, code.select(code.op('i32x4.lt_s', checked, zero), size, zero));
  }

  private laneByLane(op: OpRecord, p: Params, x: readonly Vector[], inputs: readonly DType[], output: DType): Vector {
    const callee = this.findScalar(op, p, inputs, output);
    const { width, code, lanes } = this;
    const result = code.statement(
      (f, operands) => {
        const collected = f.local('v128');
        f.splat('i32', 0);
        f.set(collected);
        for (let lane = 0; lane < lanes; lane++) {
          f.get(collected);
          operands.forEach((operand, i) => {
            const dtype = inputs[i]!;
            f.get(operand);
            if (isFloat(dtype)) pushLane(f, dtype === 'float32' ? 32 : 64, lane);
            else {
              f.lane('i32x4.extract_lane', dtype === 'bool' && width === 2 ? 2 * lane : lane);
              if (dtype === 'bool') {
                f.i32(1);
                f.op('i32.and');
              }
              f.op('f64.convert_i32_s');
            }
          });
          f.call(callee);
          if (isFloat(output)) replaceLane(f, output === 'float32' ? 32 : 64, lane);
          else f.lane('i32x4.replace_lane', lane);
          f.set(collected);
        }
        f.get(collected);
      },
      ...x,
    );
    if (output !== 'bool') return result;
    return this.widened(32, code.op('i32x4.ne', result, code.constant('i32', 0)));
  }
}
