// What the user says about the variables: shapes by size names or numbers, and facts that hold at the point (not for its
// perturbations: derivatives are taken in the ambient space).

import type { Size } from '../calculus/size.ts';
import { ArgumentError } from '../errors.ts';

export const factNames = [
  'symmetric',
  'spd',
  'positive',
  'pm1',
  'binary',
  'simplex',
  'onehot',
  'rowonehot',
  'invertible',
  'posdet',
  'orthogonal',
  'small',
  'large',
  'ball',
] as const;
export type Fact = (typeof factNames)[number];

export type ShapeDeclaration = readonly (string | number)[];
export type VariableDeclaration =
  | ShapeDeclaration
  | { readonly shape: ShapeDeclaration; readonly is?: readonly Fact[] | Fact };

export interface Declared {
  readonly name: string;
  readonly sizes: readonly Size[];
  readonly facts: ReadonlySet<Fact>;
}

const nameForm = /^\p{L}[\p{L}\p{N}_]*$/u;

/** The declarations as a table; refuses shapes, names and facts that cannot be. */
export function declare(variables: Readonly<Record<string, VariableDeclaration>>): Map<string, Declared> {
  const table = new Map<string, Declared>();
  for (const [name, given] of Object.entries(variables)) {
    if (!nameForm.test(name))
      throw new ArgumentError(`derive: '${name}' is no name.`, 'a letter, then letters, digits, _');
    const { shape, is } = Array.isArray(given)
      ? { shape: given as ShapeDeclaration, is: [] }
      : (given as { shape: ShapeDeclaration; is?: readonly Fact[] | Fact });
    if (!Array.isArray(shape)) {
      throw new ArgumentError(
        `derive: the shape of ${name} must be a list of sizes.`,
        "write ['m', 'n'], or [] for a scalar",
      );
    }
    const sizes = shape.map((size): Size => {
      const valid = typeof size === 'number' ? Number.isInteger(size) && size > 0 : nameForm.test(String(size));
      if (!valid)
        throw new ArgumentError(`derive: ${name} has size ${String(size)}.`, 'sizes are names or positive integers');
      return String(size);
    });
    const facts = new Set(typeof is === 'string' ? [is] : (is ?? []));
    for (const fact of facts) {
      if (!factNames.includes(fact)) {
        throw new ArgumentError(
          `derive: nothing is known about ${name} being '${fact}'.`,
          `known are ${factNames.join(', ')}`,
        );
      }
    }
    const square = ['symmetric', 'spd', 'invertible', 'posdet', 'orthogonal'].find((f) => facts.has(f as Fact));
    if (square && (sizes.length !== 2 || (square !== 'orthogonal' && sizes[0] !== sizes[1]))) {
      throw new ArgumentError(`derive: ${name} is said to be ${square} but has shape [${sizes.join(',')}].`);
    }
    table.set(name, { name, sizes, facts });
  }
  for (const { sizes } of [...table.values()]) {
    for (const size of sizes) {
      const same = table.get(size);
      if (same) throw new ArgumentError(`derive: '${size}' is both a variable and a size.`);
    }
  }
  return table;
}
