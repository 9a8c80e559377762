// The curvature of two coordinates as an ellipse: along each eigenvector, how far one can go until ½ λ t² is 1. A direction that
// bends downward is drawn dashed, one that does not bend has no end.
import { FigureWithTable } from '../../../components/figure-with-table.tsx';
import { formatNumber } from '../../../components/number-table.tsx';

export interface CurvatureEllipseProps {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
  readonly labels: readonly [string, string];
}

const half = 150;
const room = 120;

export function CurvatureEllipse({ values, vectors, labels }: CurvatureEllipseProps) {
  const lengths = values.map((value) => Math.sqrt(2 / Math.abs(value)));
  const finite = lengths.filter(Number.isFinite);
  const longest = Math.max(...finite, Number.MIN_VALUE);
  const scale = room / longest;
  const axes = values.map((value, i) => {
    const [x = 0, y = 0] = vectors[i] ?? [];
    const length = Number.isFinite(lengths[i]) ? Math.max(2, lengths[i]! * scale) : half * 2;
    return { value, x: x * length, y: -y * length, down: value < 0, length };
  });
  const [first, second] = axes;
  if (!first || !second || finite.length === 0) return null;
  const angle = (Math.atan2(first.y, first.x) * 180) / Math.PI;
  const ellipse = values.every((value) => value > 0) || values.every((value) => value < 0);
  const said = values.map(
    (value, i) => `${formatNumber(value)} along (${(vectors[i] ?? []).map(formatNumber).join(', ')})`,
  );
  return (
    <FigureWithTable
      title="Curvature"
      description={`in ${labels[0]} and ${labels[1]}: ${said.join('; ')}. A long axis is a gentle direction${values.some((v) => v < 0) ? '; dashed bends downward' : ''}.`}
      table={{
        columns: ['eigenvalue', labels[0], labels[1], 'distance for ½ λ t² = 1'],
        rows: values.map((value, i) => [value, ...(vectors[i] ?? []), lengths[i]!]),
      }}
    >
      <svg
        class="plot pg-ellipse"
        viewBox={`${-half} ${-half} ${2 * half} ${2 * half}`}
        role="img"
        aria-label={`Curvature: ${said.join('; ')}`}
      >
        <line class="grid" x1={-half} x2={half} />
        <line class="grid" y1={-half} y2={half} />
        <text class="axis-label" x={half - 4} y={-6} text-anchor="end">
          {labels[0]}
        </text>
        <text class="axis-label" x={6} y={-half + 14}>
          {labels[1]}
        </text>
        {ellipse && (
          <ellipse
            class={first.down ? 'backward' : 'forward'}
            rx={first.length}
            ry={second.length}
            transform={`rotate(${angle})`}
          />
        )}
        {axes.map(({ x, y, down, value }) => (
          <line key={value} class={down ? 'backward' : 'forward'} x1={-x} y1={-y} x2={x} y2={y} />
        ))}
      </svg>
    </FigureWithTable>
  );
}
