// A grid of dots drawn with braille characters, 2 dots wide and 4 high each (U+2800 plus one bit a dot).

const [DOTS_ACROSS, DOTS_DOWN] = [2, 4];
/** The bit of each dot, by row and column: the lowest row was added to the alphabet last. */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Lines of text in which the dot at (row, column) is raised where `raised` says so. */
export function brailleLines(
  height: number,
  width: number,
  raised: (row: number, column: number) => boolean,
): string[] {
  return Array.from({ length: Math.ceil(height / DOTS_DOWN) }, (_, line) =>
    Array.from({ length: Math.ceil(width / DOTS_ACROSS) }, (_, place) => {
      let bits = 0;
      BITS.forEach((row, i) => {
        row.forEach((bit, j) => {
          const [y, x] = [line * DOTS_DOWN + i, place * DOTS_ACROSS + j];
          if (y < height && x < width && raised(y, x)) bits |= bit;
        });
      });
      return String.fromCodePoint(0x2800 + bits);
    }).join(''),
  );
}
