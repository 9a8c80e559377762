/**
 * Readers of unknown data: each answers with a typed copy of what it was given, or throws. Answers of the sandbox and states from
 * somebody's link pass through them before anything looks at them.
 *
 * One answer may hold so many items and so much text; `readAnswer` counts both, so that no answer keeps the page busy.
 */
export type Reader<T> = (value: unknown) => T;
export type Read<R> = R extends Reader<infer T> ? T : never;

function wrong(expected: string): never {
  throw new TypeError(`The answer is not what was asked for: expected ${expected}.`);
}

const mostUnits = 2_000_000;
const charactersInAUnit = 4;
const longestText = 100_000;
let unitsLeft = mostUnits;

function spend(units: number): void {
  unitsLeft -= units;
  if (unitsLeft < 0) wrong('less');
}

/** Reads an answer of any size: what is larger than a picture can show is refused. */
export function readAnswer<T>(reader: Reader<T>, value: unknown): T {
  unitsLeft = mostUnits;
  return reader(value);
}

export const text: Reader<string> = (value) => {
  if (typeof value !== 'string') return wrong('a text');
  const found = value.slice(0, longestText);
  spend(found.length / charactersInAUnit);
  return found;
};
export const number: Reader<number> = (value) => (typeof value === 'number' ? value : wrong('a number'));
export const whole: Reader<number> = (value) =>
  Number.isSafeInteger(value) ? (value as number) : wrong('a whole number');
export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : wrong('true or false'));

const longestList = 100_000;

export function list<T>(item: Reader<T>, most: number = longestList): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > most) return wrong('a list');
    spend(value.length);
    return Array.from(value, (v) => item(v));
  };
}

/** Numbers, as a plain array or as a typed one. */
export const numbers: Reader<readonly number[]> = (value) =>
  list(number)(value instanceof Float64Array ? Array.from(value) : value);

export function maybe<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value) => (value === undefined || value === null ? undefined : reader(value));
}

export function oneOf<T extends string>(...texts: readonly T[]): Reader<T> {
  return (value) => texts.find((t) => t === value) ?? wrong(texts.join(' or '));
}

type Fields<F> = { readonly [K in keyof F]: Read<F[K]> };

export function record<F extends Readonly<Record<string, Reader<unknown>>>>(fields: F): Reader<Fields<F>> {
  return (value) => {
    if (typeof value !== 'object' || value === null) wrong('a record');
    const given = value as Record<string, unknown>;
    const entries = Object.entries(fields).map(([key, reader]) => {
      return [key, reader(Object.hasOwn(given, key) ? given[key] : undefined)];
    });
    return Object.fromEntries(entries) as Fields<F>;
  };
}
