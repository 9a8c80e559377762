// The scalar functions of operations as imports of a module. Imports come before code, but only the code tells which ones it
// calls: the first emission collects them, a second one has them.
import { expansions } from '../../ops/expand/index.ts';
import { type DType, isFloat } from '../../tensor/dtype.ts';
import { type OpRecord, type Params, primitives } from '../../tensor/op.ts';
import type { Callee, ModuleBuilder, Signature } from './assembler.ts';

type ScalarFunction = (...x: number[]) => number;

interface Entry {
  readonly name: string;
  readonly signature: Signature;
}

/** The parameters at which operations fall back to their scalar functions: pow is covered without logarithms only. */
const plain: Params = { logs: 0 };

export class Scalars {
  readonly functions: Record<string, ScalarFunction> = {};
  private readonly entries = new Map<string, Entry>();
  private readonly callees = new Map<string, Callee>();
  private readonly seen = new Map<Params, number>();

  /** Imports all functions met so far. */
  declare(module: ModuleBuilder): void {
    this.callees.clear();
    for (const [key, { name, signature }] of this.entries) {
      this.callees.set(key, module.importFunction('scalar', name, signature));
    }
  }

  get incomplete(): boolean {
    return this.callees.size < this.entries.size;
  }

  find(op: OpRecord, p: Params, inputs: readonly DType[], output: DType): Callee {
    if (!this.seen.has(p)) this.seen.set(p, this.seen.size);
    const key = `${op.name}:${this.seen.get(p)}:${inputs.join()}:${output}`;
    // The only operation without a scalar function that comes here is the cast to int32.
    const f = op.scalar?.(p, inputs[0]!) ?? ((v: number) => Math.trunc(v));
    return this.entry(key, inputs.length, isFloat(output) ? 'f64' : 'i32', f);
  }

  /** The function of an operation on float64, for lanes that its vector code leaves out. */
  fallback(name: string): Callee {
    return this.entry(
      `${name}:fallback`,
      expansions.get(name)!.arity,
      'f64',
      primitives.get(name)!.scalar!(plain, 'float64'),
    );
  }

  private entry(key: string, arity: number, result: 'f64' | 'i32', f: ScalarFunction): Callee {
    const callee = this.callees.get(key);
    if (callee) return callee;
    const signature: Signature = { params: new Array<'f64'>(arity).fill('f64'), results: [result] };
    if (!this.entries.has(key)) {
      const name = `s${this.entries.size}`;
      this.functions[name] = f;
      this.entries.set(key, { name, signature });
    }
    return { index: 0, signature };
  }
}
