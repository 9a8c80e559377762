// Vector functions that a program uses often are written once and called, so that the size of its code, and the time to
// write it, do not grow with every sine. Where there are few, each is written where it stands: calls cost registers.
import { partsIn } from '../../compile/expression.ts';
import type { Nest } from '../../compile/nest.ts';
import type { Expansion } from '../../ops/expand/index.ts';
import type { OpRecord, Params } from '../../tensor/op.ts';
import type { Callee, ModuleBuilder } from './assembler.ts';
import { type ScalarImport, WasmLanes } from './lanes.ts';
import { type Vector, VectorCode } from './vector.ts';

/** Uses of one operation in a program from which on it becomes a function. */
const OFTEN = 8;

/** A few instructions, or one. */
const short: ReadonlySet<string> = new Set(
  `add sub mul div neg chain abs sqrt floor ceil trunc round square reciprocal relu relu6 hardtanh clip leakyRelu maximum
  minimum sign step frac copysign rsqrt`.split(/\s+/),
);

function countUses(nests: readonly Nest[]): Map<string, number> {
  const counts = new Map<string, number>();
  const values = nests.flatMap(({ stores, reductions }) => [...stores, ...reductions].map(({ value }) => value));
  for (const e of partsIn(...values)) {
    if (e.kind === 'apply') counts.set(e.op.name, (counts.get(e.op.name) ?? 0) + 1);
  }
  return counts;
}

export class VectorFunctions {
  private readonly module: ModuleBuilder;
  private readonly counts: ReadonlyMap<string, number>;
  private readonly relaxed: boolean;
  private readonly fallback: ScalarImport;
  private readonly known = new Map<string, Callee>();

  constructor(module: ModuleBuilder, nests: readonly Nest[], relaxed: boolean, fallback: ScalarImport) {
    this.module = module;
    this.counts = countUses(nests);
    this.relaxed = relaxed;
    this.fallback = fallback;
  }

  /** The function of an operation on vectors of `width` elements; undefined where it had better be written in place. */
  find(op: OpRecord, p: Params, expansion: Expansion, bits: 32 | 64, width: number): Callee | undefined {
    if ((this.counts.get(op.name) ?? 0) < OFTEN || short.has(op.name)) return undefined;
    const key = `${op.name}:${bits}:${width}:${JSON.stringify(p)}`;
    let callee = this.known.get(key);
    if (!callee) {
      callee = this.write(p, expansion, bits, width);
      this.known.set(key, callee);
    }
    return callee;
  }

  private write(p: Params, { arity, expand }: Expansion, bits: 32 | 64, width: number): Callee {
    const f = this.module.function({ params: new Array<'v128'>(arity).fill('v128'), results: ['v128'] });
    const code = new VectorCode(f);
    const x = f.params.map((local): Vector => {
      const operand = code.value(() => {});
      operand.local = local;
      return operand;
    });
    const y = expand(new WasmLanes(code, bits, width, this.relaxed, this.fallback), x, p);
    code.setConstants();
    code.push(y);
    return f;
  }
}
