// The names of a program's variables, as its printed form gives them: a, b, …, z, a1, …; inputs have the user's names.
import { type Program, Tensor } from 'nabla';

type Equation = Program['equations'][number];
export type Atom = Equation['x'][number];
export type Var = Exclude<Atom, Tensor>;

export function nameVariables(program: Program, inputs: readonly string[]): (v: Var) => string {
  const names = new Map<Var, string>();
  const used = new Set(inputs);
  program.inputs.forEach((v, i) => {
    names.set(v, inputs[i] ?? `input ${i + 1}`);
  });
  let next = 0;
  const fresh = (): string => {
    for (;;) {
      const name = String.fromCharCode(97 + (next % 26)) + (next < 26 ? '' : Math.floor(next / 26));
      next++;
      if (!used.has(name)) return name;
    }
  };
  for (const { outs } of program.equations) for (const v of outs) names.set(v, fresh());
  return (v) => names.get(v) ?? '?';
}

export const isVar = (a: Atom): a is Var => !(a instanceof Tensor);

function showConstant(x: Tensor): string {
  const entries = x.size <= 4 ? Array.from(x.toTypedArray(), Number) : [];
  const round = (v: number): string => String(Number(v.toPrecision(5)));
  if (x.ndim === 0 || (entries.length > 0 && entries.every((v) => v === entries[0]))) return round(entries[0] ?? 0);
  if (x.ndim === 1 && entries.length > 0) return `[${entries.map(round).join(', ')}]`;
  return `const [${x.shape.join(', ')}]`;
}

interface Slices {
  readonly starts: readonly number[];
  readonly stops: readonly number[];
  readonly steps: readonly number[];
}

const isSlices = (p: object): p is Slices => 'starts' in p && 'stops' in p && 'steps' in p;

function showParameters({ op, p }: Equation): string {
  if (op.showParams) return op.showParams(p);
  if (typeof p !== 'object' || p === null) return '';
  if (isSlices(p)) {
    const parts = p.starts.map((start, i) => `${start}:${p.stops[i]}${p.steps[i] === 1 ? '' : `:${p.steps[i]}`}`);
    return `[${parts.join(', ')}]`;
  }
  const fields = Object.entries(p).filter(([, value]) => value !== undefined && typeof value !== 'function');
  const shown = fields.map(([key, value]) => {
    const text = JSON.stringify(value)?.replaceAll('"', '').replaceAll(',', ', ') ?? '';
    return key === 'shape' ? text : `${key} ${text}`;
  });
  return shown.join(', ').slice(0, 80);
}

/** `sin b`, `mul b 2`, `sum c {axes:[0]}` */
export function showEquation(equation: Equation, name: (v: Var) => string): string {
  const operands = equation.x.map((a) => (isVar(a) ? name(a) : showConstant(a)));
  return [equation.op.name, ...operands, showParameters(equation)].filter(Boolean).join(' ');
}

/** What stands beside the operation's name in the graph: constants and parameters. */
export function showDetail(equation: Equation): string {
  const constants = equation.x.filter((a): a is Tensor => !isVar(a)).map(showConstant);
  return [...constants, showParameters(equation)].filter(Boolean).join(' ');
}

export const showType = ({ dtype, shape }: Var): string => `${dtype}[${shape.join(', ')}]`;
