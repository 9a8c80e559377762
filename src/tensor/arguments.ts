// Checks of arguments that are neither tensors, axes nor shapes: plain numbers, integers and options. TypeScript refuses
// these mistakes already; JavaScript would turn them into NaN or pass them over.
import { ArgumentError } from '../errors.ts';
import { describe, describeValue } from './describe.ts';

/** Throws unless `options` is left out or an object; its unknown keys are not looked at. */
export function checkOptions(op: string, options: unknown): void {
  const fits = options === undefined || (typeof options === 'object' && options !== null && !Array.isArray(options));
  if (!fits) {
    throw new ArgumentError(
      `${op}: the options must be an object, got ${describeValue(options)}.`,
      'write { name: value }',
    );
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
