// A function written in the formula language, checked and converted to nets once, with its names bound in order.

import { single } from '../calculus/algebra.ts';
import { type Atom, atomOf } from '../calculus/net.ts';
import { Checker, type ExpressionType, typeOfShape } from './check.ts';
import { Converter, sizeValueOf } from './convert.ts';
import type { Declared, Fact } from './declare.ts';
import type { Expression } from './expression.ts';
import { type NetValue, plainValue } from './net-value.ts';
import { parse } from './parse.ts';

export interface Binding {
  readonly name: string;
  readonly source: string;
  readonly e: Expression;
}

/** A typed function with its nets. */
export interface NetFunction {
  readonly value: NetValue;
  readonly type: ExpressionType;
  readonly atoms: ReadonlyMap<string, Atom>;
  readonly bindings: readonly Binding[];
  readonly bound: ReadonlyMap<string, NetValue>;
  readonly e: Expression;
}

/** Facts that are equations: true at the point, not near it. A variable of differentiation has them only afterwards. */
const equations: readonly Fact[] = [
  'symmetric',
  'spd',
  'pm1',
  'binary',
  'simplex',
  'onehot',
  'rowonehot',
  'orthogonal',
];
const openPart: Partial<Readonly<Record<Fact, readonly Fact[]>>> = { spd: ['posdet'], simplex: ['positive'] };

export const hasEquations = ({ facts }: Declared): boolean => equations.some((fact) => facts.has(fact));

/** The atom of a variable, with the facts that are equations or without them. */
export function variableAtom({ name, sizes, facts }: Declared, settled: boolean): Atom {
  if (settled) return atomOf('variable', name, [], sizes, facts.has('symmetric') || facts.has('spd'), facts);
  const open = [...facts].flatMap((fact) => (equations.includes(fact) ? (openPart[fact] ?? []) : [fact]));
  return atomOf('variable', name, [], sizes, false, new Set(open));
}

export function readFunction(
  source: string,
  declared: ReadonlyMap<string, Declared>,
  lets: Readonly<Record<string, string>>,
  wrt: ReadonlySet<string>,
): NetFunction {
  const types = new Map<string, ExpressionType>();
  const values = new Map<string, NetValue>();
  const atoms = new Map<string, Atom>();
  for (const variable of declared.values()) {
    for (const size of variable.sizes) {
      types.set(size, typeOfShape([]));
      values.set(size, sizeValueOf(size));
    }
  }
  for (const variable of declared.values()) {
    const atom = variableAtom(variable, !wrt.has(variable.name));
    atoms.set(variable.name, atom);
    types.set(variable.name, typeOfShape(variable.sizes));
    values.set(variable.name, plainValue(single(atom)));
  }
  const read = (text: string): { e: Expression; type: ExpressionType; value: NetValue } => {
    const e = parse(text);
    const type = new Checker(text, types).check(e);
    return { e, type, value: new Converter(values).convert(e) };
  };
  const bindings = Object.entries(lets).map(([name, text]): Binding => {
    const { e, type, value } = read(text);
    types.set(name, type);
    values.set(name, value);
    return { name, source: text, e };
  });
  const { e, type, value } = read(source);
  const bound = new Map(bindings.map(({ name }) => [name, values.get(name)!]));
  return { value, type, atoms, bindings, bound, e };
}
