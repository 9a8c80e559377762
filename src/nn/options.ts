// The options object that ends most calls. A misspelt name, or a tensor where the object belongs, is an error: it would
// otherwise be ignored and train something else.
import { ArgumentError } from '../errors.ts';
import { describe } from '../ops/operands.ts';
import { checkNames } from '../tensor/arguments.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Throws unless `options` is an object with no other names than the given ones. */
export function checkOptions(op: string, options: object, names: readonly string[]): void {
  const list = names.join(', ');
  if (typeof options !== 'object' || options === null || Array.isArray(options) || options instanceof Tensor) {
    throw new ArgumentError(`${op}: expected an object of options last, got ${describe(options)}.`, `it takes ${list}`);
  }
  checkNames(op, options, names);
}

/** Throws unless `value` is one of the given words. */
export function checkChoice(op: string, option: string, value: unknown, choices: readonly string[]): void {
  if (typeof value !== 'string' || !choices.includes(value)) {
    throw new ArgumentError(`${op}: ${option} must be one of ${choices.join(', ')}, got ${String(value)}.`);
  }
}
