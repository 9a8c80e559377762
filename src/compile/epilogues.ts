// Which products take over what follows them: a bias that is added, then relu, where nothing else reads the product.
import { type Atom, type Program, Var } from '../program/program.ts';
import type { OpRecord } from '../tensor/op.ts';
import { biasOf, type Epilogue } from './epilogue.ts';
import type { Load } from './expression.ts';
import type { Lazy, ProductStep, Schedule, Value } from './schedule.ts';

/** A value that stands in memory. */
type Result = Lazy & { readonly expression: Load };

export class Epilogues {
  private readonly schedule: Schedule;
  private readonly uses = new Map<Atom, number>();
  /** Results of products that one equation reads, and where the product is in the schedule. */
  private readonly products = new Map<Value, number>();

  constructor(program: Program, schedule: Schedule) {
    this.schedule = schedule;
    for (const a of [...program.equations.flatMap((e) => e.x), ...program.outputs]) {
      if (a instanceof Var) this.uses.set(a, (this.uses.get(a) ?? 0) + 1);
    }
  }

  private follow(value: Value, product: number | undefined, out: Var): Value {
    if (product !== undefined && this.uses.get(out) === 1) this.products.set(value, product);
    return value;
  }

  /** Takes note of a contraction's value. */
  begun(value: Value, out: Var): Value {
    const position = resultOf(value)?.expression.view.buffer.position;
    const isProduct = position !== undefined && this.schedule.steps[position]?.kind === 'product';
    return this.follow(value, isProduct ? position : undefined, out);
  }

  /** Takes note of `value`, elements of `from`. */
  moved(from: Value, value: Value, out: Var): Value {
    const [before, after] = [resultOf(from), resultOf(value)];
    const same = before && before.expression.view.buffer === after?.expression.view.buffer;
    return this.follow(value, same ? this.products.get(from) : undefined, out);
  }

  /** The value of an operation that a product takes over; undefined where none does. */
  merged(op: OpRecord, x: readonly Value[], out: Var): Value | undefined {
    if (op.name !== 'add' && op.name !== 'relu') return undefined;
    const which = x.findIndex((v) => this.products.has(v));
    const result = which < 0 ? undefined : resultOf(x[which]!);
    if (!result) return undefined;
    const position = this.products.get(x[which]!)!;
    const step = this.schedule.steps[position] as ProductStep;
    const epilogue = op.name === 'relu' ? withRelu(step) : withBias(step, result, x[1 - which]!);
    if (!epilogue) return undefined;
    this.schedule.steps[position] = { ...step, epilogue };
    return this.follow({ ...result }, epilogue.relu ? undefined : position, out);
  }
}

function resultOf(value: Value): Result | undefined {
  return value.kind === 'lazy' && value.expression.kind === 'load' ? (value as Result) : undefined;
}

function withRelu({ product, epilogue }: ProductStep): Epilogue | undefined {
  return product.symmetric ? undefined : { ...epilogue, relu: true };
}

function withBias({ product, epilogue, position }: ProductStep, result: Result, other: Value): Epilogue | undefined {
  const added = resultOf(other);
  if (epilogue.bias || !added) return undefined;
  const { view } = added.expression;
  // What is added has to be there before the product is.
  const bias = view.buffer.position < position ? biasOf(product, result.expression.view, view) : undefined;
  return bias && { ...epilogue, bias };
}
