// Which two coordinates a picture shows, and how far it reaches.
import { useEffect, useId, useState } from 'preact/hooks';
import type { RoomState } from '../../app/room-state.ts';
import type { Coordinate, InputSpec } from './answers.ts';
import { isRange, type PlaygroundState, type Range } from './state.ts';
import { Choice } from './views/choice.tsx';

const mostElements = 64;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** `x[1]`, `W[0, 2]`; a scalar is its name. */
export function coordinateLabel(inputs: readonly InputSpec[], { input, element }: Coordinate): string {
  const spec = inputs[input];
  if (!spec) return '?';
  if (spec.shape.length === 0) return spec.name;
  const index = spec.shape.map((size, axis) => Math.floor(element / sizeOf(spec.shape.slice(axis + 1))) % size);
  return `${spec.name}[${index.join(', ')}]`;
}

/** The two coordinates, moved to elements that exist. */
export function planeOf({ inputs, x, y }: PlaygroundState): { x: Coordinate; y: Coordinate } | null {
  const all = inputs.flatMap(({ shape }, input) =>
    Array.from({ length: Math.min(sizeOf(shape), mostElements) }, (_, element) => ({ input, element })),
  );
  const exists = (at: Coordinate): boolean => at.element < sizeOf(inputs[at.input]?.shape ?? [0]);
  const first = exists(x) ? x : all[0];
  if (!first) return null;
  const other = all.find(({ input, element }) => input !== first.input || element !== first.element);
  const second = exists(y) && (y.input !== first.input || y.element !== first.element) ? y : other;
  return second ? { x: first, y: second } : null;
}

interface RangeFieldProps {
  readonly label: string;
  readonly range: Range;
  readonly onChange: (range: Range) => void;
}

function readRange(texts: readonly string[]): Range | undefined {
  const [from = Number.NaN, to = Number.NaN] = texts.map((part) =>
    part.trim() === '' ? Number.NaN : Number(part.replace('−', '-')),
  );
  return isRange([from, to]) ? [from, to] : undefined;
}

function RangeField({ label, range, onChange }: RangeFieldProps) {
  const id = useId();
  const [texts, setTexts] = useState(range.map(String));
  useEffect(() => setTexts(range.map(String)), [range[0], range[1]]);
  const change = (at: 0 | 1, text: string): void => {
    const next = at === 0 ? [text, texts[1]!] : [texts[0]!, text];
    setTexts(next);
    const read = readRange(next);
    if (read) onChange(read);
  };
  const invalid = readRange(texts) === undefined;
  return (
    <fieldset class="pg-range">
      <legend>{label}</legend>
      <label class="visually-hidden" for={`${id}-from`}>
        {label} from
      </label>
      <input
        id={`${id}-from`}
        inputMode="decimal"
        value={texts[0]}
        aria-invalid={invalid}
        onInput={({ currentTarget }) => change(0, currentTarget.value)}
      />
      <span aria-hidden="true">…</span>
      <label class="visually-hidden" for={`${id}-to`}>
        {label} to
      </label>
      <input
        id={`${id}-to`}
        inputMode="decimal"
        value={texts[1]}
        aria-invalid={invalid}
        onInput={({ currentTarget }) => change(1, currentTarget.value)}
      />
    </fieldset>
  );
}

export function PlaneControls({ room }: { readonly room: RoomState<PlaygroundState> }) {
  const { inputs, xRange, yRange } = room.value;
  const shown = planeOf(room.value);
  if (!shown) return <p>The pictures need two numbers to change; the inputs have fewer.</p>;
  const options = inputs.flatMap(({ shape }, input) =>
    Array.from({ length: Math.min(sizeOf(shape), mostElements) }, (_, element): [string, string] => [
      `${input}.${element}`,
      coordinateLabel(inputs, { input, element }),
    ]),
  );
  const pick = (axis: 'x' | 'y') => (text: string) => {
    const [input = 0, element = 0] = text.split('.').map(Number);
    room.change({ ...shown, [axis]: { input, element }, start: null });
  };
  const value = ({ input, element }: Coordinate): string => `${input}.${element}`;
  const zoom = (factor: number) => {
    const scaled = ([from, to]: Range): Range => {
      const middle = (from + to) / 2;
      const half = ((to - from) / 2) * factor;
      return [Number((middle - half).toPrecision(6)), Number((middle + half).toPrecision(6))];
    };
    const ranges = { xRange: scaled(xRange), yRange: scaled(yRange) };
    if (isRange(ranges.xRange) && isRange(ranges.yRange)) room.change(ranges, 'zoom');
  };
  return (
    <div class="pg-options controls">
      <Choice label="Across" value={value(shown.x)} options={options} onChange={pick('x')} />
      <RangeField label="Range across" range={xRange} onChange={(range) => room.change({ xRange: range }, 'range x')} />
      <Choice label="Up" value={value(shown.y)} options={options} onChange={pick('y')} />
      <RangeField label="Range up" range={yRange} onChange={(range) => room.change({ yRange: range }, 'range y')} />
      <span class="pg-buttons">
        <button type="button" onClick={() => zoom(0.5)}>
          Closer
        </button>
        <button type="button" onClick={() => zoom(2)}>
          Farther
        </button>
      </span>
    </div>
  );
}
