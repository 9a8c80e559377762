// JSON in which every object names each key once. JSON.parse keeps the last of equal keys without a word, which lets
// two readers see different contents in one file.

/** Parses UTF-8 bytes; what is wrong with them goes through `fail` to become the caller's error. */
export function parseUniqueJson(bytes: Uint8Array, fail: (detail: string) => Error): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw fail('it is not JSON in UTF-8');
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) throw fail(`the key ${repeated} is given twice`);
  return value;
}

/** In text that JSON.parse accepts, braces, strings and colons are all that matters to the nesting of keys. */
function findRepeatedKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  let string = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') objects.push(new Set());
    else if (character === '}') objects.pop();
    else if (character === '"') {
      const end = endOfString(text, i);
      string = text.slice(i, end);
      i = end - 1;
    } else if (character === ':') {
      const keys = objects.at(-1)!;
      const key = JSON.parse(string) as string;
      if (keys.has(key)) return string;
      keys.add(key);
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}
