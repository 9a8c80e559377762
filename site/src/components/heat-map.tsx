/**
 * A matrix. A small one is a table whose cells are tinted by their value; a large one is a picture with the table behind
 * it. The sign never depends on the colour: the numbers carry it, and in the picture negative cells are hatched.
 */
import { useId } from 'preact/hooks';
import { FigureWithTable } from './figure-with-table.tsx';
import { formatNumber } from './number-table.tsx';
import { ScrollArea } from './scroll-area.tsx';

export interface HeatMapProps {
  readonly title: string;
  readonly description?: string;
  readonly values: readonly (readonly number[])[];
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
}

const mostCellsWithNumbers = 12;
const mostCellsDrawn = 64;

function tint(value: number, largest: number): string {
  if (!Number.isFinite(value)) return 'var(--danger-soft)';
  const share = largest > 0 ? Math.min(1, Math.abs(value) / largest) : 0;
  return `color-mix(in oklab, var(--heat-${value < 0 ? 'low' : 'high'}) ${(share * 100).toFixed(0)}%, var(--heat-zero))`;
}

function largestOf(values: HeatMapProps['values']): number {
  return values.reduce(
    (most, row) => row.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), most),
    0,
  );
}

/** The largest absolute value of each block, where a matrix has more cells than can be drawn. */
function pooled(values: HeatMapProps['values']): number[][] {
  const rows = Math.min(values.length, mostCellsDrawn);
  const columns = Math.min(values[0]?.length ?? 0, mostCellsDrawn);
  const picture = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (const [i, row] of values.entries()) {
    for (const [j, value] of row.entries()) {
      const line = picture[Math.floor((i * rows) / values.length)]!;
      const place = Math.floor((j * columns) / row.length);
      if (Math.abs(value) > Math.abs(line[place]!) || Number.isNaN(value)) line[place] = value;
    }
  }
  return picture;
}

function Matrix({ title, values, rowLabels, columnLabels }: HeatMapProps) {
  const largest = largestOf(values);
  return (
    <ScrollArea class="table-scroll" label={title}>
      <table class="matrix">
        <caption class="visually-hidden">{title}</caption>
        {columnLabels && (
          <thead>
            <tr>
              {rowLabels && <td />}
              {columnLabels.map((label) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {values.map((row, i) => (
            <tr key={i}>
              {rowLabels && <th scope="row">{rowLabels[i]}</th>}
              {row.map((value, j) => (
                <td key={j} class={value === 0 ? 'zero' : undefined}>
                  <span class="cell-tint" style={{ background: tint(value, largest) }} aria-hidden="true" />
                  <span class="cell-number">{formatNumber(value)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

export function HeatMap(props: HeatMapProps) {
  const { title, description, values, rowLabels, columnLabels } = props;
  const hatch = useId();
  const columns = values[0]?.length ?? 0;
  if (values.length <= mostCellsWithNumbers && columns <= mostCellsWithNumbers) {
    return (
      <figure class="figure">
        <Matrix {...props} />
        <figcaption>
          <span>
            <b>{title}</b> {description}
          </span>
        </figcaption>
      </figure>
    );
  }
  const largest = largestOf(values);
  const picture = pooled(values);
  const across = picture[0]?.length ?? 0;
  const said = `${values.length} × ${columns}, largest absolute value ${formatNumber(largest)}`;
  const table = {
    columns: ['', ...(columnLabels ?? values[0]?.map((_, j) => String(j)) ?? [])],
    rows: values.map((row, i) => [rowLabels?.[i] ?? String(i), ...row]),
  };
  return (
    <FigureWithTable title={title} description={description ? `${description} ${said}.` : `${said}.`} table={table}>
      <svg
        class="plot heat-map"
        viewBox={`0 0 ${across} ${picture.length}`}
        role="img"
        aria-label={`${title}. ${said}`}
        shape-rendering="crispEdges"
      >
        <pattern id={hatch} width="0.25" height="0.25" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="0.06" height="0.25" fill="var(--paper)" />
        </pattern>
        {picture.flatMap((row, i) =>
          row.map((value, j) =>
            value === 0 ? null : (
              <g key={`${i} ${j}`}>
                <rect x={j} y={i} width="1" height="1" style={{ fill: tint(value, largest) }} />
                {value < 0 && <rect x={j} y={i} width="1" height="1" fill={`url(#${hatch})`} />}
              </g>
            ),
          ),
        )}
      </svg>
    </FigureWithTable>
  );
}
