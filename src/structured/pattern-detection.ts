// Which inputs each output of a program depends on, to first order: sets of input positions go through the equations, one
// rule an operation. An operation without a rule is read through its own differential, a program of operations that have
// one, linear in the tangents; the values it multiplies them with depend on nothing here, so softmax mixes along its axes
// and floor depends on nothing, without a word about either. What cannot be read mixes everything: a pattern may be too
// large, never too small. (Index domains: Griewank and Walther, Evaluating Derivatives, section 7.1.)
import { zerosOf } from '../ops/linear.ts';
import { type Atom, type Program, Var } from '../program/program.ts';
import { run, traceFlat } from '../program/trace.ts';
import { bind } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { OpRecord, TensorType } from '../tensor/op.ts';
import { type DenseTensor, filled, Tensor } from '../tensor/tensor.ts';
import { linearizeFlat } from '../transforms/vjp.ts';
import { type Pattern, symmetrized } from './pattern.ts';
import { type Call, type Dependence, elementwiseRule, mixAll, numbersOf, rules, unite } from './pattern-rules.ts';
import { EMPTY, IndexSets, PatternTooDense } from './pattern-sets.ts';

/** Steps of scans that are followed one by one; longer ones mix everything. */
const MAX_SCAN_EQUATIONS = 20_000;

/** Follows dependences through a program, given those of its inputs. */
function follow(program: Program, inputs: readonly Dependence[], sets: IndexSets, inside: readonly OpRecord[]) {
  const known = new Map<Var, Dependence>();
  program.inputs.forEach((v, i) => {
    known.set(v, inputs[i]!);
  });
  const dependence = (a: Atom): Dependence => (a instanceof Var ? (known.get(a) ?? null) : null);
  for (const { op, x, p, outs } of program.equations) {
    const dx = x.map((a) => (isFloat(a.dtype) ? dependence(a) : null));
    if (dx.every((d) => d === null)) continue;
    const dy = through({ op, p, x, dx, outs, sets }, inside);
    outs.forEach((v, i) => {
      if (isFloat(v.dtype)) known.set(v, dy[i]!);
    });
  }
  return program.outputs.map(dependence);
}

function through(call: Call, inside: readonly OpRecord[]): readonly Dependence[] {
  const { op, p, dx, sets } = call;
  const rule = rules.get(op.name);
  if (rule) return rule(call);
  if (op.partials) return elementwiseRule(call);
  if (inside.includes(op)) return mixAll(call);
  if (op.name === 'checkpoint') return follow(p.program, dx, sets, inside);
  if (op.name === 'cond') {
    const [first, ...others] = (p.branches as Program[]).map((branch) => follow(branch, dx.slice(1), sets, inside));
    return first!.map((d, i) => others.reduce((all, branch) => unite(all, branch[i]!, sets), d));
  }
  if (op.name === 'scan' && p.length * p.body.equations.length <= MAX_SCAN_EQUATIONS) return throughScan(call, inside);
  return throughDifferential(call, inside);
}

const stepOf = (d: DenseTensor, t: number): DenseTensor =>
  d.view(d.shape.slice(1), d.strides.slice(1), d.offset + t * d.strides[0]!);

/** The steps of a scan one after the other. */
function throughScan({ p, dx, outs, sets }: Call, inside: readonly OpRecord[]): readonly Dependence[] {
  const { body, constants, carry, length, reverse } = p as Record<'constants' | 'carry' | 'length', number> & {
    body: Program;
    reverse: boolean;
  };
  const fixed = dx.slice(0, constants);
  const xs = dx.slice(constants + carry);
  const stacked = outs.slice(carry).map((y) => new Int32Array(sizeOf(y.shape)));
  let state = dx.slice(constants, constants + carry);
  for (let k = 0; k < length; k++) {
    const t = reverse ? length - 1 - k : k;
    const slices = xs.map((d) => (d === null ? null : stepOf(d, t)));
    const y = follow(body, [...fixed, ...state, ...slices], sets, inside);
    state = y.slice(0, carry);
    y.slice(carry).forEach((d, i) => {
      if (d) stacked[i]!.set(d.values(), t * d.size);
    });
  }
  return [...state, ...stacked.map((numbers, i) => numbersOf(outs[carry + i]!.shape, numbers))];
}

function throughDifferential(call: Call, inside: readonly OpRecord[]): readonly Dependence[] {
  const { op, p, x, dx, outs, sets } = call;
  const types: TensorType[] = [...x, ...x.filter((_, i) => dx[i])];
  let differential: Program;
  try {
    differential = traceFlat(
      'the differential',
      (...values) => {
        const tangents = values.slice(x.length);
        const at = x.map((v, i) => (v instanceof Tensor ? v : values[i]!));
        let y: readonly Tensor[] | undefined;
        const dy = op.jvp(
          at,
          dx.map((d) => (d ? tangents.shift()! : null)),
          p,
          () => (y ??= bind(op, at, p)),
        );
        return outs.map((type, i) => dy[i] ?? zerosOf(type));
      },
      types,
    );
  } catch {
    return mixAll(call); // no forward rule: a function with a backward rule of its own
  }
  return follow(differential, [...x.map(() => null), ...dx.filter((d) => d !== null)], sets, [...inside, op]);
}

/** At most so many dependences are stored; more are not worth colouring. */
const budgetFor = (elements: number): number => Math.max(1 << 22, 64 * elements);

/**
 * The pattern of the Jacobian of the given outputs of a program with respect to the given inputs, each list taken as one
 * vector; undefined where there are too many dependences to be worth it.
 */
export function jacobianPattern(
  program: Program,
  inputs: readonly number[],
  outputs: readonly number[],
): Pattern | undefined {
  let columns = 0;
  const sizes = inputs.map((i) => sizeOf(program.inputs[i]!.shape));
  const universe = sizes.reduce((a, b) => a + b, 0);
  const sets = new IndexSets(universe, budgetFor(universe));
  const seeds = new Map<number, Dependence>();
  inputs.forEach((input, k) => {
    const numbers = Int32Array.from({ length: sizes[k]! }, (_, i) => sets.singleton(columns + i));
    columns += sizes[k]!;
    seeds.set(input, numbersOf(program.inputs[input]!.shape, numbers));
  });
  try {
    const results = follow(
      program,
      program.inputs.map((_, i) => seeds.get(i) ?? null),
      sets,
      [],
    );
    return patternOf(
      outputs.map((i) => results[i] ?? filled(program.outputs[i]!.shape, EMPTY, 'int32')),
      sets,
    );
  } catch (error) {
    if (error instanceof PatternTooDense) return undefined;
    throw error;
  }
}

function patternOf(values: readonly Dependence[], sets: IndexSets): Pattern {
  const numbers = values.map((d) => d!.values());
  const rows = numbers.reduce((n, list) => n + list.length, 0);
  const indptr = new Int32Array(rows + 1);
  let i = 0;
  for (const list of numbers) for (const set of list) indptr[i + 1] = indptr[i++]! + sets.sizeOf(set);
  const indices = new Int32Array(indptr[rows]!);
  i = 0;
  for (const list of numbers) for (const set of list) sets.copy(set, indices, indptr[i++]!);
  return { shape: [rows, sets.universe], indptr, indices };
}

/** Inputs as those of the program; outputs: the gradients of its scalar output with respect to the given inputs. */
export function gradientProgram(program: Program, inputs: readonly number[]): Program {
  return traceFlat(
    'grad',
    (...x) => {
      const linear = linearizeFlat(
        'grad',
        (...v) => {
          const all = [...x];
          inputs.forEach((input, k) => {
            all[input] = v[k]!;
          });
          return run(program, all);
        },
        inputs.map((i) => x[i]!),
      );
      const y = linear.outs[0]!;
      return linear.pullback([filled(y.shape, 1, y.dtype)]).map((g, k) => g ?? zerosOf(x[inputs[k]!]!));
    },
    program.inputs,
  );
}

/** The pattern of the Hessian of a scalar function whose gradient is `gradient`; symmetric. */
export function hessianPattern(gradient: Program, inputs: readonly number[]): Pattern | undefined {
  const pattern = jacobianPattern(
    gradient,
    inputs,
    inputs.map((_, k) => k),
  );
  return pattern && symmetrized(pattern);
}
