// How an error names a value that it did not expect: `an array`, `a Promise`, `NaN`, `the string 'x'`.

/** Numbers are shown, since which number is the point; a long string is cut. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : String(value);
  if (Array.isArray(value)) return 'an array';
  if (ArrayBuffer.isView(value)) return withArticle(value.constructor.name);
  if (value instanceof Promise) return 'a Promise';
  if (typeof value !== 'object') return withArticle(typeof value);
  if ('matvec' in value && 'toDense' in value) return 'a structured matrix';
  if ('shape' in value && 'dtype' in value) return 'a tensor';
  const name = value.constructor?.name;
  return name === undefined || name === 'Object' ? 'a plain object' : withArticle(name);
}

const withArticle = (noun: string): string => `${/^[aeioAEIO]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** The same with the value of a number or string: for arguments of which only some values are allowed. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describe(value);
}
