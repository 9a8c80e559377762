// The code that a chapter shows is the code that it has run: lines of its own source file, which the package contains,
// between a comment `//: name` and a comment `//:`.
import { readFileSync } from 'node:fs';
import { packageRoot } from '../package-root.ts';

/** The lines called `name` in the source of a chapter, without their common indentation. */
export function excerpt(chapter: string, name: string): string[] {
  const file = `${chapter}.ts`;
  const source = readFileSync(new URL(`src/cli/tour/${file}`, packageRoot), 'utf8').split('\n');
  const start = source.findIndex((line) => line.trim() === `//: ${name}`);
  const length = source.slice(start).findIndex((line) => line.trim() === '//:');
  if (start < 0 || length < 0) throw new Error(`excerpt: ${file} has no lines '${name}'.`);
  const lines = source.slice(start + 1, start + length);
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent));
}
