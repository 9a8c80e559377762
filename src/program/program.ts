// A traced function: a list of equations in single static assignment, typed, readable when printed.
//   { a:float32[3] b:float32[3] |
//     c:float32[3] = mul a b
//     d:float32[] = sum c {axes: [0]}
//     d }
import type { OpRecord, Params, TensorType } from '../tensor/op.ts';
import { DenseTensor, Tensor } from '../tensor/tensor.ts';

/** A value of a program: known by its type only. */
export class Var {
  readonly shape: readonly number[];
  readonly dtype: TensorType['dtype'];

  constructor(type: TensorType) {
    this.shape = type.shape;
    this.dtype = type.dtype;
  }
}

/** An operand: a variable, or a tensor that was known when the function was traced. */
export type Atom = Var | Tensor;

export interface Equation {
  readonly op: OpRecord;
  readonly x: readonly Atom[];
  readonly p: Params;
  readonly outs: readonly Var[];
}

export class Program {
  readonly inputs: readonly Var[];
  readonly equations: readonly Equation[];
  readonly outputs: readonly Atom[];

  constructor(inputs: readonly Var[], equations: readonly Equation[], outputs: readonly Atom[]) {
    this.inputs = inputs;
    this.equations = equations;
    this.outputs = outputs;
  }

  toString(): string {
    return printProgram(this);
  }
}

const showType = (t: TensorType): string => `${t.dtype}[${t.shape.join(',')}]`;

function showParam(value: unknown, indent: string): string {
  if (value instanceof Program) return printProgram(value, `${indent}  `);
  if (value instanceof Tensor) return showConstant(value);
  if (typeof value === 'function') return value.name || 'function';
  if (Array.isArray(value)) return `[${value.map((v) => showParam(v, indent)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, v]) => `${key}: ${showParam(v, indent)}`);
    return `{${fields.join(', ')}}`;
  }
  return String(value);
}

function showConstant(x: Tensor): string {
  if (!(x instanceof DenseTensor)) return String(x);
  const uniform = x.size > 0 && (x.size === 1 || x.strides.every((s) => s === 0));
  return uniform ? `${x.storage[x.offset]}:${showType(x)}` : `const:${showType(x)}`;
}

function printProgram(program: Program, indent = ''): string {
  const names = new Map<Var, string>();
  const nameOf = (v: Var): string => {
    let text = names.get(v);
    if (text === undefined) {
      const n = names.size;
      text = String.fromCharCode(97 + (n % 26)) + (n < 26 ? '' : Math.floor(n / 26));
      names.set(v, text);
    }
    return text;
  };
  const typed = (v: Var): string => `${nameOf(v)}:${showType(v)}`;
  const atom = (a: Atom): string => (a instanceof Var ? nameOf(a) : showConstant(a));
  const inputs = program.inputs.map(typed).join(' ');
  const lines = program.equations.map(({ op, x, p, outs }) => {
    const left = outs.map(typed).join(' ');
    const params = op.showParams
      ? ` ${op.showParams(p)}`
      : Object.keys(p ?? {}).length > 0
        ? ` ${showParam(p, indent)}`
        : '';
    return `${indent}  ${left} = ${[op.name, ...x.map(atom)].join(' ')}${params}`;
  });
  return [`{ ${inputs} |`, ...lines, `${indent}  ${program.outputs.map(atom).join(' ')} }`].join('\n');
}
