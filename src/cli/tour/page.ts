// What a chapter writes on: a heading, sentences, code, numbers, and checks that are counted.
import { showError } from '../numbers.ts';
import { progress } from '../progress.ts';
import { type Terminal, wrap } from '../terminal.ts';

const INDENT = '   ';

export class Page {
  readonly terminal: Terminal;
  readonly passed: string[] = [];
  readonly failed: string[] = [];
  private chapters = 0;
  /** Checks follow each other without an empty line, which is due before anything else. */
  private dueLine = false;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  /** Characters that fit on an indented line. */
  get width(): number {
    return this.terminal.width - INDENT.length;
  }

  /** Starts a chapter with what it is about, in plain language. */
  chapter(title: string, sentence: string): void {
    const { bold, accent, write } = this.terminal;
    this.endChecks();
    this.chapters++;
    write(`${accent('─'.repeat(this.terminal.width))}\n${bold(`${this.chapters}  ${title}`)}\n\n`);
    this.say(sentence);
  }

  /** A paragraph. */
  say(text: string): void {
    this.lines(wrap(text, this.width));
  }

  /** Lines as they are. */
  lines(lines: readonly string[]): void {
    this.endChecks();
    for (const line of lines) this.terminal.write(`${INDENT}${line}\n`);
    this.terminal.write('\n');
  }

  code(lines: readonly string[]): void {
    this.lines(lines.map((line) => `${this.terminal.dim('│')} ${this.terminal.accent(line)}`));
  }

  /** The verdict on numbers that two ways of computing them agree: their largest difference is at most `tolerance`. */
  checkError(what: string, error: number, tolerance: number): void {
    this.check(`${what}: largest difference ${showError(error)}`, error <= tolerance);
  }

  check(what: string, holds: boolean): void {
    const { good, bad } = this.terminal;
    (holds ? this.passed : this.failed).push(what);
    const [first, ...rest] = wrap(what, this.width - 2);
    const verdict = holds ? good('✓') : bad('✗');
    for (const line of [`${verdict} ${first}`, ...rest.map((line) => `  ${line}`)]) {
      this.terminal.write(`${INDENT}${line}\n`);
    }
    this.dueLine = true;
  }

  private endChecks(): void {
    if (this.dueLine) this.terminal.write('\n');
    this.dueLine = false;
  }

  progress(total: number): (done: number, note: string) => void {
    return progress(this.terminal, INDENT, total);
  }
}
