// What the lecture's figures show, as one state in the address. A link is somebody else's text: every field is checked.
import type { RoomState } from '../../app/room-state.ts';
import { domains, type Point } from './geometry.ts';

export interface LectureState {
  readonly seed: number;
  readonly at: number;
  readonly gradientAt: Point;
  /** Degrees. */
  readonly direction: number;
  readonly jacobianAt: Point;
  readonly side: number;
  readonly hessianAt: Point;
  readonly chainAt: Point;
  readonly radius: number;
  /** How many moves of the backpropagation are done. */
  readonly move: number;
  readonly w: number;
  readonly b: number;
  readonly start: Point;
  readonly rate: number;
  /** Steps of training asked for; the classifier follows. */
  readonly trained: number;
  /** The test digit on the easel, unless something is drawn. */
  readonly digit: number;
  /** 196 hexadecimal digits of ink, or nothing. */
  readonly drawing: string;
  /** The class whose logarithmic probability is derived; −1 is the likeliest. */
  readonly asked: number;
}

export type Lecture = RoomState<LectureState>;

export const initial: LectureState = {
  seed: 1,
  at: 1,
  gradientAt: [1, 0.5],
  direction: 90,
  jacobianAt: [0.5, 0.5],
  side: 1,
  hessianAt: [1.6, -0.4],
  chainAt: [0.8, 0.4],
  radius: 0.6,
  move: 10,
  w: 0.5,
  b: -1,
  start: [-1, 2],
  rate: 0.02,
  trained: 0,
  digit: 0,
  drawing: '',
  asked: -1,
};

export const lastMove = 10;
export const stepsOfTraining = 800;
export const testDigits = 1000;

const between =
  (low: number, high: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= low && value <= high;
const whole =
  (low: number, high: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && between(low, high)(value);
const inside =
  ([x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number] = [x0, x1]) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.length === 2 && between(x0, x1)(value[0]) && between(y0, y1)(value[1]);

const valid: { readonly [Field in keyof LectureState]: (value: unknown) => boolean } = {
  seed: whole(0, 2 ** 31),
  at: between(-3, 3),
  gradientAt: inside(domains.landscape.x),
  direction: between(0, 360),
  jacobianAt: inside([-2, 2]),
  side: between(0.05, 1.5),
  hessianAt: inside(domains.landscape.x),
  chainAt: inside([-2, 2]),
  radius: between(0.05, 1),
  move: whole(0, lastMove),
  w: between(-3, 3),
  b: between(-3, 3),
  start: inside(domains.valley.x, domains.valley.y),
  rate: between(0.001, 0.1),
  trained: whole(0, 10 * stepsOfTraining),
  digit: whole(0, testDigits - 1),
  drawing: (value) => typeof value === 'string' && /^([0-9a-f]{196})?$/.test(value),
  asked: whole(-1, 9),
};

export function readState(found: unknown): LectureState | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const merged: Record<string, unknown> = { ...initial, ...found };
  const fields = Object.keys(valid) as (keyof LectureState)[];
  if (!fields.every((field) => valid[field](merged[field]))) return undefined;
  return Object.fromEntries(fields.map((field) => [field, merged[field]])) as unknown as LectureState;
}
