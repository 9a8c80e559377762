// A size is a number, a name, or a product of those, kept as canonical text: '3', 'n', '6*m*n'. Equal texts are equal sizes.

export type Size = string;

/** The product of two sizes: numbers multiplied, names in order. */
export function timesSize(a: Size, b: Size): Size {
  const parts = [...a.split('*'), ...b.split('*')];
  const names = parts.filter((part) => !isNumeric(part)).sort();
  const count = parts.filter(isNumeric).reduce((product, part) => product * Number(part), 1);
  return [...(count === 1 && names.length > 0 ? [] : [String(count)]), ...names].join('*');
}

export function isNumeric(size: Size): boolean {
  return /^\d+$/.test(size);
}

/** Its value where the names have values. */
export function sizeValue(size: Size, values: ReadonlyMap<string, number>): number {
  return size.split('*').reduce((product, part) => {
    if (isNumeric(part)) return product * Number(part);
    const value = values.get(part);
    if (value === undefined) throw new Error(`size ${part} has no value`);
    return product * value;
  }, 1);
}
