// What a target language says for each piece of a formula. A fragment knows how tightly it holds, so that brackets are few.
import type { Tensor } from '../../tensor/tensor.ts';
import type { Kind } from '../check.ts';
import type { BinaryOperator } from '../expression.ts';

export interface Fragment {
  readonly code: string;
  /** 1 sum, 2 product, 3 sign, 4 power, 5 atom. */
  readonly level: number;
  readonly kind: Kind;
  /** A number of the language, no tensor. */
  readonly isNumber: boolean;
}

export interface Dialect {
  /** Words that cannot be names: the language's own, and those of the functions that the code calls. */
  readonly reserved: ReadonlySet<string>;
  /** Whether functions take plain numbers and keep their precision. */
  readonly takesNumbers: boolean;
  /** A number where a tensor must stand. */
  readonly tensor: (a: Fragment) => string;
  readonly number: (value: number) => string;
  /** A captured tensor as a literal. */
  readonly constant: (x: Tensor) => string;
  readonly binary: (op: BinaryOperator, a: Fragment, b: Fragment, kind: Kind) => Fragment;
  readonly negate: (a: Fragment) => Fragment;
  readonly transpose: (a: Fragment, kind: Kind) => Fragment;
  /** `e` is the equation of an einsum. */
  readonly call: (name: string, args: readonly Fragment[], kind: Kind, e?: string) => Fragment;
  readonly size: (variable: string, axis: number) => string;
  readonly program: (parts: {
    readonly parameters: readonly string[];
    readonly lines: readonly (readonly [name: string, code: string])[];
    readonly result: string;
    readonly used: ReadonlySet<string>;
  }) => string;
}

export const atom = (code: string, kind: Kind): Fragment => ({ code, level: 5, kind, isNumber: false });

/** The code in brackets unless it holds at least as tightly as `least`. */
export const within = ({ code, level }: Fragment, least: number): string => (level < least ? `(${code})` : code);

export const infix = (a: Fragment, sign: string, b: Fragment, level: number, kind: Kind): Fragment => ({
  code: `${within(a, level)} ${sign} ${within(b, level + 1)}`,
  level,
  kind,
  isNumber: false,
});

/** Nested lists of numbers. */
export function nested(x: Tensor, number: (value: number) => string): string {
  const write = (part: unknown): string =>
    Array.isArray(part) ? `[${part.map(write).join(', ')}]` : number(part as number);
  return write(x.toArray());
}
