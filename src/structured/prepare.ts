// A derivative planned once, for an example's shapes, and evaluated as often as wanted: no tracing, no lookup. The plan says
// what it would cost in each way, and which it takes.
import { ArgumentError, ShapeError } from '../errors.ts';
import type { Program } from '../program/program.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { describeValue } from '../tensor/describe.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sameShape } from '../tensor/shape.ts';
import { scalarOutputMessage, showShape } from '../tensor/shape-messages.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { flatten, showTree, type TreeShape, unflatten } from '../tensor/tree.ts';
import {
  type AnyFunction,
  booleansOf,
  checkFunction,
  type Flat,
  flattenTensors,
  requireFloat,
  selectArguments,
} from '../transforms/call.ts';
import { jacobian } from '../transforms/derivatives.ts';
import { closed } from '../transforms/programs.ts';
import { hessian } from '../transforms/second-order.ts';
import { traceTree } from '../transforms/staging.ts';
import { type Choice, choose, explainChoice, type Way } from './choice.ts';
import type { PatternInput } from './pattern.ts';
import { type Kind, makePlan, type Plan } from './plan.ts';
import { evaluateChoice, isScalar } from './planner.ts';

export interface PrepareOptions {
  /** Default 'jacobian'. */
  readonly kind?: Kind;
  readonly argnums?: number | readonly number[];
  /** Where entries may differ from zero, for one tensor to one tensor; found in the program unless given. */
  readonly pattern?: PatternInput;
}

/** The function at the example's types: its arguments not differentiated, then those that are. */
interface Subject {
  readonly args: readonly unknown[];
  readonly example: Flat;
  readonly program: Program;
  readonly captured: readonly Tensor[];
  readonly output: TreeShape;
  /** For each input of the program after the captured ones, its place among the leaves of the arguments. */
  readonly order: readonly number[];
  readonly count: number;
  readonly perInput: (values: readonly unknown[]) => unknown;
}

function subjectOf(f: AnyFunction, args: readonly unknown[], options: PrepareOptions): Subject {
  const example = flattenTensors('prepare', args);
  const places = unflatten(
    example.shape,
    example.leaves.map((_, k) => k),
  ) as unknown[];
  const { selected, single } = selectArguments('prepare', places, options.argnums);
  const chosen = flattenPlaces(selected);
  requireFloat(
    'prepare',
    chosen.leaves.map((k) => example.leaves[k]!),
  );
  const order = [...example.leaves.keys()].filter((k) => !chosen.leaves.includes(k)).concat(chosen.leaves);
  const given = booleansOf(args);
  const whole = (...x: Tensor[]): unknown => {
    const leaves: Tensor[] = [];
    order.forEach((place, k) => {
      leaves[place] = x[k]!;
    });
    return f(...given(unflatten(example.shape, leaves) as unknown[]));
  };
  const list: TreeShape = { kind: 'list', items: order.map(() => ({ kind: 'leaf' })) };
  const traced = traceTree(
    'prepare',
    whole,
    list,
    order.map((k) => example.leaves[k]!),
  );
  const { program, captured } = closed(traced.program);
  const perInput = (values: readonly unknown[]): unknown => {
    const tree = unflatten(chosen.shape, values) as unknown[];
    return single ? tree[0] : tree;
  };
  return { args, example, program, captured, output: traced.shape, order, count: chosen.leaves.length, perInput };
}

function flattenPlaces(selected: readonly unknown[]): { leaves: number[]; shape: TreeShape } {
  const { leaves, shape } = flatten(selected);
  return { leaves: leaves as number[], shape };
}

/** A derivative that is planned and waits for numbers. */
export class Prepared {
  readonly kind: Kind;
  private readonly subject: Subject;
  private readonly plan: Plan | undefined;
  private readonly choice: Choice | undefined;
  private readonly products: AnyFunction;

  constructor(kind: Kind, subject: Subject, plan: Plan | undefined, choice: Choice | undefined, products: AnyFunction) {
    this.kind = kind;
    this.subject = subject;
    this.plan = plan;
    this.choice = choice;
    this.products = products;
  }

  /** The way that was chosen. */
  get way(): Way {
    return this.choice?.way ?? 'products';
  }

  /** The derivative at these arguments, which have the structure, shapes and dtypes of the example: structured values. */
  evaluate(...args: unknown[]): unknown {
    const { captured, order, output, perInput } = this.subject;
    const leaves = this.matching(args);
    const inputs = [...captured, ...order.map((k) => leaves[k]!)];
    const plain = inputs.every((x): x is DenseTensor => x instanceof DenseTensor && !x.tape?.requiresGrad);
    const rows =
      plain && this.plan ? evaluateChoice(this.plan, this.choice!, inputs as DenseTensor[], true) : undefined;
    if (!rows) return this.products(...args);
    return this.kind === 'hessian' ? perInput(rows.map(perInput)) : unflatten(output, rows.map(perInput));
  }

  /** Each way with its cost, and the one that was chosen. */
  explain(): string {
    return this.plan ? explainChoice(this.plan, this.choice!) : `${this.kind}: products; the function has no plan`;
  }

  private matching(args: readonly unknown[]): readonly Tensor[] {
    const { example } = this.subject;
    const { leaves, shape } = flattenTensors('evaluate', args);
    if (showTree(shape) !== showTree(example.shape)) {
      throw new ArgumentError(
        `evaluate: the arguments have the structure ${showTree(shape)}, the plan is for ${showTree(example.shape)}.`,
      );
    }
    const [booleans, others] = [flatten(this.subject.args).leaves, flatten(args).leaves];
    leaves.forEach((x, k) => {
      const like = example.leaves[k]!;
      if (typeof booleans[k] === 'boolean' && booleans[k] !== others[k]) {
        throw new ArgumentError(
          `evaluate: argument ${k} is ${describeValue(others[k])}, the plan is for ${booleans[k]}.`,
          'prepare a plan for each kind of arguments',
        );
      }
      if (sameShape(x.shape, like.shape) && x.dtype === like.dtype) return;
      throw new ShapeError(
        `evaluate: argument ${k} is ${x.dtype} ${showShape(x.shape)}, the plan is for ${like.dtype} ${showShape(like.shape)}.`,
        'prepare a plan for each kind of arguments',
      );
    });
    return leaves;
  }
}

/**
 * The Jacobian or Hessian of f planned for the shapes of `example`, a tensor or a list of all arguments. f is run once;
 * numbers that it closes over stay as they are now. Throws what jacobian and hessian throw.
 */
export function prepare(f: AnyFunction, example: unknown, options: PrepareOptions = {}): Prepared {
  checkFunction('prepare', f);
  checkOptions('prepare', options, 'kind', 'argnums', 'pattern');
  const { kind = 'jacobian', argnums, pattern } = options;
  if (kind !== 'jacobian' && kind !== 'hessian') {
    throw new ArgumentError(`prepare: kind must be 'jacobian' or 'hessian', got ${describeValue(kind)}.`);
  }
  const args = Array.isArray(example) ? example : [example];
  const subject = subjectOf(f, args, options);
  if (kind === 'hessian' && !isScalar(subject.program)) {
    throw new ShapeError(scalarOutputMessage('hessian', subject.program.outputs[0]!.shape));
  }
  if (pattern && (subject.count !== 1 || subject.program.outputs.length !== 1)) {
    throw new ArgumentError('prepare: a pattern is for a function of one tensor to one tensor.');
  }
  const plan = makePlan(kind, subject.program, subject.count, true);
  const fixed = [...subject.captured, ...subject.order.slice(0, -subject.count).map((k) => subject.example.leaves[k]!)];
  // Patterns follow what was captured, and the indices and masks among the arguments; other ones are planned for anew.
  const known = fixed.map((v, i) =>
    v instanceof DenseTensor && !v.tape?.requiresGrad && (i < subject.captured.length || !isFloat(v.dtype))
      ? v
      : undefined,
  );
  const choice = plan && choose(plan, true, pattern, known);
  // A chunk of all products is the way that no plan takes over.
  const all = { structured: true, chunkSize: 2 ** 30, ...(argnums === undefined ? {} : { argnums }) };
  const prepared = new Prepared(kind, subject, plan, choice, kind === 'hessian' ? hessian(f, all) : jacobian(f, all));
  if (pattern) prepared.evaluate(...args); // throws where the pattern lacks entries
  return prepared;
}
