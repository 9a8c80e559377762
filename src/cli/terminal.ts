// Where text goes, and what may be done there: colours only on a terminal and without NO_COLOR (no-color.org), a line that is
// written over only on a terminal, and no line longer than the terminal is wide.

/** What a terminal needs of process.stdout. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Paint = (text: string) => string;

export interface Terminal {
  readonly width: number;
  /** Whether a line can be written over. */
  readonly live: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly accent: Paint;
  write(text: string): void;
}

const DEFAULT_WIDTH = 80;
/** Longer lines are hard to read, shorter ones cannot hold the tables. */
const [NARROWEST, WIDEST] = [60, 100];

export function terminal(output: Output, env: Readonly<Record<string, string | undefined>>): Terminal {
  const live = output.isTTY === true && env.TERM !== 'dumb';
  const colours = live && !env.NO_COLOR;
  const paint =
    (code: number): Paint =>
    (text) =>
      colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, output.columns || DEFAULT_WIDTH)),
    live,
    bold: paint(1),
    dim: paint(2),
    good: paint(32),
    bad: paint(31),
    accent: paint(36),
    write: (text) => {
      output.write(text);
    },
  };
}

/** Lines of at most `width` characters, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && [...longer].length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
