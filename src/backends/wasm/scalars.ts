// The scalar functions of operations as imports of a module, each imported when code first calls it.
import { expansions } from '../../ops/expand/index.ts';
import { type DType, isFloat } from '../../tensor/dtype.ts';
import { type OpRecord, type Params, primitives } from '../../tensor/op.ts';
import type { Callee, ModuleBuilder, Signature } from './assembler.ts';

type ScalarFunction = (...x: number[]) => number;

/** The parameters at which operations fall back to their scalar functions: pow is covered without logarithms only. */
const plain: Params = { logs: 0 };

export class Scalars {
  readonly functions: Record<string, ScalarFunction> = {};
  private readonly module: ModuleBuilder;
  private readonly callees = new Map<string, Callee>();
  private readonly seen = new Map<Params, number>();

  constructor(module: ModuleBuilder) {
    this.module = module;
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
    let callee = this.callees.get(key);
    if (!callee) {
      const signature: Signature = { params: new Array<'f64'>(arity).fill('f64'), results: [result] };
      const name = `s${this.callees.size}`;
      this.functions[name] = f;
      callee = this.module.importFunction('scalar', name, signature);
      this.callees.set(key, callee);
    }
    return callee;
  }
}
