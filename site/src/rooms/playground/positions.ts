/**
 * Where in the user's source an error happened. The stack of the sandbox names places of the script that it ran; the source map
 * (https://tc39.es/ecma426/, base 64 VLQ) leads back.
 */
import type { WorkerError } from '../../worker/queue.ts';
import type { Position } from './transpile.ts';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The sandbox puts two lines before the user's. */
const linesBefore = 2;

interface Segment {
  readonly column: number;
  readonly source: Position;
}

/** The segments of each line of the script. */
function decodeMappings(mappings: string): Segment[][] {
  let line = 0;
  let column = 0;
  return mappings.split(';').map((group) => {
    let at = 0;
    return group
      .split(',')
      .filter(Boolean)
      .flatMap((text) => {
        const [shift = 0, , lineShift, columnShift] = decodeNumbers(text);
        at += shift;
        if (lineShift === undefined || columnShift === undefined) return [];
        line += lineShift;
        column += columnShift;
        return [{ column: at, source: { line: line + 1, column: column + 1 } }];
      });
  });
}

function decodeNumbers(text: string): number[] {
  const found: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return found;
}

function sourcePosition(mappings: string, { line, column }: Position): Position {
  const segments = decodeMappings(mappings)[line - 1] ?? [];
  const before = segments.findLast((segment) => segment.column <= column - 1) ?? segments[0];
  if (!before) return { line, column };
  return { line: before.source.line, column: before.source.column + Math.max(0, column - 1 - before.column) };
}

const place = /(?:blob:)?https?:\/\/[^\s)]+?:(\d+):(\d+)/g;

/** The innermost place of the user's code in a stack: that of the blob, not that of the library's file. */
export function errorPosition({ workerStack }: WorkerError, mappings: string): Position | undefined {
  for (const [text, line, column] of workerStack.matchAll(place)) {
    if (!text.startsWith('blob:') || Number(line) <= linesBefore) continue;
    return sourcePosition(mappings, { line: Number(line) - linesBefore, column: Number(column) });
  }
  return undefined;
}

/** The message with the user's lines for the script's. */
export function readableMessage({ message }: Error, mappings: string): string {
  return message.replaceAll(place, (_text, line: string, column: string) => {
    const at = sourcePosition(mappings, { line: Number(line) - linesBefore, column: Number(column) });
    return `line ${at.line}, column ${at.column}`;
  });
}
