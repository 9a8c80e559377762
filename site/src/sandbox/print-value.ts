/**
 * A value as a line of the console: texts as they are, tensors as they print, lists and objects by their first entries. Whatever it is
 * given, it ends soon and throws nothing; the value may have been made to spoil that.
 */
import { Tensor } from 'nabla';

const deepest = 3;
const mostEntries = 50;
const longestText = 2_000;

const cut = (text: string): string => (text.length <= longestText ? text : `${text.slice(0, longestText)}…`);

/** Counts entries down over the whole value, so that wide and deep ones end alike. */
interface Allowance {
  entries: number;
}

function printList(items: Iterable<unknown>, size: number, depth: number, allowance: Allowance): string {
  const shown: string[] = [];
  for (const item of items) {
    if (allowance.entries-- <= 0) break;
    shown.push(print(item, depth + 1, allowance));
  }
  if (shown.length < size) shown.push(`… ${size - shown.length} more`);
  return shown.join(', ');
}

function printObject(value: object, depth: number, allowance: Allowance): string {
  if (value instanceof Tensor) return cut(String(value));
  if (value instanceof Error) return cut(`${value.name}: ${value.message}`);
  if (value instanceof Date || value instanceof RegExp) return cut(String(value));
  const kind = Object.getPrototypeOf(value)?.constructor?.name ?? 'Object';
  if (depth >= deepest) return Array.isArray(value) ? '[…]' : `${kind} {…}`;
  if (Array.isArray(value)) return `[${printList(value, value.length, depth, allowance)}]`;
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) {
    const numbers = value as Float64Array;
    return `${kind} [${printList(numbers, numbers.length, depth, allowance)}]`;
  }
  if (value instanceof Map || value instanceof Set) {
    return `${kind} {${printList(value, value.size, depth, allowance)}}`;
  }
  const shown: string[] = [];
  const keys = Object.keys(value);
  for (const key of keys) {
    if (allowance.entries-- <= 0) break;
    shown.push(`${key}: ${print((value as Record<string, unknown>)[key], depth + 1, allowance)}`);
  }
  if (shown.length < keys.length) shown.push(`… ${keys.length - shown.length} more`);
  const inside = shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`;
  return kind === 'Object' ? inside : `${kind} ${inside}`;
}

function print(value: unknown, depth: number, allowance: Allowance): string {
  if (typeof value === 'string') return depth === 0 ? value : JSON.stringify(cut(value));
  if (typeof value === 'function') return `ƒ ${value.name || '(anonymous)'}`;
  if (typeof value === 'object' && value !== null) return printObject(value, depth, allowance);
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

export function printValue(value: unknown): string {
  try {
    return print(value, 0, { entries: mostEntries });
  } catch {
    return '(a value that cannot be shown)';
  }
}
