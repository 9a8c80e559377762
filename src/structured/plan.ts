// A plan for a whole Jacobian or Hessian: the program, its tangent, the nets of the tangent, the pieces, and one compiled
// program that computes all cores. Made once for each structure of a traced function; evaluated with tensors.
//   Hessian:  f -> gradient (reverse mode, as a program) -> tangent -> nets,   H = ∂g/∂x
// The nets are those of the linearized program, not of f: its factors are values that the operations' own rules computed, in
// their stable forms, so no rewriting touches a number, and whatever has a derivative has a plan.
import { Table, withTable } from '../calculus/net.ts';
import { simplify } from '../compile/simplify.ts';
import { NablaError } from '../errors.ts';
import { zerosOf } from '../ops/linear.ts';
import { sumOver } from '../ops/spread.ts';
import { type Equation, type Atom as Operand, type Program, Var } from '../program/program.ts';
import { run, traceFlat } from '../program/trace.ts';
import { bind } from '../tensor/dispatch.ts';
import { type FloatDType, isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { DenseTensor, filled, type Tensor } from '../tensor/tensor.ts';
import { executor } from '../transforms/execute.ts';
import { tangentProgram } from '../transforms/programs.ts';
import { linearizeFlat } from '../transforms/vjp.ts';
import { type Assembly, assembly, emitPiece } from './assemble.ts';
import { certificateOf } from './certificates.ts';
import { programCost } from './cost.ts';
import { Emitter } from './emit.ts';
import { Signs } from './intervals.ts';
import { Knowns } from './known.ts';
import { wholeTerm } from './opaque.ts';
import { commonDigits, type Piece, pieceCost, pieceSize, piecesOf, productsCost } from './pieces.ts';
import { linearized } from './propagate.ts';

export type Kind = 'jacobian' | 'hessian';

/** The derivative of one output with respect to one input. */
export interface Block {
  readonly outShape: readonly number[];
  readonly inShape: readonly number[];
  readonly dtype: FloatDType;
  readonly pieces: readonly Piece[];
  readonly assemblies: readonly Assembly[];
}

/** Floating-point operations. */
export interface Costs {
  /** Of the structured plan: known values, cores, and writing all entries where they are wanted. */
  readonly plan: number;
  /** Of one product with a vector, and how many are needed. */
  readonly product: number;
  readonly products: number;
  /** Elements of the largest tensor that the plan makes. */
  readonly largest: number;
}

export interface Plan {
  readonly kind: Kind;
  /** False where nets cannot say the derivative, as through loops: colours and products are left. */
  readonly hasNets: boolean;
  readonly blocks: readonly (readonly Block[])[];
  readonly costs: Costs;
  /** How many tensors all pieces have. */
  readonly tensors: number;
  /** Operations that have no rule on nets. */
  readonly opaque: readonly string[];
  /** The function whose Jacobian the plan is: f, or its gradient. Its last inputs are differentiated. */
  readonly program: Program;
  /** The program of the cores, made when it is first asked for. */
  readonly cores: () => Cores;
}

export interface Cores {
  readonly program: Program;
  /** Tensors that the program holds. */
  readonly constants: readonly DenseTensor[];
  /** The tensors of all pieces of all blocks, in order, and then the sums that tell whether all are finite. */
  readonly execute: (args: readonly Tensor[]) => Tensor[];
}

/** The gradient of a program with one output of one element, with respect to its last `count` inputs. */
function gradientProgram(program: Program, count: number): Program {
  const from = program.inputs.length - count;
  return traceFlat(
    'grad',
    (...values) => {
      const held = values.slice(0, from);
      const point = linearizeFlat('grad', (...x) => run(program, [...held, ...x]), values.slice(from));
      const [y] = point.outs;
      return point.pullback([filled(y!.shape, 1, y!.dtype)]).map((g, k) => g ?? zerosOf(program.inputs[from + k]!));
    },
    program.inputs,
  );
}

/** Empty axes have no digits; integer outputs no derivative. */
function isPlannable(program: Program): boolean {
  const types = [...program.inputs, ...program.outputs, ...program.equations.flatMap((e) => [...e.x, ...e.outs])];
  return program.outputs.every(({ dtype }) => isFloat(dtype)) && types.every(({ shape }) => !shape.includes(0));
}

/** The plan of ∂(outputs)/∂(last `count` inputs) of `given`; undefined where there is nothing to plan. */
export function makePlan(kind: Kind, given: Program, count: number, keepFactors: boolean): Plan | undefined {
  if (!isPlannable(given)) return undefined;
  const program = simplify(kind === 'hessian' ? gradientProgram(given, count) : given, true);
  return planByNets(kind, program, count, keepFactors) ?? planWithout(kind, program, count);
}

function planByNets(kind: Kind, program: Program, count: number, keepFactors: boolean): Plan | undefined {
  // Functions with rules of their own are no equations.
  if (program.equations.some((e) => e.op.untyped)) return undefined;
  const from = program.inputs.length - count;
  const tangent = simplify(
    tangentProgram(
      program,
      program.inputs.map((_, k) => k >= from),
    ),
  );
  const table = new Table();
  return withTable(table, () => planOf(kind, program, tangent, count, keepFactors, table));
}

const elements = (types: readonly { readonly shape: readonly number[] }[]): number =>
  types.reduce((total, { shape }) => total + sizeOf(shape), 0);

function planWithout(kind: Kind, program: Program, count: number): Plan {
  const inputs = program.inputs.slice(-count);
  const { outputs } = program;
  return {
    kind,
    hasNets: false,
    blocks: outputs.map(({ shape: outShape }) =>
      inputs.map((x) => ({
        outShape,
        inShape: x.shape,
        dtype: x.dtype as FloatDType,
        pieces: [],
        assemblies: [],
      })),
    ),
    tensors: 0,
    costs: {
      plan: Number.POSITIVE_INFINITY,
      product: 2 * programCost(program.equations),
      products: Math.min(elements(outputs), elements(inputs)),
      largest: Number.POSITIVE_INFINITY,
    },
    opaque: [],
    program,
    cores: () => {
      throw new NablaError('plan: there are no nets.');
    },
  };
}

function planOf(
  kind: Kind,
  program: Program,
  tangent: Program,
  count: number,
  keepFactors: boolean,
  table: Table,
): Plan | undefined {
  const inputs = program.inputs.slice(-count);
  const knowns = new Knowns(tangent.equations);
  const result = linearized(tangent, tangent.inputs.slice(-count), knowns);
  if (!result) return undefined;
  const signs = new Signs(result.known, knowns);
  const blocks = result.outputs.map((terms, o) =>
    inputs.map((x, i): Block => {
      const outShape = program.outputs[o]!.shape;
      const own = terms.filter((term) => term.input === i);
      const common = commonDigits(own, knowns) ?? [wholeTerm(own, outShape, x.shape, knowns)];
      const pieces = piecesOf(common, knowns, keepFactors);
      return {
        outShape,
        inShape: x.shape,
        dtype: x.dtype as FloatDType,
        pieces,
        assemblies: pieces.map((piece) =>
          assembly(piece, outShape, x.shape, certificateOf(piece, signs), tangent.inputs),
        ),
      };
    }),
  );
  const held = new Set(result.known);
  const linear = tangent.equations.filter((e) => !held.has(e));
  const [m, n] = [elements(program.outputs), elements(inputs)];
  const pieces = blocks.flat().flatMap((block) => block.pieces);
  const cores = pieces.reduce((total, piece) => total + pieceCost(piece), productsCost(knowns));
  const blocked = linear.filter(({ op }) => result.opaque.includes(op.name));
  const opaque = n * programCost(blocked);
  let made: Cores | undefined;
  return {
    kind,
    hasNets: true,
    blocks,
    tensors: blocks.flat().reduce((n, { assemblies }) => n + assemblies.reduce((m, a) => m + a.shapes.length, 0), 0),
    costs: {
      plan: programCost(result.known) + cores + opaque + (keepFactors ? 0 : m * n),
      product: programCost(linear),
      products: Math.min(m, n),
      largest: Math.max(
        keepFactors ? 0 : m * n,
        ...pieces.map(pieceSize),
        ...blocked.flatMap(({ x, outs }) => [...x, ...outs].map(({ shape }) => n * sizeOf(shape))),
      ),
    },
    opaque: [...new Set(result.opaque)],
    program,
    cores: () => {
      made ??= withTable(table, () =>
        coresOf(emitted(program, result.known, blocks, knowns, tangent.inputs.slice(0, -count))),
      );
      return made;
    },
  };
}

function coresOf(program: Program): Cores {
  return {
    program,
    constants: [...program.equations.flatMap(({ x }) => x), ...program.outputs].filter(
      (v): v is DenseTensor => v instanceof DenseTensor,
    ),
    // A program of nothing, as for w∘x, is not worth the way into compiled code.
    execute: program.equations.length === 0 ? (args) => run(program, args) : executor(program),
  };
}

const total = (x: Tensor): Tensor =>
  sumOver(
    x,
    x.shape.map((_, k) => k),
  );

/**
 * The program that computes the tensors of all pieces, and then a sum of every computed value they are made of: where one is
 * not finite, so is its sum.
 */
function emitted(
  program: Program,
  known: readonly Equation[],
  blocks: readonly (readonly Block[])[],
  knowns: Knowns,
  inputs: readonly Var[],
): Program {
  const made = traceFlat(
    'jacobian',
    (...args) => {
      const values = new Map<Var, Tensor>(inputs.map((v, k) => [v, args[k]!]));
      for (const { op, x, p, outs } of known) {
        const y = bind(
          op,
          x.map((v) => (v instanceof Var ? values.get(v)! : v)),
          p,
        );
        outs.forEach((v, k) => {
          values.set(v, y[k]!);
        });
      }
      const used = new Set<Operand>();
      const cores = blocks.flat().flatMap(({ pieces, dtype }) => {
        const emitter = new Emitter(knowns, values, dtype);
        const tensors = pieces.flatMap((piece) => emitPiece(piece, emitter));
        // What is given may hold ∞ of its own; that harms where a mask should have taken it away.
        const given = (v: Operand): boolean => !(v instanceof Var) || inputs.includes(v);
        for (const v of emitter.used) if (emitter.hasMask || !given(v)) used.add(v);
        return tensors;
      });
      return [...cores, ...[...used].map((v) => total(v instanceof Var ? values.get(v)! : v))];
    },
    program.inputs,
  );
  return simplify(made);
}
