// What is differentiated: nets to derive from, and the same function on tensors to check against.
import type { Atom } from '../calculus/net.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { filled } from '../tensor/tensor.ts';
import { grad, jacobian } from '../transforms/derivatives.ts';
import type { Declared } from './declare.ts';
import { type Environment, evaluate, type Value } from './evaluate.ts';
import type { Expression } from './expression.ts';
import type { NetValue } from './net-value.ts';
import { type Binding, readFunction } from './session.ts';

export interface Subject {
  readonly declared: ReadonlyMap<string, Declared>;
  readonly sizeNames: readonly string[];
  readonly bindings: readonly Binding[];
  /** Tensors that the function captured, by the names they got when it was read. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The nets, with the given variables not yet symmetric; call inside a table. */
  read(wrt: ReadonlySet<string>): {
    value: NetValue;
    atoms: ReadonlyMap<string, Atom>;
    bound: ReadonlyMap<string, NetValue>;
  };
  apply(values: ReadonlyMap<string, Tensor>, sizes: ReadonlyMap<string, number>): Tensor;
}

/** The derivative by automatic differentiation, out ++ in. */
export function exactDerivative(
  subject: Subject,
  order: 'gradient' | 'jacobian' | 'hessian',
  v: string,
  w: string,
  values: ReadonlyMap<string, Tensor>,
  sizes: ReadonlyMap<string, number>,
): Tensor {
  const f = (at: ReadonlyMap<string, Tensor>, name: string, x: unknown): Tensor =>
    subject.apply(new Map(at).set(name, x as Tensor), sizes);
  if (order !== 'hessian') return jacobian((x: unknown) => f(values, w, x))(values.get(w)) as Tensor;
  const gradientAt = (x: unknown): unknown => {
    const at = new Map(values).set(w, x as Tensor);
    return grad((y: unknown) => f(at, v, y))(at.get(v));
  };
  return jacobian(gradientAt)(values.get(w)) as Tensor;
}

/** Sizes as scalars beside the tensors. */
export function environment(
  values: ReadonlyMap<string, Tensor>,
  sizes: ReadonlyMap<string, number>,
): Map<string, Value> {
  const env = new Map<string, Value>();
  for (const [name, size] of sizes) env.set(name, { x: filled([], size, 'float64'), row: false });
  for (const [name, x] of values) env.set(name, { x, row: false });
  return env;
}

/** The value of an expression after names bound in order. */
export function evaluateWith(
  e: Expression,
  lets: readonly (readonly [string, Expression])[],
  start: Environment,
): Tensor {
  const env = new Map(start);
  for (const [name, definition] of lets) env.set(name, evaluate(definition, env));
  return evaluate(e, env).x;
}

/** A function written in the formula language. */
export function textSubject(
  source: string,
  declared: ReadonlyMap<string, Declared>,
  lets: Readonly<Record<string, string>>,
): Subject {
  const sizeNames = [...new Set([...declared.values()].flatMap(({ sizes }) => sizes))].filter(
    (size) => !/^\d/.test(size),
  );
  const first = readFunction(source, declared, lets, new Set());
  return {
    declared,
    sizeNames,
    bindings: first.bindings,
    constants: new Map(),
    read: (wrt) => readFunction(source, declared, lets, wrt),
    apply: (values, sizes) =>
      evaluateWith(
        first.e,
        first.bindings.map(({ name, e }) => [name, e] as const),
        environment(values, sizes),
      ),
  };
}
