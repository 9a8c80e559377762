// A terminal that remembers what was written.
import { type Terminal, terminal } from '../../src/cli/terminal.ts';

export interface Screen {
  readonly terminal: Terminal;
  text(): string;
}

export function screen({
  isTTY = false,
  columns = 80,
  env = {},
}: {
  isTTY?: boolean;
  columns?: number;
  env?: Record<string, string>;
} = {}): Screen {
  let written = '';
  const output = { isTTY, columns, write: (text: string) => (written += text) };
  return { terminal: terminal(output, env), text: () => written };
}
