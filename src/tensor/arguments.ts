// Checks of arguments that are neither tensors, axes nor shapes: plain numbers, integers and options. TypeScript refuses
// these mistakes already; JavaScript would turn them into NaN or pass them over.
import { ArgumentError } from '../errors.ts';
import { describe, describeValue } from './describe.ts';

/**
 * Throws unless `options` is left out or an object, with no other names than those given, if any are: a misspelt one, as
 * `keepDims`, would otherwise be ignored and give a wrong result.
 */
export function checkOptions(op: string, options: unknown, ...names: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError(
      `${op}: the options must be an object, got ${describeValue(options)}.`,
      'write { name: value }',
    );
  }
  if (names.length > 0) checkNames(op, options, names);
}

/** Throws for a name in `options` that is not one of `names`. */
export function checkNames(op: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new ArgumentError(`${op}: unknown option '${name}'.`, `it takes ${names.join(', ')}`);
    }
  }
}

/** Throws unless `value` is a number; NaN and the infinities are numbers. */
export function checkNumber(op: string, what: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw new ArgumentError(`${op}: ${what} must be a number, got ${describe(value)}.`);
}

/** Throws unless `value` is an integer, of at least `least`. */
export function checkInteger(
  op: string,
  what: string,
  value: unknown,
  least: number = Number.NEGATIVE_INFINITY,
): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < least) {
    const kind = Number.isFinite(least) ? `an integer >= ${least}` : 'an integer';
    throw new ArgumentError(`${op}: ${what} must be ${kind}, got ${describeValue(value)}.`);
  }
}
