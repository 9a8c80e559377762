// Numbers as people write them: 2.8 for 2.8000000000000003, 3e-11 for small errors.

/** `value` to at most `digits` significant digits, without trailing zeros. */
export function showNumber(value: number, digits = 6): string {
  const rounded = Number(value.toPrecision(digits));
  const small = rounded !== 0 && Math.abs(rounded) < 1e-4;
  const text = small ? rounded.toExponential() : String(rounded);
  return text.replace('-', '−').replace('e-', 'e−');
}

/** An error, to one digit: only its size matters. */
export function showError(value: number): string {
  return value === 0 ? '0' : value.toExponential(0).replace('e-', 'e−').replace('e+', 'e');
}

/** `(2.8, 5.6, 8.4)`. */
export function showVector(values: readonly number[]): string {
  return `(${values.map((v) => showNumber(v)).join(', ')})`;
}
