// Program -> smaller program: equations that repeat another, moves that undo each other, products with an exact one, and what
// nothing uses. Only algebra that is exact in floating point for every input, NaN and the sign of zero included.
import { type Atom, type Equation, Program, Var } from '../program/program.ts';
import { primitives } from '../tensor/op.ts';
import { sameShape } from '../tensor/shape.ts';
import { DenseTensor, Tensor } from '../tensor/tensor.ts';
import { loopOf } from './loops.ts';

/** `differentiable`: the result has the derivatives of `program` as well, not only its values. */
export function simplify(program: Program, differentiable = false): Program {
  return removeDead(shareEqual(program, differentiable));
}

/** The element of a constant that repeats one. */
export function repeated(a: Atom): number | undefined {
  if (!(a instanceof DenseTensor) || a.size === 0 || a.tape) return undefined;
  return a.size === 1 || a.strides.every((s) => s === 0) ? a.storage[a.offset]! : undefined;
}

/** An atom that the equation's only output equals, if there is one. */
function sameAs(
  { op, x, p, outs }: Equation,
  source: (v: Var) => Equation | undefined,
  differentiable: boolean,
): Atom | undefined {
  const [a, b] = x;
  const of = (atom: Atom | undefined, name: string): Equation | undefined => {
    const e = atom instanceof Var ? source(atom) : undefined;
    return e?.op.name === name ? e : undefined;
  };
  switch (op.name) {
    case 'stopGradient':
      return differentiable ? undefined : a;
    case 'mul':
      if (repeated(b!) === 1) return a;
      return repeated(a!) === 1 ? b : undefined;
    case 'div':
      return repeated(b!) === 1 ? a : undefined;
    case 'sub':
      return Object.is(repeated(b!), 0) ? a : undefined;
    case 'neg':
      return of(a, 'neg')?.x[0];
    case 'cast':
      return a!.dtype === p.dtype ? a : undefined;
    case 'reshape': {
      if (sameShape(a!.shape, p.shape)) return a;
      const before = of(a, 'reshape')?.x[0];
      return before && sameShape(before.shape, outs[0]!.shape) ? before : undefined;
    }
    case 'permute': {
      const axes: readonly number[] = p.axes;
      if (axes.every((axis, i) => axis === i)) return a;
      const before = of(a, 'permute');
      return before && axes.every((axis, i) => before.p.axes[axis] === i) ? before.x[0] : undefined;
    }
    default:
      return undefined;
  }
}

/** A text that is equal for equal parameters only; undefined for parameters that hold more than data. */
export function simpleText(p: unknown): string | undefined {
  let plain = true;
  const text = JSON.stringify(p, (_key, value: unknown) => {
    if (typeof value === 'function' || value instanceof Tensor || value instanceof Program) plain = false;
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return Object.is(value, -0) ? '-0' : String(value);
    }
    return plain ? value : null;
  });
  return plain ? text : undefined;
}

/** Names for atoms, equal for equal ones. */
export function atomNames(): (a: Atom) => string {
  const names = new Map<Atom, string>();
  return (a) => {
    const value = repeated(a);
    if (value !== undefined) return `${Object.is(value, -0) ? '-0' : value}:${a.dtype}[${a.shape.join()}]`;
    let text = names.get(a);
    if (text === undefined) {
      text = `%${names.size}`;
      names.set(a, text);
    }
    return text;
  };
}

/** Common subexpressions become one, and trivial equations their operand. */
function shareEqual(program: Program, differentiable: boolean): Program {
  const same = new Map<Var, Atom>();
  const sources = new Map<Var, Equation>();
  const name = atomNames();
  const known = new Map<string, readonly Var[]>();
  const atom = (a: Atom): Atom => (a instanceof Var ? (same.get(a) ?? a) : a);
  const equations: Equation[] = [];
  for (const original of program.equations) {
    const e: Equation = { ...original, x: original.x.map(atom) };
    const value = e.outs.length === 1 ? sameAs(e, (v) => sources.get(v), differentiable) : undefined;
    if (value) {
      same.set(e.outs[0]!, value);
      continue;
    }
    const params = primitives.get(e.op.name) === e.op ? simpleText(e.p) : undefined;
    const key = params === undefined ? undefined : `${e.op.name} ${e.x.map(name).join()} ${params}`;
    const before = key === undefined ? undefined : known.get(key);
    if (before) {
      e.outs.forEach((out, i) => {
        same.set(out, before[i]!);
      });
      continue;
    }
    if (key !== undefined) known.set(key, e.outs);
    for (const out of e.outs) sources.set(out, e);
    equations.push(e);
  }
  return new Program(program.inputs, equations, program.outputs.map(atom));
}

/** Whether it does nothing but compute: operations given by the user may do more, so they stay. */
export function isPure(e: Equation): boolean {
  return primitives.get(e.op.name) === e.op || (loopOf(e)?.body.equations.every(isPure) ?? false);
}

function removeDead(program: Program): Program {
  const used = new Set<Atom>(program.outputs);
  const equations: Equation[] = [];
  for (const e of [...program.equations].reverse()) {
    if (isPure(e) && !e.outs.some((out) => used.has(out))) continue;
    for (const a of e.x) used.add(a);
    equations.push(e);
  }
  return new Program(program.inputs, equations.reverse(), program.outputs);
}
