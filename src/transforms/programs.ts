// Programs from programs: the tangent, the transpose and the batched form of a traced function, each found by tracing that
// reading of it. The operations that carry programs (cond, scan, while, checkpoint) get their own rules from these.

import { zerosOf } from '../ops/linear.ts';
import { type Atom, Program, Var } from '../program/program.ts';
import { run, traceFlat } from '../program/trace.ts';
import { within } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Cotangent } from '../tensor/op.ts';
import { DenseTensor, type Tensor } from '../tensor/tensor.ts';
import { evaluator } from './evaluate.ts';
import { jvpFlat } from './jvp.ts';
import { recordLinear, transposeLinear } from './rules.ts';
import { vmapFlat } from './vmap.ts';

/** Evaluates a program on concrete tensors, without recording. */
export function runDense(program: Program, x: readonly Tensor[]): DenseTensor[] {
  return within(evaluator, () => run(program, x)) as DenseTensor[];
}

const isUniform = (x: Tensor): boolean =>
  x instanceof DenseTensor && x.strides.every((s) => s === 0) && x.tape === undefined;

/**
 * The program with the tensors it closed over as its first inputs, and those tensors: whatever they are, values of an
 * enclosing transform or leaves of the tape, they become ordinary operands. Constants of one value stay inside.
 */
export function closed(program: Program): { program: Program; captured: Tensor[] } {
  const inputs = new Map<Tensor, Var>();
  const hoist = (a: Atom): Atom => {
    if (a instanceof Var || isUniform(a)) return a;
    let v = inputs.get(a);
    if (!v) {
      v = new Var(a);
      inputs.set(a, v);
    }
    return v;
  };
  const equations = program.equations.map((e) => ({ ...e, x: e.x.map(hoist) }));
  const outputs = program.outputs.map(hoist);
  return {
    program: new Program([...inputs.values(), ...program.inputs], equations, outputs),
    captured: [...inputs.keys()],
  };
}

/** Splits a list after the given counts; the rest comes last. */
export function cut<T>(list: readonly T[], ...counts: readonly number[]): T[][] {
  const parts: T[][] = [];
  let start = 0;
  for (const n of counts) {
    parts.push(list.slice(start, start + n));
    start += n;
  }
  return [...parts, list.slice(start)];
}

/** Inputs: all inputs, then a tangent for each marked one. Outputs: the tangents of the float outputs, zeros included. */
export function tangentProgram(program: Program, marked: readonly boolean[]): Program {
  const types = [...program.inputs, ...program.inputs.filter((_, i) => marked[i])];
  return traceFlat('jvp', (...values) => tangents(program, marked, values).tangents, types);
}

/** Inputs as in tangentProgram; outputs: all outputs, then the tangents of the float ones. */
export function jointProgram(program: Program, marked: readonly boolean[]): Program {
  const types = [...program.inputs, ...program.inputs.filter((_, i) => marked[i])];
  return traceFlat(
    'jvp',
    (...values) => {
      const both = tangents(program, marked, values);
      return [...both.outs, ...both.tangents];
    },
    types,
  );
}

function tangents(program: Program, marked: readonly boolean[], values: readonly Tensor[]) {
  const [x, given] = cut(values, program.inputs.length) as [Tensor[], Tensor[]];
  const dx = marked.map((m) => (m ? given.shift()! : null));
  const result = jvpFlat('jvp', (...v) => run(program, v), x, dx);
  const dy: Tensor[] = result.outs.flatMap((y, i) => (isFloat(y.dtype) ? [result.tangents[i] ?? zerosOf(y)] : []));
  return { outs: result.outs, tangents: dy };
}

/** Cotangents of the marked inputs of a program linear in them: the others are known, gy are the outputs' cotangents. */
export function pullProgram(
  program: Program,
  linear: readonly boolean[],
  known: readonly Tensor[],
  gy: readonly Cotangent[],
): Tensor[] {
  const rest = [...known];
  const held = linear.map((l) => (l ? undefined : rest.shift()!));
  const map = recordLinear(
    program.inputs.map((v, i) => (linear[i] ? v : null)),
    (dx) =>
      run(
        program,
        held.map((v, i) => v ?? dx[i]!),
      ),
  );
  const gx = transposeLinear(map, gy);
  return program.inputs.flatMap((v, i) => (linear[i] ? [gx[i] ?? zerosOf(v)] : []));
}

/** Inputs: the inputs not marked linear, then a cotangent for each output marked in `given`; outputs: cotangents of the linear inputs. */
export function transposeProgram(program: Program, linear: readonly boolean[], given: readonly boolean[]): Program {
  const known = program.inputs.filter((_, i) => !linear[i]);
  const types = [...known, ...program.outputs.filter((_, i) => given[i])];
  return traceFlat(
    'vjp',
    (...values) => {
      const [x, g] = cut(values, known.length) as [Tensor[], Tensor[]];
      return pullProgram(
        program,
        linear,
        x,
        given.map((has) => (has ? g.shift()! : null)),
      );
    },
    types,
  );
}

/** The program over a batch carried as axis 0 of the marked inputs and of every output. */
export function batchProgram(program: Program, batched: readonly boolean[], size: number): Program {
  const types = program.inputs.map((v, i) => (batched[i] ? { shape: [size, ...v.shape], dtype: v.dtype } : v));
  return traceFlat('vmap', (...x) => vmapFlat((...v) => run(program, v), size, x, batched), types);
}
