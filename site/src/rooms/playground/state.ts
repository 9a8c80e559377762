// What the Playground shows, as it stands in the address.
import { type Coordinate, fills, type InputSpec } from './answers.ts';
import { type Example, examples } from './examples/index.ts';
import { list, maybe, number, oneOf, type Reader, readAnswer, record, text, whole } from './read.ts';

export const views = [
  'values',
  'graph',
  'steps',
  'landscape',
  'jacobian',
  'hessian',
  'race',
  'compiled',
  'formula',
  'timing',
] as const;
export type View = (typeof views)[number];

/** Elements of one input. */
export const mostElements = 1_000_000;

export type Range = readonly [number, number];

export interface PlaygroundState {
  readonly code: string;
  readonly inputs: readonly InputSpec[];
  readonly seed: number;
  readonly view: View;
  /** The plane of the pictures: two coordinates and how far they reach. */
  readonly x: Coordinate;
  readonly y: Coordinate;
  readonly xRange: Range;
  readonly yRange: Range;
  /** Where the race starts, or the arrow of the landscape stands; null: where the inputs are. */
  readonly start: Range | null;
  /** The input that matrices are taken in. */
  readonly wrt: number;
  readonly steps: number;
  /** Step sizes of gradient descent, momentum and Adam. */
  readonly rates: readonly [number, number, number];
  /** The step that is looked at. */
  readonly at: number;
  readonly order: 'value' | 'gradient' | 'Hessian';
}

export function startOf(example: Example): PlaygroundState {
  return {
    code: example.code,
    inputs: example.inputs,
    seed: 0,
    view: (views.find((view) => view === example.tab) ?? 'values') as View,
    x: example.x ?? { input: 0, element: 0 },
    y: example.y ?? { input: 0, element: 1 },
    xRange: example.xRange ?? [-2, 2],
    yRange: example.yRange ?? [-2, 2],
    start: null,
    wrt: example.wrt ?? 0,
    steps: 60,
    rates: [0.001, 0.001, 0.1],
    at: 0,
    order: 'gradient',
  };
}

export const initial: PlaygroundState = startOf(examples[0]!);

const shortText: Reader<string> = (value) => text(value).slice(0, 60);
const code: Reader<string> = (value) => text(value).slice(0, 100_000);

function pair(value: unknown): Range {
  const [a = 0, b = 0] = list(finite, 2)(value);
  return [a, b];
}

function finite(value: unknown): number {
  const found = number(value);
  if (!Number.isFinite(found)) throw new TypeError('expected a finite number');
  return found;
}

/** Whether a picture can show it: axes need numbers that can be told apart. */
export function isRange([from, to]: Range): boolean {
  const size = Math.max(Math.abs(from), Math.abs(to));
  return size <= 1e12 && to - from >= Math.max(1e-9 * size, 1e-12);
}

function range(value: unknown): Range {
  const found = pair(value);
  if (!isRange(found)) throw new TypeError('expected a range');
  return found;
}

/** Powers of ten that the step sizes of a race reach from and to. */
export const ratePowers: Range = [-5, 1];
export const mostRaceSteps = 300;

const rate: Reader<number> = (value) => Math.min(10 ** ratePowers[1], Math.max(10 ** ratePowers[0], finite(value)));
const place: Reader<number> = (value) => Math.min(1e6, Math.max(0, whole(value)));
const coordinate = record({ input: place, element: place });
const size: Reader<number> = (value) => Math.min(10_000, Math.max(0, whole(value)));
/** Sizes whose product the field of the room would take too. */
function shape(value: unknown): readonly number[] {
  const sizes = list(size, 8)(value);
  if (sizes.reduce((product, n) => product * n, 1) > mostElements) throw new TypeError('expected a smaller tensor');
  return sizes;
}
const input = record({
  name: shortText,
  shape,
  fill: oneOf(...fills),
  values: list(finite, 10_000),
});

const reader = record({
  code,
  inputs: list(input, 12),
  seed: whole,
  view: oneOf(...views),
  x: coordinate,
  y: coordinate,
  xRange: range,
  yRange: range,
  start: maybe(pair),
  wrt: place,
  steps: (value: unknown) => Math.min(mostRaceSteps, Math.max(1, whole(value))),
  rates: list(rate, 3),
  at: place,
  order: oneOf('value', 'gradient', 'Hessian'),
});

/** A valid state from whatever stood in a link; what is missing there is as at the start. */
export function readState(found: unknown): PlaygroundState | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  try {
    const { start, rates, ...rest } = readAnswer(reader, { ...initial, ...found });
    const [descent = 0.001, momentum = 0.001, adam = 0.1] = rates;
    return { ...rest, start: start ?? null, rates: [descent, momentum, adam] };
  } catch {
    return undefined;
  }
}
