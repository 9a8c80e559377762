// A tensor as a table of its entries; what has more than two axes, or many entries, is shown by its beginning.
import { formatNumber } from '../../components/number-table.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import type { TensorData } from './answers.ts';

const mostAcross = 12;

export const showShape = (shape: readonly number[]): string => (shape.length === 0 ? 'scalar' : shape.join(' × '));

/** A tensor in a line: `[1, 2, …]`. */
export function briefly({ entries, shape }: TensorData, most = 3): string {
  const size = shape.reduce((product, n) => product * n, 1);
  if (shape.length === 0) return formatNumber(entries[0] ?? Number.NaN);
  const shown = entries.slice(0, most).map(formatNumber).join(', ');
  return `[${shown}${size > most ? ', …' : ''}]`;
}

function rowsOf({ shape, entries }: TensorData): readonly (readonly number[])[] | undefined {
  if (shape.length === 0) return [entries];
  const [m = 1, n = 1] = shape.length === 1 ? [1, shape[0]] : shape;
  if (shape.length > 2 || m > mostAcross || n > mostAcross || entries.length < m * n) return undefined;
  return Array.from({ length: m }, (_, i) => entries.slice(i * n, (i + 1) * n));
}

export function TensorView({ label, tensor }: { readonly label: string; readonly tensor: TensorData }) {
  const rows = rowsOf(tensor);
  if (!rows) {
    const shown = tensor.entries.slice(0, mostAcross).map(formatNumber).join(', ');
    return (
      <p class="pg-entries">
        <span class="hint">{showShape(tensor.shape)}:</span> {shown}
        {tensor.entries.length > mostAcross ? ', …' : ''}
      </p>
    );
  }
  if (tensor.shape.length === 0) return <p class="pg-scalar">{formatNumber(tensor.entries[0] ?? Number.NaN)}</p>;
  return (
    <ScrollArea class="table-scroll" label={label}>
      <table class="matrix pg-tensor">
        <caption class="visually-hidden">{label}</caption>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((value, j) => (
                <td key={j} class={value === 0 ? 'zero' : undefined}>
                  {formatNumber(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
