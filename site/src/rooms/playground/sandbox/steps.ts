// Every operation of the function with its value, its local derivatives and its cotangent. All cotangents come from one pullback:
// each intermediate value is y + δ with δ = 0, and the derivative of the output in δ is the cotangent of y.
import { ones, Program, runProgram, type Tensor, zeros } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { Given, Step, StepsAnswer } from '../answers.ts';
import { type Atom, isVar, nameVariables, showEquation, type Var } from './names.ts';
import { dataOf, subject } from './subject.ts';
import { jacobian, type TensorFunction, trace, vjp } from './transforms.ts';

type Equation = Program['equations'][number];

const mostSteps = 400;
const mostMatrixEntries = 400;
const mostShown = 64;

const isFloat = ({ dtype }: { readonly dtype: string }): boolean => dtype.startsWith('float');

/** Runs one equation alone. */
function apply(equation: Equation, value: (a: Atom) => Tensor): Tensor[] {
  const inputs = [...new Set(equation.x.filter(isVar))];
  return runProgram(new Program(inputs, [equation], equation.outs), inputs.map(value));
}

function localsOf(equation: Equation, value: (a: Atom) => Tensor, name: (v: Var) => string): Step['locals'] {
  const inputs = [...new Set(equation.x.filter(isVar))].filter(isFloat);
  const [out] = equation.outs;
  if (!out || !isFloat(out)) return [];
  return inputs.map((variable) => {
    const f: TensorFunction = (x) => apply(equation, (a) => (a === variable ? x : value(a)))[0]!;
    const x = value(variable);
    if (equation.op.partials) {
      const [, pullback] = vjp(f, x);
      const rates = only(pullback(ones(out.shape, { dtype: out.dtype }) as Tensor));
      return { name: name(variable), form: 'entries' as const, tensor: dataOf(rates, mostShown) };
    }
    const [m, n] = [size(out), size(variable)];
    if (m * n > mostMatrixEntries) {
      return { name: name(variable), form: 'large' as const, tensor: { shape: [m, n], dtype: out.dtype, entries: [] } };
    }
    const matrix = jacobian(f)(x).reshape([m, n]);
    return { name: name(variable), form: 'matrix' as const, tensor: dataOf(matrix) };
  });
}

/** A pullback answers with a list of one, or with the cotangent itself. */
const only = (x: Tensor | [Tensor]): Tensor => (Array.isArray(x) ? x[0] : x);

const size = ({ shape }: Var): number => shape.reduce((product, n) => product * n, 1);

/** Values of all variables in one run; `shift` may add to each. */
function evaluate(program: Program, args: readonly Tensor[], shift: (v: Var, y: Tensor) => Tensor): Map<Var, Tensor> {
  const values = new Map<Var, Tensor>();
  program.inputs.forEach((v, i) => {
    values.set(v, args[i]!);
  });
  const value = (a: Atom): Tensor => (isVar(a) ? values.get(a)! : a);
  for (const equation of program.equations) {
    apply(equation, value).forEach((y, i) => {
      const v = equation.outs[i]!;
      values.set(v, shift(v, y));
    });
  }
  return values;
}

export function steps(given: Given, tools: SandboxTools): StepsAnswer {
  const { f, args, inputs } = subject(given, tools);
  const program: Program = trace(f)(...args);
  if (program.equations.length > mostSteps) {
    throw new TypeError(`f does ${program.equations.length} operations; up to ${mostSteps} can be stepped through.`);
  }
  const name = nameVariables(
    program,
    inputs.map((input) => input.name),
  );
  const values = evaluate(program, args, (_, y) => y);
  const value = (a: Atom): Tensor => (isVar(a) ? values.get(a)! : a);
  const cotangents = cotangentsOf(program, args);
  const show = (v: Var, equation: string, locals: Step['locals']): Step => {
    const cotangent = cotangents?.get(v);
    return {
      name: name(v),
      equation,
      value: dataOf(value(v), mostShown),
      cotangent: cotangent && dataOf(cotangent, mostShown),
      locals,
    };
  };
  return {
    seed: program.outputs.some((y) => y.shape.length > 0) ? 'ones: the gradient of the sum of the outputs' : '1',
    steps: [
      ...program.inputs.map((v) => show(v, 'input', [])),
      ...program.equations.flatMap((equation) => {
        const [out] = equation.outs;
        return out ? [show(out, showEquation(equation, name), localsOf(equation, value, name))] : [];
      }),
    ],
  };
}

/** ∂(output · 1)/∂v for every float variable; undefined where the output does not depend on the inputs. */
function cotangentsOf(program: Program, args: readonly Tensor[]): Map<Var, Tensor> | undefined {
  const outputs = program.outputs.filter(isVar).filter(isFloat);
  if (outputs.length === 0) return undefined;
  const shifted = [...program.inputs, ...program.equations.flatMap(({ outs }) => outs)].filter(isFloat);
  const place = new Map(shifted.map((v, i) => [v, i]));
  const f = (deltas: Tensor[]): Tensor => {
    const shift = (v: Var, y: Tensor): Tensor => (place.has(v) ? y.add(deltas[place.get(v)!]!) : y);
    const moved = program.inputs.map((v, i) => shift(v, args[i]!));
    const values = evaluate(program, moved, shift);
    return outputs.map((v) => values.get(v)!.sum()).reduce((a, b) => a.add(b)) as Tensor;
  };
  const zero = shifted.map(({ shape, dtype }) => zeros(shape, { dtype }) as Tensor);
  const [y, pullback] = vjp(f, zero);
  const flat = pullback(ones([], { dtype: y.dtype }) as Tensor).flat() as Tensor[];
  return new Map(shifted.map((v, i) => [v, flat[i]!]));
}
