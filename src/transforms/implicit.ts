// Derivatives of solutions by the implicit function theorem instead of through the solver's iterations.
//   linear   A x = b          dx = A⁻¹ (db − dA x)
//   root     f(θ, x*) = 0     dx* = −(∂f/∂x)⁻¹ (∂f/∂θ) dθ
// The rules use the solution itself, as a differentiable value, so they hold at every order.
import { NotDifferentiableError } from '../errors.ts';
import { neg, sub } from '../ops/arithmetic.ts';
import { zerosOf } from '../ops/linear.ts';
import { repeatOverBatch } from '../ops/spread.ts';
import type { Program } from '../program/program.ts';
import { run } from '../program/trace.ts';
import { bind, within } from '../tensor/dispatch.ts';
import { call } from '../tensor/formula.ts';
import type { Batched, Cotangent, OpRecord } from '../tensor/op.ts';
import type { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { type AnyFunction, checkFunction, type Flat, flattenTensors, matching, restore } from './call.ts';
import { customOp } from './custom-op.ts';
import { evaluator } from './evaluate.ts';
import { jvpFlat } from './jvp.ts';
import { batchProgram, closed, cut, tangentProgram, transposeProgram } from './programs.ts';
import { traceTree } from './staging.ts';
import { vmapFlat } from './vmap.ts';

/** From the values a problem depends on, and the right-hand side or first guess, to its solution. */
type Solve = (values: readonly Tensor[], start: readonly Tensor[]) => readonly Tensor[];

const solveOverBatch =
  (solve: Solve, batched: readonly boolean[], size: number): Solve =>
  (values, start) =>
    vmapFlat((...v) => solve(v.slice(0, values.length), v.slice(values.length)), size, [...values, ...start], batched);

const carried = (outs: readonly Tensor[]): Batched => ({ outs, batched: outs.map(() => true) });

// ------------------------------------------------------------------------------------------------- linear systems

interface LinearParam {
  /** Inputs: the values A depends on, x. Outputs: A x. */
  readonly matvec: Program;
  readonly values: number;
  readonly solve: Solve;
  /** Solves Aᵀ x = b. */
  readonly transposeSolve: Solve | undefined;
}

/** Inputs: the values A depends on, b. Outputs: x. */
const linearSolveOp: OpRecord<LinearParam> = {
  name: 'linearSolve',
  type: (x, p) => x.slice(p.values),
  evaluate: (x, p) =>
    within(evaluator, () => p.solve(x.slice(0, p.values), x.slice(p.values))) as readonly DenseTensor[],
  jvp: (x, dx, p, y) => {
    const [values, b] = cut(x, p.values) as [Tensor[], Tensor[]];
    const [dValues, db] = cut(dx, p.values) as [Cotangent[], Cotangent[]];
    const right = dValues.some((d) => d !== null) ? minus(db, matrixTangent(p.matvec, values, dValues, y()), b) : db;
    if (right.every((d) => d === null)) return right;
    return bind(linearSolveOp, [...values, ...right.map((d, i) => d ?? zerosOf(b[i]!))], p);
  },
  transpose: (gy, x, p) => {
    const { matvec, values, solve, transposeSolve } = p;
    if (!transposeSolve) {
      throw new NotDifferentiableError(
        'customLinearSolve: reverse mode solves with the transposed matrix, and no transposeSolve was given.',
        'give the option transposeSolve, or symmetric: true when A = Aᵀ',
      );
    }
    const transposed = transposeProgram(
      matvec,
      matvec.inputs.map((_, i) => i >= values),
      matvec.outputs.map(() => true),
    );
    const gb = bind(
      linearSolveOp,
      [...(x.slice(0, values) as Tensor[]), ...gy.map((g, i) => g ?? zerosOf(matvec.outputs[i]!))],
      {
        matvec: transposed,
        values,
        solve: transposeSolve,
        transposeSolve: solve,
      },
    );
    return x.map((_, i) => (i < values ? undefined : gb[i - values]!));
  },
  batch: (x, batched, size, p) => {
    const flags = x.map((_, i) => i >= p.values || batched[i]!);
    const outs = bind(
      linearSolveOp,
      x.map((v, i) => (flags[i] && !batched[i] ? repeatOverBatch(v, size) : v)),
      {
        ...p,
        matvec: batchProgram(p.matvec, flags, size),
        solve: solveOverBatch(p.solve, flags, size),
        transposeSolve: p.transposeSolve && solveOverBatch(p.transposeSolve, flags, size),
      },
    );
    return carried(outs);
  },
  formula: (x) => call('solve', ...x),
  samples: [], // it needs functions: tested as customLinearSolve
};

/** dA x: the tangent of the product along the matrix alone. */
function matrixTangent(
  matvec: Program,
  values: readonly Tensor[],
  dValues: readonly Cotangent[],
  x: readonly Tensor[],
): Cotangent[] {
  return jvpFlat('linearSolve', (...v) => run(matvec, v), [...values, ...x], [...dValues, ...x.map(() => null)])
    .tangents;
}

function minus(a: readonly Cotangent[], b: readonly Cotangent[], like: readonly Tensor[]): Cotangent[] {
  return like.map((_, i) => {
    const [left, right] = [a[i] ?? null, b[i] ?? null];
    if (right === null) return left;
    return left === null ? neg(right) : sub(left, right);
  });
}

export interface LinearSolveOptions {
  /** `transposeSolve(transposedMatvec, b)`; needed for reverse mode unless symmetric. */
  readonly transposeSolve?: AnyFunction;
  /** A = Aᵀ: solve serves for both. */
  readonly symmetric?: boolean;
}

/**
 * `customLinearSolve(matvec, b, solve)` is x with `matvec(x) = b`, found by `solve(matvec, b)` in any way it likes, and
 * differentiated by the implicit function theorem with respect to b and to everything matvec closes over.
 */
export function customLinearSolve(
  matvec: AnyFunction,
  b: unknown,
  solve: AnyFunction,
  options: LinearSolveOptions = {},
): unknown {
  checkFunction('customLinearSolve', matvec);
  checkFunction('customLinearSolve', solve);
  const right = flattenTensors('customLinearSolve', b);
  const { program, captured } = closed(
    traceTree('customLinearSolve', matvec, { kind: 'list', items: [right.shape] }, right.leaves).program,
  );
  const n = captured.length;
  const transposed = transposeProgram(
    program,
    program.inputs.map((_, i) => i >= n),
    program.outputs.map(() => true),
  );
  const transposeSolve = options.symmetric ? solve : options.transposeSolve;
  const p: LinearParam = {
    matvec: program,
    values: n,
    solve: solverOf('customLinearSolve', solve, program, right),
    transposeSolve: transposeSolve && solverOf('customLinearSolve', transposeSolve, transposed, right),
  };
  return restore(right, bind(linearSolveOp, [...captured, ...right.leaves], p));
}

/** The user's solver `solve(map, start)` on trees, as a function of flat lists. */
function solverOf(name: string, solve: AnyFunction, map: Program, like: Flat): Solve {
  return (values, start) => {
    const tree = (v: unknown): unknown =>
      restore(like, run(map, [...values, ...matching(name, 'the argument', v, like)]));
    return matching(name, 'the solution', solve(tree, restore(like, start)), like);
  };
}

// ----------------------------------------------------------------------------------------------------------- roots

interface RootParam {
  /** Inputs: the values f depends on, x. Outputs: f. */
  readonly f: Program;
  readonly values: number;
  readonly solve: Solve;
  /** The linear solver for ∂f/∂x, for a program of it. */
  readonly linear: (matvec: Program) => Solve;
}

/** Inputs: the values f depends on, the first guess. Outputs: the root. */
const rootOp: OpRecord<RootParam> = {
  name: 'root',
  type: (x, p) => x.slice(p.values),
  evaluate: (x, p) =>
    within(evaluator, () => p.solve(x.slice(0, p.values), x.slice(p.values))) as readonly DenseTensor[],
  jvp: (x, dx, p, y) => {
    const values = x.slice(0, p.values);
    const dValues = dx.slice(0, p.values);
    if (dValues.every((d) => d === null)) return x.slice(p.values).map(() => null);
    const root = y();
    const right = matrixTangent(p.f, values, dValues, root).map((d, i) => (d ? neg(d) : zerosOf(root[i]!)));
    // Inputs of the tangent program: values, x, dx; so A depends on the values and on the root.
    const matvec = tangentProgram(
      p.f,
      p.f.inputs.map((_, i) => i >= p.values),
    );
    const n = p.f.inputs.length;
    const transposed = transposeProgram(
      matvec,
      matvec.inputs.map((_, i) => i >= n),
      matvec.outputs.map(() => true),
    );
    return bind(linearSolveOp, [...values, ...root, ...right], {
      matvec,
      values: n,
      solve: p.linear(matvec),
      transposeSolve: p.linear(transposed),
    });
  },
  batch: (x, batched, size, p) => {
    const n = x.length;
    const tangent = (...v: Tensor[]): readonly Tensor[] => {
      const point = v.slice(0, n);
      const y = bind(rootOp, point, p);
      return rootOp.jvp(point, v.slice(n), p, () => y).map((d, i) => d ?? zerosOf(y[i]!));
    };
    const outs = bind(customOp, x, {
      f: (...v) => solveOverBatch(p.solve, batched, size)(v.slice(0, p.values), v.slice(p.values)),
      jvp: (...v) => vmapFlat(tangent, size, v, [...batched, ...batched]),
      forward: undefined,
      backward: undefined,
    });
    return carried(outs);
  },
  formula: (x) => call('root', ...x),
  samples: [], // it needs functions: tested as customRoot
};

/**
 * `customRoot(f, guess, solve, tangentSolve)` is x with f(x) = 0, found by `solve(f, guess)`. Its derivative with respect
 * to everything f closes over comes from the implicit function theorem; `tangentSolve(g, y)` solves g(x) = y for a linear g,
 * for instance `(g, y) => linalg.solve(jacobian(g)(y), y)`.
 */
export function customRoot(f: AnyFunction, guess: unknown, solve: AnyFunction, tangentSolve: AnyFunction): unknown {
  checkFunction('customRoot', f);
  checkFunction('customRoot', solve);
  checkFunction('customRoot', tangentSolve);
  const start = flattenTensors('customRoot', guess);
  const { program, captured } = closed(
    traceTree('customRoot', f, { kind: 'list', items: [start.shape] }, start.leaves).program,
  );
  const p: RootParam = {
    f: program,
    values: captured.length,
    solve: solverOf('customRoot', solve, program, start),
    linear: (matvec) => solverOf('customRoot', tangentSolve, matvec, start),
  };
  return restore(start, bind(rootOp, [...captured, ...start.leaves], p));
}
