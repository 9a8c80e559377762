// A progress bar. On a terminal one line is written over; elsewhere, as in the log of a build, a few plain lines appear.
import type { Terminal } from './terminal.ts';

const BAR = 30;
/** Plain lines in all, where nothing can be written over. */
const PLAIN_LINES = 5;

/** Returns the function to call after each of `total` steps with the number of steps made and a note, such as the loss. */
export function progress(
  { live, width, write, accent, dim }: Terminal,
  indent: string,
  total: number,
): (done: number, note: string) => void {
  let shown = 0;
  return (done, note) => {
    const count = `${String(done).padStart(String(total).length)} of ${total}`;
    if (live) {
      const percent = Math.floor((100 * done) / total);
      if (percent === shown && done < total) return;
      shown = percent;
      const full = Math.floor((BAR * done) / total);
      const bar = accent('█'.repeat(full)) + dim('░'.repeat(BAR - full));
      // The bar, the count and the spaces between them take the rest of the line.
      const rest = note.slice(0, Math.max(0, width - indent.length - BAR - count.length - 5));
      write(`\r\x1b[K${indent}${bar}  ${count}  ${rest}${done === total ? '\n' : ''}`);
    } else if (Math.floor((PLAIN_LINES * done) / total) > shown) {
      shown = Math.floor((PLAIN_LINES * done) / total);
      write(`${indent}${count}  ${note}\n`);
    }
  };
}
