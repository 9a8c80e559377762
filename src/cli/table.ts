// Columns of text: tables, matrices between brackets, and the confusion matrix of a classifier.

/** Lines in which every column is as wide as its widest cell; cells are set to the right. */
export function tableLines(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) => Math.max(...rows.map((row) => [...(row[c] ?? '')].length)));
  const padded = (cell: string, width: number) => ' '.repeat(width - [...cell].length) + cell;
  return rows.map((row) =>
    widths
      .map((width, c) => padded(row[c] ?? '', width))
      .join(gap)
      .trimEnd(),
  );
}

/** A matrix between tall brackets, with its name before the middle row. */
export function matrixLines(name: string, rows: readonly (readonly string[])[]): string[] {
  const middle = Math.floor((rows.length - 1) / 2);
  const margin = ' '.repeat([...name].length);
  const bracket = (i: number, single: string, first: string, between: string, last: string) =>
    rows.length === 1 ? single : i === 0 ? first : i === rows.length - 1 ? last : between;
  return tableLines(rows).map(
    (line, i) =>
      `${i === middle ? `${name} = ` : `${margin}   `}${bracket(i, '[', '⎡', '⎢', '⎣')} ${line} ${bracket(i, ']', '⎤', '⎥', '⎦')}`,
  );
}

/** counts[i][j]: how many examples of class i were taken for class j. */
export function confusionMatrix(actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) counts[actual[i]!]![predicted[i]!]!++;
  return counts;
}

/** The confusion matrix with a row for each class, a column for each answer, and the share of right answers a row. */
export function confusionLines(counts: readonly (readonly number[])[]): string[] {
  const head = ['', ...counts.map((_, j) => String(j)), 'right'];
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    const share = total === 0 ? '–' : `${((100 * row[i]!) / total).toFixed(1)} %`;
    return [String(i), ...row.map((n) => (n === 0 ? '·' : String(n))), share];
  });
  const [header, ...body] = tableLines([head, ...rows]);
  return [header!, '─'.repeat([...header!].length), ...body];
}
