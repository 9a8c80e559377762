import { ScrollArea } from './scroll-area.tsx';

export interface NumberTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string)[])[];
  /** Rows beyond this are counted, not shown; default 100. */
  readonly limit?: number;
}

/** A number to four significant digits, as the tables and axes of the page write it. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value === 0 ? 0 : value).replace('Infinity', '∞');
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-4 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
  return text.replace('e+', 'e').replace('-', '−').replace('e-', 'e−');
}

/** The data behind a picture. */
export function NumberTable({ caption, columns, rows, limit = 100 }: NumberTableProps) {
  return (
    <ScrollArea class="table-scroll" label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, index) =>
              // A header that says nothing is none.
              column === '' ? (
                <td key={index} />
              ) : (
                <th key={index} scope="col">
                  {column}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, limit).map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{typeof cell === 'number' ? formatNumber(cell) : cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > limit && <p class="hint">and {rows.length - limit} more rows</p>}
    </ScrollArea>
  );
}
