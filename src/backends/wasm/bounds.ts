// What is known of numbers before they are computed: how small they can be, NaN aside. 1 + x² is at least 1, so that its
// logarithm needs no care for zeros, negative and subnormal numbers.

const nonNegative: ReadonlySet<string> = new Set([
  'square',
  'exp',
  'exp2',
  'abs',
  'sqrt',
  'relu',
  'sigmoid',
  'softplus',
  'hypot',
  'cosh',
]);

/** A number that no result of the operation is below, from such numbers for its operands; undefined where there is none. */
export function leastOf(name: string, [a, b]: readonly (number | undefined)[]): number | undefined {
  if (nonNegative.has(name)) return 0;
  if (name === 'maximum') return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
  if (a === undefined || b === undefined) return undefined;
  if (name === 'minimum') return Math.min(a, b);
  if (name === 'add') return a + b;
  if (name === 'mul') return a >= 0 && b >= 0 ? 0 : undefined;
  // A divisor may be -0.
  return name === 'div' && a >= 0 && b > 0 ? 0 : undefined;
}
