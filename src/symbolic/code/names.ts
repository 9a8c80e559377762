// Names of a formula as identifiers of a language: what is reserved or a function there gets an underscore, and a subscript digit,
// which no language has in names, becomes a digit.

/** An identifier for every name, no two the same. */
export function identifiers(names: Iterable<string>, reserved: ReadonlySet<string>): Map<string, string> {
  const all = [...names];
  const used = new Set(reserved);
  const result = new Map<string, string>();
  // A name that can stay as it is keeps its right to itself.
  for (const name of all) {
    if (plain(name) !== name || used.has(name)) continue;
    used.add(name);
    result.set(name, name);
  }
  for (const name of all) {
    if (result.has(name)) continue;
    let identifier = plain(name);
    while (used.has(identifier)) identifier += '_';
    used.add(identifier);
    result.set(name, identifier);
  }
  return result;
}

const plain = (name: string): string => name.normalize('NFKC').replaceAll(/[^\p{L}\p{Nd}_]/gu, '_');
